/** The update: weights before, gradient, weights after; and what would go wrong if one layer moved before the other was read. */
import { begun, percent, toNumber, written } from "../numbers";
import { Equation } from "../parts/Equation";
import { Section } from "../parts/Section";
import { Formulas, Tex } from "../parts/Tex";
import type { Written } from "../parts/types";
import { numberOf, operand, symbolOf, type Trace } from "../trace/reading";
import { LayerChoice } from "./Chain";

export function Update({ trace, l, onLayer }: { trace: Trace; l: number; onLayer: (l: number) => void }) {
  const { update } = trace;
  const layer = update.layers.find((each) => each.l === l);
  if (!layer) return null;
  const [weights, biases] = layer.written;
  const eta = symbolOf(trace, "eta", 0);
  return (
    <Section
      id="update"
      title="The update"
      intro={
        <>
          {update.rule.name} with <Tex code={`${eta.latex} = ${update.eta}`} label={`${eta.plain} = ${update.eta}`} />{" "}
          at step {update.t}: the loss of {trace.batch ? "this batch" : "this point"}
          {trace.header.penalty && ` with the penalty, ${trace.header.loss.whole.plain},`} goes from{" "}
          <span class="scalar forward">{written(update.loss_before)}</span> to{" "}
          <span class="scalar forward">{written(update.loss_after)}</span>
          {trend(update.loss_before, update.loss_after)}.
        </>
      }
    >
      <LayerChoice trace={trace} l={l} onLayer={onLayer} />
      {!update.rule.plain && <Formulas of={update.rule.formula} label={`The rule of ${update.rule.name}`} />}
      <Change
        trace={trace}
        symbol={symbolOf(trace, "W", l)}
        change={layer.W}
        rule={weights}
        eta={update.eta}
        plain={update.rule.plain}
      />
      <Change
        trace={trace}
        symbol={symbolOf(trace, "W0", l)}
        change={layer.W0}
        rule={biases}
        eta={update.eta}
        plain={update.rule.plain}
      />
      {layer.others?.map((other) => (
        <Change
          key={other.name}
          trace={trace}
          symbol={other.symbol}
          change={other}
          rule={other.written}
          eta={update.eta}
          plain={update.rule.plain}
        />
      ))}
      {layer.state.length > 0 && (
        <>
          <h3>What {update.rule.name.replace(/\(.*/, "")} remembers</h3>
          <p class="note">{begun(update.rule.about)}.</p>
          {layer.state.map((state) => (
            <Equation
              key={state.name}
              operands={[
                operand(
                  trace,
                  state.before,
                  { plain: `${state.name} before`, latex: `${state.name} \\text{ before}` },
                  "plain",
                ),
                operand(
                  trace,
                  state.after,
                  { plain: `${state.name} after`, latex: `${state.name} \\text{ after}` },
                  "shared",
                  "→",
                ),
              ]}
            />
          ))}
        </>
      )}
      <TooEarly trace={trace} l={l} />
    </Section>
  );
}

interface ChangeProps {
  trace: Trace;
  symbol: Written;
  change: { before: string; gradient: string; called: Written; after: string };
  rule: { plain: string; latex: string };
  eta: number | string;
  plain: boolean;
}

function Change({ trace, symbol, change, rule, eta, plain }: ChangeProps) {
  const marked = (word: string) => ({ plain: `${symbol.plain}, ${word}`, latex: `${symbol.latex}\\text{, ${word}}` });
  return (
    <>
      <p>
        <Tex code={rule.latex} label={rule.plain} />
      </p>
      <Equation
        operands={
          plain
            ? [
                operand(trace, change.after, marked("after"), "plain"),
                operand(trace, change.before, marked("before"), "plain", "="),
                operand(trace, change.gradient, change.called, "backward", `− ${eta} ·`),
              ]
            : [
                operand(trace, change.before, marked("before"), "plain"),
                operand(trace, change.gradient, change.called, "backward", "with"),
                operand(trace, change.after, marked("after"), "plain", "→"),
              ]
        }
      />
    </>
  );
}

function TooEarly({ trace, l }: { trace: Trace; l: number }) {
  const what = trace.update.what_if.find((each) => each.l === l);
  if (!what) return null;
  const next = numberOf(trace, l) + 1;
  const gradient = symbolOf(trace, "dL_dW", l);
  const marked = (word: string) => ({
    plain: `${gradient.plain}, ${word}`,
    latex: `${gradient.latex}\\text{, ${word}}`,
  });
  return (
    <details open>
      <summary>
        <h3>What if layer {next} had been updated first?</h3>
      </summary>
      <p class="note">
        Then {what.reason}. The gradient would be off by {percent(what.relative)} of its size
        {toNumber(what.relative) < 0.01 ? ": little in one step, and wrong in every one" : ""}.
      </p>
      <Equation
        operands={[
          operand(trace, what.wrong, marked("too late"), "plain"),
          operand(trace, `dL_dW:${l}`, gradient, "backward", "−"),
          operand(trace, what.difference, { plain: "difference", latex: "\\text{difference}" }, "shared", "="),
        ]}
      />
    </details>
  );
}

function trend(before: number | string, after: number | string): string {
  const [from, to] = [toNumber(before), toNumber(after)];
  if (!Number.isFinite(from) || !Number.isFinite(to) || from === 0) return "";
  return to > from ? ", which is up: the step is too long" : "";
}
