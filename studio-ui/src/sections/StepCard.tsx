/** The step at hand, in words, in symbols and in numbers. */
import { short, written } from "../numbers";
import { Equation } from "../parts/Equation";
import { Scroll } from "../parts/Scroll";
import { Tex } from "../parts/Tex";
import {
  backwardOf,
  forwardOf,
  type Link,
  layersOf,
  linkInto,
  operand,
  productInto,
  productOperands,
  symbolOf,
  symbolOfId,
  type Trace,
} from "../trace/reading";
import type { Step } from "../trace/steps";

type ForwardStage = Trace["forward"][number]["stages"][number];

export function StepCard({ trace, step }: { trace: Trace; step: Step }) {
  return (
    <div class={`now-card ${step.tone}`} aria-live="polite" data-step={step.id}>
      <h2>
        {step.title}
        <span class="source">{sourceOf(trace, step)}</span>
      </h2>
      <Body trace={trace} step={step} />
    </div>
  );
}

function Body({ trace, step }: { trace: Trace; step: Step }) {
  const { kind, l } = step;
  switch (kind) {
    case "input":
      return <Input trace={trace} />;
    case "Z":
    case "A":
      return <Forward trace={trace} l={l} first={kind === "Z"} />;
    case "loss":
      return <Loss trace={trace} />;
    case "dL_dA":
    case "dL_dZ":
    case "link":
      return <LinkStep trace={trace} l={l} id={step.id} />;
    case "dL_dW":
      return <WeightGradient trace={trace} l={l} />;
    case "update":
      return <UpdateStep trace={trace} />;
  }
}

function Input({ trace }: { trace: Trace }) {
  const { header } = trace;
  return (
    <>
      <p class="note">
        {header.point ?? "The data point"} is a column of {header.network.widths[0]}{" "}
        {header.network.widths[0] === 1 ? "value" : "values"}. It goes through the layers one after another, and every
        value on the way is kept: the way back will need them.
      </p>
      <Equation operands={[operand(trace, "A:0", symbolOf(trace, "A", 0), "forward")]} />
    </>
  );
}

/** Weighing and adding; or all that comes after it in the layer, a normalisation and dropout included. */
function Forward({ trace, l, first }: { trace: Trace; l: number; first: boolean }) {
  const layer = forwardOf(trace, l);
  const stages = first ? layer?.stages.slice(0, 1) : layer?.stages.slice(1);
  if (!layer || !stages) return null;
  return (
    <>
      {stages.map((stage) => (
        <Stage key={stage.quantity} trace={trace} stage={stage} summed={first} />
      ))}
      {!first && layer.elementwise && (
        <p class="note">
          Each unit by itself:{" "}
          {layer.zones.length > 8 ? zoneSummary(layer.zone_counts) : layer.zones.map((zone) => zone.zone).join(", ")}.
        </p>
      )}
    </>
  );
}

/** Whether a value is one that training changes. */
const isLearnt = (id: string) => ["W", "W0", "gain", "shift", "alpha"].includes(id.split(":")[0] ?? "");

function Stage({ trace, stage, summed }: { trace: Trace; stage: ForwardStage; summed: boolean }) {
  const named = stage.operands.map(({ value, transposed, sign, symbol }) =>
    operand(trace, value, symbol, isLearnt(value) ? "plain" : "forward", sign || undefined, transposed),
  );
  const result = operand(trace, stage.quantity, stage.symbol, "forward", summed ? "=" : "→");
  return (
    <>
      <p>
        <Tex
          code={`${stage.symbol.latex} = ${stage.formula.latex}`}
          label={`${stage.symbol.plain} = ${stage.formula.plain}`}
        />
        {!trace.header.scalar && <span class="note"> &ensp;{stage.shapes}</span>}
      </p>
      <Equation operands={[...named, result]} />
    </>
  );
}

export function zoneSummary(counts: Record<string, number>): string {
  const said = Object.entries(counts).filter(([, some]) => some > 0);
  return said.map(([zone, some]) => `${some} ${zone}`).join(", ");
}

function Loss({ trace }: { trace: Trace }) {
  const { loss, penalty } = trace.header;
  const L = layersOf(trace);
  return (
    <>
      <p>
        <Tex code={`${loss.own.latex} = ${loss.formula.latex}`} label={`${loss.own.plain} = ${loss.formula.plain}`} />
        <span class="note"> &ensp;{loss.name}</span>
      </p>
      <Equation
        operands={[
          operand(trace, `A:${L}`, symbolOf(trace, "A", L), "forward"),
          operand(trace, `Y:${L}`, symbolOf(trace, "Y", L), "plain", "against"),
          { sign: "→", symbol: loss.own, tone: "forward", values: [[loss.of_point]] },
        ]}
      />
      {(penalty || trace.batch) && (
        <p class="note">
          {trace.batch && `The step is that of the mean over ${trace.batch.size} points`}
          {penalty && `${trace.batch ? ", with" : "With"} the penalty ${penalty.name}, ${short(penalty.value)}`}:{" "}
          {written(loss.value, 6)}.
        </p>
      )}
    </>
  );
}

