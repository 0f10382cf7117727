/** Text in a drawing, which has no lines of its own: how large it may be, and where it is broken. */

/** The width of a letter by its height, of one that is not among the narrow ones. */
const LETTER = 0.5;
/** Where a long text is broken, the best place first; the sign goes to the new line. */
const BREAKS = [/ (?=\+ )/, / (?== )/, /(?=\.)/];

/** About how wide a text is in letters of a size. */
export function widthOf(text: string, size: number): number {
  return LETTER * size * [...text].length;
}

/** The lines of a text: one where it fits, else as many as there are places to break it at. */
export function linesOf(text: string, room: number, size: number): string[] {
  if (widthOf(text, size) <= room) return [text];
  const place = BREAKS.find((each) => each.test(text));
  return place ? text.split(place) : [text];
}

/** The size in which all lines fit, at most a given one. */
export function sizeFor(lines: readonly string[], room: number, most: number): number {
  return Math.min(most, ...lines.map((line) => room / widthOf(line, 1)));
}
