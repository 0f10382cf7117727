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
): Pick<Operand, "values" | "shape" | "rows" | "columns" | "valueId" | "turned"> {
  const { values, shape, rows, columns } = stored(trace, id);
  const own = { valueId: id, turned, values, shape, rows: rows ?? undefined, columns: columns ?? undefined };
  if (!turned) return own;
  return {
    valueId: id,
    turned,
    values: transposed(values),
    shape: shape.toReversed(),
    rows: own.columns,
    columns: own.rows,
  };
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

/** What gives a value in the forward pass; dropout of the data point stands in the first layer. */
export function stageOf(trace: Trace, id: string): Forward["stages"][number] | undefined {
  return trace.forward.flatMap((layer) => layer.stages).find((stage) => stage.quantity === id);
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

/** How a quantity of layer l is written, as the trace says; its code's name where the trace has no symbol for it. */
export function symbolOf(trace: Trace, name: string, l: number): Written {
  return symbolOfId(trace, `${name}:${l}`);
}

/** How the quantity of an id is written. */
export function symbolOfId(trace: Trace, id: string): Written {
  const name = id.split(":")[0] ?? id;
  return trace.symbols[id] ?? { plain: name, latex: `\\text{${name.replaceAll("_", "\\_")}}` };
}

/** How a quantity is written for a layer in general, from the notation's table. */
export function generalSymbol(trace: Trace, name: string): Written {
  return trace.notation.symbols.find((each) => each.name === name)?.symbol ?? symbolOf(trace, name, 0);
}

/** What the loss of the whole step is called beside its number: its sum where that is not the loss of the point alone. */
export function lossName(trace: Trace): string {
  const { symbol, whole } = trace.header.loss;
  return whole.plain === symbol.plain ? "loss" : whole.plain;
}

/** Whether derivatives of the point hold the batch's mean and variance fixed, and say so. */
export function holdsMoments(trace: Trace): boolean {
  return Object.values(trace.links).some((link) => link.symbol.plain.endsWith("|μσ²"));
}

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

/** The norm of a value: of the whole, where only a part is shown. */
export function normOf(trace: Trace, id: string): number {
  const value = stored(trace, id);
  return value.summary ? toNumber(value.summary.norm) : Math.hypot(...value.values.flat().map(toNumber));
}
