/** Which of two runs a choice goes to: what they share is changed in both, what they differ in stays each run's own. */
import type { PointSet, Start } from "./carried";
import { fits, pairsOf, type Settings } from "./settings";
import type { Side } from "./state";

export const AIMS = ["both runs", "run 1", "run 2"] as const;
export type Aim = (typeof AIMS)[number];
/** What can be chosen of a run. */
export type Choosable = keyof Settings | "eta";
export type Chosen = Settings & { readonly eta: number };

/** The run whose choices are shown. */
export const shownAt = (aim: Aim): 0 | 1 => (aim === "run 2" ? 1 : 0);

const chosenOf = ({ settings, eta }: Side): Chosen => ({ ...settings, eta });

/** In what two runs differ; none where there is one. */
export function differing(sides: readonly Side[]): ReadonlySet<Choosable> {
  const [one, other] = sides.map(chosenOf);
  return new Set(one && other ? keysOf(one).filter((key) => !same(one[key], other[key])) : []);
}

/** The runs after a choice: `to` is what the shown run has become, `own` what a change of both leaves to each run. */
export function chosen(
  start: Start,
  sets: readonly PointSet[],
  { sides, aim, own }: { sides: readonly Side[]; aim: Aim; own: ReadonlySet<Choosable> },
  to: Chosen,
): Side[] {
  const at = shownAt(aim);
  const from = sides[at];
  if (!from) return [...sides];
  const before = chosenOf(from);
  const changed = keysOf(to).filter((key) => !same(before[key], to[key]));
  return sides.map((side, k): Side => {
    if (k === at) return withChosen(side, to);
    const shared = aim === "both runs" ? changed.filter((key) => !own.has(key)) : [];
    if (!shared.length) return side;
    const next: Chosen = { ...chosenOf(side), ...Object.fromEntries(shared.map((key) => [key, to[key]])) };
    const set = sets[next.set];
    const joins = set && fits(pairsOf(start, set), next, set.outputs);
    return withChosen(side, joins ? next : { ...next, loss: to.loss, output: to.output });
  });
}

/** A change of the step size alone leaves the settings, and so the run, as they are. */
function withChosen({ settings }: Side, { eta, ...next }: Chosen): Side {
  return { settings: same(settings, next) ? settings : next, eta };
}

const keysOf = (of: Chosen) => Object.keys(of) as Choosable[];
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
