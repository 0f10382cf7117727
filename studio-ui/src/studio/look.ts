/** What is looked at while a training runs elsewhere: outputs anywhere, every hidden unit, the loss and the hits on the points. */
import { Engine } from "../engine/engine";
import type { Kernels } from "../engine/module";
import { type EngineOptions, parametersOf } from "../engine/options";
import { classOf, type PointSet } from "./carried";

export interface Measured {
  loss: number;
  /** The part of the points whose class is right; NaN for values. */
  accuracy: number;
  /** Of the mean loss, in the order of the parameters. */
  gradient: Float64Array;
}

export class Look {
  readonly widths: readonly number[];
  private readonly set: PointSet;
  private readonly whole: Engine;
  private readonly test: Engine | null;
  /** Of the layers 1 .. L - 1: the network up to there. */
  private readonly upTo: readonly Engine[];

  constructor(kernels: Kernels, options: EngineOptions, set: PointSet) {
    const { widths, activations, loss } = options;
    const optimizer = { name: "sgd", hypers: [] };
    this.widths = widths;
    this.set = set;
    const made = { widths, activations, loss, optimizer }; // what is measured has no penalty and no dropout
    this.whole = new Engine(kernels, made, set.between(0, set.training));
    this.test = set.training < set.n ? new Engine(kernels, made, set.between(set.training, set.n)) : null;
    this.upTo = widths.slice(1, -1).map((width, index) => {
      const first = { widths: widths.slice(0, index + 2), activations: activations.slice(0, index + 1) };
      const nothing = { X: new Float64Array(set.inputs), Y: new Float64Array(width) };
      return new Engine(kernels, { ...first, loss: { name: "square", hypers: [] }, optimizer }, nothing);
    });
  }

  get size(): number {
    return this.whole.size;
  }

  set parameters(given: Float64Array) {
    for (const each of [this.whole, this.test]) if (each) each.parameters = given;
    for (const each of this.upTo) each.parameters = given.subarray(0, parametersOf(each.options.widths));
  }

  /** The units of a layer 1 .. L, (n, n^l), at any points. */
  outputs(l: number, X: Float64Array): Float64Array<ArrayBuffer> {
    return (this.upTo[l - 1] ?? this.whole).predict(X);
  }

  /** The values of a layer's units, 1 .. L, at the points that are trained on. */
  values(l: number): Float64Array<ArrayBuffer> {
    return this.outputs(l, this.set.between(0, this.set.training).X);
  }

  /** The norm of each layer's part of a vector in the order of the parameters. */
  byLayer(vector: ArrayLike<number>): number[] {
    let end = 0;
    return this.widths.slice(1).map((n, index) => {
      let sum = 0;
      const first = end;
      end += ((this.widths[index] as number) + 1) * n;
      for (let k = first; k < end; k++) sum += (vector[k] as number) ** 2;
      return Math.sqrt(sum);
    });
  }

  training(): Measured {
    return this.measured(this.whole, 0);
  }

  /** On the points that are not trained on; null where there are none. */
  held(): Measured | null {
    return this.test && this.measured(this.test, this.set.training);
  }

  end(): void {
    for (const each of [this.whole, this.test, ...this.upTo]) each?.end();
  }

  private measured(engine: Engine, first: number): Measured {
    const rows = Int32Array.from({ length: engine.n }, (_, i) => i);
    const { loss, gradient } = engine.lossAndGradient(rows);
    if (!this.set.carried.classes) return { loss, gradient, accuracy: Number.NaN };
    const { X } = this.set.between(first, first + engine.n);
    const A = engine.predict(X);
    const hits = rows.filter((i) => classOf(A, i, this.set.outputs) === this.set.label(first + i)).length;
    return { loss, gradient, accuracy: hits / engine.n };
  }
}
