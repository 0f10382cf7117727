/** An engine: steps on one data set by the compiled kernels. It keeps the weights and the optimiser's state, and counts no steps. */
import { Floats, type Kernels, Wholes } from "./module.ts";
import { described, type EngineOptions, parametersOf } from "./options.ts";

/** The points of a training. */
export interface Points {
  /** (n, m^1), row after row */
  readonly X: ArrayLike<number>;
  /** (n, n^L) */
  readonly Y: ArrayLike<number>;
  /** (n,), of mean 1 so that the step size keeps its meaning */
  readonly weights?: ArrayLike<number> | null;
}

/** Rows for several steps: batch s is rows[begins[s]] up to rows[begins[s + 1]]. Without `begins` each step is on one point. */
export interface Batches {
  readonly rows: ArrayLike<number>;
  readonly begins?: ArrayLike<number>;
}

/** How a run of steps went. */
export interface Progress {
  /** taken; fewer than asked for where one was not finite: the weights are then those before it */
  readonly steps: number;
  /** the sum over the steps of their points times their loss, each measured before its step */
  readonly loss: number;
  readonly finite: boolean;
}

/** What an optimiser keeps between steps: its arrays, how many steps it has taken, and nadam's product of momenta. */
export interface State {
  readonly kept: readonly Float64Array<ArrayBuffer>[];
  readonly t: number;
  readonly product: number;
}

export class Engine {
  readonly options: EngineOptions;
  /** Weights and biases: W[1] row by row, W0[1], W[2], ... */
  readonly size: number;
  /** How many points there are. */
  readonly n: number;
  private readonly kernels: Kernels;
  private readonly largestBatch: number;
  private readonly held: Floats[] = [];
  private readonly weights: Floats;
  private readonly gradient: Floats;
  private readonly etas: Floats;
  private readonly answer: Floats;
  private readonly order: Wholes;
  private readonly begins: Wholes;
  private handle: number;

  /** Error names a part that has no kernel, or what does not fit. */
  constructor(kernels: Kernels, options: EngineOptions, points: Points, largestBatch = 1) {
    const numbers = described(kernels, options);
    const m = options.widths[0] as number;
    const outputs = options.widths[options.widths.length - 1] as number;
    this.n = points.X.length / m;
    requireLength(points.X, m * Math.floor(this.n), `X, of points with ${m} inputs`);
    requireLength(points.Y, outputs * this.n, `Y, of ${this.n} points with ${outputs} outputs`);
    if (points.weights) requireLength(points.weights, this.n, `weights of ${this.n} points`);
    if (this.n < 1) throw new Error("there are no points");
    this.kernels = kernels;
    this.options = options;
    this.largestBatch = largestBatch;
    this.size = parametersOf(options.widths);
    this.weights = this.floats(this.size);
    this.gradient = this.floats(this.size);
    this.etas = this.floats(1);
    this.answer = this.floats(3);
    this.order = new Wholes(kernels);
    this.begins = new Wholes(kernels);
    const description = new Floats(kernels, numbers);
    const [X, Y] = [this.floats(points.X), this.floats(points.Y)];
    const ofPoints = points.weights ? this.floats(points.weights).at : 0;
    this.handle = kernels.exports.make(description.at, X.at, Y.at, ofPoints, this.n, largestBatch);
    description.release();
  }

  /** A copy of the weights and biases. */
  get parameters(): Float64Array<ArrayBuffer> {
    return this.weights.copy(this.size);
  }

  set parameters(given: ArrayLike<number>) {
    requireLength(given, this.size, "the parameters");
    this.weights.set(given);
  }

  /** The name of the kernel that takes the steps of `run`. */
  get kernel(): string {
    return this.kernels.text(this.kernels.exports.kernel(this.alive()));
  }

  /** A run that is cut after a multiple of these steps gives the same bits as one that is not. */
  get together(): number {
    return this.kernels.exports.together(this.alive());
  }

  /** Steps on batches, one after the other, with one step size for all or one for each; `t` is the number of the first, from 1. */
  run(batches: Batches, etas: number | ArrayLike<number>, t: number): Progress {
    const engine = this.alive();
    const { rows, begins } = batches;
    const steps = begins ? begins.length - 1 : rows.length;
    if (begins) this.requireBatches(begins, rows.length);
    const order = this.order.set(rows, this.n, "row");
    const starts = begins ? this.begins.set(begins, rows.length + 1, "begin") : 0;
    const given = this.setEtas(etas, steps);
    this.kernels.exports.run(engine, this.weights.at, order, starts, steps, this.etas.at, given, t, this.answer.at);
    const [taken, loss, finite] = this.answer.values as unknown as [number, number, number];
    return { steps: taken, loss, finite: finite !== 0 };
  }

  /** The loss of step t on some points, as many as one likes, and its gradient in the order of the parameters. No step is taken. */
  lossAndGradient(rows: ArrayLike<number>, t = 1): { loss: number; gradient: Float64Array<ArrayBuffer> } {
    const engine = this.alive();
    const order = this.order.set(rows, this.n, "row");
    const { exports } = this.kernels;
    const loss = exports.loss_and_gradient(engine, this.weights.at, order, rows.length, t, this.gradient.at);
    return { loss, gradient: this.gradient.copy(this.size) };
  }

