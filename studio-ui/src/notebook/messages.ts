/** What a page in a notebook and the notebook say to each other. */

/** What the notebook greets a page with that it has loaded; a port comes along. */
export const GREETING = "clearprop: a notebook";

/** What a page in a frame asks the document around it, which answers {theme}, and again when that changes. Elsewhere nobody answers. */
export const ASKS = "clearprop: light or dark?";

/** A record with one thing in it, by its name. */
export type Message = Readonly<Record<string, unknown>>;
