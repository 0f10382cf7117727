/** What the script of a live page computes, where the page has it: it stands before the viewer's own script. */

import type { TraceDocument } from "../trace/document";
import type { AskedStep } from "./step";

type Computing = typeof import("./step");

export function computing(): Computing {
  const found = (globalThis as { clearpropLive?: Computing }).clearpropLive;
  if (!found) throw new Error("this page does not hold what computes a step");
  return found;
}

/** How a document is written, and whether its gradients are checked. */
export interface Manner {
  layout: string;
  notation: string;
  check: boolean;
}

const known = new WeakMap<AskedStep, Map<string, TraceDocument>>();

/** The document of a step, computed once for each manner. An Error with Python's words where something does not fit. */
export function documentOf(asked: AskedStep, manner: Manner): TraceDocument {
  const documents = known.get(asked) ?? new Map<string, TraceDocument>();
  known.set(asked, documents);
  const key = Object.values(manner).join(" ");
  const found = documents.get(key) ?? computing().explainStep({ ...asked, ...manner } as AskedStep);
  documents.set(key, found);
  return found;
}

/** The next step: weights and the optimiser's state after this one, a step later. */
export function stepped(asked: AskedStep): AskedStep {
  const { parameters, state } = computing().afterStep(asked);
  return { ...asked, parameters, state, t: (asked.t ?? 1) + 1, after: undefined, note: undefined };
}
