/** What is chosen on the page but the step size, which may change in the middle of a training; and the plan of a training that it makes. */
import type { EngineOptions } from "../engine/options";
import type { Plan } from "../engine/training";
import type { Shape } from "../live/step";
import { floats, type Kind, type OfferedPart, type PointSet, type Start } from "./carried";

export interface Settings {
  readonly set: number;
  readonly hidden: readonly { readonly width: number; readonly activation: string }[];
  readonly output: string;
  readonly loss: string;
  readonly optimizer: string;
  readonly batchSize: number;
  readonly seed: number;
  /** How the first weights are drawn. */
  readonly init: string;
  /** The strength of an L2 penalty. */
  readonly decay: number;
  /** The rate of dropout in the hidden layers. */
  readonly dropout: number;
  /** Whether each layer is changed too early, which is a mistake. */
  readonly early: boolean;
}

export const MOST_LAYERS = 10;
export const MOST_UNITS = 64;

export function settingsOf(start: Start): Settings {
  const { widths } = start.task;
  return {
    set: 0,
    hidden: widths.slice(1, -1).map((width, l) => ({ width, activation: start.activations[l] as string })),
    output: start.activations.at(-1) as string,
    loss: start.loss,
    optimizer: start.optimizer,
    batchSize: start.batchSize,
    seed: start.seed,
    init: start.init,
    decay: start.task.penalty?.l2 ?? 0,
    dropout: 0,
    early: false,
  };
}

/** The losses and their output activations for the targets of a set. */
export const pairsOf = (start: Start, set: PointSet) => start.pairs[set.carried.classes ? "classes" : "values"];

/** The settings with another set, whose targets may want another loss. */
export function withSet(start: Start, settings: Settings, index: number, set: PointSet): Settings {
  const pairs = pairsOf(start, set);
  const changed = { ...settings, set: index };
  if (fits(pairs, settings, set.outputs)) return changed;
  if (!set.carried.classes) return { ...changed, loss: "square", output: "identity" };
  return {
    ...changed,
    ...(set.outputs > 1 ? { loss: "nllm", output: "softmax" } : { loss: "nll", output: "sigmoid" }),
  };
}

/** Whether a loss takes these outputs. */
export function fits(
  pairs: Record<string, string[]>,
  { loss, output }: Pick<Settings, "loss" | "output">,
  outputs: number,
): boolean {
  return (pairs[loss]?.includes(output) ?? false) && !(outputs === 1 && output === "softmax");
}

/** The settings with another loss, and an output activation that fits it. */
export function withLoss(start: Start, settings: Settings, loss: string, set: PointSet): Settings {
  const fitting = pairsOf(start, set)[loss] ?? [];
  return {
    ...settings,
    loss,
    output: fitting.includes(settings.output) ? settings.output : (fitting[0] ?? settings.output),
  };
}

export function part(start: Start, kind: Kind, text: string): OfferedPart {
  const found = start.parts[kind].find((each) => each.text === text);
  if (!found) throw new Error(`there is no ${kind} ${text}`);
  return found;
}

export function shapeOf(settings: Settings, set: PointSet): Shape {
  return {
    widths: [set.inputs, ...settings.hidden.map(({ width }) => width), set.outputs],
    activations: [...settings.hidden.map(({ activation }) => activation), settings.output],
  };
}

export function optionsOf(start: Start, settings: Settings, set: PointSet): EngineOptions {
  const { widths, activations } = shapeOf(settings, set);
  const { l1 = 0, ofSum = false } = start.task.penalty ?? {};
  const { dropout, hidden, seed } = settings;
  return {
    ...start.task,
    penalty: { l1, l2: settings.decay, ofSum },
    dropout: dropout && hidden.length ? { rates: [0, ...hidden.map(() => dropout)], seed } : { rates: [], seed: 0 },
    widths,
    activations: activations.map((each) => part(start, "activation", each).engine),
    loss: part(start, "loss", settings.loss).engine,
    optimizer: part(start, "optimizer", settings.optimizer).engine,
  };
}

/** The training that these settings ask for; `draw` gives the first weights of a network that has none yet. */
export function planOf(
  start: Start,
  settings: Settings,
  eta: number,
  set: PointSet,
  draw: (asked: Shape & { init: string; seed: number }) => number[],
): Plan {
  const shape = shapeOf(settings, set);
  return {
    options: optionsOf(start, settings, set),
    points: set.between(0, set.training),
    batchSize: settings.batchSize,
    eta,
    seed: settings.seed,
    early: settings.early,
    parameters:
      start.parameters !== null && asGiven(start, settings, shape)
        ? floats(start.parameters)
        : Float64Array.from(draw({ ...shape, init: settings.init, seed: settings.seed })),
  };
}

/** Whether the network is the one that the page was made with. */
export function asGiven(start: Start, { seed, init }: Settings, { widths, activations }: Shape): boolean {
  const same = (a: readonly unknown[], b: readonly unknown[]) => a.join() === b.join();
  return (
    seed === start.seed &&
    init === start.init &&
    same(widths, start.task.widths) &&
    same(activations, start.activations)
  );
}
