import { expect, test } from "vitest";
import * as live from "../src/live/step";
import { PointSet } from "../src/studio/carried";
import { tableOf as tableWithin } from "../src/studio/dropped";

Object.assign(globalThis, { clearpropLive: live });

const tableOf = (text: string, name: string) =>
  tableWithin(text, name, { mostPoints: 5_000, mostNumbers: 250_000, tested: 0.2 });

const rows = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i)).join("\n");

test("a table is standardised by the points that are trained on, and its texts are classes", () => {
  const set = new PointSet(
    tableOf(`a,b,kind\n${rows(50, (i) => `${i},${i * i},${i % 2 ? "odd" : "even"}`)}\n`, "t.csv"),
  );
  expect([set.n, set.training, set.inputs, set.outputs]).toEqual([50, 40, 2, 2]);
  expect(set.carried.classes).toEqual(["even", "odd"]);
  const first = Array.from({ length: 40 }, (_, i) => set.x(i, 0));
  expect(first.reduce((a, b) => a + b, 0) / 40).toBeCloseTo(0, 12);
  expect(first.reduce((a, b) => a + b * b, 0) / 40).toBeCloseTo(1, 12);
  for (let i = 0; i < 50; i++) expect(set.Y[2 * i] as number).toBe(1 - (set.Y[2 * i + 1] as number));
});

test("a target of many numbers is a value, one of few whole numbers a class; a table needs no names", () => {
  expect(
    tableOf(
      rows(20, (i) => `${i};${i / 3}`),
      "v.csv",
    ).classes,
  ).toBe(null);
  expect(
    tableOf(
      rows(20, (i) => `${i}\t${i % 3}`),
      "c.csv",
    ).classes,
  ).toEqual(["0", "1", "2"]);
  expect(
    tableOf(
      rows(20, (i) => `${i},"a, b${i % 2}"`),
      "q.csv",
    ).classes,
  ).toEqual(["a, b0", "a, b1"]);
});

test.each([
  ["\u0000PNG", "no table"],
  ["just a sentence\nand another", "no table"],
  ["", "no table"],
  [`a,b\n${rows(9, (i) => (i === 6 ? "1,2,3" : "1,2"))}`, "line 8 of bad.csv has 3 columns"],
  [`a,b,c\n${rows(9, (i) => (i === 2 ? "1,red,2" : "1,2,3"))}`, "line 4 of bad.csv has “red” in the column b"],
  [`a,b,c\n${rows(9, (i) => (i === 2 ? "1,,2" : "1,2,3"))}`, "line 4 of bad.csv has “” in the column b"],
  [rows(6000, (i) => `${i},1`), "6000 rows"],
  ["1,2\n3,4", "at least 4"],
  [rows(9, () => "1,same"), "nothing to learn"],
  [rows(9, (i) => `${i},`), "no target"],
])("what is no table for a network is refused with its place: %j", (text, message) => {
  expect(() => tableOf(text, "bad.csv")).toThrow(message);
});
