/** Python's `re`, for patterns that both languages write alike. */

import type { Value } from "./value";

export const fullmatch = (pattern: string, text: string): Value => new RegExp(`^(?:${pattern})$`, "u").exec(text);
export const search = (pattern: string, text: string): Value => new RegExp(pattern, "u").exec(text);
export const sub = (pattern: string, by: string, text: string): string => text.replace(new RegExp(pattern, "gu"), by);
