import { describe, expect, it } from "vitest";
import { ticks } from "../src/parts/LineChart";
import { horizontal, vertical } from "../src/parts/scene";
import { typeset } from "../src/parts/Tex";

describe("the scene of a network", () => {
  it.each([
    ["from left to right", horizontal(3)],
    ["from the top down", vertical(3, 340)],
  ])("has an arrow for every step but the update, %s", (_, scene) => {
    const steps = scene.arrows.map((arrow) => arrow.step);
    const layers = [1, 2, 3];
    const wanted = [
      "input:0",
      "loss:3",
      ...layers.flatMap((l) => ["Z", "A", "dL_dA", "dL_dZ", "dL_dW"].map((kind) => `${kind}:${l}`)),
    ];
    expect(steps.toSorted()).toEqual(wanted.toSorted());
  });

  it("lets values go right and gradients come left", () => {
    const ends = (path: string) => [...path.matchAll(/-?\d+(\.\d+)?/g)].map(([number]) => Number(number));
    for (const arrow of horizontal(2).arrows) {
      const [start = 0, ...rest] = ends(arrow.path);
      if (arrow.kind === "forward") expect(rest.at(-1), arrow.step).toBeGreaterThan(start);
      if (arrow.kind === "backward") expect(rest.at(-2), arrow.step).toBeLessThan(start);
    }
  });

  it("stays within its width on a phone", () => {
    const scene = vertical(4, 320);
    for (const unit of scene.units) expect(unit.x + unit.width / 2).toBeLessThan(scene.width);
    for (const arrow of scene.arrows) expect(arrow.symbol.x).toBeLessThan(scene.width - 60);
  });
});

describe("ticks of an axis", () => {
  it("are round and within", () => {
    expect(ticks(0, 1, 4)).toEqual([0, 0.5, 1]);
    expect(ticks(0.13, 0.92, 4)).toEqual([0.2, 0.4, 0.6, 0.8]);
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
