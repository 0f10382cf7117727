/** The weights as they are, and what they were trained by, as a JSON file and as a model file. */
import type { Snapshot } from "../engine/training";
import { download } from "../parts/files";
import type { PointSet, Start } from "./carried";
import type { Standing } from "./measures";
import { modelFile } from "./modelFile";
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

/** The network with its preprocessing, as `clearprop train` writes it: `clearprop predict` and `cp.load_model` take it. */
export function saveModel(start: Start, { side: { settings, eta }, set, run: { snapshot } }: Standing): void {
  if (!snapshot) throw new Error("the training has not begun");
  const facts = {
    batch_size: settings.batchSize,
    epochs: snapshot.epochs,
    eta,
    loss: settings.loss,
    optimizer: settings.optimizer,
    rows: set.n,
    seed: settings.seed,
    steps_taken: snapshot.taken,
    target: set.carried.target,
    task: set.carried.classes ? "classification" : "regression",
    ...(set.carried.source ? { source: set.carried.source } : {}),
    ...(settings.decay ? { penalty: `l2(strength=${settings.decay})` } : {}),
  };
  const described = { facts, preprocessing: set.carried.preprocessing ?? null };
  const file = modelFile(shapeOf(settings, set), snapshot.parameters, described, start.schema);
  download(new Blob([file]), `${set.title}-${snapshot.taken}.clearprop`);
}
