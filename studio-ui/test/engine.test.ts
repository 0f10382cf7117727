import { readFileSync } from "node:fs";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Engine, type Points } from "../src/engine/engine.ts";
import { Kernels } from "../src/engine/module.ts";
import { type EngineOptions, parametersOf, whyNot } from "../src/engine/options.ts";
import { Order, orderOfEpoch } from "../src/engine/order.ts";
import { type Plan, type Report, Server, type Snapshot, Training } from "../src/engine/training.ts";

const file = new URL("../../src/clearprop/engines/wasm/engine.wasm.gz", import.meta.url);

const part = (name: string, ...hypers: number[]) => ({ name, hypers });
const xor: Points = { X: [0, 0, 0, 1, 1, 0, 1, 1], Y: [0, 1, 1, 0] };
const options: EngineOptions = {
  widths: [2, 3, 1],
  activations: [part("tanh"), part("sigmoid")],
  loss: part("nll"),
  optimizer: part("adam", 0.9, 0.999, 1e-8),
};
const start = Float64Array.from({ length: parametersOf(options.widths) }, (_, i) => Math.sin(7 * i + 1));
const EVERY = { rows: [0, 1, 2, 3], begins: [0, 4] };

let module: WebAssembly.Module;
let kernels: Kernels;
beforeAll(async () => {
  module = await Kernels.compiled(readFileSync(file).toString("base64"));
  kernels = new Kernels(module);
});

function engineOf(changed: Partial<EngineOptions> = {}, batch = 4): Engine {
  const engine = new Engine(kernels, { ...options, ...changed }, xor, batch);
  engine.parameters = start;
  return engine;
}

describe("an engine", () => {
  it("has the gradient that its loss has", () => {
    const engine = engineOf();
    const { loss, gradient } = engine.lossAndGradient(EVERY.rows);
    const h = 1e-6;
    for (let p = 0; p < engine.size; p++) {
      const [up, down] = [h, -h].map((move) => {
        engine.parameters = start.map((w, i) => (i === p ? w + move : w));
        return engine.lossAndGradient(EVERY.rows).loss;
      }) as [number, number];
      expect((up - down) / (2 * h)).toBeCloseTo(gradient[p] as number, 7);
    }
    engine.parameters = start;
    expect(engine.run(EVERY, 0.1, 1).loss).toBeCloseTo(4 * loss, 12);
  });

  it("learns xor, and predicts what it has learnt", () => {
    const engine = engineOf();
    const steps = 400;
    const rows = Array.from({ length: 4 * steps }, (_, i) => i % 4);
    const begins = Array.from({ length: steps + 1 }, (_, i) => 4 * i);
    expect(engine.run({ rows, begins }, 0.1, 1)).toMatchObject({ steps, finite: true });
    expect([...engine.predict(xor.X)].map(Math.round)).toEqual([0, 1, 1, 0]);
  });

  it("takes the same step in one and in two halves", () => {
    const [whole, halves] = [engineOf(), engineOf()];
    whole.run(EVERY, 0.1, 1);
    expect(halves.apply(halves.lossAndGradient(EVERY.rows, 1).gradient, 0.1)).toBe(0);
    halves.parameters.forEach((w, p) => {
      expect(w).toBeCloseTo(whole.parameters[p] as number, 12);
    });
  });

  it("goes on where another one was, from its weights and its state", () => {
    const [one, first, second] = [engineOf(), engineOf(), engineOf()];
    one.run({ rows: [0, 1, 2, 3], begins: [0, 2, 4] }, 0.1, 1);
    first.run({ rows: [0, 1], begins: [0, 2] }, 0.1, 1);
    second.parameters = first.parameters;
    second.state = first.state;
    second.run({ rows: [2, 3], begins: [0, 2] }, 0.1, 2);
    expect([...second.parameters]).toEqual([...one.parameters]);
    expect(second.state).toEqual(one.state);
  });

  it("takes no step that leaves the finite numbers", () => {
    const engine = engineOf(
      { activations: [part("tanh"), part("identity")], loss: part("square"), optimizer: part("sgd") },
      1,
    );
    const progress = engine.run({ rows: [1, 1, 1] }, [0.1, 1e200, 1e200], 1);
    expect(progress).toMatchObject({ steps: 2, finite: false });
    expect(engine.parameters.every(Number.isFinite)).toBe(true);
  });

  it("keeps its numbers when the module's memory grows", () => {
    const engine = engineOf();
    const wide = { ...options, widths: [2, 4000, 1] };
    const before = kernels.exports.memory.buffer.byteLength;
    const others = Array.from({ length: 8 }, () => new Engine(kernels, wide, xor, 4));
    expect(kernels.exports.memory.buffer.byteLength).toBeGreaterThan(before);
    expect([...engine.parameters]).toEqual([...start]);
    expect(engine.run(EVERY, 0.1, 1).finite).toBe(true);
    for (const other of others) other.end();
  });

  it("gives its memory back", () => {
    const sizes = Array.from({ length: 200 }, () => {
      const engine = new Engine(kernels, { ...options, widths: [2, 500, 1] }, xor, 4);
      engine.run(EVERY, 0.1, 1);
      engine.end();
      return kernels.exports.memory.buffer.byteLength;
    });
    expect(sizes.at(-1)).toBe(sizes[20]);
  });

  it("trains many networks side by side", () => {
    const engine = engineOf({ optimizer: part("sgd") }, 1);
    expect([engine.fitsSideBySide(9), engineOf().fitsSideBySide(9)]).toEqual([true, false]);
    const starts = Float64Array.from({ length: 9 * engine.size }, (_, i) => start[i % engine.size] as number);
    const rows = Array.from({ length: 9 * 6 }, (_, i) => (i % 6) % 4);
    const { parameters, losses } = engine.runSideBySide(9, starts, rows, 0.1);
    const progress = engine.run({ rows: rows.slice(0, 6) }, 0.1, 1);
    for (let k = 0; k < 9; k++) {
      expect(losses[k]).toBeCloseTo(progress.loss, 12);
      expect(parameters[k * engine.size]).toBeCloseTo(engine.parameters[0] as number, 12);
    }
    expect(() => engineOf().runSideBySide(9, starts, rows, 0.1)).toThrow("cannot be trained side by side");
  });
});

