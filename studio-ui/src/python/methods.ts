/** Methods of texts, lists and numbers that JavaScript lacks or has under the same name for something else.
 *
 * An object that has the method itself, an array or a dictionary or a class of the project, is asked first.
 */

import { asarray } from "./arrays/array";
import { sorted } from "./builtins";
import { ValueError } from "./errors";
import { eq } from "./operators";
import { str } from "./text";
import { truth, tuple_of, type Value } from "./value";

/** A method for texts and lists, as it is here; for all else the object's own. */
const method = (name: string, own: (of: Value, ...given: Value[]) => Value) => {
  return (of: Value, ...given: Value[]): Value =>
    typeof of === "string" || Array.isArray(of) ? own(of, ...given) : of[name](...given);
};

/** A method of arrays that a number has as well. */
const ofNumber = (name: string) => {
  return (of: Value, ...given: Value[]): Value => {
    if (typeof of === "number" || typeof of === "boolean") return (asarray(of) as Value)[name](...given);
    return of[name](...given);
  };
};

// Texts

export const join = method("join", (of, parts) => [...parts].join(of));

export const split = method("split", (of: string, by = null, most = -1) => {
  if (by === null) return of.trim() === "" ? [] : of.trim().split(/\s+/);
  const parts = of.split(by);
  return most < 0 || parts.length <= most ? parts : [...parts.slice(0, most), parts.slice(most).join(by)];
});

export const splitlines = method("splitlines", (of: string) => of.split("\n"));
export const replace = method("replace", (of: string, from, to, most = -1) => {
  if (most < 0) return of.replaceAll(from, () => to);
  return most === 0 ? of : of.replace(from, () => to);
});
export const startswith = method("startswith", (of: string, what) => [what].flat().some((each) => of.startsWith(each)));
export const endswith = method("endswith", (of: string, what) => [what].flat().some((each) => of.endsWith(each)));
export const removeprefix = method("removeprefix", (of: string, what) =>
  of.startsWith(what) ? of.slice(what.length) : of,
);
export const removesuffix = method("removesuffix", (of: string, what) =>
  what && of.endsWith(what) ? of.slice(0, -what.length) : of,
);

export const partition = method("partition", (of: string, by) => {
  const at = of.indexOf(by);
  return at < 0 ? tuple_of(of, "", "") : tuple_of(of.slice(0, at), by, of.slice(at + by.length));
});

export const rpartition = method("rpartition", (of: string, by) => {
  const at = of.lastIndexOf(by);
  return at < 0 ? tuple_of("", "", of) : tuple_of(of.slice(0, at), by, of.slice(at + by.length));
});

const outside = (letters: string | null) => (letters === null ? "\\s" : `[${letters.replace(/[\]\\^-]/g, "\\$&")}]`);
export const strip = method("strip", (of: string, letters = null) => rstrip(lstrip(of, letters), letters));
export const lstrip = method("lstrip", (of: string, letters = null) =>
  of.replace(new RegExp(`^${outside(letters)}+`, "u"), ""),
);
export const rstrip = method("rstrip", (of: string, letters = null) =>
  of.replace(new RegExp(`${outside(letters)}+$`, "u"), ""),
);
export const lower = method("lower", (of: string) => of.toLowerCase());
export const upper = method("upper", (of: string) => of.toUpperCase());
export const capitalize = method(
  "capitalize",
  (of: string) => of.slice(0, 1).toUpperCase() + of.slice(1).toLowerCase(),
);
export const translate = method("translate", (of, by) => {
  let written = "";
  for (const letter of of) written += by.get(letter) ?? letter;
  return written;
});
export const isdigit = method("isdigit", (of: string) => /^\p{Nd}+$/u.test(of));
export const isidentifier = method("isidentifier", (of: string) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(of));
export const ljust = method("ljust", (of: string, width) => of.padEnd(width));
export const rjust = method("rjust", (of: string, width) => of.padStart(width));
export const format = method("format", (of: string, ...given) => of.replace(/\{\}/g, () => str(given.shift())));

// Lists

export const append = method("append", (of, each) => {
  of.push(each);
  return null;
});
export const extend = method("extend", (of, more) => {
  of.push(...more);
  return null;
});
export const insert = method("insert", (of, at, each) => {
  of.splice(at, 0, each);
  return null;
});
export const remove = method("remove", (of, each) => {
  of.splice(index(of, each), 1);
  return null;
});
export const pop = method("pop", (of, at = -1) => of.splice(at, 1)[0]);
export const reverse = method("reverse", (of) => {
  of.reverse();
  return null;
});
export const sort = method("sort", (of, options = {}) => {
  of.splice(0, of.length, ...sorted(of, options));
  return null;
});
export const index = method("index", (of, each) => {
  const at = typeof of === "string" ? of.indexOf(each) : of.findIndex((other: Value) => truth(eq(each, other)));
  if (at < 0) throw new ValueError("not in the list");
  return at;
});
export const find = method("find", (of: string, each) => of.indexOf(each));
export const count = method("count", (of, each) =>
  typeof of === "string" ? of.split(each).length - 1 : of.filter((other: Value) => truth(eq(each, other))).length,
);

// Numbers, of which NumPy's have the methods of arrays

export const copy = (of: Value): Value => (Array.isArray(of) ? [...of] : ofNumber("copy")(of));
export const item = ofNumber("item");
export const astype = ofNumber("astype");
export const all = ofNumber("all");
export const any = ofNumber("any");
export const sum = ofNumber("sum");
export const mean = ofNumber("mean");
export const max = ofNumber("max");
export const min = ofNumber("min");
export const tolist = ofNumber("tolist");
export const ravel = ofNumber("ravel");
export const reshape = ofNumber("reshape");
