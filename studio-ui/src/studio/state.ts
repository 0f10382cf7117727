/** The state of the page as JSON, the same record that Python has for a scene. What was given is read field by field; what does not fit is refused. */
import { parametersOf } from "../engine/options";
import type { Rate } from "../engine/training";
import type { Beginning, PointSet, Start } from "./carried";
import { asGiven, MOST_LAYERS, MOST_UNITS, pairsOf, type Settings, shapeOf } from "./settings";

/** One training on the page: what it begins with, its step size now, and how far it was when its state was written. */
export interface Side {
  readonly settings: Settings;
  readonly eta: number;
  readonly past?: Past;
}
export interface Past {
  readonly taken: number;
  /** The first one is what it began with. */
  readonly rates: readonly Rate[];
}

export interface PageState {
  readonly sides: readonly Side[];
  /** The number of a scene. */
  readonly scene: number | null;
}

/** Steps that a page takes again when it is opened. */
const MOST_STEPS = 5_000_000;
const MOST_RATES = 200;
const FORMAT = 1;

export function beginningOf(sets: readonly PointSet[], { settings, eta }: Side): Beginning {
  const { set, hidden, ...rest } = settings;
  return {
    ...rest,
    data: (sets[set] as PointSet).carried.name,
    hidden: hidden.map(({ width, activation }) => [width, activation]),
    eta,
  };
}

interface Shown {
  start: Start;
  sets: readonly PointSet[];
  sides: readonly Side[];
}

/** Whether an address would miss something: points, or first weights, that came to the page after it was made. */
export const notNamed = ({ start, sets, sides }: Shown): boolean =>
  sides.some(({ settings }) => {
    const set = sets[settings.set];
    return !set || set.own || (start.file !== undefined && asGiven(start, settings, shapeOf(settings, set)));
  });

export function written(sets: readonly PointSet[], { sides, scene }: PageState): string {
  const runs = sides.map((side) => ({ ...beginningOf(sets, side), ...(side.past ? { past: side.past } : {}) }));
  return JSON.stringify({ version: FORMAT, ...(scene === null ? {} : { scene }), runs });
}

/** The state in a text. Error says what does not fit. */
export function read(start: Start, sets: readonly PointSet[], text: string): PageState {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new Error("it is not JSON");
  }
  const all = record(given, "the state", ["version", "scene", "runs"]);
  if (all.version !== FORMAT) throw new Error(`its version is ${shown(all.version)}, and this page reads ${FORMAT}`);
  const scene = all.scene === undefined ? null : whole(all.scene, "scene", 0, start.scenes.length - 1);
  if (!Array.isArray(all.runs) || all.runs.length < 1 || all.runs.length > 2)
    throw new Error("there must be one run, or two");
  return { sides: all.runs.map((run) => sideOf(start, sets, run)), scene };
}

const KEYS: readonly (keyof Beginning | "past")[] = [
  ...(["data", "hidden", "output", "loss", "optimizer", "eta", "batchSize"] as const),
  ...(["seed", "init", "decay", "dropout", "early", "past"] as const),
];

/** A run as it is given; Error names what does not fit. */
export function sideOf(start: Start, sets: readonly PointSet[], given: unknown): Side {
  const run = record(given, "a run", KEYS);
  const names = sets.map(({ carried }) => carried.name);
  const settings: Settings = {
    set: names.indexOf(oneOf(run.data, "data", names)),
    hidden: layers(start, run.hidden),
    output: oneOf(run.output, "output", texts(start.parts.activation)),
    loss: oneOf(run.loss, "loss", texts(start.parts.loss)),
    optimizer: oneOf(run.optimizer, "optimizer", texts(start.parts.optimizer)),
    init: oneOf(run.init, "init", texts(start.parts.initializer)),
    batchSize: whole(run.batchSize, "batchSize", 1, 2 ** 31),
    seed: whole(run.seed, "seed", 0, 2 ** 32 - 1),
    decay: number(run.decay, "decay", 0, 1e6),
    dropout: number(run.dropout, "dropout", 0, 0.99),
    early: run.early === true,
  };
  if (typeof run.early !== "boolean") throw new Error(`early is ${shown(run.early)}; it must be true or false`);
  const set = sets[settings.set] as PointSet;
  const fitting = pairsOf(start, set)[settings.loss] ?? [];
  if (!fitting.includes(settings.output) || (settings.output === "softmax" && set.outputs === 1))
    throw new Error(`${settings.loss} does not go with ${settings.output} on ${set.title}`);
  const size = parametersOf(shapeOf(settings, set).widths);
  if (size > start.mostParameters)
    throw new Error(`the network has ${size} parameters, and a page trains at most ${start.mostParameters}`);
  const eta = rate(run.eta, "eta");
  return run.past === undefined ? { settings, eta } : { settings, eta, past: pastOf(run.past) };
}

function pastOf(given: unknown): Past {
  const past = record(given, "past", ["taken", "rates"]);
  const taken = whole(past.taken, "taken", 0, MOST_STEPS);
  if (!Array.isArray(past.rates) || past.rates.length < 1 || past.rates.length > MOST_RATES)
    throw new Error(`past must have 1 to ${MOST_RATES} rates`);
  let last = -1;
  const rates = past.rates.map((each): Rate => {
    if (!Array.isArray(each) || each.length !== 2) throw new Error(`a rate is ${shown(each)}; it must be two numbers`);
    const at = whole(each[0], "the step of a rate", last + 1, MOST_STEPS);
    last = at;
    return [at, rate(each[1], "a rate")];
  });
  if (rates[0]?.[0] !== 0) throw new Error("the first rate must be that of the first step");
  return { taken, rates };
}

function layers(start: Start, given: unknown): Settings["hidden"] {
  if (!Array.isArray(given) || given.length > MOST_LAYERS)
    throw new Error(`hidden must be a list of at most ${MOST_LAYERS} layers`);
  const offered = texts(start.parts.activation.filter(({ hidden }) => hidden));
  return given.map((layer) => {
    if (!Array.isArray(layer) || layer.length !== 2) throw new Error(`a layer is ${shown(layer)}`);
    return {
      width: whole(layer[0], "the units of a layer", 1, MOST_UNITS),
      activation: oneOf(layer[1], "an activation", offered),
    };
  });
}

const texts = (parts: readonly { readonly text: string }[]) => parts.map(({ text }) => text);

function shown(given: unknown): string {
  const text = JSON.stringify(given) ?? "not given";
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function record(given: unknown, what: string, keys: readonly string[]): Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new Error(`${what} is ${shown(given)}; it must be a record`);
  const other = Object.keys(given).find((key) => !keys.includes(key));
  if (other !== undefined) throw new Error(`${what} has ${shown(other)}, which this page does not know`);
  return given as Record<string, unknown>;
}

function oneOf(given: unknown, what: string, known: readonly string[]): string {
  if (typeof given !== "string" || !known.includes(given))
    throw new Error(`${what} is ${shown(given)}, which this page does not have`);
  return given;
}

function number(given: unknown, what: string, low: number, high: number): number {
  if (typeof given !== "number" || !(given >= low && given <= high))
    throw new Error(`${what} is ${shown(given)}; it must be a number from ${low} to ${high}`);
  return given;
}

function rate(given: unknown, what: string): number {
  if (given === 0) throw new Error(`${what} is 0; it must be above 0`);
  return number(given, what, 0, 1e6);
}

function whole(given: unknown, what: string, low: number, high: number): number {
  if (!Number.isInteger(number(given, what, low, high)))
    throw new Error(`${what} is ${shown(given)}; it must be a whole number`);
  return given as number;
}
