/** Steps of the engine for tests in Python: cases as JSON on standard input, answers on standard output, arrays as their bytes. */
import { readFileSync } from "node:fs";
import { stdout } from "node:process";
import { Engine } from "../src/engine/engine.ts";
import { Kernels } from "../src/engine/module.ts";
import { type EngineOptions, whyNot } from "../src/engine/options.ts";
import { orderOfEpoch } from "../src/engine/order.ts";

interface Case {
  options: EngineOptions;
  X: string;
  Y: string;
  weights: string | null;
  parameters: string;
  batch: number;
  rows: number[];
  begins: number[] | null;
  etas: number[];
  /** Where the run of steps is cut in two, and a new engine goes on from the first one's state. */
  cut: number;
}

const floats = (text: string) => new Float64Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
const bytes = (values: Float64Array<ArrayBuffer>) =>
  btoa(
    Array.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), (byte) =>
      String.fromCharCode(byte),
    ).join(""),
  );

function answer(kernels: Kernels, given: Case) {
  const points = {
    X: floats(given.X),
    Y: floats(given.Y),
    weights: given.weights === null ? null : floats(given.weights),
  };
  const { rows, begins, etas, cut } = given;
  const steps = etas.length;
  let engine = new Engine(kernels, given.options, points, given.batch);
  engine.parameters = floats(given.parameters);
  const { gradient, loss: before } = engine.lossAndGradient(rows.slice(0, begins ? begins[1] : 1), 1);
  let [taken, loss] = [0, 0];
  for (const [first, end] of [
    [0, cut],
    [cut, steps],
  ] as const) {
    if (first > 0) {
      const next = new Engine(kernels, given.options, points, given.batch);
      next.parameters = engine.parameters;
      next.state = engine.state;
      engine.end();
      engine = next;
    }
    const [from, to] = begins ? [begins[first] as number, begins[end] as number] : [first, end];
    const batches = begins
      ? { rows: rows.slice(from, to), begins: begins.slice(first, end + 1).map((begin) => begin - from) }
      : { rows: rows.slice(from, to) };
    const progress = engine.run(batches, etas.slice(first, end), first + 1);
    taken += progress.steps;
    loss += progress.loss;
  }
  const made = {
    kernel: engine.kernel,
    taken,
    loss,
    before,
    gradient: bytes(gradient),
    parameters: bytes(engine.parameters),
    state: engine.state.kept.map(bytes),
    predicted: bytes(engine.predict(points.X)),
  };
  engine.end();
  return made;
}

const { module, cases, refused, orders } = JSON.parse(readFileSync(0).toString("utf8")) as {
  module: string;
  cases: Case[];
  refused: EngineOptions[];
  orders: [number, number, number][];
};
const kernels = new Kernels(await Kernels.compiled(module));
const parts = Object.fromEntries(Object.entries(kernels.parts).map(([kind, list]) => [kind, Object.fromEntries(list)]));
stdout.write(
  JSON.stringify({
    parts,
    answers: cases.map((each) => answer(kernels, each)),
    refusals: refused.map((options) => whyNot(kernels, options)),
    orders: orders.map(([seed, epoch, n]) => [...orderOfEpoch(seed, epoch, n)]),
  }),
);
