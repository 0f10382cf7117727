/** Functions that go entry by entry, with NumPy's broadcasting; and the product of matrices. */

import { ValueError } from "../errors";
import { Complex, type Value } from "../value";
import { asarray, empty, type Kind, NdArray, plain, type Shape, wider } from "./array";

/** The shape that two arrays take together. */
export const together = (a: Shape, b: Shape): number[] => {
  const count = Math.max(a.length, b.length);
  return Array.from({ length: count }, (_, axis) => {
    const one = a[axis - count + a.length] ?? 1;
    const other = b[axis - count + b.length] ?? 1;
    if (one !== other && one !== 1 && other !== 1)
      throw new ValueError(`operands could not be broadcast together with shapes (${a.join(",")}) (${b.join(",")})`);
    return one === 1 ? other : one;
  });
};

const sameShape = (a: Shape, b: Shape): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** What a complex function leaves: a real and an imaginary part. */
let re = 0;
let im = 0;
const leave = (real: number, imaginary: number): void => {
  re = real;
  im = imaginary;
};

type Real1 = (x: number) => number;
type Real2 = (x: number, y: number) => number;
type Complex1 = (x: number, xi: number) => void;
type Complex2 = (x: number, xi: number, y: number, yi: number) => void;

interface Options {
  out?: NdArray;
  where?: NdArray;
  axis?: number;
  dtype?: Value;
}

const into = (made: NdArray, { out, where }: Options): Value => {
  if (out === undefined) return plain(made);
  if (where === undefined) return out.assign(made);
  const [to, from, chosen] = [out.places(), made.places(out.sides), where.places(out.sides)];
  for (let i = 0; i < to.length; i++)
    if (where.data[chosen[i] as number]) out.data[to[i] as number] = made.data[from[i] as number];
  return out;
};

/** A function of two, by a rule for reals and one for complex numbers; `kind` is that of what it gives, else the wider. */
const binary = (real: Real2, complex: Complex2 | null, kind: Kind | null, least: Kind = "b") => {
  const of = (first: Value, second: Value, options: Options = {}): Value => {
    if (typeof first === "number" && typeof second === "number" && options.out === undefined && kind !== "b")
      return real(first, second);
    const a = asarray(first);
    const b = asarray(second);
    const common = wider(wider(a.kind, b.kind), least);
    const shape = sameShape(a.sides, b.sides) ? a.sides : together(a.sides, b.sides);
    const made = empty(shape, kind ?? common);
    if (common === "c") ofComplex(made, a, b);
    else ofReal(made, a, b);
    return into(made, options);
  };

  const ofReal = (made: NdArray, a: NdArray, b: NdArray): void => {
    const { data, size: count } = made;
    const end = made.offset + count;
    const x = a.data;
    const y = b.data;
    const denseA = a.dense && a.size === count;
    const denseB = b.dense && b.size === count;
    if (denseA && denseB) {
      for (let i = made.offset, p = a.offset, q = b.offset; i < end; i++) data[i] = real(x[p++], y[q++]);
    } else if (denseA && b.size === 1) {
      const value = y[b.offset];
      for (let i = made.offset, p = a.offset; i < end; i++) data[i] = real(x[p++], value);
    } else if (denseB && a.size === 1) {
      const value = x[a.offset];
      for (let i = made.offset, q = b.offset; i < end; i++) data[i] = real(value, y[q++]);
    } else {
      const [p, q] = [a.places(made.sides), b.places(made.sides)];
      for (let i = 0, to = made.offset; i < count; i++) data[to++] = real(x[p[i] as number], y[q[i] as number]);
    }
  };

  const ofComplex = (made: NdArray, a: NdArray, b: NdArray): void => {
    const [p, q] = [a.places(made.sides), b.places(made.sides)];
    for (let i = 0; i < made.size; i++) {
      const m = p[i] as number;
      const n = q[i] as number;
      const to = made.offset + i;
      if (complex === null) re = real(a.data[m], b.data[n]);
      else complex(a.data[m], a.im ? a.im[m] : 0, b.data[n], b.im ? b.im[n] : 0);
      made.data[to] = re;
      if (made.im) made.im[to] = im;
    }
  };

  /** `np.maximum.reduce` over a list, `np.maximum.reduceat` along an axis. */
  const reduce = (over: Iterable<Value>): Value => [...over].reduce((a, b) => of(a, b));
  const reduceat = (over: NdArray, starts: NdArray, { axis = 0 }: Options = {}): NdArray => {
    const given = axis === 0 ? over : over.T;
    const firsts = [...starts] as number[];
    const rows = firsts.map((first, i) => {
      const count = Math.max((firsts[i + 1] ?? (given.sides[0] as number)) - first, 1);
      return reduce(Array.from({ length: count }, (_, j) => given.row(first + j)));
    });
    return axis === 0 ? asarray(rows) : asarray(rows).T;
  };
  return Object.assign(of, { reduce, reduceat });
};

