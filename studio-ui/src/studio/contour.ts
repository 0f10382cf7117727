/** Where a function on a grid is 0: marching squares, as pieces of lines in units of the grid. */
export type Piece = readonly [number, number, number, number];

/** `values` are (side, side), row by row. */
export function contour(values: ArrayLike<number>, side: number): Piece[] {
  const pieces: Piece[] = [];
  for (let row = 0; row + 1 < side; row++)
    for (let column = 0; column + 1 < side; column++) {
      const at = row * side + column;
      const corners = [values[at], values[at + 1], values[at + side + 1], values[at + side]] as number[];
      const crossed = crossings(corners, column, row);
      for (let k = 0; k + 1 < crossed.length; k += 2) {
        const [[x1, y1], [x2, y2]] = [crossed[k], crossed[k + 1]] as [[number, number], [number, number]];
        pieces.push([x1, y1, x2, y2]);
      }
    }
  return pieces;
}

const AROUND = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;

/** The places on the sides of a cell at which the sign changes: none, two or four. */
function crossings(corners: readonly number[], column: number, row: number): [number, number][] {
  const found: [number, number][] = [];
  for (let k = 0; k < 4; k++) {
    const [a, b] = [corners[k] as number, corners[(k + 1) % 4] as number];
    if (a >= 0 === b >= 0) continue;
    const share = a / (a - b);
    const [[x1, y1], [x2, y2]] = [AROUND[k], AROUND[(k + 1) % 4]] as [
      readonly [number, number],
      readonly [number, number],
    ];
    found.push([column + x1 + share * (x2 - x1), row + y1 + share * (y2 - y1)]);
  }
  return found;
}
