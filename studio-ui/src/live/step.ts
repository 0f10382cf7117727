/** The document of a step, made in the browser by the same sources that make it in Python. */

import * as translated from "../../build/live.js";
import { NdArray, stridesOf } from "../python/arrays/array";
import { Dict } from "../python/collections";
import { ValueError } from "../python/errors";
import type { Value } from "../python/value";
import type { TraceDocument } from "../trace/document";

/** A network's shape: parts by their texts, as `find` reads them. */
export interface Shape {
  widths: number[];
  activations: string[];
  /** One for every hidden layer, or one or null for each layer. */
  normalization?: string | (string | null)[] | null;
}

export interface AskedStep extends Shape {
  /** The flat vector: W[1] row by row, W0[1], gain, shift and alpha where layer 1 has them, then the next layer. */
  parameters: ArrayLike<number>;
  /** Running means and variances, of a network that has them. */
  statistics?: ArrayLike<number> | null;
  X: ArrayLike<number>[];
  /** Targets, a row for each point. */
  Y: ArrayLike<number>[];
  loss: string;
  optimizer: string;
  /** A number, or the text of a schedule; the optimiser's own where there is none. */
  eta?: number | string | null;
  t?: number;
  layout?: "denominator" | "numerator";
  notation?: string;
  penalty?: string | null;
  weights?: ArrayLike<number> | null;
  /** Dropout's factors, by layer. */
  factors?: Record<string, ArrayLike<number>[]> | undefined;
  normalized_by?: "running" | "batch";
  /** What the optimiser remembers, by name; null before its first step. */
  state?: Record<string, ArrayLike<number>> | null | undefined;
  /** The parameters after the step, where a training has taken it. */
  after?: ArrayLike<number> | null | undefined;
  /** (l, i, j) of weights and (l, j) of biases whose paths are listed, counted from 1. */
  entries?: number[][] | undefined;
  biases?: number[][] | undefined;
  /** The point that is shown in full, counted from 0. */
  at?: number;
  /** Whether gradients are compared with numeric derivatives, which takes most of the time. */
  check?: boolean;
  classes?: string[] | null;
  point?: string | null | undefined;
  seed?: number | null | undefined;
  note?: string | null | undefined;
  fold?: number | null;
  /** The raw row behind the point, as a document has it. */
  row?: TraceDocument["row"] | undefined;
}

export interface Hyper {
  name: string;
  about: string;
  type: string;
  default: number | number[] | string;
  low?: number | string;
  high?: number | string;
}

export interface Part {
  name: string;
  /** As `find` reads it, hyper-parameters included. */
  text: string;
  formula: { plain: string; latex: string };
  derivative: { plain: string; latex: string };
  source: string;
  hypers: Hyper[];
}

export interface Catalogue {
  parts: Record<"activation" | "loss" | "penalty" | "optimizer" | "schedule" | "normalization" | "initializer", Part[]>;
  notations: { name: string; title: string; about: string }[];
}

type Formula = { plain: string; latex: string };
/** A number as JSON has it: one that is not finite is a text. */
type Told = number | string;

/** What nudges do to the loss, beside what slopes foretell. */
export interface Nudged {
  lead: string;
  nudges: {
    name: string;
    l: number;
    /** Counted from 1. */
    indices: number[];
    symbol: Formula;
    derivative: Formula;
    by: Told;
    slope: Told;
    estimate: Told;
  }[];
  /** How many smaller ones there are. */
  more: number;
  before: Told;
  after: Told;
  measured: Formula;
  estimate: Formula;
  /** All of the nudges, half of each, a quarter. */
  shares: { of: number; measured: Told; estimate: Told; gap: Told }[];
  /** What each unit of layers 0..L changed by, and how much of its layer's largest change that is. */
  changes: Told[][];
  tints: number[][];
  /** Which values of the way forward changed, by their ids. */
  reached: string[];
  says: string[];
}

/** The loss after a step, by its step size. */
export interface Valley {
  eta: Told;
  loss: Told;
  start: Told;
  /** At a step size of 0; null where another step size is another way. */
  slope: Told | null;
  best_eta: Told;
  best_loss: Told;
  open: boolean;
  etas: number[];
  losses: Told[];
  symbols: { eta: Formula; loss: Formula };
  says: string[];
}

