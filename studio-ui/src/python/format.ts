/** Numbers as Python writes them, to the character: `format`, and the shortest text that reads back as the same number. */

import { ValueError } from "./errors";
import type { Value } from "./value";

const SPEC = /^(?:(.)?([<>=^]))?([+\- ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;

/** A value by a format such as `.3g` or `>8`. */
export const formatted = (value: Value, spec: string, text: string): string => {
  if (spec === "") return text;
  const found = SPEC.exec(spec);
  if (!found) throw new ValueError(`Invalid format specifier '${spec}'`);
  const [, fill, align, sign, , zero, width, comma, precision, type] = found;
  const isNumber = typeof value === "number" || typeof value === "boolean";
  let body = text;
  if (isNumber) body = grouped(signed(numeral(Number(value), type, precision), sign), comma);
  else if (precision !== undefined) body = [...text].slice(0, Number(precision)).join("");
  const room = Number(width ?? 0) - [...body].length;
  if (room <= 0) return body;
  const filling = (fill ?? (zero ? "0" : " ")).repeat(room);
  const side = align ?? (zero ? "=" : isNumber ? ">" : "<");
  if (side === "<") return body + filling;
  if (side === ">") return filling + body;
  if (side === "=") return /^[+-]/.test(body) ? body.slice(0, 1) + filling + body.slice(1) : filling + body;
  const left = Math.floor(room / 2);
  return filling.slice(0, left) + body + filling.slice(left);
};

const signed = (text: string, sign: string | undefined): string =>
  (sign === "+" || sign === " ") && !text.startsWith("-") ? sign + text : text;

const grouped = (text: string, by: string | undefined): string =>
  by === undefined
    ? text
    : text.replace(/^(-?)(\d+)/, (_, minus, whole) => minus + whole.replace(/\B(?=(\d{3})+$)/g, by));

const numeral = (value: number, type: string | undefined, precision: string | undefined): string => {
  if (type === "d" || (type === undefined && precision === undefined && Number.isInteger(value))) return plain(value);
  if (type === "%") return `${numeral(100 * value, "f", precision)}%`;
  if (!Number.isFinite(value)) return special(value);
  const digits = Number(precision ?? 6);
  if (type === "f" || type === "F") return fixed(value, digits);
  if (type === "e" || type === "E") return exponential(value, digits);
  if (type === "g" || type === "G") return general(value, digits);
  return precision === undefined ? shortest(value) : general(value, digits);
};

const plain = (value: number): string => BigInt(value).toString();

const special = (value: number): string => (Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");

const minus = (value: number): string => (value < 0 || Object.is(value, -0) ? "-" : "");

/** To so many decimals; a tie goes to the even digit, where JavaScript's `toFixed` goes up. */
const fixed = (value: number, decimals: number): string => {
  const size = Math.abs(value);
  const twice = size * 2 * 10 ** decimals;
  const isTie = Number.isInteger(twice) && twice % 2 === 1;
  const digits = size >= 1e21 || isTie ? exact(size, decimals) : size.toFixed(decimals);
  return minus(value) + digits;
};

/** By whole numbers: m 2^e is m 10^d / 2^-e, rounded half to even. */
const exact = (size: number, decimals: number): string => {
  const [m, e] = parts(size);
  const scaled = m * 10n ** BigInt(decimals);
  let whole = e >= 0 ? scaled << BigInt(e) : scaled >> BigInt(-e);
  if (e < 0) {
    const rest = scaled - (whole << BigInt(-e));
    const half = 1n << BigInt(-e - 1);
    if (rest > half || (rest === half && whole % 2n === 1n)) whole += 1n;
  }
  const text = whole.toString().padStart(decimals + 1, "0");
  return decimals ? `${text.slice(0, -decimals)}.${text.slice(-decimals)}` : text;
};

/** A size as m 2^e with whole m. */
const parts = (size: number): [bigint, number] => {
  const bits = new BigUint64Array(new Float64Array([size]).buffer)[0] as bigint;
  const biased = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  return biased ? [fraction | (1n << 52n), biased - 1075] : [fraction, -1074];
};

/** Digits and exponent of a size, to so many digits behind the first, half to even. */
const scientific = (size: number, digits: number): [string, number] => {
  const [head, tail] = size.toExponential(digits).split("e") as [string, string];
  const power = Number(tail);
  // A tie ends in a 5 behind the digits, and has no more than some seventeen of them.
  const longer = digits < 20 ? size.toExponential(digits + 1) : "";
  if (longer.split("e")[0]?.endsWith("5") && -25 < power && power < 23 && exactly(size, digits + 1 - power)) {
    const decimals = digits - power;
    const text = decimals >= 0 ? exact(size, decimals).replace(".", "") : exactTens(size, -decimals);
    const significant = text.replace(/^0+/, "");
    const more = significant.length > digits + 1 ? 1 : 0;
    return [significant.slice(0, digits + 1), power + more];
  }
  return [head.replace(".", ""), power];
};

/** Whether a number has no more than so many decimals. */
const exactly = (size: number, decimals: number): boolean => {
  const [m, e] = parts(size);
  const scaled = decimals >= 0 ? m * 10n ** BigInt(decimals) : m;
  if (e < 0)
    return scaled % (1n << BigInt(-e)) === 0n && (decimals >= 0 || (m >> BigInt(-e)) % 10n ** BigInt(-decimals) === 0n);
  return decimals >= 0 || (m << BigInt(e)) % 10n ** BigInt(-decimals) === 0n;
};

/** A whole size in units of 10^tens, half to even. */
const exactTens = (size: number, tens: number): string => {
  const unit = 10n ** BigInt(tens);
  const value = BigInt(size);
  const whole = value / unit;
  const twice = 2n * (value % unit);
  return (twice > unit || (twice === unit && whole % 2n === 1n) ? whole + 1n : whole).toString();
};

const exponential = (value: number, digits: number): string => {
  const [text, power] = scientific(Math.abs(value), digits);
  return minus(value) + pointed(text) + exponent(power);
};

const pointed = (digits: string): string => (digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits);

const exponent = (power: number): string => `e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;

/** So many significant digits, without zeros at the end. */
const general = (value: number, asked: number): string => {
  const digits = Math.max(asked, 1);
  const [text, power] = scientific(Math.abs(value), digits - 1);
  if (value === 0) return `${minus(value)}0`;
  if (-4 <= power && power < digits) return minus(value) + trimmed(positional(text, power));
  return minus(value) + trimmed(pointed(text)) + exponent(power);
};

const trimmed = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

const positional = (digits: string, power: number): string => {
  if (power < 0) return `0.${"0".repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, "0");
  const rest = digits.slice(power + 1);
  return rest ? `${whole}.${rest}` : whole;
};

/** The shortest text that reads back as the same number, with a point even where it is whole. */
export const shortest = (value: number): string => {
  if (!Number.isFinite(value)) return special(value);
  if (value === 0) return `${minus(value)}0.0`;
  const [head, tail] = Math.abs(value).toExponential().split("e") as [string, string];
  const power = Number(tail);
  const digits = head.replace(".", "");
  if (power < -4 || power >= 16) return minus(value) + pointed(digits) + exponent(power);
  const text = positional(digits, power);
  return minus(value) + (text.includes(".") ? text : `${text}.0`);
};

/** Of a number that may be whole or not. */
export const written = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e16 ? (Object.is(value, -0) ? "-0.0" : String(value)) : shortest(value);
