/** The next step of a training, as Python explains it. */
import { Order } from "../engine/order";
import { documentOf } from "../live/computing";
import type { AskedStep } from "../live/step";
import type { Trace } from "../trace/reading";
import type { Start } from "./carried";
import { askedOf } from "./judged";
import type { Standing } from "./measures";

/** Points of a step that is explained; of more, the first ones. */
const MOST = 32;

export interface NextStep {
  readonly asked: AskedStep;
  readonly trace: Trace;
  /** What the step does that this account leaves out, in sentences. */
  readonly leavesOut: readonly string[];
}

/** Error with Python's words where a step cannot be explained. */
export function nextStep(start: Start, { side: { settings, eta }, set, run }: Standing): NextStep {
  const order = new Order(set.training, settings.batchSize, settings.seed);
  const batch = order.batches(run.snapshot?.taken ?? 0, 1).rows;
  const asked = askedOf(start, settings, eta, set, run, Array.from(batch).slice(0, MOST));
  if (!asked) throw new Error("The training has not begun.");
  const manner = { layout: "denominator", notation: "mn", check: true } as const;
  const leavesOut = [
    ...(batch.length > MOST ? [`Of the batch's ${batch.length} points it has the first ${MOST}.`] : []),
    ...(settings.dropout > 0 ? ["Dropout is left out of this step."] : []),
    ...(settings.early ? ["This run changes each layer too early; the step is shown as it should be."] : []),
  ];
  const step = { ...asked, ...manner };
  return { asked: step, trace: documentOf(step, manner), leavesOut };
}
