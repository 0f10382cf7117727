/** Looks things up in a trace: values by their id, symbols by their name, steps in their order. It computes no derivative. */
import { type Matrix, toNumber } from "../numbers";
import type { Operand } from "../parts/Equation";
import type { Tone, Written } from "../parts/types";
import type { TraceDocument } from "./document";

export type Trace = TraceDocument;
export type Link = Trace["links"][string];
export type Backward = Trace["backward"][number];
export type Forward = Trace["forward"][number];
export type Product = Backward["steps"][number];
export type Stored = Trace["values"][string];

/** A value as it is stored; an empty one for an id that the trace does not have. */
export function stored(trace: Trace, id: string): Stored {
  return trace.values[id] ?? { shape: [0, 0], units: [null, null], values: [] };
}

/** What a matrix or an operand needs to know of a value, turned on request. */
export function shown(
  trace: Trace,
  id: string,
  turned = false,
): Pick<Operand, "values" | "shape" | "rows" | "columns"> {
  const { values, shape, rows, columns } = stored(trace, id);
  const own = { values, shape, rows: rows ?? undefined, columns: columns ?? undefined };
  if (!turned) return own;
  return { values: transposed(values), shape: shape.toReversed(), rows: own.columns, columns: own.rows };
}

/** The whole of a folded value in a few cells, turned on request. */
function pictureOf(trace: Trace, id: string, turned: boolean): Operand["picture"] {
  const cells = stored(trace, id).picture?.cells;
  return cells && turned ? (transposed(cells) as number[][]) : cells;
}

/** A column or a row as a list. */
export function flat(trace: Trace, id: string) {
  return stored(trace, id).values.flat();
}

/** How many entries a value has, shown or not. */
export function sizeOf(trace: Trace, id: string): number {
  return stored(trace, id).shape.reduce((product, side) => product * side, 1);
}

export function transposed(values: Matrix): Matrix {
  return (values[0] ?? []).map((_, column) => values.map((row) => row[column] ?? null));
}

export function forwardOf(trace: Trace, l: number): Forward | undefined {
  return trace.forward.find((layer) => layer.l === l);
}

export function backwardOf(trace: Trace, l: number): Backward | undefined {
  return trace.backward.find((layer) => layer.l === l);
}

/** The product that gives a gradient, and the link that is multiplied on in it. */
export function productInto(trace: Trace, id: string): Product | undefined {
  const layer = backwardOf(trace, Number(id.split(":")[1]));
  const own = [...(layer?.steps ?? []), ...(layer?.learnt ?? [])].find((product) => product.result === id);
  return own ?? (id.startsWith("dL_dZ:") ? layer?.steps.find((step) => step.result.startsWith("long_way")) : undefined);
}

export function linkInto(trace: Trace, id: string): Link | undefined {
  const link = productInto(trace, id)?.factors.find((factor) => factor.link)?.link;
  return trace.links[link ?? id];
}

/** Whether every link is one of the notes': a normalisation or dropout in between has links of its own. */
export function hasOnlyUsualLinks(trace: Trace): boolean {
  const usual = ["dL_dA", "dA_dZ", "dZ_dA", "dZ_dW", "dA_dalpha"]; // the last is on no way to a weight
  return Object.values(trace.links).every(({ name }) => usual.includes(name));
}

export function layersOf(trace: Trace): number {
  return trace.forward.length;
}

/** The number that the trace's notation gives a layer. */
export function numberOf(trace: Trace, l: number): number {
  return forwardOf(trace, l)?.number ?? l;
}

