/** Order and membership: sorting, places in a sorted list, which values are among others, and values taken along an axis. */

import type { Value } from "../value";
import { tuple_of } from "../value";
import { asarray, empty, type NdArray } from "./array";
import { unravel_index } from "./shaping";
import { abs, less_equal, maximum, minimum, subtract } from "./ufuncs";

interface Options {
  axis?: number;
  side?: "left" | "right";
  rtol?: number;
  atol?: number;
  equal_nan?: boolean;
}

/** NaN comes last, and what is equal stays in its order. */
const before = (x: number, y: number): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x - y || 0;
};

/** Row by row of an array with one or two axes; `kind="stable"` is all there is. */
export const argsort = (of: Value, _options: Options = {}): NdArray => {
  const given = asarray(of);
  if (given.ndim === 2) return asarray([...given].map((row) => argsort(row))).astype("i");
  const values = [...given] as number[];
  const order = values.map((_, i) => i).sort((i, j) => before(values[i] as number, values[j] as number) || i - j);
  return asarray(order).astype("i");
};

export const sort = (of: Value): NdArray => {
  const given = asarray(of);
  return asarray(([...given] as number[]).sort(before)).astype(given.kind);
};

export const searchsorted = (sorted: Value, values: Value, { side = "left" }: Options = {}): Value => {
  const steps = [...asarray(sorted)] as number[];
  const given = asarray(values);
  const made = empty(given.sides, "i");
  given.places().forEach((place, i) => {
    const value = given.data[place] as number;
    made.data[made.offset + i] = Number.isNaN(value)
      ? steps.length
      : steps.filter((step) => (side === "right" ? step <= value : step < value)).length;
  });
  return given.ndim ? made : made.item();
};

export const isin = (of: Value, among: Value): NdArray => {
  const known = new Set([...asarray(among)]);
  const given = asarray(of);
  const made = empty(given.sides, "b");
  given.places().forEach((place, i) => {
    made.data[made.offset + i] = Number(known.has(given.data[place]));
  });
  return made;
};

export const clip = (of: Value, low: Value, high: Value, options: { out?: NdArray } = {}): Value =>
  minimum(maximum(of, low), high, options);

/** Whether all of one are as near to the other as `rtol` and `atol` say. */
export const allclose = (
  one: Value,
  other: Value,
  { rtol = 1e-5, atol = 1e-8, equal_nan = false }: Options = {},
): boolean => {
  const apart = asarray(abs(subtract(one, other)));
  const [a, b] = [asarray(one), asarray(other)];
  const [p, q] = [a.places(apart.sides), b.places(apart.sides)];
  return apart.places().every((place, i) => {
    const [x, y] = [a.data[p[i] as number], b.data[q[i] as number]] as [number, number];
    if (Number.isNaN(x) || Number.isNaN(y)) return equal_nan && Number.isNaN(x) && Number.isNaN(y);
    return x === y || (Number.isFinite(y) && (less_equal(apart.data[place], atol + rtol * Math.abs(y)) as boolean));
  });
};

/** Along the last axis, from each row the values at its own places. */
export const take_along_axis = (of: NdArray, places: NdArray, _options: Options = {}): NdArray => {
  const made = empty(places.sides, of.kind);
  for (let i = 0; i < (places.sides[0] as number); i++)
    for (let j = 0; j < (places.sides[1] as number); j++) made.row(i).assignAt(j, of.row(i).row(places.row(i).row(j)));
  return made;
};

export const put_along_axis = (of: NdArray, places: NdArray, values: Value, _axis: number): null => {
  const from = asarray(values);
  const at = from.places(places.sides);
  let next = 0;
  for (let i = 0; i < (places.sides[0] as number); i++)
    for (let j = 0; j < (places.sides[1] as number); j++)
      of.row(i).assignAt(places.row(i).row(j), from.at(at[next++] as number));
  return null;
};

export const ndenumerate = (of: NdArray): Value[] =>
  [...of.ravel()].map((each, i) => tuple_of(unravel_index(i, of.sides), each));
