import { describe, expect, it } from "vitest";
import { slanted } from "../src/parts/letters";
import { entrySymbol, unitSymbol } from "../src/trace/entries";
import { Page } from "../src/trace/page";
import {
  hasOnlyUsualLinks,
  layersOf,
  linkInto,
  productInto,
  productOperands,
  stored,
  symbolOf,
} from "../src/trace/reading";
import { stepsOf } from "../src/trace/steps";
import { every, samples } from "./samples";

describe("a trace", () => {
  it.each(every)("is walked in the order of the notes: %s", (_, trace) => {
    const L = layersOf(trace);
    const all = stepsOf(trace).map((step) => step.id);
    const ids = all.filter((id) => !id.includes("alpha"));
    expect(all.length - ids.length).toBe(trace.backward.flatMap((layer) => layer.learnt ?? []).length);
    expect(ids).toHaveLength(5 * L + 3);
    expect([ids[0], ids[1], ids[2 * L + 1], ids[2 * L + 2], ids.at(-1)]).toEqual([
      "input:0",
      "Z:1",
      `loss:${L}`,
      `dL_dA:${L}`,
      `update:${L}`,
    ]);
    expect(ids.at(-2)).toBe("dL_dW:1");
  });

  it.each(every)("has a symbol for every value that is shown: %s", (_, trace) => {
    for (const id of Object.keys(trace.values)) {
      const [name = "", l] = id.split(":");
      if (/^(A|Z|W|W0|Y|dL_d\w+|dA_dZ|dZ_d\w)$/.test(name))
        expect(symbolOf(trace, name, Number(l)).plain, id).not.toBe(name);
    }
  });

  it.each(every)("multiplies shapes that fit: %s", (_, trace) => {
    for (const layer of trace.backward) {
      for (const product of [...layer.steps, layer.weights, ...(layer.learnt ?? [])]) {
        const [result, ...factors] = productOperands(trace, product, () => "backward");
        const shapes = factors.map((factor) => factor.shape ?? []);
        expect(shapes.slice(1).map(([rows]) => rows)).toEqual(shapes.slice(0, -1).map(([, columns]) => columns));
        expect(result?.shape).toEqual([shapes[0]?.[0], shapes.at(-1)?.[1]]);
      }
    }
  });

  it("walks to what an activation learns, by a link that is on no way to a weight", () => {
    const id = "point_dL_dalpha:1";
    expect(stepsOf(samples.learnt).map((step) => step.id)).toContain(id);
    expect(linkInto(samples.learnt, id)?.symbol.plain).toBe("∂A¹/∂α¹");
    expect(productInto(samples.learnt, id)?.written.plain).toBe("∂ℒ₁/∂α¹ = ∂A¹/∂α¹ · ∂ℒ₁/∂A¹");
    expect(hasOnlyUsualLinks(samples.learnt)).toBe(true);
  });

  it("gives the loss of one point and that of the batch symbols of their own", () => {
    expect(symbolOf(samples.batch, "point_dL_dW", 1).plain).toBe("∂C₃/∂w²");
    expect(symbolOf(samples.batch, "dL_dW", 1).plain).toBe("∂C/∂w²");
    expect(symbolOf(samples.batch, "dL_dZ", 1).plain).toBe("∂C₃/∂z²");
    expect(symbolOf(samples.batch, "batch_dL_dZ", 1).plain).toBe("δ²");
    expect(symbolOf(samples.learnt, "point_dL_dalpha", 1).plain).toBe("∂ℒ₁/∂α¹");
    expect(unitSymbol(samples.batch, "dL_dZ", 1, 0).plain).toBe("∂C₃/∂z²₁");
  });

  it("writes entries as its notation counts", () => {
    expect(entrySymbol(samples.small, { l: 1, i: 1, j: 0 }).plain).toBe("w¹₂₁");
    expect(entrySymbol(samples.small, { l: 2, i: null, j: 1 }).plain).toBe("w₀²₂");
    expect(entrySymbol(samples.batch, { l: 1, i: 1, j: 0 }).plain).toBe("w²₁₂"); // Nielsen: outputs first, layers from 2
  });

  it("slants single letters in drawings and leaves words alone", () => {
    expect(slanted({ plain: "∂ℒ/∂Z²", latex: "" })).toBe("∂ℒ/∂𝑍²");
    expect(slanted({ plain: "layer1.weight", latex: "" })).toBe("layer1.weight");
  });
});

describe("a page in another layout", () => {
  const variant = {
    layout: "numerator",
    notation: "mn",
    title: "the notes'",
    turned: ["W:1"],
    replaced: [[["header", "layout", "name"], "numerator"]] as [(string | number)[], unknown][],
  };
  const page = new Page({ trace: samples.wide, variants: [variant] });

  it("turns what is turned, with its units, and replaces what is replaced", () => {
    const [before, after] = [stored(samples.wide, "W:1"), stored(page.written("numerator", "mn"), "W:1")];
    expect(after.shape).toEqual(before.shape.toReversed());
    expect(after.rows).toEqual(before.columns);
    expect(after.values[3]?.[2]).toBe(before.values[2]?.[3]);
    expect(page.written("numerator", "mn").header.layout.name).toBe("numerator");
  });

  it("leaves the trace that it carries as it was", () => {
    page.written("numerator", "mn");
    expect(samples.wide.header.layout.name).toBe("denominator");
    expect(page.written("denominator", "mn")).toBe(samples.wide);
  });

  it("offers what it carries", () => {
    expect(page.layouts).toEqual(["denominator", "numerator"]);
    expect(page.notations.map(({ name }) => name)).toEqual(["mn"]);
  });
});
