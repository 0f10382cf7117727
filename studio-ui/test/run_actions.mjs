/** Sequences of a reader's actions, as JSON on standard input: where each action leads, and what the page says at the end. */
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import "./resolving.mjs";

const asked = JSON.parse(readFileSync(0, "utf8"));
globalThis.clearpropLive = runInThisContext(`${readFileSync(asked.script, "utf8")};clearpropLive`);
const { act, begin } = await import("../src/live/actions.ts");
const { documentOf, nudgedOf } = await import("../src/live/computing.ts");

const answer = ({ first, actions }) => {
  const { layout, notation } = first;
  let state = begin(first);
  const way = actions.map((action) => {
    state = act(state, action, { layout, notation });
    return { refused: state.refused, changes: state.past.length, now: state.now, base: state.base };
  });
  const { now, base, moving } = state;
  const manner = { layout, notation, check: (now.check ?? true) && !moving };
  return { way, document: documentOf(now, manner), nudged: base && nudgedOf(base, now, notation) };
};

process.stdout.write(JSON.stringify(asked.sequences.map(answer)));