/** A function of one. */
const unary = (real: Real1, complex: Complex1 | null = null, kind: Kind | null = null, least: Kind = "f") => {
  return (given: Value, options: Options = {}): Value => {
    if (typeof given === "number" && options.out === undefined && kind !== "b") return real(given);
    const a = asarray(given);
    const made = empty(a.sides, kind ?? wider(a.kind, least));
    const { data, offset } = made;
    if (a.kind !== "c") {
      const x = a.data;
      if (a.dense) for (let i = 0, p = a.offset; i < a.size; i++) data[offset + i] = real(x[p++]);
      else for (let i = 0, p = a.places(); i < a.size; i++) data[offset + i] = real(x[p[i] as number]);
    } else {
      const p = a.places();
      for (let i = 0; i < a.size; i++) {
        const at = p[i] as number;
        if (complex === null) re = real(a.data[at]);
        else complex(a.data[at], a.im[at]);
        data[offset + i] = re;
        if (made.im) made.im[offset + i] = im;
      }
    }
    return into(made, options);
  };
};

// Arithmetic

const times: Complex2 = (x, xi, y, yi) => leave(x * y - xi * yi, x * yi + xi * y);

/** Smith's way, as NumPy has it: nothing overflows that need not. */
const over: Complex2 = (x, xi, y, yi) => {
  if (Math.abs(y) >= Math.abs(yi)) {
    if (y === 0 && yi === 0) return leave(x / 0, xi / 0);
    const ratio = yi / y;
    const scale = 1 / (y + yi * ratio);
    return leave((x + xi * ratio) * scale, (xi - x * ratio) * scale);
  }
  const ratio = y / yi;
  const scale = 1 / (yi + y * ratio);
  return leave((x * ratio + xi) * scale, (xi * ratio - x) * scale);
};

export const remainder_of: Real2 = (x, y) => {
  if (y === 0) return Number.NaN;
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
};

const raised: Complex2 = (x, xi, y, yi) => {
  if (yi === 0 && Number.isInteger(y) && Math.abs(y) <= 64) {
    let [pr, pi] = [1, 0];
    for (let i = 0; i < Math.abs(y); i++) {
      times(pr, pi, x, xi);
      [pr, pi] = [re, im];
    }
    return y < 0 ? over(1, 0, pr, pi) : leave(pr, pi);
  }
  if (x === 0 && xi === 0) return leave(0, 0);
  logOf(x, xi);
  times(re, im, y, yi);
  return expOf(re, im);
};

export const add = binary(
  (x, y) => x + y,
  (x, xi, y, yi) => leave(x + y, xi + yi),
  null,
  "i",
);
export const subtract = binary(
  (x, y) => x - y,
  (x, xi, y, yi) => leave(x - y, xi - yi),
  null,
  "i",
);
export const multiply = binary((x, y) => x * y, times, null, "i");
export const divide = binary((x, y) => x / y, over, null, "f");
export const floor_divide = binary((x, y) => Math.floor(x / y), null, null, "i");
export const remainder = binary(remainder_of, null, null, "i");
export const power = binary((x, y) => x ** y, raised, null, "i");
export const maximum = binary(
  (x, y) => (Number.isNaN(x) || x > y ? x : y),
  (x, xi, y, yi) => (x > y ? leave(x, xi) : leave(y, yi)),
  null,
);
export const minimum = binary(
  (x, y) => (Number.isNaN(x) || x < y ? x : y),
  (x, xi, y, yi) => (x < y ? leave(x, xi) : leave(y, yi)),
  null,
);
export const copysign = binary((x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x)), null, "f");
export const divmod = (a: Value, b: Value): Value[] => [floor_divide(a, b), remainder(a, b)];

