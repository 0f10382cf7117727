/** What is computed of all values of an array, or along one axis: sums, means, extremes. */

import { ValueError } from "../errors";
import { Complex, type Value } from "../value";
import { asarray, empty, type Kind, NdArray, plain, stridesOf, wider } from "./array";
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

/** What becomes of so many numbers, which stand so far apart from a first place on. */
type Reduce = (data: Value, start: number, step: number, count: number) => number;

const reduction = (reduce: Reduce, kind: Kind | null, ofComplex = false) => {
  return (given: Value, ...rest: Value[]): Value => {
    const { axis = null, keepdims = false, initial } = optionsOf(rest);
    let of = asarray(given);
    if (axis === null && !of.dense) of = of.copy();
    const at = axis === null ? -1 : axis < 0 ? axis + of.ndim : axis;
    const others = (each: readonly number[]) => (axis === null ? [] : each.filter((_, i) => i !== at));
    const sides = others(of.sides);
    const [count, step] = axis === null ? [of.size, 1] : [of.sides[at] as number, of.strides[at] as number];
    const made = empty(sides, kind ?? wider(of.kind, "i"));
    const starts = new NdArray(of.data, of.im, sides, others(of.strides), of.offset, of.kind).places();
    for (let i = 0, to = made.offset; i < starts.length; i++, to++) {
      const start = starts[i] as number;
      made.data[to] = initial === undefined || count ? reduce(of.data, start, step, count) : initial;
      if (initial !== undefined && count) made.data[to] = reduce([made.data[to], initial], 0, 1, 2);
      if (made.im && ofComplex) made.im[to] = reduce(of.im, start, step, count);
    }
    if (!keepdims) return plain(made);
    const kept = of.sides.map((length, i) => (axis === null || i === at ? 1 : length));
    return new NdArray(made.data, made.im, kept, stridesOf(kept), made.offset, made.kind);
  };
};

/** In the order in which NumPy adds: eight sums side by side, and halves of what is longer than 128. */
const added: Reduce = (data, start, step, count) => {
  if (count < 8) {
    let total = count ? data[start] : 0;
    for (let i = 1, at = start + step; i < count; i++, at += step) total += data[at];
    return total;
  }
  if (count > 128) {
    const half = Math.floor(count / 2) - (Math.floor(count / 2) % 8);
    return added(data, start, step, half) + added(data, start + half * step, step, count - half);
  }
  const r = Array.from({ length: 8 }, (_, i) => data[start + i * step] as number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const even = count - (count % 8);
  for (let i = 8; i < even; i += 8) for (let j = 0; j < 8; j++) r[j] = (r[j] as number) + data[start + (i + j) * step];
  let total = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
  for (let i = even; i < count; i++) total += data[start + i * step];
  return total;
};

const extreme = (better: (x: number, y: number) => boolean, skipNaN: boolean): Reduce => {
  return (data, start, step, count) => {
    if (!count) throw new ValueError("zero-size array to reduction operation which has no identity");
    let found = skipNaN ? Number.NaN : data[start];
    for (let i = 0, at = start; i < count; i++, at += step) {
      const value = data[at];
      if (Number.isNaN(value)) {
        if (!skipNaN) return value;
      } else if (Number.isNaN(found) || better(value, found)) found = value;
    }
    return found;
  };
};

const place = (better: (x: number, y: number) => boolean): Reduce => {
  return (data, start, step, count) => {
    let found = 0;
    for (let i = 0; i < count; i++) {
      const value = data[start + i * step];
      if (Number.isNaN(value)) return i;
      if (better(value, data[start + found * step])) found = i;
    }
    return found;
  };
};

/** From the first number on, until one decides. */
const folded = (first: number, next: (total: number, value: number) => number): Reduce => {
  return (data, start, step, count) => {
    let total = first;
    for (let i = 0, at = start; i < count; i++, at += step) total = next(total, data[at]);
    return total;
  };
};

export const sum = reduction(added, null, true);
export const prod = reduction(
  folded(1, (total, value) => total * value),
  null,
);
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
export const all = reduction(
  folded(1, (total, value) => (value === 0 ? 0 : total)),
  "b",
);
export const any = reduction(
  folded(0, (total, value) => (value === 0 ? total : 1)),
  "b",
);

const countOf = (of: NdArray, { axis = null }: Options): number =>
  axis === null ? of.size : (of.sides.at(axis) as number);

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
  const middle: Reduce = (data, start, step, count) => {
    const values: number[] = Array.from({ length: count }, (_, i) => data[start + i * step]).sort((a, b) => a - b);
    if (values.some(Number.isNaN)) return Number.NaN;
    const half = values.length >> 1;
    const [below, above] = [values[half - 1] as number, values[half] as number];
    return count % 2 ? above : (below + above) / 2;
  };
  return reduction(middle, "f")(of, ...rest);
};

export const cumsum = (given: Value): NdArray => {
  const made = asarray(given).ravel().copy();
  const end = made.offset + made.size;
  for (let i = made.offset + 1; i < end; i++) made.data[i] += made.data[i - 1];
  return made;
};

export const absolute = (of: Value): Value => (of instanceof Complex ? Math.hypot(of.real, of.imag) : abs(of));

export const norm = (given: Value, ...rest: Value[]): Value => {
  const of = asarray(given);
  if (optionsOf(rest).axis !== null) return sqrt(sum(multiply(of, of), ...rest));
  const flat = of.ravel();
  return Math.sqrt(matmul(flat, flat));
};
