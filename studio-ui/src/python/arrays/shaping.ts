/** Arrays of another shape, made of others, or made of nothing. */

import { ValueError } from "../errors";
import { tuple_of, type Value } from "../value";
import { asarray, dtype, empty, type Kind, NdArray, sizeOf, stridesOf, wider } from "./array";
import { positive, together } from "./ufuncs";

interface Typed {
  dtype?: Value;
  axis?: number;
  endpoint?: boolean;
  nan?: number;
  posinf?: number;
  neginf?: number;
}

const kindFrom = (type: Value, otherwise: Kind): Kind =>
  type === undefined || type === null ? otherwise : dtype(type).kind;

/** A shape from a number or a tuple, and a type given by place or by name. */
const asked = (shape: Value, type: Value): [number[], Kind] => {
  const named = type !== undefined && type?.constructor === Object ? type.dtype : type;
  return [typeof shape === "number" ? [shape] : [...shape], kindFrom(named, "f")];
};

export const zeros = (shape: Value, type?: Value): NdArray => empty(...asked(shape, type));
export const full = (shape: Value, value: Value, type?: Value): NdArray => {
  const [sides] = asked(shape, type);
  return empty(sides, type === undefined ? wider(asarray(value).kind, "b") : asked(shape, type)[1]).assign(value);
};
export const ones = (shape: Value, type?: Value): NdArray => zeros(shape, type).assign(1);
export const zeros_like = (of: Value, { dtype }: Typed = {}): NdArray =>
  empty(asarray(of).sides, kindFrom(dtype, asarray(of).kind));
export const ones_like = (of: Value, options: Typed = {}): NdArray => zeros_like(of, options).assign(1);
export const full_like = (of: Value, value: Value, options: Typed = {}): NdArray =>
  zeros_like(of, options).assign(value);
export const eye = (size: number): NdArray => diag(ones(size));

export const array = (given: Value, { dtype }: Typed = {}): NdArray => {
  const made = asarray(given, dtype ?? null);
  return made === given ? made.copy() : made;
};

export const arange = (first: number, stop?: number): NdArray => {
  const [start, end] = stop === undefined ? [0, first] : [first, stop];
  return asarray(Array.from({ length: Math.max(end - start, 0) }, (_, i) => start + i)).astype("i");
};

export const linspace = (start: number, stop: number, count: number, { endpoint = true }: Typed = {}): NdArray => {
  const step = (stop - start) / (endpoint ? count - 1 : count);
  const made = empty([count]);
  for (let i = 0; i < count; i++) made.data[made.offset + i] = start + i * step;
  if (endpoint && count > 1) made.data[made.offset + count - 1] = stop;
  return made;
};

export const reshape = (of: NdArray, shape: Value): NdArray => {
  const sides: number[] = typeof shape === "number" ? [shape] : [...shape];
  const open = sides.indexOf(-1);
  if (open >= 0) sides[open] = of.size / -sizeOf(sides);
  if (sizeOf(sides) !== of.size)
    throw new ValueError(`cannot reshape array of size ${of.size} into shape (${sides.join(",")})`);
  const dense = of.dense ? of : of.copy();
  return new NdArray(dense.data, dense.im, sides, stridesOf(sides), dense.offset, dense.kind);
};

export const broadcast_to = (of: Value, shape: Value): NdArray => {
  const given = asarray(of);
  const sides = together(given.sides, shape);
  const extra = sides.length - given.ndim;
  const strides = sides.map((_, i) =>
    i < extra || given.sides[i - extra] === 1 ? 0 : given.strides[i - extra],
  ) as number[];
  return new NdArray(given.data, given.im, sides, strides, given.offset, given.kind);
};

/** The diagonal of a matrix, or the matrix with a diagonal. */
export const diag = (of: Value): NdArray => {
  const given = asarray(of);
  if (given.ndim === 2) {
    const [rows, columns] = given.sides as unknown as [number, number];
    const step = (given.strides[0] as number) + (given.strides[1] as number);
    return new NdArray(given.data, given.im, [Math.min(rows, columns)], [step], given.offset, given.kind);
  }
  const made = empty([given.size, given.size], given.kind);
  new NdArray(made.data, made.im, [given.size], [given.size + 1], made.offset, given.kind).assign(given);
  return made;
};

export const concatenate = (several: Iterable<Value>, { axis = 0 }: Typed = {}): NdArray => {
  const all = [...several].map((each) => asarray(each));
  const turned = axis === 0 ? all : all.map((each) => each.T);
  const [first] = turned;
  if (first === undefined) throw new ValueError("need at least one array to concatenate");
  const rows = turned.reduce((count, each) => count + (each.sides[0] as number), 0);
  const made = empty([rows, ...first.sides.slice(1)], turned.map((each) => each.kind).reduce(wider));
  let start = 0;
  for (const each of turned) {
    const count = each.sides[0] as number;
    const place = made.offset + start * (made.strides[0] as number);
    new NdArray(made.data, made.im, each.sides, made.strides, place, made.kind).assign(each);
    start += count;
  }
  return axis === 0 ? made : made.T;
};

export const hstack = (several: Iterable<Value>): NdArray => {
  const all = [...several].map((each) => asarray(each));
  return concatenate(all, { axis: all[0]?.ndim === 1 ? 0 : 1 });
};

export const append = (of: Value, more: Value): NdArray =>
  concatenate([asarray(of).ravel(), asarray(more).reshape(-1)]);

export const repeat = (of: Value, times: number, { axis }: Typed = {}): NdArray => {
  const given = axis === undefined ? asarray(of).ravel() : asarray(of);
  const turned = axis === 1 ? given.T : given;
  const rows = Array.from({ length: turned.sides[0] as number }, (_, i) => turned.row(i));
  const made = asarray(rows.flatMap((row) => Array.from({ length: times }, () => row)));
  const typed = made.kind === given.kind ? made : made.astype(given.kind);
  return axis === 1 ? typed.T : typed;
};

export const nan_to_num = (
  of: Value,
  { nan = 0, posinf = Number.MAX_VALUE, neginf = -Number.MAX_VALUE }: Typed = {},
): Value => {
  const made = asarray(of).copy();
  for (let i = made.offset; i < made.offset + made.size; i++) {
    const value = made.data[i];
    made.data[i] = Number.isNaN(value) ? nan : value === Infinity ? posinf : value === -Infinity ? neginf : value;
  }
  return made.ndim ? made : made.item();
};

export const ndindex = (...given: Value[]): Value[] => {
  const shape: number[] = typeof given[0] === "object" ? [...given[0]] : given;
  const strides = stridesOf(shape);
  return Array.from({ length: sizeOf(shape) }, (_, i) =>
    tuple_of(...shape.map((length, axis) => Math.floor(i / (strides[axis] as number)) % length)),
  );
};

export const unravel_index = (index: number, shape: Value): Value => ndindex(shape)[index];

export const ravel_multi_index = (index: Value, shape: Value): number => {
  const strides = stridesOf([...shape]);
  return [...index].reduce((total: number, at: number, axis: number) => total + at * (strides[axis] as number), 0);
};

export const copyto = (into: NdArray, from: Value, { where = null }: { where?: Value } = {}): null => {
  positive(from, { out: into, ...(where === null ? {} : { where }) });
  return null;
};
