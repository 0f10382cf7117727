/** A table of numbers that was dropped on the page as a CSV file, as points for a network. It never leaves the page. */
import { computing } from "../live/computing";
import { type CarriedSet, packed, type Start } from "./carried";

/** Bytes of a file that is read. */
export const MOST_BYTES = 5_000_000;

/** What a page has room for, and the part of the points that is only tested. */
export type Room = Pick<Start, "mostPoints" | "mostNumbers" | "tested">;

/** The points of a CSV text whose last column is the target. Error says what is wrong with it, with its line. */
export function tableOf(text: string, name: string, { mostPoints, mostNumbers, tested }: Room): CarriedSet {
  if (text.includes("\0")) throw new Error(`${name} is no table: it holds bytes that are no text`);
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const rows = lines.flatMap((line, at) => (line.trim() ? [{ at: at + 1, line }] : []));
  const separator = separatorOf(rows[0]?.line ?? "");
  const cells = rows.map(({ at, line }) => ({ at, cells: cellsOf(line, separator) }));
  const [head] = cells;
  if (!head || head.cells.length < 2)
    throw new Error(
      `${name} is no table: its first line must have two columns or more, with , ; or a tab between them`,
    );
  const wide = head.cells.length;
  const ragged = cells.find((row) => row.cells.length !== wide);
  if (ragged)
    throw new Error(`line ${ragged.at} of ${name} has ${ragged.cells.length} columns, and the first line has ${wide}`);
  const named = head.cells.slice(0, -1).some((cell) => Number.isNaN(numberOf(cell)));
  const body = named ? cells.slice(1) : cells;
  if (body.length < 4) throw new Error(`${name} has ${body.length} rows; there must be at least 4`);
  if (body.length > mostPoints || body.length * (wide - 1) > mostNumbers)
    throw new Error(
      `${name} has ${body.length} rows and ${wide} columns; a page holds at most ${mostPoints} rows and ${mostNumbers} numbers`,
    );
  const names = named ? head.cells : head.cells.map((_, j) => (j < wide - 1 ? `x${j + 1}` : "y"));
  for (const row of body) {
    const j = row.cells.findIndex((cell, k) => k < wide - 1 && !Number.isFinite(numberOf(cell)));
    if (j >= 0)
      throw new Error(
        `line ${row.at} of ${name} has “${shortened(row.cells[j] as string)}” in the column ${names[j]}; inputs must be numbers`,
      );
  }
  return pointsOf({
    name,
    features: names.slice(0, -1),
    target: names.at(-1) as string,
    X: body.map(({ cells: own }) => own.slice(0, -1).map(numberOf)),
    y: body.map(({ at, cells: own }) => {
      const value = own.at(-1)?.trim() ?? "";
      if (!value) throw new Error(`line ${at} of ${name} has no target in its last column`);
      return value;
    }),
    standardised: true,
    tested,
  });
}

export interface Points {
  name: string;
  features: string[];
  target: string;
  X: readonly (readonly number[])[];
  y: readonly string[];
  standardised: boolean;
  /** The part of the points that is only tested. */
  tested: number;
}

/** Points as a page carries them: mixed, the last of them only tested; inputs standardised by those that are trained on. */
export function pointsOf({ name, features, target, X, y, standardised, tested }: Points): CarriedSet {
  const order = mixed(X.length);
  const training = Math.max(1, order.length - Math.round(tested * order.length));
  const column = (title: string, values: number[]) => scaled(title, values, standardised ? training : 0);
  const columns = features.map((title, j) =>
    column(
      title,
      order.map((row) => X[row]?.[j] as number),
    ),
  );
  const targets = order.map((row) => y[row] as string);
  const classes = classesOf(targets);
  const wanted = classes ? null : column(target, targets.map(numberOf));
  const Y = wanted?.values ?? targets.flatMap((value) => (classes ?? []).map((each) => Number(each === value)));
  return {
    name,
    about: standardised ? "Inputs are shown as the network takes them: standardised. The file stays in this page." : "",
    target,
    features,
    classes,
    X: packed(order.flatMap((_, i) => columns.map(({ values }) => values[i] as number))),
    Y: packed(Y),
    shown: order.length,
    training,
    of: order.length,
    own: true,
    preprocessing: {
      inputs: columns.map(({ prepared }) => prepared),
      target: wanted?.prepared ?? { kind: "choice", name: target, categories: classes },
    },
  };
}

/** The classes in their order; null for values. Whether numbers are classes, Python says. */
function classesOf(targets: readonly string[]): string[] | null {
  const counts = new Map<string, number>();
  for (const target of targets) counts.set(target, (counts.get(target) ?? 0) + 1);
  const all = [...counts.keys()];
  const numbers = all.map(numberOf);
  const text = numbers.some((value) => !Number.isFinite(value));
  if (all.length < 2) throw new Error(`the target is always “${shortened(all[0] ?? "")}”: there is nothing to learn`);
  if (!text && !computing().areClasses(numbers, [...counts.values()])) return null;
  if (computing().areTooManyClasses(all.length, targets.length))
    throw new Error(`the target has ${all.length} different values in ${targets.length} rows, too few rows of each`);
  return text ? all.sort() : all.sort((a, b) => Number(a) - Number(b));
}

/** A column with mean 0 and standard deviation 1 over its first values, as clearprop prepares it; of none it stays as it is. */
function scaled(name: string, column: number[], first: number) {
  const known = column.slice(0, first);
  const mean = first ? known.reduce((sum, x) => sum + x, 0) / first : 0;
  const scale = (first && Math.sqrt(known.reduce((sum, x) => sum + (x - mean) ** 2, 0) / first)) || 1;
  const prepared = { kind: "number", name, mean, scale, fill: mean };
  return { values: column.map((x) => (x - mean) / scale), prepared };
}

/** 0 .. n - 1 in an order that is the same each time. */
function mixed(n: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  let state = 12345;
  for (let i = n - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

function separatorOf(line: string): string {
  return [";", "\t", ","].find((each) => line.includes(each)) ?? ",";
}

function cellsOf(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells = [""];
  let quoted = false;
  for (const letter of line) {
    if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) cells.push("");
    else cells[cells.length - 1] += letter;
  }
  return cells.map((cell) => cell.trim());
}

/** A number; NaN for what is none, an empty cell included. */
const numberOf = (text: string) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN);

const shortened = (text: string) => (text.length > 30 ? `${text.slice(0, 30)}…` : text);
