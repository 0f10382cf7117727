/** What the card of each kind of step holds: its equation in symbols and numbers, and the notes that follow it. */
import { begun, written } from "../numbers";
import { Equation } from "../parts/Equation";
import { Formulas, Tex } from "../parts/Tex";
import {
  type Backward,
  backwardOf,
  forwardOf,
  generalSymbol,
  type Link,
  layersOf,
  linkInto,
  operand,
  productInto,
  productOperands,
  stageOf,
  symbolOf,
  symbolOfId,
  type Trace,
} from "../trace/reading";
import type { Step } from "../trace/steps";
import { Glossary } from "./Glossary";
import { Rail } from "./Rail";
import { Unfolded } from "./Unfolded";
import { UpdateBars } from "./UpdateBars";

/** The equation of a step, and what is said of it. */
export function contents(trace: Trace, step: Step) {
  const { kind, l, id } = step;
  switch (kind) {
    case "input":
      return input(trace);
    case "Z":
    case "A":
    case "stage":
      return forward(trace, l, id);
    case "loss":
      return loss(trace);
    case "dL_dA":
    case "dL_dZ":
    case "link":
      return linkStep(trace, l, id);
    case "dL_dW":
      return weightGradient(trace, l);
    case "update":
      return updateStep(trace);
  }
}

function input(trace: Trace) {
  const { header } = trace;
  return {
    equation: <Equation operands={[operand(trace, "A:0", symbolOf(trace, "A", 0), "forward")]} />,
    notes: (
      <p class="note">
        {begun(header.point ?? "the data point")} is a column of {header.network.widths[0]}{" "}
        {header.network.widths[0] === 1 ? "value" : "values"}. It goes through the layers one after another, and every
        value on the way is kept: the way back will need them.
      </p>
    ),
  };
}

/** One value of a layer: what it is computed from, and how; of an activation the zones of its units too. */
function forward(trace: Trace, l: number, id: string) {
  const layer = forwardOf(trace, l);
  const stage = stageOf(trace, id);
  if (!stage) return { equation: null, notes: null };
  const named = stage.operands.map(({ value, transposed, sign, symbol }) =>
    operand(trace, value, symbol, isLearnt(value) ? "plain" : "forward", sign || undefined, transposed),
  );
  const result = operand(trace, id, stage.symbol, "forward", id.startsWith("Z:") ? "=" : "→");
  const zones = layer?.elementwise && id.startsWith("A:") ? layer.zone_counts : null;
  return {
    equation: (
      <>
        <Says left={stage.symbol} right={stage.formula}>
          {!trace.header.scalar && stage.shapes}
        </Says>
        <Equation operands={[...named, result]} />
      </>
    ),
    notes: zones && (
      <>
        <p class="note">Units of this layer at this point: {zoneSummary(zones)}.</p>
        <Glossary trace={trace} names={Object.keys(zones).filter((zone) => zones[zone])} />
      </>
    ),
  };
}

/** An equation in symbols, and a word on it. */
function Says(props: {
  left: { plain: string; latex: string };
  right: { plain: string; latex: string };
  children?: preact.ComponentChildren;
}) {
  const { left, right, children } = props;
  return (
    <p>
      <Tex code={`${left.latex} = ${right.latex}`} label={`${left.plain} = ${right.plain}`} />
      {children && <span class="note"> &ensp;{children}</span>}
    </p>
  );
}

/** Whether a value is one that training changes. */
const isLearnt = (id: string) => ["W", "W0", "gain", "shift", "alpha"].includes(id.split(":")[0] ?? "");

export function zoneSummary(counts: Record<string, number>): string {
  const said = Object.entries(counts).filter(([, some]) => some > 0);
  return said.map(([zone, some]) => `${some} ${zone}`).join(", ");
}

function loss(trace: Trace) {
  const { loss, penalty } = trace.header;
  const L = layersOf(trace);
  return {
    equation: (
      <>
        <Says left={loss.point_letter} right={loss.formula}>
          {loss.name}
        </Says>
        <Equation
          operands={[
            operand(trace, `A:${L}`, symbolOf(trace, "A", L), "forward"),
            operand(trace, `Y:${L}`, symbolOf(trace, "Y", L), "plain", "against"),
            { sign: "→", symbol: loss.point_letter, tone: "forward", values: [[loss.of_point]] },
          ]}
        />
      </>
    ),
    notes: (penalty || trace.batch) && (
      <p class="note">
        The step is that of <Tex code={loss.whole.latex} label={loss.whole.plain} /> = {written(loss.value, 6)}
        {trace.batch && `, with the mean over ${trace.batch.size} points`}
        {penalty && (
          <>
            {trace.batch ? " and" : ", with"} the penalty {penalty.name},{" "}
            <Tex code={generalSymbol(trace, "R").latex} label={generalSymbol(trace, "R").plain} /> ={" "}
            {written(penalty.value, 6)}
          </>
        )}
        .
      </p>
    ),
  };
}

