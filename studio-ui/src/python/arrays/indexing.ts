/** What stands under an index: places, slices, `None` for a new axis, arrays of places, arrays of truths. */

import { IndexError } from "../errors";
import { ELLIPSIS, isTuple, Slice, slice, tuple_of, type Value } from "../value";
import { asarray, empty, NdArray, sizeOf, stridesOf } from "./array";
import { together } from "./ufuncs";

/** An index as one entry for each axis, `...` and what is left out filled up. */
const entries = (of: NdArray, key: Value): Value[] => {
  const given: Value[] = isTuple(key) ? [...key] : [key];
  const taken = given.filter((each) => each !== null && each !== ELLIPSIS);
  const axes = taken.reduce((count, each) => count + (isMask(each) ? each.ndim : 1), 0);
  const rest = Array.from({ length: of.ndim - axes }, () => slice(null));
  const open = given.indexOf(ELLIPSIS);
  return open < 0 ? [...given, ...rest] : [...given.slice(0, open), ...rest, ...given.slice(open + 1)];
};

const isMask = (each: Value): boolean => each instanceof NdArray && each.kind === "b";
const isList = (each: Value): boolean =>
  (each instanceof NdArray && each.ndim > 0) || (Array.isArray(each) && !isTuple(each));

export const getitem = (of: NdArray, key: Value): Value => {
  if (typeof key === "number") return of.row(key);
  const whole = entries(of, key);
  return whole.some(isList) ? chosen(of, whole).taken() : view(of, whole);
};

export const setitem = (of: NdArray, key: Value, value: Value): void => {
  const whole = entries(of, key);
  if (whole.some(isList)) chosen(of, whole).put(value);
  else {
    const place = view(of, whole, true);
    place.assign(value);
  }
};

/** Places and slices only: a view, or a value where all axes are gone. */
const view = (of: NdArray, whole: Value[], keep = false): Value => {
  const shape: number[] = [];
  const strides: number[] = [];
  let [axis, offset] = [0, of.offset];
  for (const each of whole) {
    if (each === null) {
      shape.push(1);
      strides.push(0);
      continue;
    }
    const [length, stride] = [of.sides[axis] as number, of.strides[axis] as number];
    axis++;
    if (each instanceof Slice) {
      const [start, count, step] = each.over(length);
      offset += start * stride;
      shape.push(count);
      strides.push(step * stride);
    } else offset += within(Number(each), length) * stride;
  }
  const found = new NdArray(of.data, of.im, shape, strides, offset, of.kind);
  return shape.length === 0 && !keep ? found.item() : found;
};

const within = (index: number, length: number): number => {
  const at = index < 0 ? index + length : index;
  if (!(at >= 0 && at < length)) throw new IndexError(`index ${index} is out of bounds for an axis of size ${length}`);
  return at;
};

/** Arrays of places: those of all arrays go together and stand first, axes with slices behind them. */
const chosen = (of: NdArray, whole: Value[]) => {
  const lists: [NdArray, number][] = [];
  const rest: [number[], number][] = [];
  let [axis, offset, isFirst] = [0, of.offset, false];
  for (const each of whole) {
    if (each === null) {
      rest.push([[0], 0]);
      continue;
    }
    const [length, stride] = [of.sides[axis] as number, of.strides[axis] as number];
    if (isMask(each)) {
      for (const places of nonzero(each)) lists.push([places, of.strides[axis++] as number]);
      isFirst ||= rest.length === 0;
      continue;
    }
    axis++;
    if (isList(each)) {
      const places = asarray(each).astype("i");
      const end = places.offset + places.size;
      for (let i = places.offset; i < end; i++) places.data[i] = within(places.data[i], length);
      lists.push([places, stride]);
      isFirst ||= rest.length === 0;
    } else if (each instanceof Slice) {
      const [start, count, step] = each.over(length);
      rest.push([Array.from({ length: count }, (_, i) => start + i * step), stride]);
    } else offset += within(Number(each), length) * stride;
  }
  const shape = lists.map(([places]) => [...places.sides] as number[]).reduce((a, b) => together(a, b));
  const found = new Array<number>(sizeOf(shape)).fill(offset);
  for (const [places, stride] of lists)
    places.places(shape).forEach((place, i) => {
      found[i] = (found[i] as number) + places.data[place] * stride;
    });
  return new Chosen(of, found, shape, rest, isFirst);
};

class Chosen {
  private readonly places: number[];
  private readonly shape: number[];

  constructor(
    private readonly of: NdArray,
    found: number[],
    shape: number[],
    rest: [number[], number][],
    isFirst: boolean,
  ) {
    let behind = [0];
    for (const [steps, stride] of rest) behind = behind.flatMap((at) => steps.map((step) => at + step * stride));
    const sides = rest.map(([steps]) => steps.length);
    this.shape = isFirst ? [...shape, ...sides] : [...sides, ...shape];
    this.places = isFirst
      ? found.flatMap((at) => behind.map((more) => at + more))
      : behind.flatMap((more) => found.map((at) => at + more));
  }

  taken(): NdArray {
    const made = empty(this.shape, this.of.kind);
    this.places.forEach((place, i) => {
      made.data[made.offset + i] = this.of.data[place];
      if (made.im) made.im[made.offset + i] = this.of.im[place];
    });
    return made;
  }

  put(value: Value): void {
    const from = asarray(value);
    const at = from.places(this.shape);
    this.places.forEach((place, i) => {
      this.of.data[place] = from.data[at[i] as number];
      if (this.of.im) this.of.im[place] = from.im ? from.im[at[i] as number] : 0;
    });
  }
}

/** Where an array is not 0: for each axis the places. */
export const nonzero = (of: Value): Value => {
  const given = asarray(of);
  const strides = stridesOf(given.sides);
  const found: number[] = [];
  given.places().forEach((place, i) => {
    if (given.data[place] !== 0) found.push(i);
  });
  return tuple_of(
    ...given.sides.map((length, axis) =>
      asarray(found.map((i) => Math.floor(i / (strides[axis] as number)) % length)).astype("i"),
    ),
  );
};

export const flatnonzero = (of: Value): NdArray => nonzero(asarray(of).ravel())[0];

export const where = (chosen: Value, one: Value, other: Value): Value => {
  const [truths, a, b] = [asarray(chosen), asarray(one), asarray(other)];
  const shape = together(together(truths.sides, a.sides), b.sides);
  const made = empty(shape, a.kind === b.kind ? a.kind : a.kind === "c" || b.kind === "c" ? "c" : "f");
  const [t, p, q] = [truths.places(shape), a.places(shape), b.places(shape)];
  for (let i = 0; i < made.size; i++) {
    const isOne = truths.data[t[i] as number] !== 0;
    const [from, place] = isOne ? [a, p[i] as number] : [b, q[i] as number];
    made.data[made.offset + i] = from.data[place];
    if (made.im) made.im[made.offset + i] = from.im ? from.im[place] : 0;
  }
  return made;
};