describe("what does not fit is refused", () => {
  it.each([
    [{ activations: [part("tanhh"), part("sigmoid")] }, "activation 'tanhh' has no kernel"],
    [{ optimizer: part("adam", 0.9) }, "optimizer 'adam' has 3 hyper-parameters, not 1"],
    [{ activations: [part("leaky_relu"), part("sigmoid")] }, "activation 'leaky_relu' has 1 hyper-parameters, not 0"],
    [{ widths: [2, 3.5, 1] }, "widths 2-3.5-1 must be two or more whole numbers from 1 on"],
    [
      { clips: [{ norm: true, largest: 1 }], parametrization: { beta: 1, rate: 0 } },
      "a parametrization around a clipped gradient has no kernel",
    ],
  ])("%o", (changed, why) => {
    expect(whyNot(kernels, { ...options, ...changed })).toBe(why);
    expect(() => engineOf(changed)).toThrow(why);
  });

  it("rows and batches that are not there", () => {
    const engine = engineOf({}, 2);
    expect(() => engine.run({ rows: [0, 4] }, 0.1, 1)).toThrow("row 1 is 4; it must be a whole number from 0 to 3");
    expect(() => engine.run({ rows: [0, -1] }, 0.1, 1)).toThrow("row 1 is -1");
    expect(() => engine.run(EVERY, 0.1, 1)).toThrow("batch 0 has 4 points; this engine takes 1 to 2");
    expect(() => engine.run({ rows: [0, 1], begins: [0, 1] }, 0.1, 1)).toThrow(
      "the last batch must end with the last row",
    );
    expect(() => engine.run({ rows: [0, 1] }, [0.1], 1)).toThrow(
      "the step sizes of 2 steps: 1 numbers where there should be 2",
    );
  });

  it("arrays of another length, and an engine that has ended", () => {
    const engine = engineOf();
    expect(() => {
      engine.parameters = [1, 2];
    }).toThrow("the parameters: 2 numbers where there should be 13");
    expect(() => new Engine(kernels, options, { X: [1, 2, 3], Y: [1] })).toThrow(
      "X, of points with 2 inputs: 3 numbers",
    );
    expect(() => engine.predict([1])).toThrow("X, of points with 2 inputs");
    engine.end();
    expect(() => engine.run(EVERY, 0.1, 1)).toThrow("this engine has ended");
  });
});

