/** The numbers that the claims of scenes are about, as `clearprop.live.scenes` describes them. */
import { toNumber } from "../numbers";
import type { Claim, PointSet, Start } from "./carried";
import { judgedOf } from "./judged";
import type { Run } from "./run";
import type { Side } from "./state";

export interface Standing {
  readonly side: Side;
  readonly set: PointSet;
  readonly run: Run;
}

/** Steps after which a claim is about a run. */
export const stepsOf = ({ epochs, steps }: Claim, run: Run) => epochs * run.stepsPerEpoch + steps;

/** Whether every run is where the claim is about it, and rests. */
export const isThere = (claim: Claim, runs: readonly Run[]) =>
  runs.every((run) => run.snapshot?.taken === stepsOf(claim, run) && !run.playing);

/** What a claim is about; null where there is no such number. */
export function measured(start: Start, claim: Claim, [first, second]: readonly Standing[]): number | null {
  if (!first) return null;
  const own = measure(start, claim, first, second);
  if (!claim.bySecond) return own;
  const other = second ? measure(start, claim, second, first) : null;
  return own === null || other === null ? null : own / other;
}

export const holds = ({ relation, bound }: Claim, value: number | null) =>
  value !== null && (relation === "below" ? value < bound : value > bound);

function measure(start: Start, claim: Claim, one: Standing, other: Standing | undefined): number | null {
  const { run, side, set } = one;
  const { look, snapshot } = run;
  if (!snapshot) return null;
  const [m, n] = [look.widths[0] as number, look.widths[1] as number];
  const layer = (parameters: Float64Array) => parameters.subarray(0, (m + 1) * n);
  switch (claim.measure) {
    case "loss":
      return look.training().loss;
    case "test loss":
      return look.held()?.loss ?? null;
    case "loss by first":
      return run.first ? look.training().loss / run.first.loss : null;
    case "spread":
      return layer(snapshot.parameters).reduce(
        (most, w, k, all) => Math.max(most, Math.abs(w - (all[k - (k % n)] as number))),
        0,
      );
    case "moved":
      return distance(layer(snapshot.parameters), layer(run.began));
    case "distance":
      return other?.run.snapshot ? distance(snapshot.parameters, other.run.snapshot.parameters) : null;
    case "both ways":
      return judgedOf(start, side.settings, side.eta, set, run)?.both_ways ?? null;
    case "lint": {
      const lints = judgedOf(start, side.settings, side.eta, set, run)?.lints ?? [];
      const value = lints.find(({ code }) => code === claim.code)?.measured[claim.key];
      return value === undefined ? null : toNumber(value);
    }
  }
}

const distance = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, k) => Math.max(most, Math.abs(value - (b[k] as number))), 0);
