/** What a page carries for a training in it, as `clearprop.live` writes it. */
import type { EngineOptions, Part as EnginePart } from "../engine/options";
import type { Part } from "../live/step";
import type { Json } from "./modelFile";

/** Points; arrays are as `packed` has them. The first `training` of them are trained on. */
export interface CarriedSet {
  name: string;
  about: string;
  target: string;
  features: string[];
  classes: string[] | null;
  X: string | Levels;
  Y: string | Levels;
  shown: number;
  training: number;
  of: number;
  /** Whether Python makes it again by its name. */
  named?: boolean;
  /** What Python loads it by; empty for arrays. */
  source?: string;
  /** Where a point is a picture, pixel by pixel: its rows and columns. */
  image?: [number, number] | null;
  /** What made inputs and targets of a table's columns, as a model file has it; null for points as they are. */
  preprocessing?: Json;
  /** Whether it came to the page after it was made: dropped on it, or drawn. */
  own?: boolean;
}

/**
 * An array by the different values of each column, one column after another, and a letter for each of its numbers. Without
 * levels a letter is the whole number that the set's preprocessing takes.
 */
export interface Levels {
  levels: string | null;
  counts: number[];
  codes: string;
}

/** A part of the catalogue that can be chosen. */
export type Offered = Pick<Part, "text" | "formula">;

/** One that the engine has. */
export interface OfferedPart extends Offered {
  engine: EnginePart;
  /** An optimiser's own step size. */
  eta?: number;
  /** The arrays that an optimiser keeps, in the engine's order. */
  remembers?: string[];
  /** Counts that it keeps beside them: steps, and a product of momenta. */
  counts?: string[];
  /** Whether a hidden layer can have this activation. */
  hidden?: boolean;
}

export type Kind = "activation" | "loss" | "optimizer";
/** By a loss's text, the output activations that fit it. */
export type Pairs = Record<string, string[]>;

export interface Start {
  task: EngineOptions;
  activations: string[];
  loss: string;
  optimizer: string;
  init: string;
  eta: number;
  batchSize: number;
  seed: number;
  /** Of a network that was given; null for one that `init` draws by the seed. */
  parameters: string | null;
  /** The model file that they were opened from on the page. */
  file?: string;
  data: CarriedSet[];
  parts: Record<Kind, OfferedPart[]> & { initializer: Offered[] };
  pairs: { classes: Pairs; values: Pairs };
  scenes: Scene[];
  mostParameters: number;
  /** Rows, and numbers in them, that are embedded at most. */
  mostPoints: number;
  mostNumbers: number;
  /** The part of the points that is only tested. */
  tested: number;
  /** The version of model files. */
  schema: number;
}

/** What a training begins with, as `clearprop.live.beginning` writes it and a page's address holds it. */
export interface Beginning {
  data: string;
  hidden: [number, string][];
  output: string;
  loss: string;
  optimizer: string;
  eta: number;
  batchSize: number;
  seed: number;
  init: string;
  decay: number;
  dropout: number;
  early: boolean;
}

export interface Claim {
  text: string;
  measure: "loss" | "test loss" | "loss by first" | "spread" | "moved" | "distance" | "both ways" | "lint";
  relation: "below" | "above";
  bound: number;
  epochs: number;
  steps: number;
  bySecond: boolean;
  code: string;
  key: string;
}

/** A training worth looking at, or two, with one thing to try and one claim. */
export interface Scene {
  title: string;
  text: string;
  attempt: string;
  runs: Beginning[];
  claim: Claim;
}

export interface CarriedLive {
  /** `state` is the one that the page was saved in. */
  live: { engine: string; training: Start; state?: unknown };
}

/** Numbers as a page carries them: float64 in base64, the lowest bytes of all numbers first, then the next ones. */
export function packed(values: readonly number[]): string {
  const [bytes, n] = [new Uint8Array(Float64Array.from(values).buffer), values.length];
  let text = "";
  for (let at = 0; at < 8 * n; at++) text += String.fromCharCode(bytes[8 * (at % n) + Math.floor(at / n)] as number);
  return btoa(text);
}

/** The numbers that `packed`, here or in Python, has written. */
export function floats(text: string): Float64Array<ArrayBuffer> {
  const planes = atob(text);
  const [bytes, n] = [new Uint8Array(planes.length), planes.length / 8];
  for (let at = 0; at < planes.length; at++) bytes[8 * (at % n) + Math.floor(at / n)] = planes.charCodeAt(at);
  return new Float64Array(bytes.buffer);
}

