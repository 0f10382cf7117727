/** `str`, `repr` and `format` of any value. */

import { Dict, PySet } from "./collections";
import { formatted, shortest, written } from "./format";
import { Complex, isTuple, type Value } from "./value";

const str_of = (value: Value): string => {
  if (typeof value === "string") return value;
  if (value instanceof Error) return value.message;
  if (typeof value === "object" && value !== null && typeof value.__str__ === "function") return value.__str__();
  return repr(value);
};

/** `str(...)`, and Python's functions of that name. */
export const str = Object.assign((value: Value = "") => str_of(value), {
  maketrans: (from: string, to: string): Map<string, string> => {
    const behind = [...to];
    return new Map([...from].map((letter, i) => [letter, behind[i] ?? ""]));
  },
});

export const repr = (value: Value): string => {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return written(value);
  if (typeof value === "string") return quoted(value);
  if (isTuple(value)) return `(${value.map(repr).join(", ")}${value.length === 1 ? "," : ""})`;
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (value instanceof Dict)
    return `{${value
      .items()
      .map(([key, each]) => `${repr(key)}: ${repr(each)}`)
      .join(", ")}}`;
  if (value instanceof PySet) return value.__len__() ? `{${[...value].map(repr).join(", ")}}` : "set()";
  if (value instanceof Complex)
    return `(${written(value.real)}${value.imag < 0 ? "-" : "+"}${written(Math.abs(value.imag))}j)`;
  if (typeof value === "function") return `<class '${value.name}'>`;
  if (typeof value.__repr__ === "function") return value.__repr__();
  return typeof value.__str__ === "function" ? value.__str__() : String(value);
};

const quoted = (text: string): string => {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/\\/g, "\\\\").replaceAll(mark, `\\${mark}`);
  return mark + escaped.replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t") + mark;
};

/** Of a number that is one with a point: 1.0 and not 1. */
export const repr_float = (value: Value): string => shortest(Number(value));

export const format = (value: Value, spec = ""): string => formatted(numberOf(value), spec, str_of(value));

const numberOf = (value: Value): Value =>
  typeof value === "object" && value !== null && value.item && value.size === 1 ? value.item() : value;
