/** The check: every gradient beside its numeric derivative, which knows nothing of the chain rule. */
import { begun, written } from "../numbers";
import { Equation } from "../parts/Equation";
import { Scroll } from "../parts/Scroll";
import { Section } from "../parts/Section";
import { Tex } from "../parts/Tex";
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
      <p class={TONES[check.outcome]} data-outcome={check.outcome}>
        <strong>{HEADS[check.outcome]}</strong> {capital(check.verdict)}.
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
            {check.arrays.map((array) => (
              <tr key={array.given}>
                <td>{symbolOf(trace, array.given.split(":")[0] ?? "", array.l).plain}</td>
                <td>
                  {array.checked} of {array.size}
                </td>
                <td>{array.at_kink}</td>
                <td title={String(array.error)}>{array.checked === 0 ? "–" : written(array.error, 4, 2)}</td>
                <td class={`text ${TONES[array.outcome]}`}>{array.outcome}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Kinks trace={trace} />
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

/** Entries at a kink, where the loss has no derivative, but one to each side. */
function Kinks({ trace }: { trace: Trace }) {
  const entries = trace.check?.arrays.flatMap((array) => array.kinks) ?? [];
  if (!entries.length) return null;
  return (
    <Scroll label="Entries at a kink">
      <table class="rows" id="kinks">
        <thead>
          <tr>
            <th>at a kink</th>
            <th>given</th>
            <th>from the left</th>
            <th>from the right</th>
          </tr>
        </thead>
        <tbody>
          {entries.slice(0, LISTED).map((entry) => (
            <tr key={entry.symbol.plain}>
              <td>
                <Tex code={entry.symbol.latex} label={entry.symbol.plain} />
              </td>
              {[entry.given, entry.behind, entry.ahead].map((value, index) => (
                <td key={index} title={String(value)} data-value={value}>
                  {written(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {entries.length > LISTED && <p class="note">And {entries.length - LISTED} more.</p>}
    </Scroll>
  );
}

const LISTED = 12;
/** The tone of each verdict. */
export const TONES = { agrees: "ok", differs: "alarm", "cannot be told": "untold" } as const;
const HEADS = { agrees: "Right.", differs: "Wrong.", "cannot be told": "It cannot be told." } as const;

const capital = (text: string) => begun(text).replace(/\.$/, "");