/** Python's values as JavaScript's. */
const toPlain = (of: Value): Value => {
  if (Array.isArray(of)) {
    const list = new Array<Value>(of.length);
    for (let i = 0; i < list.length; i++) list[i] = toPlain(of[i]);
    return list;
  }
  if (!(of instanceof Dict)) return of;
  const record: Record<string, Value> = {};
  for (const pair of of.items()) record[pair[0]] = toPlain(pair[1]);
  return record;
};

/** And back; what is left out is not there. */
const toPython = (of: Value): Value => {
  if (of === null || typeof of !== "object" || Array.isArray(of) || ArrayBuffer.isView(of)) return of;
  const given = Object.entries(of).filter(([, value]) => value !== undefined);
  return new Dict(given.map(([key, value]) => [key, toPython(value)]));
};

/** The document of one step, that of `trace.to_dict()` in Python. An Error with Python's words where something does not fit. */
export const explainStep = (asked: AskedStep): TraceDocument => toPlain(translated.step_document(toPython(asked)));

/** The parameters after the step, and the optimiser's state then. */
export const afterStep = (asked: AskedStep): { parameters: number[]; state: Record<string, number[]> } =>
  toPlain(translated.after_step(toPython(asked)));

/** What moving the numbers of one step to those of another does to the loss. */
export const nudged = (asked: { base: AskedStep; now: AskedStep }): Nudged =>
  toPlain(translated.nudge_document(toPython(asked)));

/** The loss after the step by its step size, as far as `until` where that is given. */
export const valley = (asked: AskedStep & { until?: number }): Valley =>
  toPlain(translated.step_valley(toPython(asked)));

/** The step as a LaTeX document. */
export const stepLatex = (asked: AskedStep): string => translated.step_latex(toPython(asked));

/** A talk with the frame of a phase, counted from 1, or with those of all phases. */
export const stepSlides = (asked: AskedStep & { phase?: number }): string => translated.step_slides(toPython(asked));

/** A step judged and not told. */
export interface Judged {
  lints: TraceDocument["lints"];
  health: { l: number; gradient: Num; W: Num; change: Num; ratio: Num; verdict: string }[];
  both_ways: number | null;
}
/** JSON has no words for what is not finite. */
type Num = number | string;

/** Lints, gradients and changes of a step, as Python finds them. */
export const judgedStep = (asked: AskedStep): Judged => toPlain(translated.judged_step(toPython(asked)));

/** A point's targets with entry j as near to `value` as the loss's domain allows. */
export const movedTarget = (asked: { loss: string; row: ArrayLike<number>; j: number; value: number }): number[] =>
  translated.moved_target(toPython(asked));

/** The parameters that a network starts from: those that Python draws with the same seed. */
export const firstParameters = (asked: Shape & { init?: string; seed?: number }): number[] =>
  translated.first_parameters(toPython(asked));

/** The parts that can be offered, with their formulas, and the bounds of their hyper-parameters. */
export const catalogue = (): Catalogue => toPlain(translated.catalogue());

/** Whether the numbers of a target are classes: its different ones, and how often each occurs. */
export const areClasses = (distinct: number[], counts: number[]): boolean => translated.are_classes(distinct, counts);

/** Whether most of so many classes would have a single row. */
export const areTooManyClasses = (classes: number, rows: number): boolean =>
  translated.are_too_many_classes(classes, rows);

/** A model file, as far as its rules look at it. */
export interface SeenFile {
  readonly size: number;
  readonly length: number;
  begins(): boolean;
  headerText(): string | null;
  digest(): string;
  arrays(): StoredArray[];
}
export interface StoredArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export interface OpenedModel {
  widths: number[];
  activations: string[];
  parameters: number[];
  preprocessing: Plain;
  facts: { [key: string]: Plain };
}
type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

/** What a model file has for a page. An Error in Python's words where it is refused. */
export const openedModel = (file: SeenFile, name: string): OpenedModel => {
  const arrays = () => {
    try {
      const all = file.arrays();
      return new Dict(
        all.map((own) => [own.name, new NdArray(own.values, null, own.shape, stridesOf(own.shape), 0, "f")]),
      );
    } catch (error) {
      throw new ValueError((error as Error).message);
    }
  };
  const { size, length } = file;
  const seen = {
    size,
    length,
    begins: () => file.begins(),
    header_text: () => file.headerText(),
    arrays,
    digest: () => file.digest(),
  };
  return toPlain(translated.opened_model(seen, name));
};

/** The numbers of the runs that reached each minimum, by their losses, the lowest minimum first. */
export const minimaOf = (losses: number[]): number[][] => translated.minima_of(losses);
