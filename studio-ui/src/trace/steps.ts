/** The pass as a row of steps, in the order of the notes: forward, loss, backward link by link, update. */
import type { Tone } from "../parts/types";
import { layersOf, linkInto, numberOf, type Trace } from "./reading";

/** What is computed; `link` for a link that only some layers have, of a normalisation or of dropout. */
export type StepKind = "input" | "Z" | "A" | "loss" | "dL_dA" | "dL_dZ" | "dL_dW" | "link" | "update";

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
  /** The same in symbols. */
  caption: string;
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
    caption: "",
  };
  return [
    first,
    ...trace.phases.map((phase): Step => {
      const [name, layer] = (phase.shows[0] ?? "").split(":");
      const usual = USUAL.includes(name ?? "") ? (name as StepKind) : "link";
      const kind = phase.kind === "loss" || phase.kind === "update" ? phase.kind : usual;
      const l = phase.kind === "loss" || phase.kind === "update" ? L : Number(layer);
      const tone =
        phase.kind === "update" ? "shared" : phase.kind === "forward" || phase.kind === "loss" ? "forward" : "backward";
      const id = kind === "link" ? (phase.shows[0] ?? "") : `${kind}:${l}`;
      return { kind, l, id, tone, title: title(trace, kind, l, id), caption: phase.caption };
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
