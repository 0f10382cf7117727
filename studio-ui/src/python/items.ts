/** What stands in a place: of lists, texts, dictionaries, arrays, and of classes with places of their own. */

import { NdArray } from "./arrays/array";
import { getitem, setitem as setInArray } from "./arrays/indexing";
import { IndexError } from "./errors";
import { eq } from "./operators";
import { isTuple, Slice, truth, tuple_of, type Value } from "./value";

const sliced = (of: Value, key: Slice): Value[] => {
  const [start, count, step] = key.over(of.length);
  return Array.from({ length: count }, (_, i) => of[start + i * step]);
};

export const item = (of: Value, key: Value): Value => {
  if (Array.isArray(of)) {
    if (typeof key === "number") {
      const at = key < 0 ? key + of.length : key;
      if (at >= of.length || at < 0) throw new IndexError("list index out of range");
      return of[at];
    }
    if (key instanceof Slice) return isTuple(of) ? tuple_of(...sliced(of, key)) : sliced(of, key);
    return of[Number(key)];
  }
  if (of instanceof NdArray) return getitem(of, key);
  if (typeof of === "string") {
    const letters = [...of];
    return key instanceof Slice ? sliced(letters, key).join("") : item(letters, key);
  }
  if (of.__getitem__ !== undefined) return of.__getitem__(key);
  return of[key]; // what a regular expression has found
};

export const setitem = (of: Value, key: Value, value: Value): void => {
  if (of instanceof NdArray) setInArray(of, key, value);
  else if (Array.isArray(of)) of[key < 0 ? key + of.length : key] = value;
  else of.__setitem__(key, value);
};

export const delitem = (of: Value, key: Value): void => {
  if (Array.isArray(of)) of.splice(key < 0 ? key + of.length : key, 1);
  else of.__delitem__(key);
};

export const contains = (of: Value, what: Value): boolean => {
  if (typeof of === "string") return of.includes(what);
  if (typeof of.__contains__ === "function") return of.__contains__(what);
  for (const each of of) if (each === what || truth(eq(each, what))) return true;
  return false;
};

/** Elements for targets of which one, with so many behind it, takes all that the others leave. */
export const unpacked = (given: Iterable<Value>, targets: number, behind: number): Value[] => {
  const all = [...given];
  const before = targets - 1 - behind;
  return [...all.slice(0, before), all.slice(before, all.length - behind), ...all.slice(all.length - behind)];
};
