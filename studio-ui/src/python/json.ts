/** Python's `json`: texts as its values. */

import { RecursionError, ValueError } from "./errors";
import { tuple_of, type Value } from "./value";

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}[\],:]|true|false|null)\s*/sy;
/** How deep lists and records may be nested. */
const DEEPEST = 500;

/** The value of a text. A record is what the hook makes of its pairs, of which two may have the same key. */
export const loads = (text: string, { object_pairs_hook }: { object_pairs_hook: (pairs: Value) => Value }): Value => {
  let at = 0;
  const next = (): string => {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw new ValueError(`no JSON at letter ${at}`);
    at = TOKEN.lastIndex;
    return found[1] as string;
  };
  const wanted = (sign: string, given: string): void => {
    if (given !== sign) throw new ValueError(`no ${sign} before letter ${at}`);
  };
  const scalar = (text: string): Value => {
    try {
      return JSON.parse(text);
    } catch {
      throw new ValueError(`no value before letter ${at}`);
    }
  };
  /** What stands between a bracket and its end, each read by `one`. */
  const all = (end: string, one: (first: string) => Value): Value[] => {
    const found: Value[] = [];
    let sign = next();
    if (sign === end) return found;
    for (;;) {
      found.push(one(sign));
      sign = next();
      if (sign === end) return found;
      wanted(",", sign);
      sign = next();
    }
  };
  const value = (first: string, depth: number): Value => {
    if (depth > DEEPEST) throw new RecursionError("it is nested too deeply");
    if (first === "[") return all("]", (each) => value(each, depth + 1));
    if (first === "{")
      return object_pairs_hook(
        all("}", (key) => {
          if (!key.startsWith('"')) throw new ValueError(`no key before letter ${at}`);
          wanted(":", next());
          return tuple_of(scalar(key), value(next(), depth + 1));
        }),
      );
    return scalar(first);
  };
  const whole = value(next(), 0);
  if (at < text.length) throw new ValueError(`more follows letter ${at}`);
  return whole;
};
