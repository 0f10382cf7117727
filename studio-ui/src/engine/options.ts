/** What an engine is made from, and how it becomes the numbers that the kernels take. */
import type { Kernels, KnownPart, PartKind } from "./module.ts";

/** A part by its name, and its hyper-parameters in the order of its record's fields. */
export interface Part {
  readonly name: string;
  readonly hypers: readonly number[];
}

/** What is trained and how; `clearprop.engines.in_page.options` writes it from a task. */
export interface EngineOptions {
  /** (m^1, ..., m^L, n^L) */
  readonly widths: readonly number[];
  /** of the layers 1 to L */
  readonly activations: readonly Part[];
  readonly loss: Part;
  readonly optimizer: Part;
  /** In their order: what cuts a gradient down, by its norm or entry by entry. */
  readonly clips?: readonly { readonly norm: boolean; readonly largest: number }[];
  /** R = l1 sum |w| + l2 sum w²; whether it is added to the sum over a batch's points, and divided with it. */
  readonly penalty?: { readonly l1: number; readonly l2: number; readonly ofSum: boolean };
  /** The rate of each A^0 .. A^(L-1), and 32 bits that the masks are drawn from. */
  readonly dropout?: { readonly rates: readonly number[]; readonly seed: number };
  /** ntk's beta and scaling_layer's rate, 0 where there is none. */
  readonly parametrization?: { readonly beta: number; readonly rate: number };
}

/** Weights and biases of a network with these widths. */
export function parametersOf(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, n, l) => sum + ((widths[l] as number) + 1) * n, 0);
}

/** Which parts the kernels lack or are given wrongly, named; empty where an engine can be made. */
export function whyNot(kernels: Kernels, options: EngineOptions): string {
  try {
    described(kernels, options);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** The numbers of `wasm.cpp`'s `Numbers`, one after the other; Error where something is unknown or does not fit. */
export function described(kernels: Kernels, options: EngineOptions): number[] {
  checkShape(options);
  const { clips = [], penalty = { l1: 0, l2: 0, ofSum: false } } = options;
  const { dropout = { rates: [], seed: 0 }, parametrization = { beta: 0, rate: 0 } } = options;
  if (clips.length && (parametrization.beta || parametrization.rate))
    throw new Error("a parametrization around a clipped gradient has no kernel");
  const rule = known(kernels, "optimizer", options.optimizer);
  return [
    ...list(options.widths),
    ...options.activations.flatMap((f) => coded(kernels, "activation", f)),
    ...coded(kernels, "loss", options.loss),
    rule.code,
    ...list(options.optimizer.hypers),
    clips.length,
    ...clips.flatMap((clip) => [Number(clip.norm), clip.largest]),
    penalty.l1,
    penalty.l2,
    Number(penalty.ofSum),
    ...list(dropout.rates),
    dropout.seed,
    parametrization.beta,
    parametrization.rate,
  ];
}

function checkShape({ widths, activations, dropout }: EngineOptions): void {
  if (widths.length < 2 || widths.some((width) => !Number.isInteger(width) || width < 1))
    throw new Error(`widths ${widths.join("-")} must be two or more whole numbers from 1 on`);
  if (activations.length !== widths.length - 1)
    throw new Error(`${activations.length} activations for ${widths.length - 1} layers; each layer has one`);
  if (dropout?.rates.length && dropout.rates.length !== activations.length)
    throw new Error(
      `${dropout.rates.length} dropout rates for ${activations.length} layers; each layer's input has one`,
    );
}

/** A part's own numbers: code, and the list of its hyper-parameters. */
function coded(kernels: Kernels, kind: PartKind, part: Part): number[] {
  return [known(kernels, kind, part).code, ...list(part.hypers)];
}

function known(kernels: Kernels, kind: PartKind, { name, hypers }: Part): KnownPart {
  const found = kernels.parts[kind].get(name);
  if (!found) throw new Error(`${kind} '${name}' has no kernel`);
  if (hypers.length !== found.hypers)
    throw new Error(`${kind} '${name}' has ${found.hypers} hyper-parameters, not ${hypers.length}`);
  return found;
}

function list(numbers: readonly number[]): number[] {
  return [numbers.length, ...numbers];
}