// Comparison, of the real parts where there are others

export const equal = binary(
  (x, y) => Number(x === y),
  (x, xi, y, yi) => leave(Number(x === y && xi === yi), 0),
  "b",
);
export const less = binary((x, y) => Number(x < y), null, "b");
export const less_equal = binary((x, y) => Number(x <= y), null, "b");
export const greater = binary((x, y) => Number(x > y), null, "b");
export const greater_equal = binary((x, y) => Number(x >= y), null, "b");

const bits = (ofTruths: Real2, ofNumbers: Real2) => {
  const [truths, numbers] = [binary(ofTruths, null, "b"), binary(ofNumbers, null, "i")];
  return (a: Value, b: Value): Value =>
    asarray(a).kind === "b" && asarray(b).kind === "b" ? truths(a, b) : numbers(a, b);
};

export const logical_and = bits(
  (x, y) => x & y,
  (x, y) => x & y,
);
export const logical_or = bits(
  (x, y) => x | y,
  (x, y) => x | y,
);
export const logical_xor = bits(
  (x, y) => x ^ y,
  (x, y) => x ^ y,
);
export const logical_not = unary((x) => Number(x === 0), null, "b");

// Of one number

const expOf: Complex1 = (x, xi) => {
  const size = Math.exp(x);
  return leave(xi === 0 ? size : size * Math.cos(xi), xi === 0 ? 0 : size * Math.sin(xi));
};
const logOf: Complex1 = (x, xi) => leave(Math.log(Math.hypot(x, xi)), Math.atan2(xi, x));
const rootOf: Complex1 = (x, xi) => {
  if (x === 0 && xi === 0) return leave(0, 0);
  const size = Math.sqrt((Math.abs(x) + Math.hypot(x, xi)) / 2);
  return x >= 0
    ? leave(size, xi / (2 * size))
    : leave(Math.abs(xi) / (2 * size), xi < 0 || Object.is(xi, -0) ? -size : size);
};
/** With an imaginary part as small as a complex step's, f(x + ih) is f(x) + i h f'(x) to the last digit. */
const TINY = 1e-9;
const alongReal = (f: Real1, slope: Real1, otherwise: Complex1): Complex1 => {
  return (x, xi) => (Math.abs(xi) < TINY ? leave(f(x), xi * slope(x)) : otherwise(x, xi));
};

export const positive = unary((x) => x, leave, null, "b");
export const negative = unary(
  (x) => -x,
  (x, xi) => leave(-x, -xi),
  null,
  "i",
);
export const exp = unary(Math.exp, expOf);
export const log = unary(Math.log, logOf);
export const log2 = unary(Math.log2);
export const sqrt = unary(Math.sqrt, rootOf);
export const square = unary(
  (x) => x * x,
  (x, xi) => times(x, xi, x, xi),
  null,
  "i",
);
export const log1p = unary(
  Math.log1p,
  alongReal(
    Math.log1p,
    (x) => 1 / (1 + x),
    (x, xi) => logOf(1 + x, xi),
  ),
);
export const expm1 = unary(
  Math.expm1,
  alongReal(Math.expm1, Math.exp, (x, xi) => {
    expOf(x, xi);
    leave(re - 1, im);
  }),
);
const quotient = (top: Complex1, bottom: Complex1): Complex1 => {
  return (x, xi) => {
    top(x, xi);
    const [tr, ti] = [re, im];
    bottom(x, xi);
    over(tr, ti, re, im);
  };
};
const sinhOf: Complex1 = (x, xi) => leave(Math.sinh(x) * Math.cos(xi), Math.cosh(x) * Math.sin(xi));
const coshOf: Complex1 = (x, xi) => leave(Math.cosh(x) * Math.cos(xi), Math.sinh(x) * Math.sin(xi));
const slopeOfTanh: Real1 = (x) => 1 / Math.cosh(x) ** 2;
export const tanh = unary(Math.tanh, alongReal(Math.tanh, slopeOfTanh, quotient(sinhOf, coshOf)));
export const sinh = unary(Math.sinh, sinhOf);
export const sin = unary(Math.sin, (x, xi) => leave(Math.sin(x) * Math.cosh(xi), Math.cos(x) * Math.sinh(xi)));
export const cos = unary(Math.cos, (x, xi) => leave(Math.cos(x) * Math.cosh(xi), -Math.sin(x) * Math.sinh(xi)));
export const arctan = unary(
  Math.atan,
  alongReal(
    Math.atan,
    (x) => 1 / (1 + x * x),
    (x) => leave(Math.atan(x), Number.NaN),
  ),
);
export const sign = unary(Math.sign);
export const rint = unary((x) => {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0)
    ? below + 1
    : Object.is(x, -0) || (x < 0 && rest >= 0.5 && below === -1)
      ? -0
      : below;
});
export const floor = unary(Math.floor);
export const ceil = unary(Math.ceil);
export const isfinite = unary(
  (x) => Number(Number.isFinite(x)),
  (x, xi) => leave(Number(Number.isFinite(x) && Number.isFinite(xi)), 0),
  "b",
);
export const isnan = unary(
  (x) => Number(Number.isNaN(x)),
  (x, xi) => leave(Number(Number.isNaN(x) || Number.isNaN(xi)), 0),
  "b",
);
const absolutely = unary(Math.abs, (x, xi) => leave(Math.hypot(x, xi), 0), null, "i");
export const abs = (of: Value): Value => {
  const found = absolutely(of);
  return found instanceof NdArray ? found.real : found instanceof Complex ? found.real : found;
};

