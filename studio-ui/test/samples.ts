/** The published sample traces, as a page would carry them. */
import batch from "../../tests/explanation/samples/batch.trace.json";
import learnt from "../../tests/explanation/samples/learnt.trace.json";
import small from "../../tests/explanation/samples/small.trace.json";
import chain from "../../tests/explanation/samples/two_neurons.trace.json";
import wide from "../../tests/explanation/samples/wide.trace.json";
import type { TraceDocument } from "../src/trace/document";

export const samples = { batch, learnt, small, chain, wide } as unknown as Record<
  "batch" | "learnt" | "small" | "chain" | "wide",
  TraceDocument
>;

/** Every sample by its name, for tests of what holds for all of them. */
export const every = Object.entries(samples);