/** The link that is multiplied on, its reason, and the product in numbers. */
function LinkStep({ trace, l, id }: { trace: Trace; l: number; id: string }) {
  const layer = backwardOf(trace, l);
  if (!layer) return null;
  const product = productInto(trace, id);
  const link = linkInto(trace, id);
  const shortcut = id === `dL_dZ:${l}` ? layer.shortcut : null;
  return (
    <>
      {link && <LinkSays link={link} />}
      {product ? (
        <Equation operands={productOperands(trace, product, (id) => (id.startsWith("dL_d") ? "shared" : "backward"))} />
      ) : (
        link && <Equation operands={[operand(trace, link.value, link.symbol, "backward")]} />
      )}
      {shortcut && (
        <>
          <p>
            <strong>Shorter:</strong>{" "}
            <Tex
              code={`${symbolOfId(trace, shortcut.result).latex} = ${shortcut.formula.latex}`}
              label={`${symbolOfId(trace, shortcut.result).plain} = ${shortcut.formula.plain}`}
            />
            <span class="note"> &ensp;{shortcut.reason} (Concept 19)</span>
          </p>
          <Equation operands={[operand(trace, shortcut.result, symbolOfId(trace, shortcut.result), "backward")]} />
        </>
      )}
    </>
  );
}

function LinkSays({ link }: { link: Link }) {
  return (
    <p>
      <span class="role">{link.role}</span>
      <Tex
        code={`${link.symbol.latex} = ${link.formula.latex}`}
        label={`${link.symbol.plain} = ${link.formula.plain}`}
      />
      <span class="note"> &ensp;{link.reason}</span>
    </p>
  );
}

function WeightGradient({ trace, l }: { trace: Trace; l: number }) {
  const layer = backwardOf(trace, l);
  const link = trace.links[`dZ_dW:${l}`];
  if (!layer || !link) return null;
  const { weights } = layer;
  return (
    <>
      <LinkSays link={link} />
      <Equation operands={productOperands(trace, weights, (id) => (id.startsWith("dL_d") ? "shared" : "backward"))} />
      <Equation operands={[operand(trace, layer.bias.result, symbolOf(trace, "dL_dW0", l), "backward")]}>
        <span class="note">
          {trace.batch ? "the mean over the batch; " : ""}
          {layer.bias.reason}
        </span>
      </Equation>
      {(weights.penalty || trace.batch) && (
        <p class="note">
          The step uses {trace.batch ? "the mean over the batch" : "this"}
          {weights.penalty ? " and the penalty's part" : ""}; it is under Update.
        </p>
      )}
    </>
  );
}

function UpdateStep({ trace }: { trace: Trace }) {
  const { update } = trace;
  const eta = symbolOf(trace, "eta", 0);
  return (
    <>
      <Scroll label={`The rule of ${update.rule.name}`}>
        <Tex code={update.rule.formula.latex} label={update.rule.formula.plain} block={!update.rule.plain} />
      </Scroll>
      <p class="note">
        {update.rule.name}, <Tex code={`${eta.latex} = ${update.eta}`} label={`${eta.plain} = ${update.eta}`} /> at step{" "}
        {update.t}: {update.rule.about}.
      </p>
      <p class="note">All layers move at once, when every link has been taken with the weights of the forward pass.</p>
      <Equation
        operands={[
          {
            symbol: { plain: "loss before", latex: "\\text{loss before}" },
            tone: "forward",
            values: [[update.loss_before]],
          },
          {
            sign: "→",
            symbol: { plain: "loss after", latex: "\\text{loss after}" },
            tone: "forward",
            values: [[update.loss_after]],
          },
        ]}
      />
    </>
  );
}

function sourceOf(trace: Trace, { kind, l, id }: Step): string {
  if (kind === "Z" || kind === "A")
    return forwardOf(trace, l)?.stages.find((stage) => stage.quantity === id)?.source ?? "";
  if (kind === "dL_dA" || kind === "dL_dZ" || kind === "link") return linkInto(trace, id)?.source ?? "";
  if (kind === "dL_dW") return trace.links[`dZ_dW:${l}`]?.source ?? "";
  return kind === "update" ? "7.1" : kind === "loss" ? "Definition 4" : "";
}
