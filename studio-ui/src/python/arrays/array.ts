/** Arrays: numbers in a buffer, and a shape with strides over it, so that rows, columns and transposes are views.
 *
 * Kinds are NumPy's: "b" truths, "i" whole numbers, "f" float64, "c" complex128, whose imaginary parts are a second buffer.
 */

import { TypeError, ValueError } from "../errors";
import { Complex, complex, type Tuple, tuple_of, type Value } from "../value";
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
  readonly size: number;
  /** Whether values stand one behind the other. */
  readonly dense: boolean;

  constructor(
    readonly data: Value,
    readonly im: Value,
    readonly sides: Shape,
    readonly strides: readonly number[],
    readonly offset: number,
    readonly kind: Kind,
  ) {
    let step = 1;
    let dense = true;
    for (let axis = sides.length - 1; axis >= 0; axis--) {
      const length = sides[axis] as number;
      if (length !== 1 && strides[axis] !== step) dense = false;
      step *= length;
    }
    this.size = step;
    this.dense = dense;
  }

  /** The lengths of its axes, as Python sees them. */
  get shape(): Tuple {
    return tuple_of(...this.sides);
  }

  get dtype(): DType {
    return TYPES[this.kind];
  }

  get ndim(): number {
    return this.sides.length;
  }

  get T(): NdArray {
    const back = <X>(of: readonly X[]): X[] => [...of].reverse();
    return new NdArray(this.data, this.im, back([...this.sides]), back(this.strides), this.offset, this.kind);
  }

  get real(): NdArray {
    return this.kind === "c" ? new NdArray(this.data, null, this.sides, this.strides, this.offset, "f") : this;
  }

  get imag(): NdArray {
    return this.kind === "c"
      ? new NdArray(this.im, null, this.sides, this.strides, this.offset, "f")
      : empty(this.sides, "f");
  }

  /** The value at a place in the buffer, as Python's. */
  at(place: number): Value {
    if (this.kind === "c") return complex(this.data[place], this.im[place]);
    return this.kind === "b" ? this.data[place] !== 0 : this.data[place];
  }

  /** The places of all values, in order, as if it had that shape. */
  places(shape: Shape = this.sides): Int32Array {
    const found = new Int32Array(sizeOf(shape));
    const extra = shape.length - this.sides.length;
    const steps = shape.map((_, axis) =>
      axis < extra || this.sides[axis - extra] === 1 ? 0 : this.strides[axis - extra],
    ) as number[];
    const last = shape.length - 1;
    if (last < 0) found[0] = this.offset;
    else fill(found, shape, steps, 0, last, this.offset, 0);
    return found;
  }

  *[Symbol.iterator](): Iterator<Value> {
    for (let i = 0; i < (this.sides[0] as number); i++) yield this.row(i);
  }

  /** What stands under one index of the first axis: a view, or a value. */
  row(index: number): Value {
    const length = this.sides[0] as number;
    const i = index < 0 ? index + length : index;
    if (!(i >= 0 && i < length)) throw new ValueError(`index ${index} is out of bounds for axis 0 with size ${length}`);
    const place = this.offset + i * (this.strides[0] as number);
    if (this.sides.length === 1) return this.at(place);
    return new NdArray(this.data, this.im, this.sides.slice(1), this.strides.slice(1), place, this.kind);
  }

  /** Put one value at an index of the first axis. */
  assignAt(index: number, value: Value): void {
    const place = this.offset + index * (this.strides[0] as number);
    this.data[place] = value instanceof Complex ? value.real : Number(value);
    if (this.im) this.im[place] = value instanceof Complex ? value.imag : 0;
  }

  /** The first place that its values take, and the last. */
  private ends(): [number, number] {
    let first = this.offset;
    let last = this.offset;
    for (let axis = 0; axis < this.sides.length; axis++) {
      const far = ((this.sides[axis] as number) - 1) * (this.strides[axis] as number);
      if (far < 0) first += far;
      else last += far;
    }
    return [first, last];
  }

  private overlaps(other: NdArray): boolean {
    if (other.data !== this.data || other.size * this.size === 0) return false;
    const [[a, b], [c, d]] = [this.ends(), other.ends()];
    return a <= d && c <= b;
  }

  /** Copy values into this array, which keeps its type. */
  assign(given: Value): NdArray {
    let from = asarray(given);
    const isOverlapping = this.overlaps(from);
    if (this.dense && from.dense && from.size === this.size && !isOverlapping && !this.im) {
      for (let i = 0, at = this.offset, p = from.offset; i < this.size; i++) this.data[at++] = from.data[p++];
      return this;
    }
    if (isOverlapping && from !== this) from = from.copy();
    const to = this.places();
    const places = from.places(this.sides);
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
    const made = empty(this.sides, kind).assign(this);
    const { data, offset, size } = made;
    if (kind === "i") for (let i = offset; i < offset + size; i++) data[i] = Math.trunc(data[i]);
    if (kind === "b" && this.kind !== "b")
      for (let i = 0, at = this.places(); i < size; i++) data[offset + i] = Number(this.data[at[i] as number] !== 0);
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
    return this.sides.length === 0
      ? this.item()
      : [...this].map((each) => (each instanceof NdArray ? each.tolist() : each));
  }

  __len__(): number {
    if (!this.sides.length) throw new TypeError("len() of unsized object");
    return this.sides[0] as number;
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

const POOL = 1 << 14;

/** Buffers that many small arrays share: one of its own for each would take longer to make than to fill. */
class Pool {
  private data: Value = null;
  private im: Value = null;
  private used = POOL;

  constructor(private readonly kind: Kind) {}

  /** An array of zeros. */
  array(sides: Shape, kind: Kind): NdArray {
    const size = sizeOf(sides);
    if (this.used + size > POOL) {
      const length = Math.max(size, POOL);
      this.data = this.kind === "b" ? new Uint8Array(length) : new Float64Array(length);
      this.im = this.kind === "c" ? new Float64Array(length) : null;
      this.used = 0;
    }
    const made = new NdArray(this.data, this.im, sides, stridesOf(sides), this.used, kind);
    this.used += size;
    return made;
  }
}

const [numbers, truths, complexes] = [new Pool("f"), new Pool("b"), new Pool("c")];

export const empty = (sides: Shape, kind: Kind = "f"): NdArray =>
  (kind === "b" ? truths : kind === "c" ? complexes : numbers).array(sides, kind);

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
    const made = empty([]);
    made.data[made.offset] = given;
    return made;
  }
  const isList = typeof given === "object" && given !== null && !(given instanceof Complex);
  if (!isList) {
    if (typeof given !== "boolean" && !(given instanceof Complex))
      throw new TypeError(`not a number: ${String(given)}`);
    const made = empty([], kindOf(given));
    made.data[made.offset] = given instanceof Complex ? given.real : Number(given);
    if (made.im) made.im[made.offset] = (given as Complex).imag;
    return made;
  }
  const rows = [...given].map((each: Value) => fromGiven(each));
  const [first] = rows;
  const shape = first === undefined ? [0] : [rows.length, ...first.sides];
  const made = empty(shape, first === undefined ? "f" : rows.map((each) => each.kind).reduce(wider));
  rows.forEach((each, i) => {
    if (String(each.sides) !== String((first as NdArray).sides)) throw new ValueError("rows have different lengths");
    (made.ndim === 1 ? new NdArray(made.data, made.im, [], [], made.offset + i, made.kind) : made.row(i)).assign(each);
  });
  return made;
};

const fromGiven = (each: Value): NdArray => (each instanceof NdArray ? each : fromLists(each));

/** An array without axes is a number. */
export const plain = (of: NdArray): Value => (of.sides.length === 0 ? of.item() : of);