  /** The step against a gradient. Gives the layer in which a weight was not finite, negative for that of the gradient; 0 where all was. */
  apply(gradient: ArrayLike<number>, eta: number): number {
    requireLength(gradient, this.size, "the gradient");
    this.gradient.set(gradient);
    return this.kernels.exports.apply(this.alive(), this.weights.at, this.gradient.at, eta);
  }

  /** A^L, (n, n^L), of any points X, (n, m^1). */
  predict(X: ArrayLike<number>): Float64Array<ArrayBuffer> {
    const { widths } = this.options;
    const n = X.length / (widths[0] as number);
    requireLength(X, Math.floor(n) * (widths[0] as number), `X, of points with ${widths[0]} inputs`);
    const from = new Floats(this.kernels, X);
    const to = new Floats(this.kernels, n * (widths[widths.length - 1] as number));
    this.kernels.exports.predict(this.alive(), this.weights.at, from.at, n, to.at);
    const A = to.copy();
    from.release();
    to.release();
    return A;
  }

  get state(): State {
    const arrays = this.kernels.exports.arrays(this.alive());
    const kept = new Floats(this.kernels, arrays * this.size);
    this.kernels.exports.get_state(this.alive(), kept.at, this.answer.at);
    const [t, product] = this.answer.values as unknown as [number, number];
    const all = kept.copy(arrays * this.size);
    kept.release();
    const each = Array.from({ length: arrays }, (_, k) => all.slice(k * this.size, (k + 1) * this.size));
    return { kept: each, t, product };
  }

  set state(given: State) {
    const arrays = this.kernels.exports.arrays(this.alive());
    if (given.kept.length !== arrays) throw new Error(`a state of ${given.kept.length} arrays; there are ${arrays}`);
    const kept = new Floats(this.kernels, arrays * this.size);
    given.kept.forEach((array, k) => {
      requireLength(array, this.size, `array ${k} of the state`);
      kept.values.set(array, k * this.size);
    });
    this.kernels.exports.set_state(this.alive(), kept.at, given.t, given.product);
    kept.release();
  }

  /** Whether so many networks of this shape can be trained side by side, by `runSideBySide`. */
  fitsSideBySide(networks: number): boolean {
    return this.kernels.exports.fits(this.alive(), networks) !== 0;
  }

  /** K networks, a row of `parameters` (K, p) and of `rows` (K, steps) each, one point a step. Gives the new parameters, and what each lost. */
  runSideBySide(
    networks: number,
    parameters: ArrayLike<number>,
    rows: ArrayLike<number>,
    etas: number | ArrayLike<number>,
  ): { parameters: Float64Array<ArrayBuffer>; losses: Float64Array<ArrayBuffer> } {
    if (!this.fitsSideBySide(networks)) throw new Error(`${networks} networks cannot be trained side by side`);
    requireLength(parameters, networks * this.size, `the parameters of ${networks} networks`);
    const steps = Math.floor(rows.length / networks);
    requireLength(rows, networks * steps, `the rows of ${networks} networks`);
    const order = this.order.set(rows, this.n, "row");
    const given = this.setEtas(etas, steps);
    const [all, losses] = [new Floats(this.kernels, parameters), new Floats(this.kernels, networks)];
    const { exports } = this.kernels;
    exports.run_side_by_side(this.alive(), all.at, networks, order, steps, this.etas.at, given, losses.at);
    const answer = { parameters: all.copy(), losses: losses.copy() };
    all.release();
    losses.release();
    return answer;
  }

  /** Gives the memory back; the engine is of no use afterwards. */
  end(): void {
    if (!this.handle) return;
    this.kernels.exports.end(this.handle);
    this.handle = 0;
    for (const each of [...this.held, this.order, this.begins]) each.release();
  }

  private floats(given: number | ArrayLike<number>): Floats {
    const made = new Floats(this.kernels, given);
    this.held.push(made);
    return made;
  }

  private alive(): number {
    if (!this.handle) throw new Error("this engine has ended");
    return this.handle;
  }

  private requireBatches(begins: ArrayLike<number>, rows: number): void {
    for (let s = 0; s + 1 < begins.length; s++) {
      const size = (begins[s + 1] as number) - (begins[s] as number);
      if (!(size >= 1 && size <= this.largestBatch))
        throw new RangeError(`batch ${s} has ${size} points; this engine takes 1 to ${this.largestBatch}`);
    }
    if (begins[begins.length - 1] !== rows) throw new RangeError("the last batch must end with the last row");
  }

  /** Gives how many step sizes there are. */
  private setEtas(etas: number | ArrayLike<number>, steps: number): number {
    if (typeof etas !== "number") requireLength(etas, steps, `the step sizes of ${steps} steps`);
    const given = typeof etas === "number" ? [etas] : etas;
    this.etas.set(given);
    return given.length;
  }
}

function requireLength(given: ArrayLike<number>, length: number, what: string): void {
  if (given.length !== length) throw new Error(`${what}: ${given.length} numbers where there should be ${length}`);
}
