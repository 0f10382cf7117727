/** Python's `math`. */

export const inf = Infinity;
export const nan = Number.NaN;
export const { PI: pi, E: e, sqrt, exp, log10, log2, log1p, expm1, sin, cos, tanh, hypot } = Math;
export const log = (x: number, base?: number): number =>
  base === undefined ? Math.log(x) : Math.log(x) / Math.log(base);
export const floor = (x: number): number => Math.floor(x);
export const ceil = (x: number): number => Math.ceil(x);
export const isfinite = (x: number): boolean => Number.isFinite(Number(x));
export const isnan = (x: number): boolean => Number.isNaN(Number(x));
export const isinf = (x: number): boolean => Math.abs(x) === Infinity;
export const prod = (of: Iterable<number>): number => [...of].reduce((a, b) => a * b, 1);
export const copysign = (x: number, like: number): number =>
  like < 0 || Object.is(like, -0) ? -Math.abs(x) : Math.abs(x);