/** The next number towards another. */
export const nextafter = binary(
  (x, towards) => {
    if (x === towards || Number.isNaN(x) || Number.isNaN(towards)) return x === towards ? towards : Number.NaN;
    if (x === 0) return towards > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
    const buffer = new Float64Array([x]);
    const whole = new BigInt64Array(buffer.buffer);
    whole[0] = (whole[0] as bigint) + (x < towards === x > 0 ? 1n : -1n);
    return buffer[0] as number;
  },
  null,
  "f",
);

// Products of matrices

export const matmul = (first: Value, second: Value): Value => {
  const [a, b] = [asarray(first), asarray(second)];
  const [n, k] = a.ndim === 1 ? [1, a.size] : [a.sides[0] as number, a.sides[1] as number];
  const [inner, p] = b.ndim === 1 ? [b.size, 1] : [b.sides[0] as number, b.sides[1] as number];
  if (k !== inner) throw new ValueError(`matmul: ${k} columns meet ${inner} rows`);
  const [rowA, columnA] = a.ndim === 1 ? [0, a.strides[0]] : a.strides;
  const [rowB, columnB] = b.ndim === 1 ? [b.strides[0], 0] : b.strides;
  const shape = [...(a.ndim === 1 ? [] : [n]), ...(b.ndim === 1 ? [] : [p])];
  const made = empty(shape, wider(wider(a.kind, b.kind), "f"));
  product(
    made.data,
    made.offset,
    a.data,
    b.data,
    [n, k, p],
    [a.offset, rowA, columnA, b.offset, rowB, columnB] as number[],
    1,
  );
  if (made.im) {
    const places = [a.offset, rowA, columnA, b.offset, rowB, columnB] as number[];
    if (a.im && b.im) product(made.data, made.offset, a.im, b.im, [n, k, p], places, -1);
    if (b.im) product(made.im, made.offset, a.data, b.im, [n, k, p], places, 1);
    if (a.im) product(made.im, made.offset, a.im, b.data, [n, k, p], places, 1);
  }
  return plain(made);
};

type Size = [number, number, number];

/** Adds to `into`, from a place on, the product of an (n, k) and a (k, p) matrix, times a sign. */
const product = (
  into: Value,
  to: number,
  x: Value,
  y: Value,
  [n, k, p]: Size,
  places: number[],
  sign: number,
): void => {
  const [a, rowA, columnA, b, rowB, columnB] = places as [number, number, number, number, number, number];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < p; j++) {
      let total = 0;
      for (let l = 0, s = a + i * rowA, t = b + j * columnB; l < k; l++, s += columnA, t += rowB) total += x[s] * y[t];
      into[to + i * p + j] += sign * total;
    }
};

export const outer = (a: Value, b: Value): NdArray => {
  const [x, y] = [asarray(a), asarray(b)];
  return matmul(x.reshape(-1, 1), y.reshape(1, -1));
};
