import { expect, test } from "vitest";
import { catalogue } from "../src/live/step";
import { type MathNode, mathOf } from "../src/parts/latex";
import { formulasOf, inLine } from "../src/parts/Tex";
import { every } from "./samples";

const shown = (of: MathNode | string): string => (typeof of === "string" ? of : of.children.map(shown).join(""));
const names = (of: MathNode | string): string[] =>
  typeof of === "string" ? [] : [of.name, ...of.children.flatMap(names)];

/** Every formula that a document holds, but for products in colours, which the page sets piece by piece. */
function formulas(of: unknown): string[] {
  if (Array.isArray(of)) return of.flatMap(formulas);
  if (typeof of !== "object" || of === null) return [];
  return Object.entries(of).flatMap(([key, value]) =>
    key === "latex" ? (String(value).includes("\\clearprop") ? [] : [String(value)]) : formulas(value),
  );
}

test("every formula of the catalogue and of the sample documents is read, and none of its signs is lost", () => {
  const all = [...new Set([...formulas(catalogue()), ...every.flatMap(([, trace]) => formulas(trace))])];
  expect(all.length).toBeGreaterThan(300);
  for (const latex of all) expect(shown(mathOf(latex)), latex).not.toMatch(/[\\^$]/);
});

test("scripts take one sign or a group, primes stand beside their letter", () => {
  expect(names(mathOf("x_i^23"))).toEqual(["math", "mrow", "msubsup", "mi", "mi", "mn", "mn"]);
  expect(shown(mathOf("f'(z)"))).toBe("f′(z)");
  expect(names(mathOf("f'"))).toEqual(["math", "mrow", "mi", "mo"]);
  expect(names(mathOf("\\sum_j a", true))).toContain("munder");
});

test("a minus after a sign belongs to what follows, and one between values to both", () => {
  const minus = (latex: string) => {
    const [row] = mathOf(latex).children as MathNode[];
    return row?.children.flatMap((each) =>
      shown(each) === "−" ? [(each as MathNode).attributes.form ?? "infix"] : [],
    );
  };
  expect(minus("-x - y")).toEqual(["prefix", "infix"]);
  expect(minus("a = -b")).toEqual(["prefix"]);
  expect(minus("(a) - b")).toEqual(["infix"]);
});

test("a text keeps its spaces and its signs", () => {
  expect(shown(mathOf("a \\text{ if x\\_1 }"))).toBe("a\u00a0if x_1\u00a0");
  expect(shown(mathOf("\\mathtt{z{1}.grad}"))).toBe("𝚣𝟷.𝚐𝚛𝚊𝚍");
});

test.each(["\\unknown x", "{a", "a}", "\\frac{1}", "\\text{a", "x^", "\\left(a"])("%s is refused", (latex) => {
  expect(() => mathOf(latex)).toThrow();
});

test("a fraction on one line keeps its sums together", () => {
  expect(inLine("\\hat m = \\frac{m}{1 - \\beta_1^t}")).toBe("\\hat m = m/(1 - \\beta_1^t)");
  expect(inLine("\\frac{\\partial L}{\\partial W^{l+1}}")).toBe("\\partial L/\\partial W^{l+1}");
  expect(inLine("\\frac{f(a - y)}{2}")).toBe("f(a - y)/2");
});

test("an optimiser's rule is cut between its formulas, and nowhere else", () => {
  const rules = catalogue().parts.optimizer.map(({ formula }) => formula.latex);
  expect(rules.some((latex) => formulasOf(latex).length > 3)).toBe(true);
  for (const latex of rules) {
    const pieces = formulasOf(latex);
    expect(pieces.map((piece) => shown(mathOf(piece))).join("")).toBe(shown(mathOf(latex)));
    for (const piece of pieces) expect(piece, latex).not.toContain("\\quad");
  }
});
