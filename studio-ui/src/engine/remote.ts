/** The page's end of a training in a worker. */
import type { Command, Plan, Report, Snapshot } from "./training.ts";
import TrainingWorker from "./worker.ts?worker&inline";

export class RemoteTraining {
  private readonly worker: Worker;

  /** `draw` is called with each snapshot, and `refuse` with the reason why there is none; what is drawn is seen a frame later. */
  constructor(
    module: WebAssembly.Module,
    plan: Plan,
    draw: (snapshot: Snapshot) => void,
    refuse: (why: string) => void,
  ) {
    this.worker = new TrainingWorker();
    this.worker.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.what === "refused") return refuse(data.why);
      draw(data);
      requestAnimationFrame(() => this.tell({ what: "seen" }));
    };
    this.worker.onerror = (event) => refuse(event.message);
    this.tell({ what: "begin", module, plan });
  }

  /** As fast as it goes, or so many steps a second. */
  play(stepsPerSecond?: number): void {
    this.tell(stepsPerSecond === undefined ? { what: "play" } : { what: "play", stepsPerSecond });
  }

  pause(): void {
    this.tell({ what: "pause" });
  }

  /** Steps in the place of those that are still to be taken; `next`: after them. */
  take(steps: number, next = false): void {
    this.tell({ what: "take", steps, next });
  }

  /** Another step size, or other weights, from the next step on; `next`: once all that were asked for are taken. */
  change(what: { readonly eta?: number; readonly parameters?: Float64Array; readonly next?: boolean }): void {
    this.tell({ what: "change", ...what });
  }

  end(): void {
    this.worker.terminate();
  }

  private tell(command: Command): void {
    this.worker.postMessage(command);
  }
}
