/** A model file that came to the page: its network, and the data set of the page that it takes. */
import { parametersOf } from "../engine/options";
import type { OpenedModel } from "../live/step";
import { type CarriedSet, type Levels, PointSet, packed, type Start } from "./carried";
import { canonical, type Json } from "./modelFile";
import { pairsOf, type Settings, withSet } from "./settings";

/** What the page becomes; `set` is there where the points had to be prepared anew. */
export interface Opening {
  readonly start: Start;
  readonly settings: Settings;
  readonly set: PointSet | null;
}

/** The network of a model as the page's own. Error says what the page lacks for it. */
export function openingOf(
  model: OpenedModel,
  name: string,
  start: Start,
  sets: readonly PointSet[],
  settings: Settings,
): Opening {
  const { widths, activations } = model;
  for (const [l, text] of activations.entries()) {
    const part = start.parts.activation.find((each) => each.text === text);
    if (!part || (l < activations.length - 1 && !part.hidden))
      throw new Error(`layer ${l + 1} of ${name} has ${text}, which this page does not offer there`);
  }
  if (parametersOf(widths) > start.mostParameters)
    throw new Error(
      `${name} has ${parametersOf(widths)} parameters, and this page trains at most ${start.mostParameters}`,
    );
  const { index, set } = setFor(model, name, sets, settings.set);
  const points = set ?? (sets[index] as PointSet);
  const hidden = widths.slice(1, -1).map((width, l) => ({ width, activation: activations[l] as string }));
  const shaped = { ...withSet(start, settings, index, points), hidden, output: activations.at(-1) as string };
  const loss = lossFor(model, start, shaped, points);
  if (!loss) throw new Error(`no loss of this page goes with ${shaped.output} on ${points.title}`);
  return {
    start: {
      ...start,
      task: { ...start.task, widths },
      activations,
      parameters: packed(model.parameters),
      seed: settings.seed,
      init: settings.init,
      file: name,
    },
    settings: { ...shaped, loss },
    set,
  };
}

/** The loss that the model was trained by, the one that is chosen, or the first that fits. */
function lossFor({ facts }: OpenedModel, start: Start, settings: Settings, set: PointSet): string | undefined {
  const pairs = pairsOf(start, set);
  const fitting = Object.keys(pairs).filter((loss) => pairs[loss]?.includes(settings.output));
  return [facts.loss, settings.loss].map(String).find((loss) => fitting.includes(loss)) ?? fitting[0];
}

/** The set that is chosen where the model takes it, else another one; its points anew where the model prepares them otherwise. */
function setFor(model: OpenedModel, name: string, sets: readonly PointSet[], chosen: number) {
  const order = [chosen, ...sets.keys()].filter((index, at, all) => all.indexOf(index) === at);
  const fitting = order.filter((index) => fits(model, sets[index] as PointSet));
  const given = canonical(model.preprocessing as Json);
  const same = fitting.find(
    (index) => model.preprocessing === null || canonical(sets[index]?.carried.preprocessing ?? null) === given,
  );
  if (same !== undefined) return { index: same, set: null };
  for (const index of fitting) {
    const made = preparedBy(model.preprocessing as Json, name, sets[index] as PointSet);
    if (made) return { index: sets.length, set: new PointSet(made) };
  }
  const columns = columnsOf(model.preprocessing as Json);
  const takes = columns
    ? `the columns ${columns.inputs.map((each) => each.name).join(", ")}`
    : `${model.widths[0]} inputs`;
  throw new Error(
    `${name} takes ${takes} and gives ${model.widths.at(-1)} outputs, and no data set of this page is so; drop its table first`,
  );
}

const fits = ({ widths }: OpenedModel, { inputs, outputs }: PointSet) =>
  widths[0] === inputs && widths.at(-1) === outputs;

interface NumberColumn {
  readonly name: string;
  readonly mean: number;
  readonly scale: number;
}
interface Columns {
  readonly inputs: readonly NumberColumn[];
  readonly target: Json;
}

/** Columns of numbers that are standardised, and the target; null where there are others. */
function columnsOf(preprocessing: Json): Columns | null {
  const { inputs, target } = (preprocessing ?? {}) as { inputs?: unknown; target?: Json };
  return Array.isArray(inputs) && inputs.every(isPlain) ? { inputs, target: target ?? null } : null;
}

/** Whether a column is a number that is standardised, and nothing beside: no gap is an input of its own, nothing is limited. */
function isPlain(given: unknown): given is NumberColumn {
  if (typeof given !== "object" || given === null) return false;
  const column = given as Record<string, unknown>;
  return (
    column.kind === "number" &&
    typeof column.name === "string" &&
    Number.isFinite(column.mean) &&
    Number.isFinite(column.scale) &&
    column.scale !== 0 &&
    Object.keys(column).every((key) => ["kind", "name", "mean", "scale", "fill"].includes(key))
  );
}

/** The points of a set as a model's preprocessing makes them; null where it takes other columns. */
function preparedBy(preprocessing: Json, name: string, set: PointSet): CarriedSet | null {
  const [own, given] = [columnsOf(set.carried.preprocessing ?? null), columnsOf(preprocessing)];
  const names = (of: Columns) => canonical(of.inputs.map((each) => each.name));
  if (!own || !given || names(own) !== names(given)) return null;
  const Y = targetsBy(own.target, given.target, set);
  if (Y === null) return null;
  return {
    ...set.carried,
    name: `${set.title} for ${name}`,
    about: `Inputs are shown as ${name} takes them.`,
    X: packed(Array.from(set.X, (x, at) => turned(x, own.inputs, given.inputs, at % set.inputs))),
    Y,
    named: false,
    own: true,
    preprocessing,
  };
}

const turned = (x: number, from: readonly NumberColumn[], to: readonly NumberColumn[], j: number): number => {
  const [own, given] = [from[j] as NumberColumn, to[j] as NumberColumn];
  return (x * own.scale + own.mean - given.mean) / given.scale;
};

/** The targets for a model: as they are where it has the same classes, standardised by its numbers where they are values. */
function targetsBy(own: Json, given: Json, set: PointSet): string | Levels | null {
  if (canonical(own) === canonical(given)) return set.carried.Y;
  if (!isPlain(own) || !isPlain(given) || own.name !== given.name) return null;
  return packed(Array.from(set.Y, (y) => turned(y, [own], [given], 0)));
}
