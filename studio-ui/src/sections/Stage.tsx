/** The stage: drawing, growing product, scrubber, the step at hand and the algorithm, all in one screen. */
import { useContext, useMemo, useState } from "preact/hooks";
import type { Handle } from "../live/handles";
import { SteeringContext } from "../live/useSteering";
import { short, written } from "../numbers";
import { type ArrowText, Diagram } from "../parts/Diagram";
import { type NeuronLayer, type NeuronLink, Neurons, type Pick, type UnitPick } from "../parts/Neurons";
import { Scrubber } from "../parts/Scrubber";
import type { Walk } from "../parts/useWalk";
import { useMedia } from "../parts/useWidth";
import { entrySymbol, unitSymbol } from "../trace/entries";
import { between, unitsOf, at as valueAt } from "../trace/paths";
import { flat, layersOf, sizeOf, stored, symbolOf, symbolOfId, type Trace } from "../trace/reading";
import type { Step } from "../trace/steps";
import { Answer } from "./Answer";
import { Fork, Growing } from "./Growing";
import { Hand } from "./Hand";
import { Predict } from "./Predict";
import { Pseudocode } from "./Pseudocode";
import { StepCard } from "./StepCard";

/** Where the card stands beside the drawing. */
export const WIDE = "(min-width: 1100px)";

export type View = "units" | "neurons";

export interface StageProps {
  trace: Trace;
  steps: readonly Step[];
  walk: Walk;
  view: View;
  /** Whether phases are asked before they are shown. */
  asking: boolean;
  /** Whether the stage is a part of a page about more than this step. */
  within: boolean;
  /** The factor that is pointed at somewhere on the page. */
  lit: string | null;
  picked: Pick | null;
  unit: UnitPick | null;
  onPick: (pick: Pick) => void;
  onUnit: (unit: UnitPick) => void;
  onClose: () => void;
}

export function Stage(props: StageProps) {
  const { trace, steps, walk, view, asking, lit, picked, unit, onPick, onUnit, onClose } = props;
  const [revealed, setRevealed] = useState<ReadonlySet<string>>(new Set());
  const beside = useMedia(WIDE);
  const step = steps[walk.at];
  const marks = useMemo(() => steps.map(({ tone, title }) => ({ tone, label: title })), [steps]);
  const move = (to: number) => {
    onClose();
    walk.play(false);
    walk.move(to);
  };
  const go = (id: string) => {
    const to = steps.findIndex((each) => each.id === id);
    if (to >= 0) move(to);
  };
  if (!step) return null;
  const questions = asking && !revealed.has(step.id) ? (step.phase?.questions ?? []) : [];
  const hidden = questions.length > 0;
  const asked = unit ? unitSymbol(trace, "A", unit.l, unit.unit) : picked && entrySymbol(trace, picked);
  const picture = { trace, steps, at: walk.at };
  return (
    <figure class={`stage step ${props.within ? "within" : ""}`} id="stage" aria-label="The step, walked through">
      <p class="unseen" role="status">
        {asked
          ? `Beside the drawing: ${asked.plain}`
          : hidden
            ? questions[0]?.asks
            : `${walk.at + 1} of ${steps.length}. ${step.title}. ${step.spoken}`}
      </p>
      {view === "units" ? (
        <Units {...picture} lit={lit} onStep={go} hidden={hidden ? step.id : undefined} />
      ) : (
        <NeuronView {...picture} picked={picked} unit={unit} onPick={onPick} onUnit={onUnit} />
      )}
      <Growing trace={trace} step={step} hidden={hidden} />
      <div class="side">
        {picked || unit ? (
          <Answer trace={trace} picked={picked} unit={unit} onPick={onPick} onClose={onClose} />
        ) : hidden ? (
          <Predict step={step} questions={questions} onReveal={() => setRevealed(new Set([...revealed, step.id]))} />
        ) : (
          <StepCard trace={trace} step={step} beside={beside} />
        )}
        <Hand />
      </div>
      {hidden ? <div class="fork empty" /> : <Fork trace={trace} step={step} onStep={go} />}
      <Pseudocode trace={trace} line={step.line} hidden={hidden} />
      <Scrubber
        marks={marks}
        at={walk.at}
        playing={walk.playing}
        label="Steps of the pass"
        onMove={move}
        onPlay={walk.play}
      />
    </figure>
  );
}

interface UnitsProps {
  trace: Trace;
  steps: readonly Step[];
  at: number;
  lit: string | null;
  onStep: (id: string) => void;
  hidden: string | undefined;
}

