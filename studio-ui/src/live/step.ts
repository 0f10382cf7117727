/** The document of a step, made in the browser by the same sources that make it in Python. */

import * as translated from "../../build/live.js";
import { Dict } from "../python/collections";
import type { Value } from "../python/value";
import type { TraceDocument } from "../trace/document";

/** Python's dictionaries as JavaScript's objects. */
const toPlain = (of: Value): Value => {
  if (of instanceof Dict) return Object.fromEntries(of.items().map(([key, value]) => [key, toPlain(value)]));
  return Array.isArray(of) ? Array.from(of, toPlain) : of;
};

/** And back; what is left out is not there. */
const toPython = (of: Value): Value => {
  if (of === null || typeof of !== "object" || Array.isArray(of) || ArrayBuffer.isView(of)) return of;
  return new Dict(Object.entries(of).filter(([, value]) => value !== undefined).map(([key, value]) => [key, toPython(value)]));
};

export interface Network {
  widths: number[];
  activations: string[];
  normalization?: string | (string | null)[] | null;
}

export interface GivenStep extends Network {
  /** The flat vector: W[1] row by row, W0[1], then the next layer; gain, shift and alpha of a layer behind its W0. */
  parameters: number[] | Float64Array;
  X: number[][];
  Y: number[][];
  loss: string;
  optimizer: string;
}

export const explainStep = (given: GivenStep): TraceDocument => toPlain(translated.step_document(toPython(given)));
