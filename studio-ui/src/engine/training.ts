/** A training in slices: it takes steps, tells now and then how far it is, and hears commands between two slices. */
import { EarlySteps } from "./early.ts";
import { Engine, type Points, type Progress, type State } from "./engine.ts";
import { Kernels } from "./module.ts";
import type { EngineOptions } from "./options.ts";
import { Order } from "./order.ts";

/** What a training begins from. */
export interface Plan {
  readonly options: EngineOptions;
  readonly points: Points;
  readonly batchSize: number;
  readonly eta: number;
  /** 32 bits that the order of the points is drawn from. */
  readonly seed: number;
  readonly parameters: Float64Array;
  /** Steps that were taken before, and what the optimiser kept of them. */
  readonly taken?: number;
  readonly state?: State;
  /** Whether each layer is changed too early, which is a mistake. */
  readonly early?: boolean;
  /** From which step on which step size holds, where it changes later: [steps taken by then, step size]. */
  readonly rates?: readonly Rate[];
}
export type Rate = readonly [taken: number, eta: number];

export type Command =
  | { readonly what: "begin"; readonly module: WebAssembly.Module; readonly plan: Plan }
  /** As fast as it goes, or so many steps a second. */
  | { readonly what: "play"; readonly stepsPerSecond?: number }
  | { readonly what: "pause" }
  /** `next`: once the steps are taken that were asked for before; else in their place. */
  | { readonly what: "take"; readonly steps: number; readonly next?: boolean }
  | { readonly what: "change"; readonly eta?: number; readonly parameters?: Float64Array; readonly next?: boolean }
  /** The last snapshot has been drawn: the next may come. */
  | { readonly what: "seen" };

/** How far a training is. */
export interface Snapshot {
  readonly what: "snapshot";
  /** Steps so far. */
  readonly taken: number;
  readonly epochs: number;
  readonly parameters: Float64Array<ArrayBuffer>;
  readonly state: State;
  /** The mean of the steps' losses since the snapshot before, each before its step; NaN where no step was taken. */
  readonly loss: number;
  /** Steps in a second of computing. */
  readonly speed: number;
  readonly playing: boolean;
  /** Whether all is finite: a step that would leave the finite numbers is not taken, and ends the training. */
  readonly finite: boolean;
  /** The step sizes since the beginning. */
  readonly rates: readonly Rate[];
}
export type Report = Snapshot | { readonly what: "refused"; readonly why: string };

/** A worker's end, or one of a channel's. */
export interface Port {
  postMessage(message: Report, transfer: Transferable[]): void;
}

/** Milliseconds of computing between two looks at the commands; a page draws once in 16. */
const SLICE = 8;
const FIRST_STEPS = 16;

export class Training {
  readonly engine: Engine;
  private readonly order: Order;
  private readonly early: EarlySteps | null;
  private eta: number;
  private readonly rates: Rate[];
  private coming: readonly Rate[];
  private taken: number;
  private slice: number = FIRST_STEPS;
  private loss = 0;
  private seen = 0;
  private milliseconds = 0;
  private steps = 0;
  finite = true;

  constructor(module: WebAssembly.Module, plan: Plan) {
    const n = plan.points.X.length / (plan.options.widths[0] as number);
    const batch = Math.min(plan.batchSize, n);
    const kernels = new Kernels(module);
    this.engine = new Engine(kernels, plan.options, plan.points, batch);
    this.early = plan.early ? new EarlySteps(kernels, plan.options, plan.points) : null;
    this.engine.parameters = plan.parameters;
    if (plan.state) this.engine.state = plan.state;
    this.order = new Order(n, batch, plan.seed);
    this.eta = plan.eta;
    this.taken = plan.taken ?? 0;
    this.rates = [[this.taken, plan.eta]];
    this.coming = plan.rates ?? [];
  }

  /** Some milliseconds' steps, at most so many. Gives how many were taken. */
  advance(atMost: number): number {
    const { together } = this.engine;
    while (this.coming[0] && this.coming[0][0] <= this.taken) {
      this.change({ eta: this.coming[0][1] });
      this.coming = this.coming.slice(1);
    }
    const until = (this.coming[0]?.[0] ?? Number.POSITIVE_INFINITY) - this.taken;
    const steps = Math.min(atMost, until, Math.ceil(this.slice / together) * together);
    const { rows, begins } = this.order.batches(this.taken, steps);
    const began = performance.now();
    const batches = rows.length === steps ? { rows } : { rows, begins };
    const progress = this.early
      ? this.tooEarly(this.early, rows, begins)
      : this.engine.run(batches, this.eta, this.taken + 1);
    const milliseconds = performance.now() - began;
    this.taken += progress.steps;
    this.steps += progress.steps;
    this.milliseconds += milliseconds;
    this.loss += progress.loss;
    this.seen += begins[progress.steps] as number;
    this.finite = progress.finite;
    if (steps >= this.slice)
      this.slice = Math.max(1, Math.round(steps * Math.min(4, SLICE / Math.max(milliseconds, 0.01))));
    return progress.steps;
  }

  change({ eta = this.eta, parameters }: { eta?: number | undefined; parameters?: Float64Array | undefined }): void {
    if (eta !== this.eta) {
      if (this.rates.at(-1)?.[0] === this.taken) this.rates.pop();
      this.rates.push([this.taken, eta]);
    }
    this.eta = eta;
    if (parameters) this.engine.parameters = parameters;
  }

