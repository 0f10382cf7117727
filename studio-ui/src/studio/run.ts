/** One training on the page: it runs in a worker, and whoever draws is told of each snapshot. */
import { Kernels } from "../engine/module";
import { RemoteTraining } from "../engine/remote";
import type { Plan, Snapshot } from "../engine/training";
import type { PointSet } from "./carried";
import { Look, type Measured } from "./look";

export interface Moment {
  epochs: number;
  training: Measured;
  held: Measured | null;
}

/** Moments that are kept; of more, every other one goes. */
const MOST = 400;
/** Milliseconds between two measurements while it plays. */
const PAUSE = 60;

export class Run {
  readonly look: Look;
  readonly stepsPerEpoch: number;
  readonly moments: Moment[] = [];
  snapshot: Snapshot | null = null;
  /** Why there is none. */
  refused = "";
  private readonly remote: RemoteTraining;
  private readonly watchers = new Set<() => void>();
  private measured = 0;

  constructor(module: WebAssembly.Module, plan: Plan, set: PointSet) {
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

  take(steps: number): void {
    this.remote.take(steps);
  }

  /** The steps to the end of the epoch. */
  epoch(): void {
    const done = (this.snapshot?.taken ?? 0) % this.stepsPerEpoch;
    this.take(this.stepsPerEpoch - done);
  }

  change(eta: number): void {
    this.remote.change({ eta });
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
    this.moments.push({ epochs, training: this.look.training(), held: this.look.held() });
    if (this.moments.length <= MOST) return;
    const kept = this.moments.filter((_, index) => index % 2 === 0 || index === this.moments.length - 1);
    this.moments.splice(0, this.moments.length, ...kept);
  }

  private tell(): void {
    for (const told of this.watchers) told();
  }
}
