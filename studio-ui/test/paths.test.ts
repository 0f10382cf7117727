import { describe, expect, it } from "vitest";
import { toNumber } from "../src/numbers";
import { derivativeAt, sumOverPaths, unitsOf } from "../src/trace/paths";
import { layersOf, stored } from "../src/trace/reading";
import { every, samples } from "./samples";

/** Products of at most a dozen doubles, added up in another order: a few units of the last place, relative to the largest term. */
const ROUNDING = 1e-13;

describe("a derivative as a sum over paths", () => {
  it.each(every.filter(([name]) => name !== "wide"))(
    "is the entry of the gradient, for every weight and bias of %s",
    (_, trace) => {
      for (let l = 1; l <= layersOf(trace); l++) {
        for (const j of unitsOf(trace, l)) {
          for (const i of [null, ...unitsOf(trace, l - 1)]) {
            const sum = sumOverPaths(trace, { l, i, j }, Number.POSITIVE_INFINITY);
            const added = sum.paths.reduce((total, path) => total + path.product, 0);
            const size = Math.max(...sum.paths.map((path) => Math.abs(path.product)), 1e-12);
            expect(
              Math.abs(added - derivativeAt(trace, { l, i, j })) / size,
              `weight ${i} to ${j} of layer ${l}`,
            ).toBeLessThan(ROUNDING);
            expect(sum.paths).toHaveLength(sum.count);
          }
        }
      }
    },
  );

  it.each(every)("lists the paths that the trace itself lists, in %s", (_, trace) => {
    for (const entry of trace.entries) {
      const [first = 1, second] = entry.indices;
      const pick =
        second === undefined ? { l: entry.l, i: null, j: first - 1 } : { l: entry.l, i: first - 1, j: second - 1 };
      const sum = sumOverPaths(trace, pick);
      expect(sum.value).toBeCloseTo(toNumber(entry.value), 12);
      expect(sum.count).toBe(entry.count);
      expect(sum.paths[0]?.product).toBeCloseTo(toNumber(entry.paths[0]?.product ?? null), 12);
      if (trace.header.scalar) continue; // where all is scalar the page leaves the indices out
      expect(sum.paths[0]?.factors.map((factor) => factor.symbol.plain)).toEqual(
        entry.paths[0]?.factors.map((factor) => factor.symbol.plain),
      );
    }
  });

  it("says what the paths that are not listed come to", () => {
    const sum = sumOverPaths(samples.batch, { l: 1, i: 0, j: 0 }, 1);
    const listed = sum.paths.reduce((total, path) => total + path.product, 0);
    expect(listed + sum.rest).toBeCloseTo(sum.value, 12);
  });

  it("reads a folded array by the units that are shown", () => {
    const { wide } = samples;
    const W = stored(wide, "W:1");
    const [i, j] = [W.rows?.[2] ?? 0, W.columns?.[3] ?? 0];
    const sum = sumOverPaths(wide, { l: 1, i, j });
    expect(sum.value).toBe(toNumber(stored(wide, "point_dL_dW:1").values[2]?.[3] ?? null));
  });
});
