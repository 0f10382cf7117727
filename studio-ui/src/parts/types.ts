/** What the parts share: tones, and a quantity as it is written. */

/** Blue for what goes forward, rust for what comes back, ochre for what is used again. */
export type Tone = "forward" | "backward" | "shared" | "quiet" | "plain";

/** A quantity as text and as LaTeX. */
export interface Written {
  plain: string;
  latex: string;
}

/** How a quantity of a layer is written: `sign("dA_dZ", 2)`. */
export type Signs = (name: string, l: number) => Written;
