/** The pass as a row of steps, in the order of the notes: forward, loss, backward link by link, update. */
import type { Tone } from "../parts/types";
import { layersOf, linkInto, numberOf, type Trace } from "./reading";

type Phase = Trace["phases"][number];

/** What is computed; `stage` and `link` for what only some layers have: a normalisation, dropout, parameters of their own. */
export type StepKind = "input" | "Z" | "A" | "stage" | "loss" | "dL_dA" | "dL_dZ" | "dL_dW" | "link" | "update";

const USUAL: readonly string[] = ["Z", "A", "dL_dA", "dL_dZ", "dL_dW"];

export interface Step {
  kind: StepKind;
  /** The layer; 0 for the input, L for the loss. */
  l: number;
  /** `dL_dZ:2`, which names it in diagrams and in tests. */
  id: string;
  tone: Tone;
  /** What is done, in words. */
  title: string;
  /** The line of the pseudocode, and what a screen reader says. */
  line: number;
  spoken: string;
  /** The trace's own phase; none of the data point, which goes in before the first one. */
  phase: Phase | null;
}

/** The trace's own phases, and before them the data point going in. */
export function stepsOf(trace: Trace): Step[] {
  const L = layersOf(trace);
  const first: Step = {
    kind: "input",
    l: 0,
    id: "input:0",
    tone: "forward",
    title: "The data point goes in",
    line: trace.opening.line,
    spoken: trace.opening.spoken,
    phase: null,
  };
  return [
    first,
    ...trace.phases.map((phase): Step => {
      const [name, layer] = (phase.shows[0] ?? "").split(":");
      const unusual = phase.kind === "forward" ? "stage" : "link";
      const usual = USUAL.includes(name ?? "") ? (name as StepKind) : unusual;
      const kind = phase.kind === "loss" || phase.kind === "update" ? phase.kind : usual;
      const l = phase.kind === "loss" || phase.kind === "update" ? L : Number(layer);
      const tone =
        phase.kind === "update" ? "shared" : phase.kind === "forward" || phase.kind === "loss" ? "forward" : "backward";
      const id = kind === "link" || kind === "stage" ? (phase.shows[0] ?? "") : `${kind}:${l}`;
      const { line, spoken } = phase;
      return { kind, l, id, tone, title: title(trace, kind, l, id), line, spoken, phase };
    }),
  ];
}

function title(trace: Trace, kind: StepKind, l: number, id: string): string {
  const number = numberOf(trace, l);
  switch (kind) {
    case "input":
      return "The data point goes in";
    case "Z":
      return `Layer ${number}: weigh and add`;
    case "A":
      return `Layer ${number}: activate`;
    case "stage":
      return `Layer ${number}: ${boxOf(trace, id)}`;
    case "loss":
      return "Compare with the target";
    case "dL_dA":
      return l === layersOf(trace) ? "The loss unit" : `Link layer ${number + 1} to layer ${number}`;
    case "dL_dZ":
      return `Within layer ${number}`;
    case "dL_dW":
      return `Get the weight gradient of layer ${number}`;
    case "link": {
      const role = linkInto(trace, id)?.role ?? "link";
      return `Layer ${number}: ${role}`;
    }
    case "update":
      return "Update every layer";
  }
}

/** The name of the box that gives a value. */
function boxOf(trace: Trace, id: string): string {
  const from = trace.diagram.edges.find((edge) => edge.direction === "forward" && edge.value === id)?.from;
  return trace.diagram.nodes.find((node) => node.id === from)?.label.plain.replaceAll("_", " ") ?? "";
}
