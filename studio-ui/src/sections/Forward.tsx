/** The forward pass as a table: for each layer its formula, its shapes, every unit's values and the zone that it is in. */
import { Fragment } from "preact";
import { percent, toNumber, written } from "../numbers";
import { Scroll } from "../parts/Scroll";
import { Section } from "../parts/Section";
import { Tex } from "../parts/Tex";
import { unitSymbol } from "../trace/entries";
import { at, unitsOf } from "../trace/paths";
import type { Forward as Layer, Trace } from "../trace/reading";
import { Glossary } from "./Glossary";
import { zoneSummary } from "./stepContents";

export function Forward({ trace }: { trace: Trace }) {
  return (
    <Section
      id="forward"
      title="Forward, layer by layer"
      intro="What each unit makes of the point, and the zone it is in: how much of a gradient it will let back through."
    >
      <Glossary trace={trace} names={zonesOf(trace)} />
      {trace.forward.map((layer) => (
        <LayerTable key={layer.l} trace={trace} layer={layer} />
      ))}
    </Section>
  );
}

/** The zones that units are in, each once. */
function zonesOf(trace: Trace): string[] {
  const all = trace.forward.flatMap(({ zone_counts: counts }) => Object.keys(counts).filter((zone) => counts[zone]));
  return [...new Set(all)];
}

function LayerTable({ trace, layer }: { trace: Trace; layer: Layer }) {
  const { l } = layer;
  const width = trace.header.network.widths[l] ?? 0;
  const { scalar } = trace.header;
  const units = unitsOf(trace, l);
  return (
    <>
      <h3>
        Layer {layer.number} <span class="note">· {layer.activation}</span>
      </h3>
      <p class="formulas">
        {layer.stages.map((stage) => (
          <Fragment key={stage.quantity}>
            <Tex
              code={`${stage.symbol.latex} = ${stage.formula.latex}`}
              label={`${stage.symbol.plain} = ${stage.formula.plain}`}
            />
            <span class="note">{!scalar && stage.shapes}</span>
          </Fragment>
        ))}
      </p>
      <Scroll label={`Units of layer ${layer.number}`}>
        <table class="rows of-units">
          <thead>
            <tr>
              <th>unit</th>
              <th>
                <Tex code="z" label="z" />
              </th>
              <th>
                <Tex code="a" label="a" />
              </th>
              <th>
                <Tex
                  code={layer.elementwise ? "f'(z)" : "\\partial a / \\partial z"}
                  label={layer.elementwise ? "f′(z)" : "∂a/∂z"}
                />
              </th>
              <th class="text">zone</th>
              <th class="text why">why</th>
            </tr>
          </thead>
          <tbody>
            {layer.zones.map((zone) => {
              const unit = zone.unit - 1;
              return (
                <tr key={unit}>
                  <td>
                    <Tex code={unitSymbol(trace, "A", l, unit).latex} label={`unit ${zone.unit}`} />
                  </td>
                  <Cell value={at(trace, `Z:${l}`, unit)} />
                  <Cell value={at(trace, `A:${l}`, unit)} />
                  <Cell value={toNumber(zone.slope)} plain />
                  <td class="text">
                    <span class={`zone ${zone.zone}`}>{zone.zone}</span>{" "}
                    <span
                      class="meter backward"
                      title={`lets ${percent(1 - toNumber(zone.depth))} of the largest slope through`}
                    >
                      <i style={{ width: `${100 * (1 - toNumber(zone.depth))}%` }} />
                    </span>
                  </td>
                  <td class="text note why">{zone.reason}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {units.length < width && (
        <p class="note">
          {units.length} of {width} units are shown, those that matter most at this point. All of them:{" "}
          {zoneSummary(layer.zone_counts)}.
        </p>
      )}
    </>
  );
}

function Cell({ value, plain = false }: { value: number; plain?: boolean }) {
  return (
    <td title={String(value)} data-value={value} class={plain ? undefined : "tone forward"}>
      {written(value)}
    </td>
  );
}
