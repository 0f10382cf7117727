/** Numbers as text, by the rules of the terminal: what is exactly 0 stands out, and a column lines up at its points. */

/** A value as JSON has it: infinity and NaN are text there. */
export type Value = number | string | null;
export type Matrix = readonly (readonly Value[])[];

export const DIGITS = 4;

/** The value as a number; "inf", "-inf" and "nan" as what they mean. */
export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  if (value === null) return Number.NaN;
  return value.endsWith("inf") ? (value.startsWith("-") ? -Infinity : Infinity) : Number.NaN;
}

/** A number to `digits` decimals; whole numbers bare, very small and very large ones with an exponent. */
export function written(value: Value, decimals = DIGITS, digits = DIGITS): string {
  const x = toNumber(value);
  if (Number.isNaN(x)) return "—";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (Number.isInteger(x) && size < 1e6) return minus(String(x + 0));
  return minus(size >= 10 ** -decimals && size < 1e6 ? x.toFixed(decimals) : x.toExponential(Math.max(digits - 1, 0)));
}

/** Decimals that show the largest of the values to `digits` places: small gradients get more of them, up to three. */
export function decimalsFor(values: readonly Value[], digits = DIGITS): number {
  const largest = Math.max(0, ...values.map((value) => Math.abs(toNumber(value))).filter(Number.isFinite));
  return largest ? digits + Math.min(Math.max(-Math.floor(Math.log10(largest)) - 1, 0), 3) : digits;
}

/** A sentence that begins with these words; a symbol, such as z or eta, stays as it is. */
export const begun = (words: string) =>
  words.replace(
    /^(?!eta\b)(?:a|[a-z]{2,})(?=[\s,;:’'.-]|$)/,
    (first) => first.charAt(0).toUpperCase() + first.slice(1),
  );

/** Three places, for a label beside an arrow. */
export function short(value: Value): string {
  const x = toNumber(value);
  const size = Math.abs(x);
  if (!Number.isFinite(x) || Number.isInteger(x)) return written(value);
  if (size < 1e-3 || size >= 1e5) return minus(x.toExponential(1));
  return minus(x.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3));
}

/** The ticks of an axis, each with the digits that tell it from the next one; powers of ten as labels. */
export function inSteps(ticks: readonly number[]): string[] {
  const gaps = ticks.slice(1).map((tick, index) => tick - (ticks[index] as number));
  if (!gaps.length || Math.min(...gaps) <= 0 || ticks.every((tick) => Number.isInteger(Math.log10(tick))))
    return ticks.map(short);
  const place = Math.floor(Math.log10(Math.min(...gaps)) + 1e-9);
  const largest = Math.max(...ticks.map(Math.abs));
  const exponents = largest < 1e-3 || largest >= 1e6;
  return ticks.map((tick) => {
    if (tick === 0) return "0";
    const digits = Math.max(exponents ? Math.floor(Math.log10(Math.abs(tick)) + 1e-9) - place : -place, 0);
    return minus(exponents ? tick.toExponential(digits) : tick.toFixed(digits));
  });
}

/** A few values in brackets; many as a count and their norm, which is what a label has room for. */
export function shortVector(values: readonly Value[], room = 3): string {
  if (values.length === 1) return short(values[0] ?? null);
  if (values.length <= room) return `[${values.map(short).join("  ")}]`;
  return `[${values
    .slice(0, room - 1)
    .map(short)
    .join("  ")}  …]`;
}

/** A share as per cent, a small one with two places. */
export function percent(value: Value): string {
  const x = 100 * toNumber(value);
  if (!Number.isFinite(x)) return written(x);
  return `${Math.abs(x) >= 10 || x === 0 ? x.toFixed(0) : Math.abs(x) >= 0.01 ? x.toFixed(2) : minus(x.toExponential(0))} %`;
}

/** A count with commas between thousands. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Names in a row, neighbours that are the same in one: `tanh (4 layers) then softmax`. */
export function inTurn(names: readonly string[]): string {
  const runs: { name: string; times: number }[] = [];
  for (const name of names) {
    const last = runs.at(-1);
    if (last?.name === name) last.times += 1;
    else runs.push({ name, times: 1 });
  }
  return runs
    .map(({ name, times }) => name.replaceAll("_", " ") + (times > 1 ? ` (${times} layers)` : ""))
    .join(" then ");
}

const minus = (text: string) => text.replace(/-/g, "−");
