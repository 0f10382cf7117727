/** In what two runs differ, in words. */
import type { Aim } from "./aim";
import type { Beginning, PointSet } from "./carried";
import { beginningOf, type Side } from "./state";

const NAMES: Record<keyof Beginning, string> = {
  data: "Data",
  hidden: "Hidden layers",
  output: "Output",
  loss: "Loss",
  optimizer: "Optimiser",
  eta: "Step size η",
  batchSize: "Batch",
  seed: "Seed",
  init: "First weights",
  decay: "Penalty",
  dropout: "Dropout",
  early: "Updated too early",
};

export function differences(sets: readonly PointSet[], sides: readonly Side[], aim: Aim): string {
  const [one, other] = sides.map((side) => beginningOf(sets, side));
  if (!one || !other) return "";
  const keys = (Object.keys(NAMES) as (keyof Beginning)[]).filter(
    (key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]),
  );
  if (!keys.length)
    return `Both runs are the same. ${aim === "both runs" ? "Let choices go to one of them, and change" : `Choices go to ${aim}: change`} something.`;
  const points = sides.map(({ settings }) => sets[settings.set]?.training ?? 0);
  const said = (key: keyof Beginning) =>
    [one, other].map((each, at) => `${shown(key, each[key], points[at] ?? 0)} in run ${at + 1}`);
  return `${keys.map((key) => `${NAMES[key]}: ${said(key).join(", ")}`).join("; ")}.`;
}

function shown(key: keyof Beginning, value: Beginning[keyof Beginning], points: number): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length ? value.map(([n, f]) => `${n} ${f}`).join(", ") : "none";
  if (key === "batchSize") return Number(value) >= points ? "all points" : value === 1 ? "1 point" : `${value} points`;
  return String(value);
}
