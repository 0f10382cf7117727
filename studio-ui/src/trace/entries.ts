/** How single entries are written: w¹₂₁ for a weight, z²₃ for a unit, in the notation of the trace. */
import type { Pick } from "../parts/Neurons";
import type { Written } from "../parts/types";
import { symbolOf, type Trace } from "./reading";

/** A weight, or a bias, counted from 0 within; shown counted as the notation counts. */
export function entrySymbol(trace: Trace, { l, i, j }: Pick): Written {
  if (i === null) return indexed(trace, symbolOf(trace, "W0", l), [j]);
  const outputsFirst = trace.notation.weights === "outputs in rows";
  return indexed(trace, symbolOf(trace, "W", l), outputsFirst ? [j, i] : [i, j]);
}

/** Behind a derivative that holds the batch's mean and variance fixed. */
const HELD = { plain: "|μσ²", latex: "\\Big|_{\\mu,\\sigma^2}" };

/** One unit's value: `A`, `Z`, `slope` (f' there), `dL_dZ`, `dL_dA`. */
export function unitSymbol(trace: Trace, name: string, l: number, unit: number): Written {
  if (name === "slope") {
    const z = unitSymbol(trace, "Z", l, unit);
    return { plain: `f′(${z.plain})`, latex: `f'\\left(${z.latex}\\right)` };
  }
  const whole = symbolOf(trace, name === "A" && l === 0 ? "X" : name, l);
  if (!name.startsWith("dL_d")) return indexed(trace, whole, [unit]);
  const held = whole.plain.endsWith(HELD.plain) ? HELD : { plain: "", latex: "" };
  const loss = trace.header.loss.own;
  const below = unitSymbol(trace, name === "dL_dZ" ? "Z" : "A", l, unit);
  return {
    plain: `∂${loss.plain}/∂${below.plain}${held.plain}`,
    latex: `\\frac{\\partial ${loss.latex}}{\\partial ${below.latex}}${held.latex}`,
  };
}

/** The number of the first unit, as the notation counts. */
export const countedFrom = (trace: Trace): number => (symbolOf(trace, "W", 1).latex.includes("\\mathtt") ? 0 : 1);

function indexed(trace: Trace, whole: Written, indices: readonly number[]): Written {
  if (whole.latex.includes("\\mathtt")) {
    const inside = `[${indices.join(", ")}]`;
    return { plain: whole.plain + inside, latex: `${whole.latex}\\mathtt{${inside}}` };
  }
  const numbers = indices.map((index) => index + 1);
  const comma = numbers.some((number) => number > 9) ? "," : "";
  const small = { plain: lowerFirst(whole.plain), latex: lowerFirst(whole.latex) };
  if (trace.header.scalar) return small;
  const inside = numbers.join(comma);
  const below = numbers
    .map((number) => [...String(number)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join(""))
    .join(comma);
  if (small.latex.includes("_0")) {
    return { plain: small.plain + comma + below, latex: small.latex.replace("_0", `_{0,${inside}}`) };
  }
  return { plain: small.plain + below, latex: `${small.latex}_{${inside}}` };
}

const lowerFirst = (text: string) => (/^[A-Z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);
