import { describe, expect, it } from "vitest";
import { begun, count, decimalsFor, inSteps, percent, short, toNumber, written } from "../src/numbers";

describe("numbers as text", () => {
  it.each([
    [0.25, "0.2500"],
    [-3, "−3"],
    [0, "0"],
    [-0, "0"],
    [1.5e-7, "1.500e−7"],
    [2_500_000, "2.500e+6"],
    ["inf", "∞"],
    ["-inf", "−∞"],
    ["nan", "—"],
    [null, "—"],
  ])("writes %s as %s", (value, text) => {
    expect(written(value)).toBe(text);
  });

  it("gives small gradients up to three more decimals, so that they show as many places", () => {
    expect(decimalsFor([0.012, -0.001])).toBe(5);
    expect(decimalsFor([1e-9])).toBe(7);
    expect(decimalsFor([3, "inf", 0])).toBe(4);
  });

  it("reads infinity and NaN as the trace writes them", () => {
    expect([toNumber("inf"), toNumber("-inf"), toNumber("nan")]).toEqual([Infinity, -Infinity, Number.NaN]);
  });

  it("keeps labels short", () => {
    expect([short(123.456), short(12.345), short(-0.61234), short(2e-5), short(7)]).toEqual([
      "123",
      "12.3",
      "−0.612",
      "2.0e−5",
      "7",
    ]);
  });

  it("gives the ticks of an axis the digits that tell them apart", () => {
    expect(inSteps([0.0215, 0.022, 0.0225])).toEqual(["0.0215", "0.0220", "0.0225"]);
    expect(inSteps([0, 0.5, 1])).toEqual(["0", "0.5", "1.0"]);
    expect(inSteps([-5e-5, 0, 5e-5])).toEqual(["−5e−5", "0", "5e−5"]);
    expect(inSteps([1e6, 1.0005e6])).toEqual(["1.0000e+6", "1.0005e+6"]);
    expect(inSteps([0.01, 0.1, 1, 10])).toEqual(["0.010", "0.100", "1", "10"]);
    expect(inSteps([0.25, 0.25])).toEqual(["0.250", "0.250"]);
  });

  it("writes shares and counts", () => {
    expect([percent(0.617), percent(0.0123), percent(0), count(1234567)]).toEqual([
      "62 %",
      "1.23 %",
      "0 %",
      "1,234,567",
    ]);
  });
});

it("a sentence begins with a capital, and a symbol stays as it is", () => {
  expect(begun("line 4 of houses.csv")).toBe("Line 4 of houses.csv");
  expect(begun("a unit is off")).toBe("A unit is off");
  for (const words of ["z₁ is far out", "eta = 0.1 is too long", "f′ is 0", "31 of 64 units", "a₁ is 0"])
    expect(begun(words)).toBe(words);
});