/** The loss's box has its name in it, and its symbol behind it. */
function lossBox(trace: Trace, node: Trace["diagram"]["nodes"][number]) {
  const name = trace.header.loss.name.replace(/\(.*/, "");
  return { ...node, label: { plain: name, latex: `\\text{${name.replaceAll("_", "\\_")}}` } };
}

function Units({ trace, steps, at, lit, onStep, hidden }: UnitsProps) {
  const L = layersOf(trace);
  const steering = useContext(SteeringContext);
  const reached = steering?.nudged?.reached;
  const tinted = useMemo(() => new Set(reached?.length ? [...reached, "loss"] : []), [reached]);
  const mover = (kind: "X" | "Y") => (steering ? (j: number): Handle => ({ kind, j }) : undefined);
  const { loss } = trace.header;
  const boxes = useMemo(
    () => trace.diagram.nodes.map((node) => (node.id === "loss" ? lossBox(trace, node) : node)),
    [trace],
  );
  const { edges } = trace.diagram;
  const arrows = useMemo(() => new Map(edges.map((edge) => [edge.value, edge])), [edges]);
  const text = (step: string): ArrowText | undefined => {
    const id = step === "input:0" ? "A:0" : step;
    const edge = arrows.get(id);
    if (!edge) return undefined;
    const value = {
      values: flat(trace, id),
      of: sizeOf(trace, id),
      units: stored(trace, id).rows ?? stored(trace, id).columns ?? undefined,
    };
    if (id === "A:0") return { symbol: edge.symbol, ...value, handleOf: mover("X") };
    if (edge.direction === "forward") return { symbol: edge.symbol, ...value };
    if (id.startsWith("dL_dW:")) {
      const bias = id.replace("dL_dW", "dL_dW0");
      const beside = { symbol: symbolOfId(trace, bias), values: sizeOf(trace, bias) === 1 ? flat(trace, bias) : [] };
      const isFraction = beside.symbol.plain.includes("/"); // a long name would stand on its neighbour
      return {
        symbol: symbolOfId(trace, id),
        values: value.of === 1 ? value.values : [],
        ...(isFraction && { beside }),
      };
    }
    return { symbol: edge.symbol, result: symbolOfId(trace, id), ...value };
  };
  return (
    <Diagram
      boxes={boxes}
      edges={edges}
      hidden={hidden}
      steps={steps}
      at={at}
      text={text}
      target={{
        symbol: symbolOf(trace, "Y", L),
        values: flat(trace, `Y:${L}`),
        of: sizeOf(trace, `Y:${L}`),
        handleOf: mover("Y"),
      }}
      tinted={tinted}
      loss={loss.point_letter}
      lossValue={written(loss.of_point)}
      inputSymbol={symbolOf(trace, "X", 0)}
      inputShape={`${trace.header.network.widths[0]} × 1`}
      onPick={onStep}
      lit={useMemo(() => new Set(lit ? [stepOfFactor(lit, L)] : []), [lit, L])}
      label={`The network: ${trace.header.network.text}. Values go forward along straight arrows, gradients come back along curved ones.`}
    />
  );
}

/** The step in which a link is multiplied on. */
function stepOfFactor(id: string, L: number): string {
  const [name, layer] = id.split(":");
  const l = Number(layer);
  if (name === "dA_dZ") return `dL_dZ:${l}`;
  if (name === "dZ_dA") return `dL_dA:${l - 1}`;
  if (name === "dL_dA" && l === L) return `dL_dA:${L}`;
  return name === "dZ_dW" ? `dL_dW:${l}` : id;
}

function NeuronView(props: {
  trace: Trace;
  steps: readonly Step[];
  at: number;
  picked: Pick | null;
  unit: UnitPick | null;
  onPick: (pick: Pick) => void;
  onUnit: (unit: UnitPick) => void;
}) {
  const { trace, steps, at, picked, unit, onPick, onUnit } = props;
  const L = layersOf(trace);
  const steering = useContext(SteeringContext);
  const nudged = steering?.nudged ?? null;
  const live = steering !== null;
  const layers = useMemo(() => {
    const reached = (id: string) => steps.findIndex((step) => step.id === id) <= at;
    return Array.from({ length: L + 1 }, (_, l): NeuronLayer => {
      const units = unitsOf(trace, l);
      const back = l > 0 && reached(`dL_dZ:${l}`);
      const known = back || l === 0 || reached(`A:${l}`);
      const id = back ? `dL_dZ:${l}` : `A:${l}`;
      const classes = l === L ? trace.diagram.layers[l]?.labels : null;
      return {
        symbol: symbolOf(trace, back ? "dL_dZ" : "A", l),
        of: trace.header.network.widths[l] ?? 0,
        units,
        values: known ? units.map((unit) => valueAt(trace, id, unit)) : undefined,
        tone: back ? "backward" : "forward",
        names: classes ? units.map((unit) => classes[unit] ?? "") : undefined,
        tints: nudged?.nudges.length ? nudged.tints[l] : undefined,
        bias: live && l > 0 ? (unit) => valueAt(trace, `W0:${l}`, unit) : undefined,
      };
    });
  }, [trace, steps, at, L, nudged, live]);
  const links = useMemo(() => {
    const moved = new Set(nudged?.nudges.filter(({ name }) => name === "W").map(({ l, indices }) => `${l} ${indices}`));
    return Array.from({ length: L }, (_, index): NeuronLink => {
      const l = index + 1;
      const back = steps.findIndex((step) => step.id === `dL_dW:${l}`) <= at;
      const id = back ? `point_dL_dW:${l}` : `W:${l}`;
      const [from, to] = [unitsOf(trace, l - 1), unitsOf(trace, l)];
      const strength = (a: number, b: number) => between(trace, id, l - 1, from[a] ?? 0, to[b] ?? 0);
      const weight = (a: number, b: number) => between(trace, `W:${l}`, l - 1, from[a] ?? 0, to[b] ?? 0);
      const title = (a: number, b: number) => {
        const symbol = entrySymbol(trace, { l, i: from[a] ?? 0, j: to[b] ?? 0 }).plain;
        return `${symbol} = ${written(weight(a, b))}${back ? `, its derivative ${short(strength(a, b))}` : ""}`;
      };
      const isNudged = (a: number, b: number) => moved.has(`${l} ${(from[a] ?? 0) + 1},${(to[b] ?? 0) + 1}`);
      return { l, strength, weight, nudged: isNudged, title, tone: back ? "backward" : "quiet" };
    });
  }, [trace, steps, at, L, nudged]);
  return (
    <Neurons
      layers={layers}
      links={links}
      picked={picked}
      unit={unit}
      onPick={onPick}
      onUnit={onUnit}
      label={`${trace.header.network.text}, neuron by neuron; a weight's line is as thick as the weight is large, dashed where it is negative`}
    />
  );
}