  private tooEarly(early: EarlySteps, rows: Int32Array, begins: Int32Array): Progress {
    const parameters = this.engine.parameters;
    let [steps, loss, finite] = [0, 0, true];
    while (finite && steps + 1 < begins.length) {
      const batch = rows.subarray(begins[steps], begins[steps + 1]);
      const progress = early.step(parameters, batch, this.eta);
      ({ finite } = progress);
      steps += progress.steps;
      loss += progress.loss;
    }
    this.engine.parameters = parameters;
    return { steps, loss, finite };
  }

  /** The mean loss of all points by the weights as they are, a penalty included; no step is taken. */
  lossNow(): number {
    const rows = Int32Array.from({ length: this.engine.n }, (_, i) => i);
    return this.engine.lossAndGradient(rows, this.taken + 1).loss;
  }

  /** Gives the memory back. */
  end(): void {
    this.engine.end();
    this.early?.end();
  }

  /** How far it is. What is a mean is one since the snapshot before. */
  snapshot(playing: boolean): Snapshot {
    const snapshot: Snapshot = {
      what: "snapshot",
      taken: this.taken,
      epochs: this.taken / this.order.stepsPerEpoch,
      parameters: this.engine.parameters,
      state: this.engine.state,
      loss: this.loss / this.seen,
      speed: (1000 * this.steps) / this.milliseconds,
      playing,
      finite: this.finite,
      rates: [...this.rates],
    };
    this.loss = this.seen = this.steps = this.milliseconds = 0;
    return snapshot;
  }
}

/** Serves one training at a port: `hear` takes its commands. `soon` calls back after those that have come have been heard. */
export class Server {
  private readonly port: Port;
  private readonly soon: (then: () => void) => void;
  private training: Training | null = null;
  /** Steps that are still to be taken. */
  private left = 0;
  /** What is to be done when these are taken. */
  private following: Command[] = [];
  private stepsPerSecond = Number.POSITIVE_INFINITY;
  /** Steps that the wished speed allows, as time goes by. */
  private allowed = 0;
  private looked = 0;
  private waits = false;
  private scheduled = false;

  constructor(port: Port, soon: (then: () => void) => void) {
    this.port = port;
    this.soon = soon;
  }

  hear(command: Command): void {
    const follows = (command.what === "take" || command.what === "change") && command.next;
    if (follows && this.left > 0 && Number.isFinite(this.left)) this.following.push(command);
    else this.attempt(command);
  }

  private attempt(command: Command): void {
    try {
      this.obey(command);
    } catch (error) {
      this.left = 0;
      this.port.postMessage({ what: "refused", why: (error as Error).message }, []);
    }
  }

  private goOn(): void {
    while (this.left === 0) {
      const next = this.following.shift();
      if (!next) return;
      this.attempt(next);
    }
  }

  private obey(command: Command): void {
    if (command.what === "begin") {
      this.training?.end();
      this.training = new Training(command.module, command.plan);
      this.left = 0;
      this.following = [];
      this.waits = false;
    } else if (command.what === "seen") {
      this.waits = false;
      return;
    } else if (command.what === "change") this.training?.change(command);
    else if (command.what === "pause") {
      this.left = 0;
      this.following = [];
    } else this.go(command);
    if (this.left === 0) this.report();
  }

  private go(command: { what: "play"; stepsPerSecond?: number } | { what: "take"; steps: number }): void {
    const playing = command.what === "play";
    this.left = playing ? Number.POSITIVE_INFINITY : command.steps;
    this.stepsPerSecond = (playing && command.stepsPerSecond) || Number.POSITIVE_INFINITY;
    this.allowed = 0;
    this.looked = performance.now();
    this.schedule(0);
  }

  /** One slice, and the next one after whatever has been asked for meanwhile. */
  private turn(): void {
    this.scheduled = false;
    if (!this.training || this.left === 0) return;
    const steps = Math.min(this.left, this.paced ? this.allowedNow() : this.left);
    if (steps > 0) {
      const taken = this.training.advance(steps);
      this.allowed -= taken;
      this.left = this.training.finite ? this.left - taken : 0;
    }
    if (this.left === 0 || (steps > 0 && !this.waits)) this.report();
    if (this.left > 0) this.schedule(this.paced ? SLICE : 0);
    else this.goOn();
  }

  /** Whole steps that the wished speed allows by now; of a second at most, however long nobody looked. */
  private allowedNow(): number {
    const now = performance.now();
    this.allowed = Math.min(
      this.allowed + ((now - this.looked) / 1000) * this.stepsPerSecond,
      Math.max(1, this.stepsPerSecond),
    );
    this.looked = now;
    return Math.floor(this.allowed);
  }

  private get paced(): boolean {
    return Number.isFinite(this.stepsPerSecond);
  }

  private schedule(milliseconds: number): void {
    if (this.scheduled) return;
    this.scheduled = true;
    if (milliseconds > 0) setTimeout(() => this.turn(), milliseconds);
    else this.soon(() => this.turn());
  }

  /** A snapshot, whose arrays are handed over. The next one waits until this one has been seen, unless the training stands still. */
  private report(): void {
    if (!this.training) return;
    const snapshot = this.training.snapshot(this.left > 0);
    this.waits = true;
    const arrays = [snapshot.parameters, ...snapshot.state.kept];
    this.port.postMessage(
      snapshot,
      arrays.map((array) => array.buffer),
    );
  }
}
