/** Trainings from many first weights, one after the other in slices, and the minima that they reach told apart. */
import { Training } from "../engine/training";
import { computing } from "../live/computing";
import type { PointSet, Start } from "./carried";
import { planOf, type Settings } from "./settings";

export interface Reached {
  readonly seed: number;
  readonly loss: number;
}

export interface Minimum {
  /** The mean loss of those that reached it. */
  readonly loss: number;
  readonly seeds: readonly number[];
}

/** Milliseconds of computing before the page draws again. */
const SLICE = 12;
/** Calls back with what has been reached so far, and ends when told to. Seeds follow that of the settings. */
export async function restarts(
  module: WebAssembly.Module,
  start: Start,
  { settings, eta, set }: { settings: Settings; eta: number; set: PointSet },
  { count, steps }: { count: number; steps: number },
  told: (reached: readonly Reached[]) => boolean,
): Promise<void> {
  const reached: Reached[] = [];
  for (let k = 0; k < count; k++) {
    const seed = (settings.seed + k) >>> 0;
    const plan = planOf(start, { ...settings, seed }, eta, set, computing().firstParameters);
    const training = new Training(module, plan);
    try {
      let began = performance.now();
      for (let left = steps; left > 0 && training.finite; ) {
        left -= training.advance(left);
        if (performance.now() - began < SLICE) continue;
        await new Promise((go) => setTimeout(go));
        began = performance.now();
        if (!told(reached)) return;
      }
      reached.push({ seed, loss: training.finite ? training.lossNow() : Number.NaN });
    } finally {
      training.end();
    }
    if (!told([...reached])) return;
  }
}

/** The minima with the mean of their losses, told apart as Python tells them. */
export function minimaOf(reached: readonly Reached[]): Minimum[] {
  return computing()
    .minimaOf(reached.map(({ loss }) => loss))
    .map((runs) => {
      const group = runs.map((k) => reached[k] as Reached);
      return {
        loss: group.reduce((sum, { loss }) => sum + loss, 0) / group.length,
        seeds: group.map(({ seed }) => seed),
      };
    });
}
