/** Two features of a set as a plane, one as a line: the points of a grid over it, and what a network gives there as colours. */
import { classOf, type PointSet } from "./carried";
import { between, CLASSES, type Colour, type Palette } from "./palette";

export interface Plane {
  readonly set: PointSet;
  /** The features across and up; the same one twice where there is only one. */
  readonly axes: readonly [number, number];
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

export function planeOf(set: PointSet, [across, up]: readonly [number, number]): Plane {
  return { set, axes: [across, up], x: set.range(across), y: set.inputs > 1 ? set.range(up) : valuesOf(set) };
}

/** Whether it is a line, with the outputs drawn above it. */
export const isLine = ({ set }: Plane) => set.inputs === 1;

function valuesOf(set: PointSet): [number, number] {
  const low = set.Y.reduce((least, y) => Math.min(least, y), 0);
  const high = set.Y.reduce((most, y) => Math.max(most, y), 0);
  const margin = 0.15 * (high - low || 1);
  return [low - margin, high + margin];
}

/** The inputs at the cells of a grid, row by row from the top; of a line one row. Inputs that are not drawn stand at their mean. */
export function gridOf(plane: Plane, side: number): Float64Array<ArrayBuffer> {
  const { set, axes, x, y } = plane;
  const rows = isLine(plane) ? 1 : side;
  const [means, m] = [set.means(), set.inputs];
  const X = new Float64Array(rows * side * m);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < side; column++) {
      const at = (row * side + column) * m;
      X.set(means, at);
      if (!isLine(plane)) X[at + axes[1]] = y[1] - ((row + 0.5) / side) * (y[1] - y[0]);
      X[at + axes[0]] = x[0] + ((column + 0.5) / side) * (x[1] - x[0]);
    }
  return X;
}

/** What a class's share of a cell looks like: the more certain, the stronger. */
export function classColour(A: ArrayLike<number>, cell: number, outputs: number, colours: Palette): Colour {
  const shares = sharesOf(A, cell, outputs);
  let [r, g, b, largest] = [0, 0, 0, 0];
  shares.forEach((share, k) => {
    const [cr, cg, cb] = colours.classes[k % CLASSES] as Colour;
    [r, g, b] = [r + share * cr, g + share * cg, b + share * cb];
    largest = Math.max(largest, share);
  });
  const certain = (largest - 1 / shares.length) / (1 - 1 / shares.length);
  return between(colours.card, [r, g, b], 0.12 + 0.38 * certain);
}

function sharesOf(A: ArrayLike<number>, cell: number, outputs: number): number[] {
  const clipped = (value: number) => Math.min(1, Math.max(0, value));
  if (outputs === 1) {
    const share = clipped(A[cell] as number);
    return [1 - share, share];
  }
  const all = Array.from({ length: outputs }, (_, k) => clipped(A[cell * outputs + k] as number));
  const sum = all.reduce((a, b) => a + b, 0);
  return sum > 0 ? all.map((share) => share / sum) : all.map(() => 1 / outputs);
}

/** A value between -scale and scale, by two tones on the ground. */
export function signedColour(value: number, scale: number, colours: Palette): Colour {
  const share = Math.min(1, Math.abs(value) / (scale || 1));
  return between(colours.card, value >= 0 ? colours.plus : colours.minus, 0.9 * share);
}

/** By how much the largest output of a cell is above the largest other one, for each class: 0 on its boundary. */
export function leads(A: ArrayLike<number>, cells: number, outputs: number): Float64Array[] {
  if (outputs === 1) return [Float64Array.from({ length: cells }, (_, cell) => (A[cell] as number) - 0.5)];
  const found = Array.from({ length: outputs === 2 ? 1 : outputs }, () => new Float64Array(cells));
  for (let cell = 0; cell < cells; cell++) {
    const best = classOf(A, cell, outputs);
    let second = -Infinity;
    for (let k = 0; k < outputs; k++) if (k !== best) second = Math.max(second, A[cell * outputs + k] as number);
    found.forEach((lead, k) => {
      const own = A[cell * outputs + k] as number;
      lead[cell] = own - (k === best ? second : (A[cell * outputs + best] as number));
    });
  }
  return found;
}
