/** The stage: the network as units or neuron by neuron, the scrubber under it, and the step at hand. */
import { useMemo, useState } from "preact/hooks";
import { short, written } from "../numbers";
import { Choice } from "../parts/Choice";
import { type ArrowText, Diagram } from "../parts/Diagram";
import { type NeuronLayer, type NeuronLink, Neurons, type Pick } from "../parts/Neurons";
import { Scrubber } from "../parts/Scrubber";
import type { Walk } from "../parts/useWalk";
import { entrySymbol } from "../trace/entries";
import { between, unitsOf, at as valueAt } from "../trace/paths";
import { flat, layersOf, sizeOf, stored, symbolOf, type Trace } from "../trace/reading";
import type { Step } from "../trace/steps";
import { StepCard } from "./StepCard";

export interface StageProps {
  trace: Trace;
  steps: readonly Step[];
  walk: Walk;
  /** The factor that is pointed at somewhere on the page. */
  lit: string | null;
  picked: Pick | null;
  onPick: (pick: Pick) => void;
}

type View = "units" | "neurons";

export function Stage({ trace, steps, walk, lit, picked, onPick }: StageProps) {
  const [view, setView] = useState<View>("units");
  const step = steps[walk.at];
  const marks = useMemo(() => steps.map(({ tone, title }) => ({ tone, label: title })), [steps]);
  const go = (id: string) => {
    walk.play(false);
    walk.move(
      Math.max(
        steps.findIndex((each) => each.id === id),
        0,
      ),
    );
  };
  if (!step) return null;
  return (
    <figure class="stage" id="stage" aria-label="The step, walked through">
      <div class="bar">
        <Choice
          label="Drawn as"
          value={view}
          onChange={setView}
          options={[
            { value: "units", label: "Units", title: "Layers as units, as in the notes" },
            { value: "neurons", label: "Neurons", title: "Every neuron and every weight" },
          ]}
        />
      </div>
      {view === "units" ? (
        <Units trace={trace} steps={steps} at={walk.at} lit={lit} onStep={go} />
      ) : (
        <NeuronView trace={trace} steps={steps} at={walk.at} picked={picked} onPick={onPick} />
      )}
      <Scrubber
        marks={marks}
        at={walk.at}
        playing={walk.playing}
        label="Steps of the pass"
        onMove={(to) => {
          walk.play(false);
          walk.move(to);
        }}
        onPlay={walk.play}
      />
      <div class="keys">
        <span>
          <kbd>←</kbd> <kbd>→</kbd> step
        </span>
        <span>
          <kbd>space</kbd> play, pause
        </span>
        <span>
          <kbd>Home</kbd> <kbd>End</kbd> first, last
        </span>
        <span>
          <kbd>?</kbd> all keys
        </span>
      </div>
      <StepCard trace={trace} step={step} />
    </figure>
  );
}

interface UnitsProps {
  trace: Trace;
  steps: readonly Step[];
  at: number;
  lit: string | null;
  onStep: (id: string) => void;
}

function Units({ trace, steps, at, lit, onStep }: UnitsProps) {
  const L = layersOf(trace);
  const { loss } = trace.header;
  const layers = trace.forward.map((layer) => ({
    l: layer.l,
    linear: layer.stages[0]?.formula ?? symbolOf(trace, "Z", layer.l),
    shape: trace.diagram.nodes.find((node) => node.id === `linear:${layer.l}`)?.shape ?? "",
    activation: layer.activation.replace(/\(.*/, "").replaceAll("_", " "),
  }));
  const text = (step: string): ArrowText | undefined => {
    const [kind = "", layer] = step.split(":");
    const l = Number(layer);
    const of = (id: string) => ({
      values: flat(trace, id),
      of: sizeOf(trace, id),
      units: stored(trace, id).rows ?? stored(trace, id).columns ?? undefined,
    });
    const reached = (name: string, layer: number) => ({
      result: symbolOf(trace, name, layer),
      ...of(`${name}:${layer}`),
    });
    if (kind === "input") return { symbol: symbolOf(trace, "A", 0), ...of("A:0") };
    if (kind === "Z" || kind === "A") return { symbol: symbolOf(trace, kind, l), ...of(step) };
    if (kind === "dL_dA")
      return { symbol: symbolOf(trace, l === L ? "dL_dA" : "dZ_dA", l === L ? l : l + 1), ...reached(kind, l) };
    if (kind === "dL_dZ") return { symbol: symbolOf(trace, "dA_dZ", l), ...reached(kind, l) };
    if (kind === "dL_dW")
      return { symbol: symbolOf(trace, "dL_dW", l), values: sizeOf(trace, step) === 1 ? flat(trace, step) : [] };
    return undefined;
  };
  return (
    <Diagram
      layers={layers}
      steps={steps}
      at={at}
      text={text}
      target={{ symbol: symbolOf(trace, "Y", L), values: flat(trace, `Y:${L}`), of: sizeOf(trace, `Y:${L}`) }}
      lossName={loss.name.replace(/\(.*/, "").replaceAll("_", " ")}
      loss={loss.own}
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
  onPick: (pick: Pick) => void;
}) {
  const { trace, steps, at, picked, onPick } = props;
  const L = layersOf(trace);
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
      };
    });
  }, [trace, steps, at, L]);
  const links = useMemo(
    () =>
      Array.from({ length: L }, (_, index): NeuronLink => {
        const l = index + 1;
        const back = steps.findIndex((step) => step.id === `dL_dW:${l}`) <= at;
        const id = back ? `point_dL_dW:${l}` : `W:${l}`;
        const [from, to] = [unitsOf(trace, l - 1), unitsOf(trace, l)];
        const strength = (a: number, b: number) => between(trace, id, l - 1, from[a] ?? 0, to[b] ?? 0);
        const title = (a: number, b: number) => {
          const symbol = entrySymbol(trace, { l, i: from[a] ?? 0, j: to[b] ?? 0 }).plain;
          const weight = between(trace, `W:${l}`, l - 1, from[a] ?? 0, to[b] ?? 0);
          return `${symbol} = ${written(weight)}${back ? `, its derivative ${short(strength(a, b))}` : ""}`;
        };
        return { l, strength, title, tone: back ? "backward" : "quiet" };
      }),
    [trace, steps, at, L],
  );
  return (
    <Neurons
      layers={layers}
      links={links}
      picked={picked}
      onPick={onPick}
      label={`${trace.header.network.text}, neuron by neuron; a weight's line is as thick as the weight is large, dashed where it is negative`}
    />
  );
}
