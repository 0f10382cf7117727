/** What the script of a live page computes, where the page has it: it stands before the viewer's own script. */

import type { TraceDocument } from "../trace/document";
import type { AskedStep, Nudged, Valley } from "./step";

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

const nudges = new WeakMap<AskedStep, Map<string, [base: AskedStep, nudged: Nudged]>>();

/** What moving the numbers of one step to those of another does, computed once. */
export function nudgedOf(base: AskedStep, now: AskedStep, notation: string): Nudged {
  const known = nudges.get(now) ?? new Map<string, [AskedStep, Nudged]>();
  nudges.set(now, known);
  const found = known.get(notation);
  if (found?.[0] === base) return found[1];
  const nudged = computing().nudged({ base: { ...base, notation }, now });
  known.set(notation, [base, nudged]);
  return nudged;
}

/** The loss by the step size, as far as `until` where that is given. */
export function valleyOf(asked: AskedStep, notation: string, until: number | undefined): Valley {
  return computing().valley({ ...asked, notation, ...(until === undefined ? {} : { until }) });
}

/** The next step: weights and the optimiser's state after this one, a step later. */
export function stepped(asked: AskedStep): AskedStep {
  const { parameters, state } = computing().afterStep(asked);
  return { ...asked, parameters, state, t: (asked.t ?? 1) + 1, after: undefined, note: undefined };
}
