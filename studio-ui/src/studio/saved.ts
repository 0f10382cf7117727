/** The weights as they are, and what they were trained by, as a JSON file. */
import type { Snapshot } from "../engine/training";
import type { PointSet, Start } from "./carried";
import { type Settings, shapeOf } from "./settings";

export function save(start: Start, settings: Settings, eta: number, set: PointSet, snapshot: Snapshot): void {
  const { widths, activations } = shapeOf(settings, set);
  const run = {
    format: "clearprop.training",
    version: 1,
    data: set.carried.name,
    widths,
    activations,
    loss: settings.loss,
    optimizer: settings.optimizer,
    penalty: start.task.penalty,
    eta,
    batch_size: settings.batchSize,
    seed: settings.seed,
    steps: snapshot.taken,
    parameters: [...snapshot.parameters],
  };
  const file = URL.createObjectURL(new Blob([`${JSON.stringify(run)}\n`], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = file;
  link.download = `${set.title}-${snapshot.taken}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(file), 1000);
}
