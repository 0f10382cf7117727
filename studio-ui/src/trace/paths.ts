/** One weight's derivative as a sum over paths: every way from it to the loss, each the product of the links that it passes. */
import { toNumber } from "../numbers";
import type { Pick } from "../parts/Neurons";
import type { Written } from "../parts/types";
import { entrySymbol, unitSymbol } from "./entries";
import { backwardOf, forwardOf, layersOf, stored, type Trace } from "./reading";

export interface PathFactor {
  symbol: Written;
  value: number;
}

export interface Path {
  factors: PathFactor[];
  product: number;
}

export interface Sum {
  value: number;
  paths: Path[];
  /** How many paths there are in all, and what those that are not listed come to. */
  count: number;
  rest: number;
}

/** Paths that are tried, before only the heaviest turns are taken. */
const ALL = 4096;
const HEAVIEST = 5;

/** The derivative by a weight or a bias at the point that is shown, its `listed` largest paths first. */
export function sumOverPaths(trace: Trace, pick: Pick, listed = 6): Sum {
  const value = derivativeAt(trace, pick);
  const widths = trace.header.network.widths;
  const count = widths.slice(pick.l + 1).reduce((product, width) => product * width, 1);
  const turns = count <= ALL ? Number.POSITIVE_INFINITY : HEAVIEST;
  const start: PathFactor[] =
    pick.i === null
      ? []
      : [{ symbol: unitSymbol(trace, "A", pick.l - 1, pick.i), value: at(trace, `A:${pick.l - 1}`, pick.i) }];
  const found = onwards(trace, pick.l, pick.j, turns).map((tail) => {
    const factors = [...start, ...tail];
    return { factors, product: factors.reduce((product, factor) => product * factor.value, 1) };
  });
  const paths = found.sort((a, b) => Math.abs(b.product) - Math.abs(a.product)).slice(0, listed);
  const counted = endsInShortcut(trace) ? count : count * mixing(trace, pick.l);
  const rest = paths.length === counted ? 0 : value - paths.reduce((sum, path) => sum + path.product, 0);
  return { value, paths, count: counted, rest };
}

/** The entry of the gradient itself, of the point that is shown. */
export function derivativeAt(trace: Trace, pick: Pick): number {
  if (pick.i === null) return at(trace, `dL_dZ:${pick.l}`, pick.j);
  return between(trace, `point_dL_dW:${pick.l}`, pick.l - 1, pick.i, pick.j);
}

/** Tails of paths from z_j of layer l to the loss. */
function onwards(trace: Trace, l: number, j: number, turns: number): PathFactor[][] {
  const L = layersOf(trace);
  if (l === L && endsInShortcut(trace))
    return [[{ symbol: unitSymbol(trace, "dL_dZ", l, j), value: at(trace, `dL_dZ:${l}`, j) }]];
  return within(trace, l, j).flatMap(({ factor, unit }) => {
    if (l === L)
      return [[factor, { symbol: unitSymbol(trace, "dL_dA", l, unit), value: at(trace, `dL_dA:${l}`, unit) }]];
    const weight = (k: number) => between(trace, `W:${l + 1}`, l, unit, k);
    const ahead = unitsOf(trace, l + 1);
    const heaviest = Number.isFinite(turns) ? ahead.toSorted((a, b) => share(b) - share(a)).slice(0, turns) : ahead;
    function share(k: number) {
      return Math.abs(weight(k) * at(trace, `dL_dZ:${l + 1}`, k));
    }
    return heaviest.flatMap((k) =>
      onwards(trace, l + 1, k, turns).map((tail) => [
        factor,
        { symbol: entrySymbol(trace, { l: l + 1, i: unit, j: k }), value: weight(k) },
        ...tail,
      ]),
    );
  });
}

/** From z_j to the activations that depend on it: its own, or all of them where the activation mixes its units. */
function within(trace: Trace, l: number, j: number): { factor: PathFactor; unit: number }[] {
  if (forwardOf(trace, l)?.elementwise) {
    return [{ factor: { symbol: unitSymbol(trace, "slope", l, j), value: at(trace, `slopes:${l}`, j) }, unit: j }];
  }
  const turned = trace.header.layout.name === "numerator";
  return unitsOf(trace, l).map((unit) => {
    const [row, column] = turned ? [unit, j] : [j, unit];
    const [a, z] = [unitSymbol(trace, "A", l, unit), unitSymbol(trace, "Z", l, j)];
    const symbol = { plain: `∂${a.plain}/∂${z.plain}`, latex: `\\frac{\\partial ${a.latex}}{\\partial ${z.latex}}` };
    return { factor: { symbol, value: cell(trace, `dA_dZ:${l}`, row, column) }, unit };
  });
}

/** How many paths each way through the layers has because an activation mixes its units. */
function mixing(trace: Trace, from: number): number {
  return trace.forward
    .filter((layer) => layer.l >= from && !layer.elementwise)
    .reduce((product, layer) => product * (trace.header.network.widths[layer.l] ?? 1), 1);
}

function endsInShortcut(trace: Trace): boolean {
  return backwardOf(trace, layersOf(trace))?.shortcut != null;
}

/** The units of a layer that the trace shows. */
export function unitsOf(trace: Trace, l: number): readonly number[] {
  return trace.fold.units[l] ?? Array.from({ length: trace.header.network.widths[l] ?? 0 }, (_, index) => index);
}

/** A vector's value at a unit, whichever way the vector lies. */
export function at(trace: Trace, id: string, unit: number): number {
  return stored(trace, id).shape[0] === 1 ? cell(trace, id, 0, unit) : cell(trace, id, unit, 0);
}

/** A matrix's value between unit i of layer `below` and unit j of the next, whichever way the matrix lies. */
export function between(trace: Trace, id: string, below: number, i: number, j: number): number {
  return stored(trace, id).units[0] === below ? cell(trace, id, i, j) : cell(trace, id, j, i);
}

function cell(trace: Trace, id: string, row: number, column: number): number {
  const value = stored(trace, id);
  const r = value.rows ? value.rows.indexOf(row) : row;
  const c = value.columns ? value.columns.indexOf(column) : column;
  return toNumber(value.values[r]?.[c] ?? null);
}
