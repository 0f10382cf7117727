import { describe, expect, it } from "vitest";
import { linesOf, sizeFor, widthOf } from "../src/parts/lines";

describe("a text in a drawing", () => {
  it.each([
    ["tanh", ["tanh"]],
    ["layer1.weight h0 + layer1.bias", ["layer1.weight h0", "+ layer1.bias"]],
    ["loss[0] = 0.1118", ["loss[0]", "= 0.1118"]],
    ["layer1.weight.grad", ["layer1", ".weight", ".grad"]],
    ["one_long_name_without_a_place", ["one_long_name_without_a_place"]],
  ])("is broken where its sign begins a new line: %s", (text, lines) => {
    expect(linesOf(text, 100, 16)).toEqual(lines);
    expect(linesOf(text, 1000, 16)).toEqual([text]);
  });

  it("is as large as fits, and no larger than asked for", () => {
    const lines = ["layer1.weight h0", "+ layer1.bias"];
    const size = sizeFor(lines, 60, 15);
    expect(Math.max(...lines.map((line) => widthOf(line, size)))).toBeCloseTo(60);
    expect(sizeFor(["z1"], 60, 15)).toBe(15);
  });
});
