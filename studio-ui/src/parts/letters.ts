/** Symbols as text in a drawing: letters slanted as in a formula. */
import type { Written } from "./types";

/** The plain form, with single letters as mathematical italics; words stay as they are. */
export function slanted({ plain }: Written): string {
  return plain.replace(/(?<![A-Za-z\p{M}])[A-Za-z](?![A-Za-z])/gu, italic);
}

function italic(letter: string): string {
  if (letter === "h") return "ℎ"; // where Unicode has it already, the block of italics has a hole
  const code = letter.charCodeAt(0);
  return String.fromCodePoint(code < 97 ? 0x1d434 + code - 65 : 0x1d44e + code - 97);
}
