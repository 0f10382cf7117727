/** What Python has without an import, and what the translator writes for its operators. */

import { NdArray } from "./arrays/array";
import { Dict, Mapping, PySet, pairsOf, range_of, tuple } from "./collections";
import { TypeError, ValueError } from "./errors";
import { add, order } from "./operators";
import { str } from "./text";
import { isTuple, PyObject, type Tuple, truth, tuple_of, type Value } from "./value";

export { Mapping, tuple } from "./collections";
export * from "./errors";
export * from "./items";
export {
  attributes,
  bound,
  cached,
  call,
  dataclass,
  getattr,
  hasattr,
  mixed,
  setattr,
  shared,
  vars,
} from "./objects";
export * from "./operators";
export { format, repr, repr_float, str } from "./text";
export { complex, ELLIPSIS, PyObject as Object, slice, truth, tuple_of } from "./value";

/** What a call of the runtime was given by name: an object behind the other arguments. */
const isOptions = (value: Value): boolean =>
  typeof value === "object" && value !== null && value.constructor === Object;

const withOptions = (given: Value[]): [Value[], Record<string, Value>] =>
  isOptions(given[given.length - 1]) ? [given.slice(0, -1), given[given.length - 1]] : [given, {}];

export const len = (of: Value): number => {
  if (typeof of === "string") return [...of].length;
  return Array.isArray(of) ? of.length : of.__len__();
};

export const range = (first: number, stop?: number, step = 1): number[] =>
  stop === undefined ? range_of(0, first, 1) : range_of(first, stop, step);

export const ord = (letter: string): number => letter.codePointAt(0) as number;

export const list = (of: Iterable<Value> = []): Value[] => [...of];
export const dict = (of: Value = []): Dict => new Dict(pairsOf(of));
export const set = (of: Iterable<Value> = []): PySet => new PySet(of);
export const frozenset = set;

export const map_over = (of: Iterable<Value>, f: (each: Value) => Value, only?: (each: Value) => boolean): Value[] => {
  const found: Value[] = [];
  for (const each of of) if (only === undefined || only(each)) found.push(f(each));
  return found;
};

export const flat_map_over = (
  of: Iterable<Value>,
  f: (each: Value) => Value[],
  only?: (each: Value) => boolean,
): Value[] => map_over(of, f, only).flat();

export const map = (f: (...given: Value[]) => Value, ...over: Iterable<Value>[]): Value[] =>
  zip(...over).map((each) => f(...each));

export const filter = (f: ((each: Value) => Value) | null, over: Iterable<Value>): Value[] =>
  [...over].filter((each) => truth(f === null ? each : f(each)));

export const zip = (...over: Value[]): Tuple[] => {
  const [given] = withOptions(over);
  const lists = given.map((each) => (Array.isArray(each) ? each : [...each]));
  const made = new Array<Tuple>(lists.length ? Math.min(...lists.map((each) => each.length)) : 0);
  const [a, b] = lists;
  if (a && b && lists.length === 2) for (let i = 0; i < made.length; i++) made[i] = tuple_of(a[i], b[i]);
  else for (let i = 0; i < made.length; i++) made[i] = tuple_of(...lists.map((each) => each[i]));
  return made;
};

export const enumerate = (over: Iterable<Value>, first = 0): Tuple[] =>
  [...over].map((each, i) => tuple_of(i + first, each));

export const reversed = (of: Iterable<Value>): Value[] => [...of].reverse();

interface Sorting {
  key?: (each: Value) => Value;
  reverse?: boolean;
}

/** In order; what is equal stays as it is, also from the largest to the smallest. */
export const sorted = (of: Iterable<Value>, { key, reverse = false }: Sorting = {}): Value[] => {
  const keyed = [...of].map((each): [Value, Value] => [key ? key(each) : each, each]);
  keyed.sort((a, b) => (reverse ? order(b[0], a[0]) : order(a[0], b[0])));
  return keyed.map((each) => each[1]);
};

const best = (given: Value[], isBetter: (order: number) => boolean): Value => {
  const [plain, options] = withOptions(given);
  const all = plain.length === 1 ? [...plain[0]] : plain;
  if (all.length === 0) {
    if ("default" in options) return options.default;
    throw new ValueError("of no values there is no largest or smallest");
  }
  const key = options.key ?? ((each: Value) => each);
  let [found] = all;
  for (const each of all.slice(1)) if (isBetter(order(key(each), key(found)))) found = each;
  return found;
};

