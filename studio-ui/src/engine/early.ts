/** Steps with a mistake: each layer is changed as soon as it has its gradient, so the layer below has one through weights that are new already. */
import { Engine, type Points, type Progress } from "./engine.ts";
import type { Kernels } from "./module.ts";
import { type EngineOptions, parametersOf } from "./options.ts";

/** A loss of slope 1 far above its target: the gradient of a bias is then f′(z) itself. */
const SLOPE = { name: "huber", hypers: [1] } as const;
const FAR_BELOW = -1e9;
const SGD = { name: "sgd", hypers: [] } as const;

interface Layer {
  readonly m: number;
  readonly n: number;
  /** Where W[l] begins in the parameters. */
  readonly start: number;
}

export class EarlySteps {
  private readonly layers: readonly Layer[];
  private readonly whole: Engine;
  /** Of the hidden layers: the network up to there. */
  private readonly upTo: readonly Engine[];
  private readonly inputs: Float64Array;

  /** Error where something changes the gradient that this does not follow. */
  constructor(kernels: Kernels, options: EngineOptions, points: Points) {
    const { widths, activations, loss } = options;
    if (options.optimizer.name !== "sgd" || options.penalty?.l2 || options.penalty?.l1 || options.dropout?.rates.length)
      throw new Error("Updating too early is shown with sgd, without a penalty and without dropout.");
    this.inputs = Float64Array.from(points.X);
    this.whole = new Engine(kernels, { widths, activations, loss, optimizer: SGD }, points);
    this.upTo = widths.slice(1, -1).map((n, index) => {
      const first = { widths: widths.slice(0, index + 2), activations: activations.slice(0, index + 1) };
      const below = new Float64Array(this.whole.n * n).fill(FAR_BELOW);
      return new Engine(kernels, { ...first, loss: SLOPE, optimizer: SGD }, { X: points.X, Y: below });
    });
    this.layers = widths.slice(1).map((n, index) => {
      const m = widths[index] as number;
      return { m, n, start: parametersOf(widths.slice(0, index + 1)) };
    });
  }

  /** One step on some rows; the parameters change in place. */
  step(parameters: Float64Array, rows: ArrayLike<number>, eta: number): Progress {
    this.whole.parameters = parameters;
    const { loss, gradient } = this.whole.lossAndGradient(rows);
    const all = Array.from({ length: rows.length }, (_, i) => rows[i] as number);
    const before = parameters.slice();
    const last = this.layers.length - 1;
    let signals = all.map((row) => this.biases(this.whole.lossAndGradient([row]).gradient, last));
    for (let l = last; l >= 0; l--) {
      const { m, n, start } = this.layers[l] as Layer;
      if (l === last) for (let k = start; k < start + (m + 1) * n; k++) change(parameters, k, eta * (gradient[k] ?? 0));
      else this.changeLayer(parameters, before, l, all, signals, eta);
      if (l > 0) signals = all.map((row, i) => this.below(parameters, before, l, row, signals[i] as Float64Array));
    }
    const finite = Number.isFinite(loss) && parameters.every(Number.isFinite);
    if (!finite) parameters.set(before);
    return { steps: finite ? 1 : 0, loss: finite ? rows.length * loss : 0, finite };
  }

  end(): void {
    for (const each of [this.whole, ...this.upTo]) each.end();
  }

  /** dL/dZ of the layer below, by the weights of layer l as they are now, at one point. */
  private below(
    now: Float64Array,
    before: Float64Array,
    l: number,
    row: number,
    signal: Float64Array,
  ): Float64Array<ArrayBuffer> {
    const { m, n, start } = this.layers[l] as Layer;
    const engine = this.upTo[l - 1] as Engine;
    engine.parameters = before.subarray(0, start);
    const slopes = this.biases(engine.lossAndGradient([row]).gradient, l - 1);
    return slopes.map((slope, i) => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += (now[start + i * n + j] as number) * (signal[j] as number);
      return i < m ? sum * slope : 0;
    });
  }

  private changeLayer(
    now: Float64Array,
    before: Float64Array,
    l: number,
    rows: readonly number[],
    signals: readonly Float64Array[],
    eta: number,
  ): void {
    const { m, n, start } = this.layers[l] as Layer;
    const inputs = rows.map((row) => this.into(before, l, row));
    for (let j = 0; j < n; j++) {
      for (let i = 0; i <= m; i++) {
        let sum = 0;
        for (let r = 0; r < rows.length; r++)
          sum += (i < m ? (inputs[r]?.[i] as number) : 1) * (signals[r]?.[j] as number);
        change(now, start + i * n + j, (eta * sum) / rows.length);
      }
    }
  }

  /** What layer l takes of a point. */
  private into(before: Float64Array, l: number, row: number): ArrayLike<number> {
    const m = this.layers[0]?.m as number;
    const x = this.inputs.slice(row * m, (row + 1) * m);
    if (l === 0) return x;
    const engine = this.upTo[l - 1] as Engine;
    engine.parameters = before.subarray(0, (this.layers[l] as Layer).start);
    return engine.predict(x);
  }

  private biases(gradient: Float64Array<ArrayBuffer>, l: number): Float64Array<ArrayBuffer> {
    const { m, n, start } = this.layers[l] as Layer;
    return gradient.slice(start + m * n, start + (m + 1) * n);
  }
}

function change(parameters: Float64Array, k: number, by: number): void {
  parameters[k] = (parameters[k] as number) - by;
}
