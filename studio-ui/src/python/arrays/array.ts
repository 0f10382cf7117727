/** Arrays: numbers in a buffer, and a shape with strides over it, so that rows, columns and transposes are views.
 *
 * Kinds are NumPy's: "b" truths, "i" whole numbers, "f" float64, "c" complex128, whose imaginary parts are a second buffer.
 */

import { TypeError, ValueError } from "../errors";
import { Complex, complex, Tuple, tuple_of, type Value } from "../value";
import * as reductions from "./reductions";
import * as shaping from "./shaping";

export type Kind = "b" | "i" | "f" | "c";

/** The type of an array's values. */
export class DType {
  constructor(
    readonly name: string,
    readonly kind: Kind,
  ) {}

  __str__(): string {
    return this.name;
  }
}

export const TYPES: Record<Kind, DType> = {
  b: new DType("bool", "b"),
  i: new DType("int64", "i"),
  f: new DType("float64", "f"),
  c: new DType("complex128", "c"),
};

/** Python's own types, `float` and others, where NumPy takes them for its own. */
export const KIND_OF = new Map<Value, Kind>([
  ["float64", "f"],
  ["float", "f"],
  ["bool", "b"],
  ["int", "i"],
  ["int64", "i"],
  ["complex128", "c"],
]);

export const dtype = (given: Value): DType => {
  if (given instanceof DType) return given;
  const kind = KIND_OF.get(given);
  if (kind === undefined) throw new TypeError(`data type ${String(given)} not understood`);
  return TYPES[kind];
};

export type Shape = readonly number[];

export const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

export const stridesOf = (shape: Shape): number[] => {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
};

export class NdArray {
  readonly shape: Tuple;
  readonly size: number;
  /** Whether values stand one behind the other. */
  readonly dense: boolean;

  constructor(
    readonly data: Value,
    readonly im: Value,
    shape: Shape,
    readonly strides: readonly number[],
    readonly offset: number,
    readonly kind: Kind,
  ) {
    this.shape = shape instanceof Tuple ? shape : tuple_of(...shape);
    let [step, dense] = [1, true];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] !== 1 && strides[axis] !== step) dense = false;
      step *= shape[axis] as number;
    }
    this.size = step;
    this.dense = dense;
  }

  get dtype(): DType {
    return TYPES[this.kind];
  }

  get ndim(): number {
    return this.shape.length;
  }

  get T(): NdArray {
    const back = <X>(of: readonly X[]): X[] => [...of].reverse();
    return new NdArray(this.data, this.im, back([...this.shape]), back(this.strides), this.offset, this.kind);
  }

  get real(): NdArray {
    return this.kind === "c" ? new NdArray(this.data, null, this.shape, this.strides, this.offset, "f") : this;
  }

  get imag(): NdArray {
    return this.kind === "c"
      ? new NdArray(this.im, null, this.shape, this.strides, this.offset, "f")
      : empty(this.shape, "f");
  }

  /** The value at a place in the buffer, as Python's. */
  at(place: number): Value {
    if (this.kind === "c") return complex(this.data[place], this.im[place]);
    return this.kind === "b" ? this.data[place] !== 0 : this.data[place];
  }

  /** The places of all values, in order, as if it had that shape. */
  places(shape: Shape = this.shape): Int32Array {
    const found = new Int32Array(sizeOf(shape));
    const extra = shape.length - this.shape.length;
    const steps = shape.map((_, axis) =>
      axis < extra || this.shape[axis - extra] === 1 ? 0 : this.strides[axis - extra],
    ) as number[];
    const last = shape.length - 1;
    if (last < 0) found[0] = this.offset;
    else fill(found, shape, steps, 0, last, this.offset, 0);
    return found;
  }

  *[Symbol.iterator](): Iterator<Value> {
    for (let i = 0; i < (this.shape[0] as number); i++) yield this.row(i);
  }

  /** What stands under one index of the first axis: a view, or a value. */
  row(index: number): Value {
    const length = this.shape[0] as number;
    const i = index < 0 ? index + length : index;
    if (!(i >= 0 && i < length)) throw new ValueError(`index ${index} is out of bounds for axis 0 with size ${length}`);
    const place = this.offset + i * (this.strides[0] as number);
    if (this.shape.length === 1) return this.at(place);
    return new NdArray(this.data, this.im, this.shape.slice(1), this.strides.slice(1), place, this.kind);
  }

  /** Put one value at an index of the first axis. */
  assignAt(index: number, value: Value): void {
    const place = this.offset + index * (this.strides[0] as number);
    this.data[place] = value instanceof Complex ? value.real : Number(value);
    if (this.im) this.im[place] = value instanceof Complex ? value.imag : 0;
  }

  /** Copy values into this array, which keeps its type. */
  assign(given: Value): NdArray {
    let from = asarray(given);
    if (from.data === this.data && from !== this) from = from.copy();
    const to = this.places();
    const places = from.places(this.shape);
    for (let i = 0; i < to.length; i++) this.data[to[i] as number] = from.data[places[i] as number];
    if (this.im)
      for (let i = 0; i < to.length; i++) this.im[to[i] as number] = from.im ? from.im[places[i] as number] : 0;
    return this;
  }

  copy(): NdArray {
    return this.astype(this.kind);
  }

  astype(type: Value): NdArray {
    const kind = typeof type === "string" && type.length === 1 ? (type as Kind) : dtype(type).kind;
    const made = empty(this.shape, kind).assign(this);
    if (kind === "i") for (let i = 0; i < made.size; i++) made.data[i] = Math.trunc(made.data[i]);
    if (kind === "b")
      for (let i = 0, at = this.places(); i < made.size; i++) made.data[i] = Number(this.data[at[i] as number] !== 0);
    return made;
  }

  item(): Value {
    return this.at(this.places()[0] as number);
  }

  fill(value: Value): null {
    this.assign(value);
    return null;
  }

  tolist(): Value {
    return this.shape.length === 0
      ? this.item()
      : [...this].map((each) => (each instanceof NdArray ? each.tolist() : each));
  }

  __len__(): number {
    if (!this.shape.length) throw new TypeError("len() of unsized object");
    return this.shape[0] as number;
  }

  __bool__(): boolean {
    if (this.size !== 1) throw new ValueError("the truth of an array of several values is ambiguous");
    return Boolean(this.data[this.places()[0] as number]);
  }

  __abs__(): Value {
    return reductions.absolute(this);
  }

  __repr__(): string {
    return `array(${JSON.stringify(this.tolist())})`;
  }

  // What is computed of all values, or along an axis.
  sum(...given: Value[]): Value {
    return reductions.sum(this, ...given);
  }

  mean(...given: Value[]): Value {
    return reductions.mean(this, ...given);
  }

  std(...given: Value[]): Value {
    return reductions.std(this, ...given);
  }

  prod(...given: Value[]): Value {
    return reductions.prod(this, ...given);
  }

  max(...given: Value[]): Value {
    return reductions.max(this, ...given);
  }

  min(...given: Value[]): Value {
    return reductions.min(this, ...given);
  }

  all(...given: Value[]): Value {
    return reductions.all(this, ...given);
  }

  any(...given: Value[]): Value {
    return reductions.any(this, ...given);
  }

  argmax(...given: Value[]): Value {
    return reductions.argmax(this, ...given);
  }

  reshape(...shape: Value[]): NdArray {
    return shaping.reshape(this, shape.length === 1 ? shape[0] : shape);
  }

  ravel(): NdArray {
    return shaping.reshape(this, [this.size]);
  }
}

