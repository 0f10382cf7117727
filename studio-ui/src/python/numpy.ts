/** As much of NumPy as the translated sources use, under its names. */

import { asarray as arrayOf, dtype as asType, KIND_OF, NdArray, TYPES } from "./arrays/array";
import * as linear from "./arrays/linear";
import { default_rng } from "./arrays/random";
import { abs as absolute, floor_divide, remainder } from "./arrays/ufuncs";
import * as py from "./builtins";
import { known_type } from "./builtins";
import { shortest } from "./format";
import { tuple_of, type Value } from "./value";

export { flatnonzero, nonzero, where } from "./arrays/indexing";
export * from "./arrays/ordering";
export {
  all,
  any,
  argmax,
  argmin,
  cumsum,
  max,
  mean,
  median,
  min,
  nanmax,
  nanmin,
  prod,
  std,
  sum,
} from "./arrays/reductions";
export * from "./arrays/shaping";
export * from "./arrays/ufuncs";

export const { inf, nan } = { inf: Infinity, nan: Number.NaN };
export const pi = Math.PI;

for (const [type, kind] of [
  [py.float, "f"],
  [py.int, "i"],
  [py.bool, "b"],
] as const)
  KIND_OF.set(type, kind);

export const { f: float64, i: int64, b: bool_, c: complex128 } = TYPES;
/** No array here has these types. */
export const float32 = known_type({}, () => false);
export const generic = known_type({}, () => false);
export const floating = known_type({}, () => false);
export const integer = known_type({}, () => false);
export const ndarray = known_type(NdArray, (of) => of instanceof NdArray);
export const dtype = asType;

/** An array of a type, given by place or by name. */
export const asarray = (of: Value, type: Value = null): NdArray =>
  arrayOf(of, type?.constructor === Object ? type.dtype : type);

export const divmod = (a: Value, b: Value): Value => tuple_of(floor_divide(a, b), remainder(a, b));
export const real = (of: Value): Value => (typeof of === "number" ? of : of.real);
export const imag = (of: Value): Value => (typeof of === "number" ? 0 : of.imag);
export const ndim = (of: Value): number => arrayOf(of).ndim;
export const shape = (of: Value): Value => arrayOf(of).shape;
export { zeros as empty, zeros_like as empty_like } from "./arrays/shaping";

export const linalg = { norm: linear.norm, qr: linear.qr };
export const random = { default_rng };
export const ma = { is_masked: () => false };
export const finfo = (_type: Value) => ({ eps: Number.EPSILON, tiny: 2 ** -1022, max: Number.MAX_VALUE });

/** A number in powers of ten, `2.2e-16`. */
export const format_float_scientific = (of: number, { precision }: { precision: number }): string => {
  const digits = shortest(of)
    .replace(/[-.]|e.*$/g, "")
    .replace(/^0+|0+$/g, "").length;
  const text = py.format(of, `.${Math.min(precision, Math.max(digits - 1, 0))}e`);
  return digits > 1 ? text : text.replace("e", ".e");
};

export { absolute };
