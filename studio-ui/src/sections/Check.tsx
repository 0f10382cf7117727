/** The check: every gradient beside its numeric derivative, which knows nothing of the chain rule. */
import { toNumber, written } from "../numbers";
import { Equation } from "../parts/Equation";
import { Scroll } from "../parts/Scroll";
import { Section } from "../parts/Section";
import { numberOf, operand, symbolOf, type Trace } from "../trace/reading";

export function Check({ trace, l }: { trace: Trace; l: number }) {
  const { check } = trace;
  if (!check) return null;
  return (
    <Section
      id="check"
      title="The check"
      intro={`Each gradient beside its value by ${check.method}, which is told the loss and nothing of the chain rule; ${check.because}.`}
    >
      <p class={check.ok ? "ok" : "alarm"}>
        <strong>{check.ok ? "Right." : "Wrong."}</strong> {capital(check.verdict)}.
      </p>
      <Scroll label="Gradients and their errors">
        <table class="rows">
          <thead>
            <tr>
              <th>gradient</th>
              <th>entries compared</th>
              <th>at a kink</th>
              <th>largest error</th>
              <th class="text">verdict</th>
            </tr>
          </thead>
          <tbody>
            {check.arrays.map((array) => {
              const fine = toNumber(array.error) <= toNumber(check.tolerance);
              return (
                <tr key={array.given}>
                  <td>{symbolOf(trace, array.given.split(":")[0] ?? "", array.l).plain}</td>
                  <td>
                    {array.checked} of {array.size}
                  </td>
                  <td>{array.at_kink}</td>
                  <td title={String(array.error)}>{written(array.error, 4, 2)}</td>
                  <td class={`text ${fine ? "ok" : "alarm"}`}>
                    {array.checked === 0 ? "not compared" : fine ? "agrees" : "differs"}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {check.caveats.map((caveat) => (
        <p key={caveat} class="note">
          {capital(caveat)}.
        </p>
      ))}
      <details>
        <summary>Both, entry by entry, for layer {numberOf(trace, l)}</summary>
        {check.arrays
          .filter((array) => array.l === l)
          .map((array) => {
            const symbol = symbolOf(trace, array.given.split(":")[0] ?? "", l);
            return (
              <Equation
                key={array.given}
                operands={[
                  operand(trace, array.given, symbol, "backward"),
                  operand(
                    trace,
                    array.numeric,
                    { plain: check.method, latex: `\\text{${check.method}}` },
                    "plain",
                    "≈",
                  ),
                ]}
              />
            );
          })}
      </details>
    </Section>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, "");
