import { expect, test } from "vitest";
import { type Aim, type Choosable, chosen, differing } from "../src/studio/aim";
import { PointSet, packed, type Start } from "../src/studio/carried";
import { differences } from "../src/studio/differences";
import type { Settings } from "../src/studio/settings";
import type { Side } from "../src/studio/state";

const set = new PointSet({
  name: "mine",
  about: "",
  target: "y",
  features: ["x"],
  classes: null,
  X: packed([1, 2, 3, 4]),
  Y: packed([1, 2, 3, 4]),
  shown: 4,
  training: 3,
  of: 4,
});
const pairs = { square: ["identity", "tanh"], hinge: ["identity"] };
const start = {
  parts: {
    activation: [{ text: "identity" }, { text: "tanh" }],
    loss: [{ text: "square" }, { text: "hinge" }],
    optimizer: [{ text: "sgd" }],
    initializer: [{ text: "glorot_normal" }],
  },
  pairs: { classes: pairs, values: pairs },
} as unknown as Start;
const settings: Settings = {
  set: 0,
  hidden: [{ width: 4, activation: "tanh" }],
  output: "identity",
  loss: "square",
  optimizer: "sgd",
  batchSize: 1,
  seed: 0,
  init: "glorot_normal",
  decay: 0,
  dropout: 0,
  early: false,
};
const sides: Side[] = [
  { settings, eta: 0.5 },
  { settings: { ...settings, early: true }, eta: 0.5 },
];
const after = (aim: Aim, change: Partial<Settings & { eta: number }>, own = differing(sides)) =>
  chosen(
    start,
    [set],
    { sides, aim, own },
    { ...(sides[aim === "run 2" ? 1 : 0] as Side).settings, eta: 0.5, ...change },
  );

test("a choice for both runs goes to both, and their difference stays", () => {
  expect([...differing(sides)]).toEqual(["early"]);
  expect(after("both runs", { eta: 0.05 }).map(({ eta }) => eta)).toEqual([0.05, 0.05]);
  const [one, other] = after("both runs", { batchSize: 3, seed: 7 });
  expect(one?.settings).toEqual({ ...settings, batchSize: 3, seed: 7 });
  expect(other?.settings).toEqual({ ...settings, batchSize: 3, seed: 7, early: true });
});

test("a step size alone leaves the settings as they are, so that no run begins anew", () => {
  const runs = after("both runs", { eta: 0.05 });
  expect(runs.map((run) => run.settings === sides[runs.indexOf(run)]?.settings)).toEqual([true, true]);
});

test("what the runs are to differ in is changed in the first one only, also where it has become the same", () => {
  const [one, other] = after("both runs", { early: true });
  expect([one?.settings.early, other?.settings.early]).toEqual([true, true]);
  const back = chosen(
    start,
    [set],
    { sides: [one, other] as Side[], aim: "both runs", own: new Set<Choosable>(["early"]) },
    { ...settings, early: false, eta: 0.5 },
  );
  expect(back.map((side) => side.settings.early)).toEqual([false, true]);
});

test("a choice for one run leaves the other as it is", () => {
  expect(after("run 1", { eta: 0.05 }).map(({ eta }) => eta)).toEqual([0.05, 0.5]);
  expect(after("run 2", { eta: 0.05, seed: 3 }).map(({ eta, settings: { seed } }) => [eta, seed])).toEqual([
    [0.5, 0],
    [0.05, 3],
  ]);
});

test("a loss that does not go with the other run's own output brings its output along", () => {
  const two: Side[] = [
    { settings, eta: 0.5 },
    { settings: { ...settings, output: "tanh" }, eta: 0.5 },
  ];
  const runs = chosen(
    start,
    [set],
    { sides: two, aim: "both runs", own: differing(two) },
    { ...settings, loss: "hinge", eta: 0.5 },
  );
  expect(runs.map(({ settings: { loss, output } }) => [loss, output])).toEqual([
    ["hinge", "identity"],
    ["hinge", "identity"],
  ]);
});

test("in what two runs differ is said with the run of each", () => {
  expect(differences([set], sides, "both runs")).toBe("Updated too early: no in run 1, yes in run 2.");
  const batches = [sides[0] as Side, { settings: { ...settings, batchSize: 5000 }, eta: 0.05 }];
  expect(differences([set], batches, "run 1")).toBe(
    "Step size η: 0.5 in run 1, 0.05 in run 2; Batch: 1 point in run 1, all points in run 2.",
  );
  expect(differences([set], [sides[0] as Side, sides[0] as Side], "run 1")).toBe(
    "Both runs are the same. Choices go to run 1: change something.",
  );
});
