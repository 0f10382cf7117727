/** Numbers of a step that a reader may move, and where each stands: in a matrix of the page, and in what a step is made from. */

import { toNumber } from "../numbers";
import type { Written } from "../parts/types";
import { entrySymbol, unitSymbol } from "../trace/entries";
import { layersOf, sizeOf, symbolOf, type Trace } from "../trace/reading";
import { computing } from "./computing";
import type { AskedStep } from "./step";

/** A weight from unit i to unit j of layer l, a bias, an activation's parameter; an entry of the input or target; the step size. */
export type Handle =
  | { kind: "W"; l: number; i: number; j: number }
  | { kind: "W0"; l: number; j: number }
  | { kind: "alpha"; l: number; j: number }
  | { kind: "X"; j: number }
  | { kind: "Y"; j: number }
  | { kind: "eta" };

export const nameOf = (handle: Handle): string => Object.values(handle).join(":");

/** The handle of an entry of a value, by its row and column as the trace has them; null where nobody can move it. */
export function handleAt(trace: Trace, id: string, row: number, column: number): Handle | null {
  const [name, layer] = id.split(":");
  const l = Number(layer);
  const j = Math.max(row, column);
  switch (name) {
    case "W":
      return trace.notation.weights === "outputs in rows"
        ? { kind: "W", l, i: column, j: row }
        : { kind: "W", l, i: row, j: column };
    case "W0":
    case "alpha":
      return { kind: name, l, j };
    case "A":
      return l === 0 ? { kind: "X", j } : null;
    case "Y":
      return { kind: "Y", j };
    default:
      return null;
  }
}

/** How it is written. */
export function symbolOfHandle(trace: Trace, handle: Handle): Written {
  switch (handle.kind) {
    case "eta":
      return symbolOf(trace, "eta", 0);
    case "W":
      return entrySymbol(trace, handle);
    case "W0":
      return entrySymbol(trace, { ...handle, i: null });
    case "X":
      return unitSymbol(trace, "A", 0, handle.j);
    case "Y":
      return unitSymbol(trace, "Y", layersOf(trace), handle.j);
    case "alpha":
      return unitSymbol(trace, "alpha", handle.l, handle.j);
  }
}

export function amountOf(asked: AskedStep, trace: Trace, handle: Handle): number | undefined {
  switch (handle.kind) {
    case "eta":
      return toNumber(trace.header.eta);
    case "X":
    case "Y":
      return asked[handle.kind][asked.at ?? 0]?.[handle.j];
    default:
      return asked.parameters[placeOf(trace, handle)];
  }
}

/** The same step with another value there. A point that was changed has lost its name and the raw row behind it, and weights their seed. */
export function moved(asked: AskedStep, trace: Trace, handle: Handle, value: number): AskedStep {
  if (handle.kind === "eta") return { ...asked, eta: value, after: undefined };
  if (handle.kind === "X" || handle.kind === "Y") {
    const { j } = handle;
    const { loss } = asked;
    const other = (row: ArrayLike<number>) =>
      handle.kind === "X"
        ? Array.from(row, (each, at) => (at === j ? value : each))
        : computing().movedTarget({ loss, row, j, value });
    const rows = asked[handle.kind].map((row, at) => (at === (asked.at ?? 0) ? other(row) : row));
    return { ...asked, [handle.kind]: rows, point: undefined, row: undefined, after: undefined };
  }
  const parameters = Array.from(asked.parameters);
  parameters[placeOf(trace, handle)] = value;
  return { ...asked, parameters, seed: undefined, after: undefined };
}

/** Where a parameter stands in the flat vector: W[1] row by row, W0[1], alpha where layer 1 has one, then the next layer. */
function placeOf(trace: Trace, handle: Extract<Handle, { l: number }>): number {
  const { widths } = trace.header.network;
  let start = 0;
  for (let l = 1; l <= widths.length - 1; l++) {
    const [m, n] = [widths[l - 1] ?? 0, widths[l] ?? 0];
    const own = { W: 0, W0: m * n, alpha: m * n + n };
    if (l === handle.l) return start + own[handle.kind] + (handle.kind === "W" ? handle.i * n : 0) + handle.j;
    start += m * n + n + (trace.values[`alpha:${l}`] ? n : 0);
  }
  return -1;
}

/** A first number of every array that can be moved: eta, inputs, targets, then layer by layer. */
export function arraysOf(trace: Trace): Handle[] {
  const { widths } = trace.header.network;
  const layers = Array.from({ length: widths.length - 1 }, (_, index): Handle[] => {
    const l = index + 1;
    const own: Handle[] = [
      { kind: "W", l, i: 0, j: 0 },
      { kind: "W0", l, j: 0 },
    ];
    return trace.values[`alpha:${l}`] ? [...own, { kind: "alpha", l, j: 0 }] : own;
  });
  return [{ kind: "eta" }, { kind: "X", j: 0 }, { kind: "Y", j: 0 }, ...layers.flat()];
}

/** How many places the array of a handle has along i and along j. */
export function sidesOf(trace: Trace, handle: Handle): { i?: number; j?: number } {
  const { widths } = trace.header.network;
  switch (handle.kind) {
    case "eta":
      return {};
    case "X":
      return { j: widths[0] ?? 0 };
    case "Y":
      return { j: sizeOf(trace, `Y:${layersOf(trace)}`) };
    case "W":
      return { i: widths[handle.l - 1] ?? 0, j: widths[handle.l] ?? 0 };
    default:
      return { j: widths[handle.l] ?? 0 };
  }
}
