/** One training on the page: it runs in a worker, and whoever draws is told of each snapshot. */
import { Kernels } from "../engine/module";
import { RemoteTraining } from "../engine/remote";
import type { Plan, Snapshot } from "../engine/training";
import type { PointSet } from "./carried";
import { Look, type Measured } from "./look";

export interface Moment {
  epochs: number;
  /** Of the layers 1 .. L: the norm of the mean gradient on the training points. */
  gradients: readonly number[];
  /** And how far a step has moved them since the moment before, by the size of their weights. */
  changes: readonly number[];
  training: Measured;
  held: Measured | null;
}

/** Moments that are kept; of more, every other one goes. */
const MOST = 400;
/** Milliseconds between two measurements while it plays. */
const PAUSE = 60;

export class Run {
  readonly set: PointSet;
  readonly look: Look;
  readonly stepsPerEpoch: number;
  readonly moments: Moment[] = [];
  /** The first weights, and what they came to. */
  readonly began: Float64Array;
  first: Measured | null = null;
  snapshot: Snapshot | null = null;
  /** Why there is none. */
  refused = "";
  private readonly remote: RemoteTraining;
  private readonly watchers = new Set<() => void>();
  private measured = 0;
  private noted: { parameters: Float64Array; taken: number };
  private eta: number;

  constructor(module: WebAssembly.Module, plan: Plan, set: PointSet) {
    this.began = plan.parameters.slice();
    this.noted = { parameters: this.began, taken: 0 };
    this.eta = plan.rates?.at(-1)?.[1] ?? plan.eta;
    this.set = set;
    this.look = new Look(new Kernels(module), plan.options, set);
    this.stepsPerEpoch = Math.ceil(set.training / Math.min(plan.batchSize, set.training));
    this.remote = new RemoteTraining(
      module,
      plan,
      (snapshot) => this.seen(snapshot),
      (why) => {
        this.refused = why;
        this.tell();
      },
    );
  }

  get playing(): boolean {
    return this.snapshot?.playing ?? false;
  }

  play(stepsPerSecond?: number): void {
    this.remote.play(stepsPerSecond);
  }

  pause(): void {
    this.remote.pause();
  }

  /** Takes steps in the place of those that are still to be taken; `next`: after them. */
  take(steps: number, next = false): void {
    this.remote.take(steps, next);
  }

  /** The steps to the end of the epoch. */
  epoch(): void {
    const done = (this.snapshot?.taken ?? 0) % this.stepsPerEpoch;
    this.take(this.stepsPerEpoch - done);
  }

  change(eta: number): void {
    if (eta === this.eta) return;
    this.eta = eta;
    this.remote.change({ eta });
  }

  /** Goes on from other weights; `next`: once all steps are taken that were asked for. */
  adopt(parameters: Float64Array, next = false): void {
    this.remote.change({ parameters, next });
  }

  /** Calls back at each snapshot, until what it gives is called. */
  watch(told: () => void): () => void {
    this.watchers.add(told);
    return () => this.watchers.delete(told);
  }

  end(): void {
    this.remote.end();
    this.look.end();
    this.watchers.clear();
  }

  private seen(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    this.look.parameters = snapshot.parameters;
    const now = performance.now();
    if (!snapshot.playing || now - this.measured > PAUSE) {
      this.measured = now;
      this.note(snapshot.epochs);
    }
    this.tell();
  }

  private note(epochs: number): void {
    if (this.moments.at(-1)?.epochs === epochs) return;
    const training = this.look.training();
    const moment = {
      epochs,
      training,
      held: this.look.held(),
      gradients: this.look.byLayer(training.gradient),
      changes: this.changes(),
    };
    if (epochs === 0) this.first = moment.training;
    this.moments.push(moment);
    if (this.moments.length <= MOST) return;
    const kept = this.moments.filter((_, index) => index % 2 === 0 || index === this.moments.length - 1);
    this.moments.splice(0, this.moments.length, ...kept);
  }

  /** The change of a step since the last moment, by the weights. */
  private changes(): number[] {
    const { parameters, taken } = this.snapshot as Snapshot;
    const [from, steps] = [this.noted.parameters, taken - this.noted.taken];
    this.noted = { parameters, taken };
    if (steps < 1) return [];
    const moved = this.look.byLayer(parameters.map((w, k) => (w - (from[k] as number)) / steps));
    const sizes = this.look.byLayer(parameters);
    return moved.map((change, l) => change / (sizes[l] as number));
  }

  private tell(): void {
    for (const told of this.watchers) told();
  }
}
