/** What is computed of all values of an array, or along one axis: sums, means, extremes. */

import { ValueError } from "../errors";
import { Complex, type Value } from "../value";
import { asarray, empty, type Kind, type NdArray, plain, wider } from "./array";
import { abs, divide, matmul, multiply, sqrt, subtract } from "./ufuncs";

interface Options {
  axis?: number | null;
  keepdims?: boolean;
  initial?: number;
  where?: NdArray;
}

const optionsOf = (given: Value[]): Options => {
  const [first] = given;
  return typeof first === "number" || first === null || first === undefined ? { axis: first ?? null } : first;
};

/** The lanes along an axis, each as the places of its values; of an array as a whole one lane. */
const lanes = (of: NdArray, axis: number | null): [Int32Array[], number[]] => {
  const places = of.places();
  if (axis === null) return [[places], of.shape.map(() => 1)];
  const at = axis < 0 ? axis + of.ndim : axis;
  const count = of.shape[at] as number;
  const inner = of.shape.slice(at + 1).reduce((a, b) => a * b, 1);
  const outer = of.shape.slice(0, at).reduce((a, b) => a * b, 1);
  const found: Int32Array[] = [];
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const lane = new Int32Array(count);
      for (let k = 0; k < count; k++) lane[k] = places[(o * count + k) * inner + i] as number;
      found.push(lane);
    }
  return [found, of.shape.map((length, i) => (i === at ? 1 : length))];
};

type Reduce = (data: Value, lane: Int32Array) => number;

const reduction = (reduce: Reduce, kind: Kind | null, ofComplex = false) => {
  return (given: Value, ...rest: Value[]): Value => {
    const { axis = null, keepdims = false, initial } = optionsOf(rest);
    const of = asarray(given);
    const [all, kept] = lanes(of, axis);
    const shape = keepdims
      ? kept
      : axis === null
        ? []
        : kept.filter((_, i) => i !== (axis < 0 ? axis + of.ndim : axis));
    const made = empty(shape, kind ?? wider(of.kind, "i"));
    all.forEach((lane, i) => {
      made.data[i] = initial === undefined || lane.length ? reduce(of.data, lane) : initial;
      if (initial !== undefined && lane.length) made.data[i] = reduce([made.data[i], initial], PAIR);
      if (made.im && ofComplex) made.im[i] = reduce(of.im, lane);
    });
    return plain(made);
  };
};

const PAIR = new Int32Array([0, 1]);

/** In the order in which NumPy adds: eight sums side by side, and halves of what is longer than 128. */
const added = (data: Value, lane: Int32Array, from: number, count: number): number => {
  if (count < 8) {
    let total = count ? data[lane[from] as number] : 0;
    for (let i = 1; i < count; i++) total += data[lane[from + i] as number];
    return total;
  }
  if (count > 128) {
    const half = Math.floor(count / 2) - (Math.floor(count / 2) % 8);
    return added(data, lane, from, half) + added(data, lane, from + half, count - half);
  }
  const r = Array.from({ length: 8 }, (_, i) => data[lane[from + i] as number]);
  const even = count - (count % 8);
  for (let i = 8; i < even; i += 8) for (let j = 0; j < 8; j++) r[j] += data[lane[from + i + j] as number];
  let total = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
  for (let i = even; i < count; i++) total += data[lane[from + i] as number];
  return total;
};

const extreme = (better: (x: number, y: number) => boolean, skipNaN: boolean): Reduce => {
  return (data, lane) => {
    if (!lane.length) throw new ValueError("zero-size array to reduction operation which has no identity");
    let found = skipNaN ? Number.NaN : data[lane[0] as number];
    for (const place of lane) {
      const value = data[place];
      if (Number.isNaN(value)) {
        if (!skipNaN) return value;
      } else if (Number.isNaN(found) || better(value, found)) found = value;
    }
    return found;
  };
};

const place = (better: (x: number, y: number) => boolean): Reduce => {
  return (data, lane) => {
    let found = 0;
    for (let i = 0; i < lane.length; i++) {
      const value = data[lane[i] as number];
      if (Number.isNaN(value)) return i;
      if (better(value, data[lane[found] as number])) found = i;
    }
    return found;
  };
};

export const sum = reduction((data, lane) => added(data, lane, 0, lane.length), null, true);
export const prod = reduction((data, lane) => lane.reduce((total, place) => total * data[place], 1), null);
export const max = reduction(
  extreme((x, y) => x > y, false),
  null,
);
export const min = reduction(
  extreme((x, y) => x < y, false),
  null,
);
export const nanmax = reduction(
  extreme((x, y) => x > y, true),
  null,
);
export const nanmin = reduction(
  extreme((x, y) => x < y, true),
  null,
);
export const argmax = reduction(
  place((x, y) => x > y),
  "i",
);
export const argmin = reduction(
  place((x, y) => x < y),
  "i",
);
export const all = reduction((data, lane) => Number(lane.every((place) => data[place] !== 0)), "b");
export const any = reduction((data, lane) => Number(lane.some((place) => data[place] !== 0)), "b");

const countOf = (of: NdArray, { axis = null }: Options): number =>
  axis === null ? of.size : (of.shape.at(axis) as number);

export const mean = (given: Value, ...rest: Value[]): Value => {
  const of = asarray(given);
  return divide(sum(of, ...rest), countOf(of, optionsOf(rest)));
};

export const std = (given: Value, ...rest: Value[]): Value => {
  const of = asarray(given);
  const options = optionsOf(rest);
  const apart = subtract(of, mean(of, { ...options, keepdims: true }));
  return sqrt(divide(sum(multiply(apart, apart), options), countOf(of, options)));
};

export const median = (given: Value, ...rest: Value[]): Value => {
  const of = asarray(given);
  const middle = (data: Value, lane: Int32Array): number => {
    const values = Array.from(lane, (place) => data[place]).sort((a, b) => a - b);
    if (values.some(Number.isNaN)) return Number.NaN;
    const half = values.length >> 1;
    return values.length % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
  };
  return reduction(middle, "f")(of, ...rest);
};

export const cumsum = (given: Value): NdArray => {
  const made = asarray(given).ravel().copy();
  for (let i = 1; i < made.size; i++) made.data[i] += made.data[i - 1];
  return made;
};

export const absolute = (of: Value): Value => (of instanceof Complex ? Math.hypot(of.real, of.imag) : abs(of));

export const norm = (given: Value, ...rest: Value[]): Value => {
  const of = asarray(given);
  if (optionsOf(rest).axis !== null) return sqrt(sum(multiply(of, of), ...rest));
  const flat = of.ravel();
  return Math.sqrt(matmul(flat, flat));
};
