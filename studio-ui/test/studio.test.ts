import { expect, test } from "vitest";
import { classOf, PointSet, packed } from "../src/studio/carried";
import { contour } from "../src/studio/contour";

const set = (features: number, X: number[], Y: number[]) =>
  new PointSet({
    name: "mine(points=4)",
    about: "",
    target: "y",
    features: Array.from({ length: features }, (_, j) => `x${j}`),
    classes: null,
    X: packed(X),
    Y: packed(Y),
    shown: X.length / features,
    training: X.length / features,
    of: X.length / features,
  });

test("a boundary runs where a function is 0, between the cells", () => {
  const side = 11;
  const values = Array.from({ length: side * side }, (_, cell) => (cell % side) + Math.floor(cell / side) - 7.5);
  const pieces = contour(values, side);
  expect(pieces.length).toBeGreaterThan(10);
  for (const [x1, y1, x2, y2] of pieces) {
    expect(x1 + y1).toBeCloseTo(7.5, 12);
    expect(x2 + y2).toBeCloseTo(7.5, 12);
  }
});

test("a saddle has two pieces, and a function without a zero has none", () => {
  expect(contour([1, -1, -1, 1], 2).length).toBe(2);
  expect(contour([1, 2, 3, 4], 2)).toEqual([]);
});

test("the class is that of the largest output, and of a single one whether it is above a half", () => {
  expect(classOf([0.1, 0.7, 0.2, 0.5, 0.2, 0.3], 1, 3)).toBe(0);
  expect([0.49, 0.5].map((a) => classOf([a], 0, 1))).toEqual([0, 1]);
});

test("the inputs that are drawn first are those that follow the target", () => {
  const X = [1, 5, 0, 2, 5, 9, 3, 5, 1, 4, 5, 7]; // x0 is the target, x1 constant, x2 neither
  const points = set(3, X, [1, 2, 3, 4]);
  expect(points.telling()).toEqual([0, 2]);
  expect(points.title).toBe("mine");
  expect(points.means()).toEqual([2.5, 5, 4.25]);
});