export const max = (...given: Value[]): Value => best(given, (order) => order > 0);
export const min = (...given: Value[]): Value => best(given, (order) => order < 0);

export const sum = (of: Iterable<Value>, start: Value = 0): Value => {
  let total = start;
  for (const each of of) total = add(total, each);
  return total;
};

export const any = (of: Iterable<Value>): boolean => {
  for (const each of of) if (truth(each)) return true;
  return false;
};

export const all = (of: Iterable<Value>): boolean => {
  for (const each of of) if (!truth(each)) return false;
  return true;
};

export const abs = (of: Value): Value => (typeof of === "number" ? Math.abs(of) : of.__abs__());

export const bool = (of: Value = false): boolean => truth(of);

export const float = (of: Value = 0): number => {
  if (typeof of === "number") return of;
  if (of instanceof NdArray) return float(of.item());
  if (typeof of === "boolean") return Number(of);
  if (typeof of === "string") {
    const text = of.trim().toLowerCase();
    const named: Record<string, number> = { inf: Infinity, "+inf": Infinity, "-inf": -Infinity, nan: Number.NaN };
    const value = named[text] ?? (text === "" ? Number.NaN : Number(text));
    if (Number.isNaN(value) && text !== "nan") throw new ValueError(`could not convert string to float: '${of}'`);
    return value;
  }
  throw new TypeError("float() argument must be a string or a real number");
};

export const int = (of: Value = 0): number => {
  const value = Math.trunc(float(of)) + 0;
  if (!Number.isFinite(value)) throw new ValueError("cannot convert float to integer");
  return value;
};

export const round = (of: number, digits = 0): number => {
  const scaled = of * 10 ** digits;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const whole = rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
  return whole / 10 ** digits;
};

export const divmod = (a: number, b: number): Tuple => tuple_of(Math.floor(a / b), a - b * Math.floor(a / b));

export const iter = (of: Iterable<Value>): Iterator<Value> => of[Symbol.iterator]();

export const next = (of: Value, ...otherwise: Value[]): Value => {
  const { value, done } = (Array.isArray(of) ? of[Symbol.iterator]() : of).next();
  if (!done) return value;
  if (otherwise.length) return otherwise[0];
  throw new ValueError("there is no next value");
};

export const callable = (of: Value): boolean => typeof of === "function";

export const type = (of: Value): Value => of.constructor;
export const object = PyObject;

export const isinstance = (of: Value, kind: Value): boolean => {
  if (Array.isArray(kind)) return kind.some((each) => isinstance(of, each));
  if (kind === null) return of === null;
  const test = KINDS.get(kind);
  return test ? test(of) : typeof kind === "function" && of instanceof kind;
};

export const issubclass = (of: Value, kind: Value): boolean => of === kind || of.prototype instanceof kind;

/** A union of types, `int | float`, is a list of them for `isinstance`. */
const isNumber = (of: Value): boolean => typeof of === "number";
const KINDS = new Map<Value, (of: Value) => boolean>([
  [str, (of) => typeof of === "string"],
  [float, isNumber],
  [int, (of) => Number.isInteger(of) || typeof of === "boolean"],
  [bool, (of) => typeof of === "boolean"],
  [list, (of) => Array.isArray(of) && !isTuple(of)],
  [tuple, (of) => isTuple(of)],
  [dict, (of) => of instanceof Dict],
  [set, (of) => of instanceof PySet],
  [type, (of) => typeof of === "function"],
  [Mapping, (of) => of instanceof Dict || of instanceof Mapping],
]);

/** A type that `isinstance` can be asked about. */
export const known_type = (kind: Value, test: (of: Value) => boolean): Value => {
  KINDS.set(kind, test);
  return kind;
};

/** Attributes of arrays, of numbers too. */
export const of_number = (of: Value, name: string): Value => {
  if (typeof of !== "number") return of[name];
  if (name === "imag") return 0;
  return name === "shape" ? tuple_of() : name === "ndim" ? 0 : name === "size" ? 1 : of;
};
