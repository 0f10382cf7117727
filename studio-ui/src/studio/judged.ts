/** What Python's lints say of a run, where it stands: a step on the points that are trained on. */
import { computing } from "../live/computing";
import type { AskedStep, Judged } from "../live/step";
import type { PointSet, Start } from "./carried";
import type { Run } from "./run";
import { part, type Settings, shapeOf } from "./settings";

/** Points of a step that is judged: of more, the first ones. */
const MOST = 400;

/** The next step of a run on some rows, as Python is asked for it; null before there are weights. */
export function askedOf(
  start: Start,
  settings: Settings,
  eta: number,
  set: PointSet,
  run: Run,
  rows: readonly number[],
): AskedStep | null {
  const { snapshot } = run;
  if (!snapshot) return null;
  const { widths, activations } = shapeOf(settings, set);
  const { remembers = [] } = part(start, "optimizer", settings.optimizer);
  const state: Record<string, ArrayLike<number>> = {};
  remembers.forEach((name, k) => {
    state[name] = Array.from(snapshot.state.kept[k] ?? []);
  });
  return {
    widths,
    activations,
    parameters: Array.from(snapshot.parameters),
    X: rows.map((row) => Array.from(set.X.subarray(row * set.inputs, (row + 1) * set.inputs))),
    Y: rows.map((row) => Array.from(set.Y.subarray(row * set.outputs, (row + 1) * set.outputs))),
    loss: settings.loss,
    optimizer: settings.optimizer,
    eta,
    t: snapshot.taken + 1,
    penalty: settings.decay ? `l2(strength=${settings.decay})` : null,
    state: snapshot.taken && remembers.length ? { ...state, ...counted(start, settings, snapshot) } : null,
    check: false,
    seed: settings.seed,
    classes: set.carried.classes,
  };
}

/** Counts that an optimiser keeps beside its arrays. */
function counted(start: Start, settings: Settings, { state }: NonNullable<Run["snapshot"]>): Record<string, number[]> {
  const counts = part(start, "optimizer", settings.optimizer).counts ?? [];
  return Object.fromEntries(counts.map((name) => [name, [name === "t" ? state.t : state.product]]));
}

export function judgedOf(start: Start, settings: Settings, eta: number, set: PointSet, run: Run): Judged | null {
  const rows = Array.from({ length: Math.min(MOST, set.training) }, (_, row) => row);
  const asked = askedOf(start, settings, eta, set, run, rows);
  return asked && computing().judgedStep(asked);
}
