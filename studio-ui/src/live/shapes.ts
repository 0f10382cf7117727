/** The same step with other parts: what fits of its weights and its state stays, and what does not begins anew. */

import { computing } from "./computing";
import type { AskedStep } from "./step";

/** What a reader chooses; with widths weights may come along. */
export type Chosen = Partial<Pick<AskedStep, "widths" | "activations" | "parameters" | "loss" | "optimizer">>;

export function reshaped(asked: AskedStep, chosen: Chosen): AskedStep {
  const next = { ...asked, ...chosen, after: undefined, note: undefined };
  if (chosen.optimizer) next.state = undefined;
  if (!chosen.widths && !chosen.activations) return next;
  next.activations = fitted(next.activations, next.widths.length - 1);
  const { widths, activations, seed } = next;
  const fresh = computing().firstParameters({ widths, activations, seed: seed ?? 0 });
  const same = chosen.widths === undefined && fresh.length === asked.parameters.length;
  if (same) return next;
  next.parameters = chosen.parameters ?? fresh;
  return { ...next, state: undefined, t: 1, entries: [], biases: [], factors: undefined };
}

/** A layer more repeats the first activation; the last one stays the last. */
function fitted(activations: readonly string[], L: number): string[] {
  const last = activations.at(-1) ?? "identity";
  const hidden = activations.slice(0, -1);
  return [...Array.from({ length: L - 1 }, (_, l) => hidden[l] ?? hidden.at(-1) ?? "tanh"), last];
}
