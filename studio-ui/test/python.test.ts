import { describe, expect, it } from "vitest";
import { default_rng } from "../src/python/arrays/random";
import * as py from "../src/python/builtins";
import { Dict } from "../src/python/collections";
import { RecursionError, ValueError } from "../src/python/errors";
import { loads } from "../src/python/json";
import * as m from "../src/python/methods";
import * as np from "../src/python/numpy";
import { Formatter, groupby } from "../src/python/others";
import * as re from "../src/python/re";
import { tuple_of } from "../src/python/value";
import recorded from "./python_values.json";

describe("texts as Python writes them", () => {
  it.each(recorded.floats as [number, string, string][])("%s as %s", (value, spec, text) => {
    expect(py.format(value, spec)).toBe(text);
  });

  it.each(recorded.shortest as [number, string][])("%s so that it reads back", (value, text) => {
    expect(py.repr_float(value)).toBe(text);
  });

  it.each([...recorded.whole, ...recorded.texts] as [number | string, string, string][])(
    "%s as %s",
    (value, spec, text) => {
      expect(py.format(value, spec)).toBe(text);
    },
  );
});

describe("libraries as Python has them", () => {
  it.each(recorded.sentences as [string, unknown][])("the pieces of %s", (text, pieces) => {
    expect(
      Formatter()
        .parse(text)
        .map((piece: unknown[]) => [...piece]),
    ).toEqual(pieces);
  });

  it.each(recorded.substituted as [string, string, string, string][])("%s by %s in %s", (pattern, by, text, wanted) => {
    expect(re.sub(pattern, by, text)).toBe(wanted);
  });

  it.each(recorded.told as [string, unknown][])("the JSON %s", (text, wanted) => {
    const hook = (pairs: unknown[]) => ["record", ...pairs];
    if (wanted === "refused") expect(() => loads(text, { object_pairs_hook: hook })).toThrow(ValueError);
    else expect(JSON.stringify(loads(text, { object_pairs_hook: hook }))).toBe(JSON.stringify(wanted));
  });

  it("refuses JSON that is nested too deeply", () => {
    expect(() => loads("[".repeat(1e5), { object_pairs_hook: (pairs) => pairs })).toThrow(RecursionError);
  });

  it("groups neighbours", () => {
    const groups = groupby([1, 3, 2, 4, 5], (x) => x % 2 === 0);
    expect(groups.map(([key, own]) => [key, own])).toEqual([
      [false, [1, 3]],
      [true, [2, 4]],
      [false, [5]],
    ]);
  });
});

describe("random numbers as NumPy draws them", () => {
  it.each(Object.entries(recorded.draws))("from seed %s", (seed, drawn) => {
    const rng = default_rng(Number(seed));
    expect(rng.normal({ size: 600 }).tolist()).toEqual(drawn.normal);
    expect(rng.uniform(-1, 2, 5).tolist()).toEqual(drawn.uniform);
    expect(rng.choice(40, 12, { replace: false }).tolist()).toEqual(drawn.choice);
    expect(rng.normal(0.5, 2, tuple_of(2, 2)).tolist()).toEqual(drawn.after);
  });
});

describe("arrays", () => {
  const a = np.array([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it("adds in NumPy's order, to the bit", () => {
    const rows = np.array(recorded.sums.rows);
    expect(rows.sum()).toBe(recorded.sums.all);
    expect(rows.sum({ axis: 1 }).tolist()).toEqual(recorded.sums["by row"]);
  });

  it("broadcasts, and refuses shapes that do not fit", () => {
    expect(np.add(a, np.array([10, 20, 30])).tolist()).toEqual([
      [11, 22, 33],
      [14, 25, 36],
    ]);
    expect(() => np.add(a, np.array([1, 2]))).toThrow("broadcast");
  });

  it("gives views: what is written into a column or a transpose is in the array", () => {
    const here = a.copy();
    py.setitem(py.item(here, tuple_of(py.slice(null), 1)), py.ELLIPSIS, 0);
    py.setitem(here.T, tuple_of(2, 0), 9);
    expect(here.tolist()).toEqual([
      [1, 0, 9],
      [4, 0, 6],
    ]);
  });

  it("copies before it writes into a view of itself", () => {
    const here = np.array([1, 2, 3, 4]);
    py.setitem(here, py.slice(1, null), py.item(here, py.slice(null, -1)));
    expect(here.tolist()).toEqual([1, 1, 2, 3]);
  });

  it("takes arrays of places and of truths as an index", () => {
    expect(py.item(a, tuple_of(py.slice(null), [2, 0])).tolist()).toEqual([
      [3, 1],
      [6, 4],
    ]);
    expect(py.item(a, py.gt(a, 3)).tolist()).toEqual([4, 5, 6]);
  });

  it("keeps the imaginary part of a complex step through every function", () => {
    const z = np.add(np.array([0.3]), py.complex(0, 1e-20));
    const slopes: [(x: unknown) => { imag: { item(): number } }, number][] = [
      [np.tanh, 1 - Math.tanh(0.3) ** 2],
      [np.exp, Math.exp(0.3)],
      [np.log, 1 / 0.3],
      [np.sqrt, 0.5 / Math.sqrt(0.3)],
      [np.log1p, 1 / 1.3],
      [np.sin, Math.cos(0.3)],
      [(x) => py.pow(x, 3), 3 * 0.09],
      [(x) => py.div(1, x), -1 / 0.09],
    ];
    for (const [f, slope] of slopes) expect(f(z).imag.item() / 1e-20).toBeCloseTo(slope, 13);
  });
});

describe("Python's values", () => {
  it("finds tuples and records as keys by what is in them", () => {
    const found = new Dict([[tuple_of("W", 1), "first"]] as [unknown, unknown][]);
    expect(found.get(tuple_of("W", 1))).toBe("first");
    expect(found.get(tuple_of("W", 2))).toBe(null);
    expect([...found]).toEqual([tuple_of("W", 1)]);
  });

  it("compares lists by what is in them, sorts stably, and takes empty lists for false", () => {
    expect(py.eq([1, [2]], [1, [2]])).toBe(true);
    expect(py.lt(tuple_of(1, "b"), tuple_of(1, "c"))).toBe(true);
    expect(py.sorted(["bb", "a", "cc"], { key: py.len })).toEqual(["a", "bb", "cc"]);
    expect(py.truth([])).toBe(false);
  });

  it("has Python's methods of texts", () => {
    expect(m.partition("relu(x)", "(")).toEqual(tuple_of("relu", "(", "x)"));
    expect(m.replace("a-a", "a", "b", 1)).toBe("b-a");
    expect(m.split("a_d_b", "_d")).toEqual(["a", "_b"]);
    expect(py.item("∂L", py.slice(null, null, -1))).toBe("L∂");
  });
});
