import { expect, test } from "vitest";
import * as live from "../src/live/step";
import { minimaOf } from "../src/studio/restarts";

Object.assign(globalThis, { clearpropLive: live });

test("losses with a gap between them are of different minima, the lowest first; what is not finite is none", () => {
  const losses = [0.261, 0.002, 0.2605, 0.0021, Number.NaN, 0.69];
  const found = minimaOf(losses.map((loss, seed) => ({ seed, loss })));
  expect(found.map(({ seeds }) => seeds)).toEqual([[1, 3], [2, 0], [5]]);
  expect(found[0]?.loss).toBeCloseTo(0.00205, 12);
  expect(minimaOf([])).toEqual([]);
});