/** How a quantity of layer l is written; its code's name where the trace never writes it. */
export function symbolOf(trace: Trace, name: string, l: number): Written {
  const id = `${name}:${l}`;
  const link = trace.links[id];
  if (link) return link.symbol;
  const edge = trace.diagram.edges.find((each) => each.value === id && each.link === null);
  if (edge) return edge.symbol;
  const node = trace.diagram.nodes.find((each) => each.kind !== "linear" && each.value === id);
  if (node) return node.label;
  const stage = forwardOf(trace, l)?.stages.find((each) => each.quantity === id);
  if (stage) return stage.symbol;
  for (const layer of trace.backward) {
    if (layer.weights.result === id) return layer.weights.symbol;
    if (layer.weights.total === id) return trace.batch ? wholeSymbol(trace, name, l) : layer.weights.symbol;
    const step = [...layer.steps, ...(layer.learnt ?? [])].find(
      (each) => each.result === id || (layer.shortcut?.result === id && each.result.startsWith("long_way")),
    );
    if (step) return step.symbol;
  }
  return name === "dR_dW" ? penaltySlope(trace, l) : (learntBeside(trace, name, l) ?? wholeSymbol(trace, name, l));
}

/** How the quantity of an id is written. */
export function symbolOfId(trace: Trace, id: string): Written {
  const [name = "", l] = id.split(":");
  return symbolOf(trace, name, Number(l));
}

/** Whether derivatives of the point hold the batch's mean and variance fixed, and say so. */
export function holdsMoments(trace: Trace): boolean {
  return Object.values(trace.links).some((link) => link.symbol.plain.endsWith("|μσ²"));
}

/** What a layer learns beside W and W0, a gain, a shift or an alpha, and the derivative by it. */
function learntBeside(trace: Trace, name: string, l: number): Written | undefined {
  const others = trace.update.layers.find((layer) => layer.l === l)?.others ?? [];
  const other = others.find((each) => each.name === name || `dL_d${each.name}` === name);
  return other && (other.name === name ? other.symbol : other.slope);
}

/** ∂R/∂W, for which the symbol table has no row. */
function penaltySlope(trace: Trace, l: number): Written {
  const [R, W] = [symbolOf(trace, "R", l), symbolOf(trace, "W", l)];
  return { plain: `∂${R.plain}/∂${W.plain}`, latex: `\\frac{\\partial ${R.latex}}{\\partial ${W.latex}}` };
}

/** A quantity of the whole step, from the notation's table, where layer l stands as a letter. In a batch the chain is that of
 * one point, whose loss has a symbol of its own. */
export function wholeSymbol(trace: Trace, name: string, l: number): Written {
  const entry = trace.notation.symbols.find((each) => each.name === name);
  if (!entry) return { plain: name, latex: `\\mathrm{${name.replaceAll("_", "\\_")}}` };
  const number = String(numberOf(trace, l));
  const [up, down] = [raise(number), lower(number)];
  return {
    plain: entry.symbol.plain.replaceAll("ˡ", up).replaceAll("ₗ", down).replaceAll("(l)", number),
    latex: entry.symbol.latex.replaceAll("{l}", `{${number}}`),
  };
}

const raise = (text: string) => [...text].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
const lower = (text: string) => [...text].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");

/** An operand of an equation: a value under its symbol. */
export function operand(trace: Trace, id: string, symbol: Written, tone: Tone, sign?: string, turned = false): Operand {
  return { sign, symbol, tone, ...shown(trace, id, turned), picture: pictureOf(trace, id, turned) };
}

/** A product in numbers: what it gives, then its factors. */
export function productOperands(trace: Trace, product: Product, toneOf: (id: string) => Tone): Operand[] {
  return [
    operand(trace, product.result, product.symbol, "backward"),
    ...product.factors.map((factor, index) =>
      operand(trace, factor.value, factor.symbol, toneOf(factor.value), index ? "·" : "=", factor.transposed),
    ),
  ];
}

/** The symbol of a matrix, turned. */
export function turnedSymbol(symbol: Written): Written {
  return { plain: `(${symbol.plain})ᵀ`, latex: `\\left(${symbol.latex}\\right)^{T}` };
}

/** The norm of a value: of the whole, where only a part is shown. */
export function normOf(trace: Trace, id: string): number {
  const value = stored(trace, id);
  return value.summary ? toNumber(value.summary.norm) : Math.hypot(...value.values.flat().map(toNumber));
}
