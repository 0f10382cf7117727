/** A table of numbers that was dropped on the page as a CSV file, as points for a network. It never leaves the page. */
import type { CarriedSet, Start } from "./carried";

/** Bytes of a file that is read. */
export const MOST_BYTES = 5_000_000;
/** Different values of a whole-number target that are classes; texts always are. */
const MOST_CLASSES = 10;
/** The part of the points that is only tested. */
const TESTED = 0.2;

/** The points of a CSV text whose last column is the target. Error says what is wrong with it, with its line. */
export function tableOf(
  text: string,
  name: string,
  { mostPoints, mostNumbers }: Pick<Start, "mostPoints" | "mostNumbers">,
): CarriedSet {
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
  });
}

export interface Points {
  name: string;
  features: string[];
  target: string;
  X: readonly (readonly number[])[];
  y: readonly string[];
  standardised: boolean;
}

/** Points as a page carries them: mixed, the last fifth only tested; inputs standardised by those that are trained on. */
export function pointsOf({ name, features, target, X, y, standardised }: Points): CarriedSet {
  const order = mixed(X.length);
  const training = Math.max(1, order.length - Math.round(TESTED * order.length));
  const scale = (column: number[]) => (standardised ? scaled(column, training) : column);
  const columns = features.map((_, j) => scale(order.map((row) => X[row]?.[j] as number)));
  const targets = order.map((row) => y[row] as string);
  const classes = classesOf(targets);
  const Y = classes
    ? targets.flatMap((value) => classes.map((each) => Number(each === value)))
    : scale(targets.map(numberOf));
  return {
    name,
    about: standardised ? "Inputs are shown as the network takes them: standardised. The file stays in this page." : "",
    target,
    features,
    classes,
    X: packed(order.flatMap((_, i) => columns.map((column) => column[i] as number))),
    Y: packed(Y),
    shown: order.length,
    training,
    of: order.length,
    own: true,
  };
}

/** The classes in their order; null for values. */
function classesOf(targets: readonly string[]): string[] | null {
  const all = [...new Set(targets)];
  const numbers = all.map(numberOf);
  const text = numbers.some((value) => !Number.isFinite(value));
  const few = all.length <= MOST_CLASSES && numbers.every(Number.isInteger);
  if (!text && !few) return null;
  if (all.length < 2) throw new Error(`the target is always “${shortened(all[0] ?? "")}”: there is nothing to learn`);
  if (all.length > 50)
    throw new Error(`the target has ${all.length} different texts; a class needs more points than one`);
  return text ? all.sort() : all.sort((a, b) => Number(a) - Number(b));
}

function scaled(column: number[], training: number): number[] {
  const first = column.slice(0, training);
  const mean = first.reduce((sum, x) => sum + x, 0) / training;
  const spread = Math.sqrt(first.reduce((sum, x) => sum + (x - mean) ** 2, 0) / training) || 1;
  return column.map((x) => (x - mean) / spread);
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

function packed(values: readonly number[]): string {
  const bytes = new Uint8Array(Float64Array.from(values).buffer);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
