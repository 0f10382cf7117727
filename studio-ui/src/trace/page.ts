/** What a page carries: a trace, and how it reads in other notations and in the other layout; a recorded training, or one that runs in it. */

import type { AskedStep } from "../live/step";
import type { CarriedLive } from "../studio/carried";
import type { TraceDocument } from "./document";
import { transposed } from "./reading";
import type { RecordingDocument } from "./recording";

/** Changes to a trace, each a path of keys and what stands there instead; "T" turns the values that stand there. */
export interface Variant {
  layout: string;
  notation: string;
  title: string;
  turned: string[];
  replaced: [(string | number)[], unknown][];
}

/** The JSON inside a page: a step, in all its variants. */
export interface CarriedStep {
  trace: TraceDocument;
  variants: Variant[];
  /** What a live page makes the step from, and the ways to write it: it makes its documents itself, and carries no variants. */
  live?: { step: AskedStep; layouts?: string[]; notations?: { name: string; title: string }[] };
  /** Why the page cannot make it. */
  still?: string;
}

/** Or a recorded training, and the traces of some of its steps by t. */
export interface CarriedTraining {
  recording: RecordingDocument;
  traces: { [t: string]: TraceDocument };
}

export type Carried = CarriedStep | CarriedTraining | CarriedLive;

type Values = TraceDocument["values"];

/** What a page carries, with every array in its own place: of equal ones it has one, and the others are its id. */
export function whole(carried: Carried): Carried {
  if (!("trace" in carried)) return carried;
  const values = carried.trace.values as { [id: string]: Values[string] | string };
  const own = (value: Values[string] | string) => (typeof value === "string" ? structuredClone(values[value]) : value);
  const all = Object.fromEntries(Object.entries(values).map(([id, value]) => [id, own(value)])) as Values;
  return { ...carried, trace: { ...carried.trace, values: all } };
}

export class Page {
  readonly trace: TraceDocument;
  readonly notations: readonly { name: string; title: string }[];
  readonly layouts: readonly string[];
  readonly live: AskedStep | null;
  readonly still: string;
  readonly #variants: readonly Variant[];

  constructor({ trace, variants, live, still }: CarriedStep) {
    this.trace = trace;
    this.live = live?.step ?? null;
    this.still = still ?? "";
    this.#variants = variants;
    const own = { name: trace.notation.name, title: trace.notation.title };
    const others = variants.map(({ notation, title }) => ({ name: notation, title }));
    this.notations = [own, ...others, ...(live?.notations ?? [])].filter(
      ({ name }, index, all) => all.findIndex((each) => each.name === name) === index,
    );
    this.layouts = [
      ...new Set([trace.header.layout.name, ...variants.map(({ layout }) => layout), ...(live?.layouts ?? [])]),
    ];
  }

  /** Whether the trace in a layout and a notation is in the page. */
  carries(layout: string, notation: string): boolean {
    const own = layout === this.trace.header.layout.name && notation === this.trace.notation.name;
    return own || this.#variants.some((each) => each.layout === layout && each.notation === notation);
  }

  /** The trace in a layout and a notation; the one that was carried where the page has no such variant. */
  written(layout: string, notation: string): TraceDocument {
    const variant = this.#variants.find((each) => each.layout === layout && each.notation === notation);
    return variant ? changed(this.trace, variant) : this.trace;
  }
}

function changed(trace: TraceDocument, { turned, replaced }: Variant): TraceDocument {
  const copy = structuredClone(trace);
  for (const id of turned) {
    const value = copy.values[id];
    if (!value) continue;
    value.values = transposed(value.values) as typeof value.values;
    value.shape = [value.shape[1], value.shape[0]];
    value.units = [value.units[1], value.units[0]];
    if (value.rows !== undefined || value.columns !== undefined) {
      [value.rows, value.columns] = [value.columns ?? null, value.rows ?? null];
    }
    if (value.picture) value.picture.cells = transposed(value.picture.cells) as number[][];
  }
  for (const [path, value] of replaced) put(copy, path, value);
  return copy;
}

function put(root: unknown, path: readonly (string | number)[], value: unknown): void {
  let holder = root as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last !== undefined) holder[last] = value;
}
