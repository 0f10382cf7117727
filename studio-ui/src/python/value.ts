/** What Python's variables may hold, and Python's truth. Types are Python's own affair here: nothing is known when it is built. */

// biome-ignore lint/suspicious/noExplicitAny: a variable of Python holds anything
export type Value = any;

/** The one base of all translated classes: making an object calls `__init__`, as in Python. */
export class PyObject {
  [name: string]: Value;

  constructor(...given: Value[]) {
    this.__init__(...given);
  }

  __init__(..._given: Value[]): void {}

  *[Symbol.iterator](): Iterator<Value> {
    yield* this.__iter__();
  }
}

/** A tuple: a list that is never changed, may be a key, and as an index means a place in several dimensions. */
export type Tuple = Value[];

const TUPLE = Symbol("tuple"); // a mark costs a fifth of what a class of its own would

export const tuple_of = (...elements: Value[]): Tuple => {
  (elements as Value)[TUPLE] = true;
  return elements;
};

export const isTuple = (of: Value): boolean => Array.isArray(of) && (of as Value)[TUPLE] === true;

/** `...`, all of an array. */
export const ELLIPSIS = Symbol("...");

export class Slice {
  constructor(
    readonly start: number | null,
    readonly stop: number | null,
    readonly step: number | null,
  ) {}

  /** The first index, the number of them and the step, in a sequence of that length. */
  over(length: number): [number, number, number] {
    const step = this.step ?? 1;
    const inside = (at: number | null, none: number, low: number, high: number) =>
      at === null ? none : Math.min(Math.max(at < 0 ? at + length : at, low), high);
    const start = step > 0 ? inside(this.start, 0, 0, length) : inside(this.start, length - 1, -1, length - 1);
    const stop = step > 0 ? inside(this.stop, length, 0, length) : inside(this.stop, -1, -1, length - 1);
    return [start, Math.max(0, Math.ceil((stop - start) / step)), step];
  }
}

export const slice = (start: number | null, stop: number | null = null, step: number | null = null): Slice =>
  new Slice(start, stop, step);

/** A complex number; those with arrays are in `arrays/`. */
export class Complex {
  constructor(
    readonly real: number,
    readonly imag: number,
  ) {}
}

export const complex = (real: number, imag = 0): Complex => new Complex(real, imag);

export const truth = (value: Value): boolean => {
  if (typeof value === "object" && value !== null) {
    if (Array.isArray(value)) return value.length > 0;
    if (value instanceof Complex) return value.real !== 0 || value.imag !== 0;
    if (typeof value.__bool__ === "function") return value.__bool__();
    return typeof value.__len__ === "function" ? value.__len__() > 0 : true;
  }
  return typeof value === "number" ? value !== 0 : Boolean(value);
};