const sharedOrNew = (id: string) => (id.startsWith("dL_d") ? "shared" : "backward");

/** The link that is multiplied on and the product in numbers, then its reason. */
function linkStep(trace: Trace, l: number, id: string) {
  const product = productInto(trace, id);
  const link = linkInto(trace, id);
  const shortcut = id === `dL_dZ:${l}` ? backwardOf(trace, l)?.shortcut : null;
  return {
    equation: (
      <>
        {link && <LinkSays link={link} />}
        {product ? (
          <Equation operands={productOperands(trace, product, sharedOrNew)} />
        ) : (
          link && <Equation operands={[operand(trace, link.value, link.symbol, "backward")]} />
        )}
      </>
    ),
    notes: (
      <>
        {link && <Reason link={link} />}
        {shortcut && <Shorter trace={trace} shortcut={shortcut} />}
        {product && <Rail trace={trace} product={product} />}
      </>
    ),
  };
}

/** Two links in one (Concept 19), which needs no quotient. */
function Shorter({ trace, shortcut }: { trace: Trace; shortcut: NonNullable<Backward["shortcut"]> }) {
  const L = layersOf(trace);
  return (
    <>
      <Says left={symbolOfId(trace, shortcut.result)} right={shortcut.formula}>
        {shortcut.reason} (Concept 19).
      </Says>
      <Equation
        operands={[
          operand(trace, `A:${L}`, symbolOf(trace, "A", L), "forward"),
          operand(trace, `Y:${L}`, symbolOf(trace, "Y", L), "plain", "against"),
          operand(trace, shortcut.result, symbolOfId(trace, shortcut.result), "backward", "→"),
        ]}
      />
    </>
  );
}

function LinkSays({ link }: { link: Link }) {
  return (
    <Says left={link.symbol} right={link.formula}>
      <span class="role">{link.role}</span>
    </Says>
  );
}

const Reason = ({ link }: { link: Link }) => <p class="note reason">{begun(link.reason)}.</p>;

function weightGradient(trace: Trace, l: number) {
  const layer = backwardOf(trace, l);
  const link = trace.links[`dZ_dW:${l}`];
  if (!layer || !link) return { equation: null, notes: null };
  const { weights } = layer;
  return {
    equation: (
      <>
        <LinkSays link={link} />
        <Equation operands={productOperands(trace, weights, sharedOrNew)} />
        <Equation operands={[operand(trace, layer.bias.result, symbolOf(trace, "dL_dW0", l), "backward")]} />
      </>
    ),
    notes: (
      <>
        <Reason link={link} />
        <p class="note">
          <Tex code={symbolOf(trace, "dL_dW0", l).latex} label={symbolOf(trace, "dL_dW0", l).plain} />:{" "}
          {trace.batch ? "the mean over the batch; " : ""}
          {layer.bias.reason}.
        </p>
        {(weights.penalty || trace.batch) && (
          <p class="note">
            The step uses {trace.batch ? "the mean over the batch" : "this"}
            {weights.penalty ? " and the penalty's part" : ""}; it is under Update.
          </p>
        )}
        <Rail trace={trace} product={weights} />
        <Unfolded trace={trace} l={l} />
      </>
    ),
  };
}

function updateStep(trace: Trace) {
  const { update } = trace;
  const { symbol, whole } = trace.header.loss;
  const eta = symbolOf(trace, "eta", 0);
  const loss = (when: string, value: number | string, sign?: string) => ({
    sign,
    symbol: { plain: `${symbol.plain} ${when}`, latex: `${symbol.latex}\\text{ ${when}}` },
    tone: "forward" as const,
    values: [[value]],
  });
  return {
    equation: (
      <>
        <Formulas of={update.rule.formula} label={`The rule of ${update.rule.name}`} />
        <Equation operands={[loss("before", update.loss_before), loss("after", update.loss_after, "→")]} />
      </>
    ),
    notes: (
      <>
        {whole.plain !== symbol.plain && (
          <p class="note">
            <Tex code={whole.latex} label={whole.plain} />
          </p>
        )}
        <UpdateBars trace={trace} />
        <p class="note">
          {update.rule.name}, <Tex code={`${eta.latex} = ${update.eta}`} label={`${eta.plain} = ${update.eta}`} /> at
          step {update.t}: {update.rule.about}.
        </p>
        <p class="note">
          All layers move at once, when every link has been taken with the weights of the forward pass.
        </p>
      </>
    ),
  };
}
