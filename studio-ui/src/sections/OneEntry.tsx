/** One weight's derivative as a sum over paths: the scalar chain rule behind the matrices, with numbers in place. */
import { useMemo } from "preact/hooks";
import { count, short, written } from "../numbers";
import { Matrix } from "../parts/Matrix";
import type { Pick } from "../parts/Neurons";
import { Section } from "../parts/Section";
import { Tex } from "../parts/Tex";
import type { Written } from "../parts/types";
import { entrySymbol } from "../trace/entries";
import { type Sum, sumOverPaths } from "../trace/paths";
import { shown, stored, symbolOf, type Trace } from "../trace/reading";
import { LayerChoice } from "./Chain";

export interface OneEntryProps {
  trace: Trace;
  picked: Pick;
  onPick: (pick: Pick) => void;
}

export function OneEntry({ trace, picked, onPick }: OneEntryProps) {
  const { l } = picked;
  const sum = useMemo(() => sumOverPaths(trace, picked), [trace, picked]);
  const W = stored(trace, `W:${l}`);
  const inputsInRows = W.units[0] === l - 1;
  const bias = picked.i === null;
  return (
    <Section
      id="one-weight"
      title="One weight, path by path"
      intro="A weight reaches the loss along every path of units after it. Its derivative is the sum over those paths, each the product of what it passes. Click a weight, here or on a neuron's line."
    >
      <LayerChoice trace={trace} l={l} onLayer={(to) => onPick(firstOf(trace, to))} />
      <div class="pickers">
        <Picker label={symbolOf(trace, "W", l)}>
          <Matrix
            {...shown(trace, `W:${l}`)}
            label={symbolOf(trace, "W", l).plain}
            picked={bias ? undefined : inputsInRows ? [picked.i ?? 0, picked.j] : [picked.j, picked.i ?? 0]}
            onPick={(row, column) => onPick({ l, i: inputsInRows ? row : column, j: inputsInRows ? column : row })}
          />
        </Picker>
        <Picker label={symbolOf(trace, "W0", l)}>
          <Matrix
            {...shown(trace, `W0:${l}`)}
            label={symbolOf(trace, "W0", l).plain}
            picked={bias ? [picked.j, 0] : undefined}
            onPick={(row) => onPick({ l, i: null, j: row })}
          />
        </Picker>
      </div>
      <SumOverPaths trace={trace} pick={picked} sum={sum} />
    </Section>
  );
}

/** A derivative as the sum over its paths, the largest ones written out. */
export function SumOverPaths({ trace, pick, sum }: { trace: Trace; pick: Pick; sum: Sum }) {
  const symbol = entrySymbol(trace, pick);
  const derivative = derivativeSymbol(trace, symbol);
  return (
    <div class="paths" data-entry={symbol.plain} data-value={sum.value}>
      <p class="sum backward">
        <Tex code={derivative.latex} label={derivative.plain} />
        <span class="operator">=</span>
        {sum.count > 1 ? (
          <span>
            the sum over {count(sum.count)} paths <span class="operator">=</span>{" "}
          </span>
        ) : null}
        <span class="scalar backward" title={String(sum.value)} data-value={sum.value}>
          {written(sum.value, 6)}
        </span>
      </p>
      <ol>
        {sum.paths.map((path, index) => (
          <li key={index}>
            <span class="terms">
              {path.factors.map((factor, place) => (
                <span key={place} class="term">
                  {place > 0 && <span class="operator">·</span>}
                  <span class="operand backward">
                    <Tex code={factor.symbol.latex} label={factor.symbol.plain} />
                    <span class="number" title={String(factor.value)}>
                      {factor.value < 0 ? `(${short(factor.value)})` : short(factor.value)}
                    </span>
                  </span>
                </span>
              ))}
            </span>
            <span class="product-value" title={String(path.product)} data-value={path.product}>
              = {written(path.product, 6)}
            </span>
          </li>
        ))}
        {sum.paths.length < sum.count && (
          <li class="note rest">
            the other {count(sum.count - sum.paths.length)} paths together: {written(sum.rest, 6)}
          </li>
        )}
      </ol>
    </div>
  );
}

/** How the derivative of the point's loss by an entry is written: a penalty has no part in it. */
export function derivativeSymbol(trace: Trace, symbol: Written): Written {
  const loss = trace.header.loss.point_letter;
  return {
    plain: `∂${loss.plain}/∂${symbol.plain}`,
    latex: `\\frac{\\partial ${loss.latex}}{\\partial ${symbol.latex}}`,
  };
}

function Picker({ label, children }: { label: { plain: string; latex: string }; children: preact.ComponentChildren }) {
  return (
    <div class="operand plain">
      <Tex code={label.latex} label={label.plain} />
      <span class="scroll">{children}</span>
    </div>
  );
}

/** The weight that is shown first of a layer: that of the trace's own entry, or the first that is kept. */
export function firstOf(trace: Trace, l: number): Pick {
  const given = trace.entries.find((entry) => entry.l === l);
  if (given) {
    const [first = 1, second] = given.indices;
    return second === undefined ? { l, i: null, j: first - 1 } : { l, i: first - 1, j: second - 1 };
  }
  return { l, i: trace.fold.units[l - 1]?.[0] ?? 0, j: trace.fold.units[l]?.[0] ?? 0 };
}
