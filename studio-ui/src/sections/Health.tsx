/** Health: how much gradient arrives at each layer and unit, how far each moves; and what will go wrong, with its remedy. */
import { percent, toNumber, written } from "../numbers";
import { LintCards } from "../parts/LintCards";
import { Scroll } from "../parts/Scroll";
import { Section } from "../parts/Section";
import { generalSymbol, numberOf, type Trace } from "../trace/reading";
import { Glossary } from "./Glossary";

export function Health({ trace }: { trace: Trace }) {
  return (
    <Section
      id="health"
      title="Health of this step"
      intro="How much of the gradient arrives at each layer, how far the layer moves by it, and each unit's share of the error signal."
    >
      <Scroll label="Gradients by layer">
        <table class="rows">
          <thead>
            <tr>
              <th>layer</th>
              <th>‖{generalSymbol(trace, "dL_dZ").plain}‖</th>
              <th>‖gradient‖</th>
              <th>‖weights‖</th>
              <th>update by weights</th>
              <th>share of gradient</th>
              <th>blame by unit</th>
              <th class="text">verdict</th>
            </tr>
          </thead>
          <tbody>
            {trace.health.map((layer) => (
              <tr key={layer.l}>
                <td>{numberOf(trace, layer.l)}</td>
                <td title={String(layer.dL_dZ)} data-value={layer.dL_dZ}>
                  {written(layer.dL_dZ)}
                </td>
                <td title={String(layer.dL_dW)} data-value={layer.dL_dW}>
                  {written(layer.dL_dW)}
                </td>
                <td title={String(layer.W)}>{written(layer.W)}</td>
                <td title={String(layer.ratio)}>{percent(layer.ratio)}</td>
                <td title={String(layer.blame)}>
                  <span class="meter backward">
                    <i style={{ width: `${100 * toNumber(layer.blame)}%` }} />
                  </span>{" "}
                  {percent(layer.blame)}
                </td>
                <td>
                  <UnitBars units={layer.units} />
                </td>
                <td class="text">{layer.verdict}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Glossary trace={trace} names={["blame", "dead"]} />
      <Lints trace={trace} />
    </Section>
  );
}

function UnitBars({ units }: { units: Trace["health"][number]["units"] }) {
  const largest = Math.max(...units.map((unit) => toNumber(unit.blame)).filter(Number.isFinite), Number.MIN_VALUE);
  const label = units.map((unit) => `unit ${unit.unit}: ${percent(unit.blame)}`).join(", ");
  return (
    <span class="bars backward" role="img" aria-label={label} title={label}>
      {units.map((unit) => (
        <i key={unit.unit} style={{ height: `${Math.max(100 * (toNumber(unit.blame) / largest), 4)}%` }} />
      ))}
    </span>
  );
}

function Lints({ trace }: { trace: Trace }) {
  if (!trace.lints.length)
    return <p class="ok">Nothing to warn of: no dead or saturated layer, no vanishing or exploding gradient.</p>;
  return (
    <div class="lints">
      <LintCards lints={trace.lints} />
    </div>
  );
}
