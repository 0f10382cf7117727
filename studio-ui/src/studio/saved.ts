/** The weights as they are, and what they were trained by, as a JSON file. */
import type { Snapshot } from "../engine/training";
import type { PointSet, Start } from "./carried";
import { download } from "./files";
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
    penalty: { ...start.task.penalty, l2: settings.decay },
    dropout: settings.dropout,
    early: settings.early,
    init: settings.init,
    eta,
    rates: snapshot.rates,
    batch_size: settings.batchSize,
    seed: settings.seed,
    steps: snapshot.taken,
    parameters: [...snapshot.parameters],
  };
  download(`${JSON.stringify(run)}\n`, `${set.title}-${snapshot.taken}.json`, "application/json");
}