describe("the order of the points", () => {
  it("has each of them once an epoch, in another order each time", () => {
    const orders = [0, 1, 2].map((epoch) => orderOfEpoch(5, epoch, 30));
    for (const order of orders)
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(new Set(orders.map(String)).size).toBe(3);
  });

  it("is the same however many steps are asked for at once", () => {
    const whole = new Order(10, 4, 1).batches(0, 9);
    const pieces = new Order(10, 4, 1);
    const rows = [4, 3, 2].flatMap((steps, i) => [...pieces.batches([0, 4, 7][i] as number, steps).rows]);
    expect([...whole.rows]).toEqual(rows);
    expect([...whole.begins]).toEqual([0, 4, 8, 10, 14, 18, 20, 24, 28, 30]);
  });
});

describe("a training", () => {
  const plan: Plan = { options, points: xor, batchSize: 3, eta: 0.1, seed: 3, parameters: start };
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.hear({ what: "pause" });
  });

  function served(given: Plan = plan) {
    const reports: Report[] = [];
    const server = new Server({ postMessage: (report) => reports.push(report) }, (then) => setTimeout(then));
    servers.push(server);
    server.hear({ what: "begin", module, plan: given });
    return { server, reports, last: () => reports.at(-1) as Snapshot };
  }

  it("takes the steps that an engine takes, whatever its slices are", async () => {
    const { server, last } = served();
    server.hear({ what: "take", steps: 300 });
    await vi.waitFor(() => expect(last().taken).toBe(300));
    const engine = engineOf({}, 3);
    engine.run(new Order(4, 3, 3).batches(0, 300), 0.1, 1);
    expect([...last().parameters]).toEqual([...engine.parameters]);
    expect(last().state).toEqual(engine.state);
    expect(last()).toMatchObject({ epochs: 150, playing: false, finite: true });
  });

  it("plays until it is told to pause, and sends no second picture before the first has been seen", async () => {
    const { server, reports, last } = served();
    server.hear({ what: "play" });
    await new Promise((done) => setTimeout(done, 60));
    expect(reports).toHaveLength(1);
    server.hear({ what: "seen" });
    await vi.waitFor(() => expect(reports).toHaveLength(2));
    expect(last()).toMatchObject({ playing: true });
    server.hear({ what: "pause" });
    const { taken } = last();
    await new Promise((done) => setTimeout(done, 30));
    expect(last()).toMatchObject({ taken, playing: false });
  });

  it("plays at the speed that is asked for", async () => {
    const { server, last } = served();
    server.hear({ what: "play", stepsPerSecond: 100 });
    await new Promise((done) => setTimeout(done, 300));
    server.hear({ what: "pause" });
    expect(last().taken).toBeGreaterThan(5);
    expect(last().taken).toBeLessThan(60);
  });

  it("goes on with another step size and other weights", async () => {
    const { server, last } = served();
    server.hear({ what: "change", eta: 0, parameters: start.map((w) => 2 * w) });
    server.hear({ what: "take", steps: 5 });
    await vi.waitFor(() => expect(last().taken).toBe(5));
    expect([...last().parameters]).toEqual([...start.map((w) => 2 * w)]);
  });

  it("continues one that was stopped", () => {
    const whole = new Training(module, plan);
    const first = new Training(module, plan);
    whole.advance(10);
    first.advance(4);
    const { taken, state, parameters } = first.snapshot(false);
    const second = new Training(module, { ...plan, taken, state, parameters });
    second.advance(6);
    expect([...second.engine.parameters]).toEqual([...whole.engine.parameters]);
  });

  it("ends where a step is not finite, and says why there is no training", async () => {
    const wild = {
      ...options,
      activations: [part("tanh"), part("identity")],
      loss: part("square"),
      optimizer: part("sgd"),
    };
    const { server, last } = served({ ...plan, options: wild, eta: 1e200 });
    server.hear({ what: "play" });
    await vi.waitFor(() => expect(last()).toMatchObject({ finite: false, playing: false }));
    const { reports } = served({ ...plan, options: { ...options, loss: part("squares") } });
    expect(reports).toEqual([{ what: "refused", why: "loss 'squares' has no kernel" }]);
  });
});