/** The letter of the first value of a column. */
const FIRST_LETTER = 35;

function unpacked(X: string | Levels, preprocessing?: Json): Float64Array<ArrayBuffer> {
  if (typeof X === "string") return floats(X);
  const codes = Array.from(X.codes, (letter) => letter.charCodeAt(0) - FIRST_LETTER);
  if (X.levels === null) {
    const { inputs } = preprocessing as unknown as { inputs: { mean: number; scale: number }[] };
    return Float64Array.from(codes, (code, at) => {
      const { mean, scale } = inputs[at % inputs.length] as { mean: number; scale: number };
      return (code - mean) / scale;
    });
  }
  const [levels, m] = [floats(X.levels), X.counts.length];
  const begins = X.counts.map((_, j) => X.counts.slice(0, j).reduce((sum, count) => sum + count, 0));
  return Float64Array.from(codes, (code, at) => levels[(begins[at % m] as number) + code] as number);
}

/** The points of a set, unpacked. */
export class PointSet {
  readonly carried: CarriedSet;
  /** What it is called, without its hyper-parameters. */
  readonly title: string;
  /** Whether Python knows nothing of it. */
  readonly own: boolean;
  readonly X: Float64Array<ArrayBuffer>;
  readonly Y: Float64Array<ArrayBuffer>;
  readonly inputs: number;
  readonly outputs: number;
  readonly training: number;
  readonly n: number;
  /** The size of the largest target. */
  readonly largest: number;

  constructor(carried: CarriedSet) {
    this.carried = carried;
    this.own = carried.own ?? false;
    this.title = carried.name.replace(/\(.*/, "");
    [this.X, this.Y] = [unpacked(carried.X, carried.preprocessing), unpacked(carried.Y)];
    [this.n, this.training] = [carried.shown, carried.training];
    this.inputs = carried.features.length;
    this.outputs = this.Y.length / this.n;
    this.largest = this.Y.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  }

  /** The points with these numbers, from `first` up to `end`. */
  between(first: number, end: number): { X: Float64Array<ArrayBuffer>; Y: Float64Array<ArrayBuffer> } {
    return {
      X: this.X.slice(first * this.inputs, end * this.inputs),
      Y: this.Y.slice(first * this.outputs, end * this.outputs),
    };
  }

  x(point: number, feature: number): number {
    return this.X[point * this.inputs + feature] ?? 0;
  }

  /** The class of a point, by its targets. */
  label(point: number): number {
    return classOf(this.Y, point, this.outputs);
  }

  /** The smallest and the largest value of a feature, with a margin. */
  range(feature: number): [number, number] {
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < this.n; i++)
      [low, high] = [Math.min(low, this.x(i, feature)), Math.max(high, this.x(i, feature))];
    const margin = 0.07 * (high - low || 1);
    return [low - margin, high + margin];
  }

  /** The two inputs that say most of the targets, by their correlation with them. */
  telling(): [number, number] {
    if (this.inputs < 3) return [0, Math.min(1, this.inputs - 1)];
    const shares = Array.from({ length: this.inputs }, (_, j) => this.share(j));
    const order = shares.map((_, j) => j).sort((a, b) => (shares[b] as number) - (shares[a] as number));
    return [order[0] as number, order[1] as number];
  }

  /** The sum of an input's squared correlations with the targets. */
  private share(j: number): number {
    const n = this.training;
    let total = 0;
    for (let k = 0; k < this.outputs; k++) {
      let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
      for (let i = 0; i < n; i++) {
        const [a, b] = [this.x(i, j), this.Y[i * this.outputs + k] as number];
        [x, y, xx, yy, xy] = [x + a, y + b, xx + a * a, yy + b * b, xy + a * b];
      }
      const spread = (xx - (x * x) / n) * (yy - (y * y) / n);
      if (spread > 0) total += (xy - (x * y) / n) ** 2 / spread;
    }
    return total;
  }

  /** The mean of each input over the training points: where inputs that are not drawn stand. */
  means(): number[] {
    return Array.from({ length: this.inputs }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < this.training; i++) sum += this.x(i, j);
      return sum / this.training;
    });
  }
}

/** The largest of a row of outputs; of a single one, whether it is above a half. */
export function classOf(A: ArrayLike<number>, row: number, outputs: number): number {
  if (outputs === 1) return (A[row] as number) >= 0.5 ? 1 : 0;
  let best = 0;
  for (let k = 1; k < outputs; k++)
    if ((A[row * outputs + k] as number) > (A[row * outputs + best] as number)) best = k;
  return best;
}
