/** Python's operators: of numbers, texts, lists, sets, records and arrays alike. */

import { NdArray } from "./arrays/array";
import * as ufuncs from "./arrays/ufuncs";
import { Dict, PySet } from "./collections";
import { TypeError } from "./errors";
import { repr } from "./text";
import { Complex, isTuple, tuple_of, type Value } from "./value";

type Two = (a: Value, b: Value) => Value;

const isArray = (value: Value): boolean => value instanceof NdArray || value instanceof Complex;

/** An operator of two: quick for numbers, then arrays, then what a class says of itself. */
const operator = (
  sign: string,
  ofNumbers: (a: number, b: number) => Value,
  method: string,
  ofArrays: Two,
  ofOthers?: Two,
): Two => {
  return (a, b) => {
    if (typeof a === "number" && typeof b === "number") return ofNumbers(a, b);
    if (isArray(a) || isArray(b)) return ofArrays(a, b);
    if ((typeof a === "number" || typeof a === "boolean") && (typeof b === "number" || typeof b === "boolean"))
      return ofNumbers(Number(a), Number(b));
    if (Array.isArray(a) && ofOthers === union) return [...a, b];
    if (a !== null && typeof a === "object" && typeof a[method] === "function") return a[method](b);
    const found = ofOthers?.(a, b);
    if (found !== undefined) return found;
    throw new TypeError(`${repr(a)} ${sign} ${repr(b)} has no meaning`);
  };
};

const joined: Two = (a, b) => {
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return isTuple(a) ? tuple_of(...a, ...b) : [...a, ...b];
  return undefined;
};

const repeated: Two = (a, b) => {
  const [what, times] = typeof a === "number" ? [b, a] : [a, b];
  if (typeof what === "string") return what.repeat(Math.max(times, 0));
  if (!Array.isArray(what)) return undefined;
  const all = Array.from({ length: Math.max(times, 0) }, () => [...what]).flat();
  return isTuple(what) ? tuple_of(...all) : all;
};

export const add = operator("+", (a, b) => a + b, "__add__", ufuncs.add, joined);
export const sub = operator("-", (a, b) => a - b, "__sub__", ufuncs.subtract);
export const mul = operator("*", (a, b) => a * b, "__mul__", ufuncs.multiply, repeated);
export const div = operator("/", (a, b) => a / b, "__truediv__", ufuncs.divide);
export const floordiv = operator("//", (a, b) => Math.floor(a / b), "__floordiv__", ufuncs.floor_divide);
export const mod = operator("%", ufuncs.remainder_of, "__mod__", ufuncs.remainder);
export const pow = operator("**", (a, b) => a ** b, "__pow__", ufuncs.power);
export const matmul = operator("@", () => undefined, "__matmul__", ufuncs.matmul);

/** `int | float`: the types of a union, for `isinstance`. */
const union: Two = (a, b) => (a === null || typeof a === "object" ? undefined : [a, b].flat());

const logical = (sign: string, ofNumbers: (a: number, b: number) => number, method: string, ofArrays: Two): Two => {
  const of = operator(sign, ofNumbers, method, ofArrays, union);
  return (a, b) =>
    typeof a === "boolean" && typeof b === "boolean" ? ofNumbers(Number(a), Number(b)) !== 0 : of(a, b);
};

export const and = logical("&", (a, b) => a & b, "__and__", ufuncs.logical_and);
export const or = logical("|", (a, b) => a | b, "__or__", ufuncs.logical_or);
export const xor = logical("^", (a, b) => a ^ b, "__xor__", ufuncs.logical_xor);

export const neg = (a: Value): Value => (typeof a === "number" ? -a : ufuncs.negative(a));
export const pos = (a: Value): Value => a;
export const invert = (a: Value): Value =>
  typeof a === "boolean" ? !a : typeof a === "number" ? ~a : ufuncs.logical_not(a);

/** In place: arrays, lists, dictionaries and sets change, and all who hold them see it; of others there is a new value. */
const inPlace = (of: Two, change: (a: Value, b: Value) => boolean = () => false): Two => {
  return (a, b) => {
    if (a instanceof NdArray) return a.assign(of(a, b));
    return change(a, b) ? a : of(a, b);
  };
};

export const iadd = inPlace(add, (a, b) => {
  const isList = Array.isArray(a) && !isTuple(a);
  if (isList) a.push(...b);
  return isList;
});
export const isub = inPlace(sub);
export const imul = inPlace(mul);
export const idiv = inPlace(div);
export const ipow = inPlace(pow);
export const imod = inPlace(mod);
export const ifloordiv = inPlace(floordiv);
export const iand = inPlace(and);
export const ior = inPlace(or, (a, b) => {
  if (a instanceof Dict) a.update(b);
  else if (a instanceof PySet) for (const each of b) a.add(each);
  return a instanceof Dict || a instanceof PySet;
});

/** Whether two values are equal, as one answer; of arrays entry by entry. */
export const eq = (a: Value, b: Value): Value => {
  if (a === b) return typeof a === "object" && a instanceof NdArray ? ufuncs.equal(a, b) : true;
  if (isArray(a) || isArray(b)) return a === null || b === null || typeof a === "string" ? false : ufuncs.equal(a, b);
  if (typeof a !== "object" || typeof b !== "object") return Number.isNaN(a) ? false : same(a, b);
  if (a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, i) => all(eq(each, b[i])));
  if (typeof a.__eq__ === "function") return a.__eq__(b);
  if (a instanceof Dict)
    return (
      b instanceof Dict &&
      a.__len__() === b.__len__() &&
      a.items().every(([k, v]) => b.__contains__(k) && all(eq(v, b.__getitem__(k))))
    );
  if (a.__key__ && b.__key__) return eq(a.__key__(), b.__key__());
  return false;
};

const same = (a: Value, b: Value): boolean =>
  (typeof a === "boolean" || typeof b === "boolean") &&
  typeof a !== "string" &&
  typeof b !== "string" &&
  a !== null &&
  b !== null
    ? Number(a) === Number(b)
    : a === b;

const all = (found: Value): boolean => (found instanceof NdArray ? found.all() : found);

export const ne = (a: Value, b: Value): Value => (isArray(a) || isArray(b) ? invert(eq(a, b)) : !eq(a, b));

/** Less than zero, zero or more, for numbers, texts and lists of such; NaN where they cannot be told. */
export const order = (a: Value, b: Value): number => {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) if (!all(eq(a[i], b[i]))) return order(a[i], b[i]);
    return a.length - b.length;
  }
  const [one, other] = [Number(a), Number(b)];
  return one === other ? 0 : one - other;
};

const comparison = (test: (order: number) => boolean, ofArrays: Two, method: string): Two => {
  return (a, b) => {
    if (typeof a === "number" && typeof b === "number") return test(a === b ? 0 : a - b);
    if (isArray(a) || isArray(b)) return ofArrays(a, b);
    if (typeof a === "object" && a !== null && typeof a[method] === "function") return a[method](b);
    return test(order(a, b));
  };
};

export const lt = comparison((order) => order < 0, ufuncs.less, "__lt__");
export const le = comparison((order) => order <= 0, ufuncs.less_equal, "__le__");
export const gt = comparison((order) => order > 0, ufuncs.greater, "__gt__");
export const ge = comparison((order) => order >= 0, ufuncs.greater_equal, "__ge__");
