import { describe, expect, it } from "vitest";
import { inSteps } from "../src/numbers";
import { extent, ticks } from "../src/parts/LineChart";
import { sceneOf } from "../src/parts/scene";
import { typeset } from "../src/parts/Tex";
import { stepsOf } from "../src/trace/steps";
import { every, samples } from "./samples";

describe("the scene of a network", () => {
  it.each(every)("has an arrow for every step but the update, %s", (_, trace) => {
    const steps = stepsOf(trace).filter(({ id }) => !id.startsWith("update") && !id.startsWith("point_dL_dalpha"));
    const arrows = sceneOf(trace.diagram.nodes, trace.diagram.edges).arrows.map((arrow) => arrow.step);
    expect(arrows.toSorted()).toEqual(steps.map(({ id }) => id).toSorted());
  });

  it.each(every)("lets values go right and gradients come left, %s", (_, trace) => {
    const ends = (path: string) => [...path.matchAll(/-?\d+(\.\d+)?/g)].map(([number]) => Number(number));
    for (const arrow of sceneOf(trace.diagram.nodes, trace.diagram.edges).arrows) {
      const [start = 0, ...rest] = ends(arrow.path);
      if (arrow.kind === "forward") expect(rest.at(-1), arrow.step).toBeGreaterThan(start);
      if (arrow.kind === "backward") expect(rest.at(-2), arrow.step).toBeLessThan(start);
    }
  });

  it("stands in the order of the diagram, no box on another", () => {
    const { units } = sceneOf(samples.batch.diagram.nodes, samples.batch.diagram.edges);
    for (const [index, unit] of units.slice(1).entries()) {
      const before = units[index];
      expect(unit.x - unit.width / 2).toBeGreaterThan((before?.x ?? 0) + (before?.width ?? 0) / 2);
    }
  });
});

describe("ticks of an axis", () => {
  it("are round and within", () => {
    expect(ticks(0, 1, 4)).toEqual([0, 0.5, 1]);
    expect(ticks(0.13, 0.92, 4)).toEqual([0.2, 0.4, 0.6, 0.8]);
  });

  it("stay between 0 and 1 where the values are parts", () => {
    expect([extent([1, 1], 0.5, true), extent([0], 0.5, true)]).toEqual([
      [0.5, 1],
      [0, 0.5],
    ]);
    expect(extent([1], 0.5)).toEqual([0.5, 1.5]);
  });

  it("are apart where values differ by no more than their rounding", () => {
    const guessing = Math.log(2);
    const [low, high] = extent([guessing, guessing + 2e-16]);
    expect(high - low).toBe(1);
    expect(inSteps(ticks(low, high, 4))).toEqual(["0.5", "1.0"]);
    expect(extent([1e-17, 3e-17], 0.5, false, 1)).toEqual([-0.5, 0.5]); // the logarithms of 1, and of 1 and a little
  });
});

describe("a formula", () => {
  it("is MathML", () => {
    expect(typeset("\\frac{\\partial \\mathcal{L}}{\\partial Z^{2}}").type).toBe("math");
  });

  it("is shown as it was given where it is no LaTeX", () => {
    expect(typeset("\\frac{a").type).toBe("code");
  });
});
