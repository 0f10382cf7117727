/** Python's `re`, for patterns that both languages write alike. */

import type { Value } from "./value";

type By = string | ((found: Value) => string);

/** What was found, with its groups as Python gives them. */
const match = (found: RegExpExecArray | null): Value =>
  found && Object.assign(found, { groups: () => found.slice(1).map((each) => each ?? null) });

/** What stands in place of a match: in a text a backslash and a digit are a group. */
const written = (by: By, found: RegExpExecArray): string =>
  typeof by === "string"
    ? by.replace(/\\(.)/g, (_, letter) => (/\d/.test(letter) ? (found[Number(letter)] ?? "") : letter))
    : by(match(found));

class Pattern {
  private readonly pattern: RegExp;

  constructor(pattern: string, flags: string) {
    this.pattern = new RegExp(pattern, flags);
  }

  sub(by: By, text: string): string {
    let [done, at] = ["", 0];
    for (const found of text.matchAll(this.pattern)) {
      done += text.slice(at, found.index) + written(by, found);
      at = found.index + found[0].length;
    }
    return done + text.slice(at);
  }
}

/** Whether `.` is a line's end too. */
export const DOTALL = "s";
export const compile = (pattern: string, flags = ""): Value => new Pattern(pattern, `gu${flags}`);
export const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
export const fullmatch = (pattern: string, text: string): Value =>
  match(new RegExp(`^(?:${pattern})$`, "u").exec(text));
export const search = (pattern: string, text: string): Value => match(new RegExp(pattern, "u").exec(text));
export const sub = (pattern: string, by: By, text: string): string => compile(pattern).sub(by, text);
