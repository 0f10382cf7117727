/** In what two runs differ, in words. */
import type { Beginning, PointSet } from "./carried";
import { beginningOf, type Side } from "./state";

const NAMES: Record<keyof Beginning, string> = {
  data: "data",
  hidden: "hidden layers",
  output: "output",
  loss: "loss",
  optimizer: "optimiser",
  eta: "η",
  batchSize: "batch",
  seed: "seed",
  init: "first weights",
  decay: "penalty",
  dropout: "dropout",
  early: "updated too early",
};

export function differences(sets: readonly PointSet[], sides: readonly Side[]): string {
  const [one, other] = sides.map((side) => beginningOf(sets, side));
  if (!one || !other) return "";
  const keys = (Object.keys(NAMES) as (keyof Beginning)[]).filter(
    (key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]),
  );
  if (!keys.length) return "Both runs are the same. Change something: it is the first run that changes.";
  const told = keys.map((key) => `${NAMES[key]} ${shown(one[key])} against ${shown(other[key])}`);
  return `Run 1 and run 2: ${told.join("; ")}.`;
}

function shown(value: Beginning[keyof Beginning]): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length ? value.map(([n, f]) => `${n} ${f}`).join(", ") : "none";
  return String(value);
}
