/** Steps a second of the engine in Node, whole runs and in the slices of a training: plans as JSON on standard input. */
import { readFileSync } from "node:fs";
import { cpuUsage, stdout } from "node:process";
import { Engine } from "../src/engine/engine.ts";
import { Kernels } from "../src/engine/module.ts";
import type { EngineOptions } from "../src/engine/options.ts";
import { Order } from "../src/engine/order.ts";
import { Training } from "../src/engine/training.ts";

interface Given {
  options: EngineOptions;
  X: number[];
  Y: number[];
  parameters: number[];
  batch: number;
}

/** Milliseconds that the processor has worked for this program: others on the machine do not count. */
function worked(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

/** The most steps a second of some trials; `take` gives how many it took. */
function fastest(take: () => number): number {
  const trials = Array.from({ length: 12 }, () => {
    const began = worked();
    let steps = 0;
    while (worked() - began < 60) steps += take();
    return (1000 * steps) / (worked() - began);
  });
  return Math.max(...trials);
}

function measured(module: WebAssembly.Module, { options, X, Y, parameters, batch }: Given): [number, number] {
  const points = { X, Y };
  const start = Float64Array.from(parameters);
  const engine = new Engine(new Kernels(module), options, points, batch);
  engine.parameters = start;
  const batches = new Order(engine.n, batch, 1).batches(0, Math.ceil(20_000 / batch));
  const run = batch === 1 ? { rows: batches.rows } : batches;
  const whole = fastest(() => engine.run(run, 0.001, 1).steps);
  const training = new Training(module, { options, points, batchSize: batch, eta: 0.001, seed: 1, parameters: start });
  return [whole, fastest(() => training.advance(Number.POSITIVE_INFINITY))];
}

const given = JSON.parse(readFileSync(0).toString("utf8")) as { module: string; plans: Given[] };
const module = await Kernels.compiled(given.module);
stdout.write(JSON.stringify(given.plans.map((plan) => measured(module, plan))));
