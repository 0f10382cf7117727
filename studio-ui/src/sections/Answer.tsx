/** What was picked in the drawing, answered beside it: a unit with its values and weights, or a weight with its derivative. */
import type { ComponentChildren } from "preact";
import { percent, written } from "../numbers";
import type { Pick, UnitPick } from "../parts/Neurons";
import { Tex } from "../parts/Tex";
import type { Written } from "../parts/types";
import { entrySymbol, unitSymbol } from "../trace/entries";
import { at, derivativeAt, sumOverPaths, unitsOf } from "../trace/paths";
import { forwardOf, hasOnlyUsualLinks, numberOf, type Trace } from "../trace/reading";
import { Glossary } from "./Glossary";
import { derivativeSymbol, SumOverPaths } from "./OneEntry";
import { barOf } from "./UpdateBars";

export interface AnswerProps {
  trace: Trace;
  picked: Pick | null;
  unit: UnitPick | null;
  onPick: (pick: Pick) => void;
  onClose: () => void;
}

export function Answer({ trace, picked, unit, onPick, onClose }: AnswerProps) {
  const asked = unit ? unitSymbol(trace, "A", unit.l, unit.unit) : picked && entrySymbol(trace, picked);
  if (!asked) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: beside the drawing it scrolls, and must be reached by keyboard for that
    <section class="answer" tabIndex={0} aria-labelledby="answer-title" data-asked={asked.plain}>
      <h2 id="answer-title">
        <Tex code={asked.latex} label={asked.plain} />
        <button type="button" class="plain-button" onClick={onClose}>
          Back to the step
        </button>
      </h2>
      {unit ? <OfUnit trace={trace} unit={unit} onPick={onPick} /> : picked && <OfWeight trace={trace} pick={picked} />}
    </section>
  );
}

function Row({ symbol, value, children }: { symbol: Written; value: number; children?: ComponentChildren }) {
  return (
    <tr>
      <td>
        <Tex code={symbol.latex} label={symbol.plain} />
      </td>
      <td title={String(value)} data-value={value}>
        {written(value)}
      </td>
      <td class="text note">{children}</td>
    </tr>
  );
}

function OfUnit({ trace, unit: { l, unit }, onPick }: { trace: Trace; unit: UnitPick; onPick: (pick: Pick) => void }) {
  const layer = forwardOf(trace, l);
  const zone = layer?.zones.find((each) => each.unit === unit + 1);
  const blame = trace.health.find((each) => each.l === l)?.units.find((each) => each.unit === unit + 1)?.blame;
  const value = (name: string) => ({
    symbol: unitSymbol(trace, name, l, unit),
    value: at(trace, `${name}:${l}`, unit),
  });
  const weights: Pick[] = l
    ? [...unitsOf(trace, l - 1).map((i): Pick => ({ l, i, j: unit })), { l, i: null, j: unit }]
    : [];
  return (
    <>
      <p class="note">
        {l ? `Unit ${unit + 1} of layer ${numberOf(trace, l)}, ${layer?.activation}` : `Input ${unit + 1}`}
      </p>
      <table class="rows">
        <tbody>
          {l > 0 && <Row {...value("Z")} />}
          <Row {...value("A")} />
          {l > 0 && layer?.elementwise && trace.values[`slopes:${l}`] && (
            <Row symbol={unitSymbol(trace, "slope", l, unit)} value={at(trace, `slopes:${l}`, unit)}>
              {zone?.zone}
            </Row>
          )}
          {l > 0 && <Row {...value("dL_dA")} />}
          {l > 0 && <Row {...value("dL_dZ")}>{blame !== undefined && `blame ${percent(blame)}`}</Row>}
        </tbody>
      </table>
      <Glossary trace={trace} names={[zone?.zone ?? "", blame === undefined ? "" : "blame"]} />
      {weights.length > 0 && (
        <fieldset class="choices">
          <legend class="note">Ask about one of its weights:</legend>
          {weights.map((pick) => {
            const symbol = entrySymbol(trace, pick);
            return (
              <button key={symbol.plain} type="button" onClick={() => onPick(pick)}>
                <Tex code={symbol.latex} label={symbol.plain} />
              </button>
            );
          })}
        </fieldset>
      )}
    </>
  );
}

function OfWeight({ trace, pick }: { trace: Trace; pick: Pick }) {
  const bar = barOf(trace, pick);
  const slope = derivativeAt(trace, pick);
  const after = { plain: `${bar.symbol.plain}, after`, latex: `${bar.symbol.latex}\\text{, after}` };
  return (
    <>
      {hasOnlyUsualLinks(trace) && <SumOverPaths trace={trace} pick={pick} sum={sumOverPaths(trace, pick, 3)} />}
      <table class="rows">
        <tbody>
          <Row symbol={bar.symbol} value={bar.before} />
          {!hasOnlyUsualLinks(trace) && <Row symbol={derivativeSymbol(trace, bar.symbol)} value={slope} />}
          <Row symbol={after} value={bar.after} />
        </tbody>
      </table>
    </>
  );
}