const fill = (
  into: Int32Array,
  shape: Shape,
  steps: number[],
  axis: number,
  last: number,
  at: number,
  from: number,
): number => {
  const count = shape[axis] as number;
  const step = steps[axis] as number;
  let next = from;
  if (axis === last) for (let i = 0; i < count; i++) into[next++] = at + i * step;
  else for (let i = 0; i < count; i++) next = fill(into, shape, steps, axis + 1, last, at + i * step, next);
  return next;
};

export const empty = (shape: Shape, kind: Kind = "f"): NdArray => {
  const size = sizeOf(shape);
  const data = kind === "b" ? new Uint8Array(size) : new Float64Array(size);
  return new NdArray(data, kind === "c" ? new Float64Array(size) : null, shape, stridesOf(shape), 0, kind);
};

const kindOf = (value: Value): Kind => {
  if (typeof value === "boolean") return "b";
  if (value instanceof Complex) return "c";
  return value instanceof NdArray ? value.kind : "f";
};

const WIDTH = "bifc";

/** The kind that holds both. */
export const wider = (a: Kind, b: Kind): Kind => (WIDTH.indexOf(a) >= WIDTH.indexOf(b) ? a : b);

/** An array of a number, of lists of numbers, of arrays; an array itself as it is. */
export const asarray = (given: Value, type: Value = null): NdArray => {
  const made = given instanceof NdArray ? given : fromLists(given);
  return type === null || dtype(type).kind === made.kind ? made : made.astype(type);
};

const fromLists = (given: Value): NdArray => {
  if (typeof given === "number") {
    const data = new Float64Array(1);
    data[0] = given;
    return new NdArray(data, null, [], [], 0, "f");
  }
  const isList = typeof given === "object" && given !== null && !(given instanceof Complex);
  if (!isList) {
    if (typeof given !== "boolean" && !(given instanceof Complex))
      throw new TypeError(`not a number: ${String(given)}`);
    const made = empty([], kindOf(given));
    made.data[0] = given instanceof Complex ? given.real : Number(given);
    if (made.im) made.im[0] = (given as Complex).imag;
    return made;
  }
  const rows = [...given].map((each: Value) => fromGiven(each));
  const [first] = rows;
  const shape = first === undefined ? [0] : [rows.length, ...first.shape];
  const made = empty(shape, first === undefined ? "f" : rows.map((each) => each.kind).reduce(wider));
  rows.forEach((each, i) => {
    if (String(each.shape) !== String((first as NdArray).shape)) throw new ValueError("rows have different lengths");
    (made.ndim === 1 ? new NdArray(made.data, made.im, [], [], i, made.kind) : made.row(i)).assign(each);
  });
  return made;
};

const fromGiven = (each: Value): NdArray => (each instanceof NdArray ? each : fromLists(each));

/** An array without axes is a number. */
export const plain = (of: NdArray): Value => (of.shape.length === 0 ? of.item() : of);
