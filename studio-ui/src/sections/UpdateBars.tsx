/** The step of one layer, drawn: the weights and biases that change most, before, by how much, and after. */
import { useState } from "preact/hooks";
import { count, toNumber } from "../numbers";
import { type Bar, Bars, magnified } from "../parts/Bars";
import { fill } from "../parts/fill";
import type { Pick } from "../parts/Neurons";
import { Scroll } from "../parts/Scroll";
import { entrySymbol } from "../trace/entries";
import { at, between, unitsOf } from "../trace/paths";
import { layersOf, sizeOf, symbolOf, type Trace } from "../trace/reading";
import { LayerChoice } from "./Chain";

/** Rows that are drawn. */
const ROWS = 6;

export function UpdateBars({ trace }: { trace: Trace }) {
  const [chosen, setChosen] = useState(1);
  const l = Math.min(chosen, layersOf(trace));
  const all = changesOf(trace, l);
  const bars = all.slice(0, ROWS);
  const numbers = sizeOf(trace, `W:${l}`) + sizeOf(trace, `W0:${l}`);
  const W = symbolOf(trace, "W", l).plain;
  return (
    <div class="update-bars">
      <LayerChoice trace={trace} l={l} onLayer={setChosen} />
      <Scroll label={`The change of ${W}`}>
        <Bars
          bars={bars}
          label={bars.map((bar) => `${bar.symbol.plain}: ${toText(bar.before)} to ${toText(bar.after)}`).join("; ")}
        />
      </Scroll>
      <p class="note">
        {bars.length < numbers &&
          `The ${bars.length} that change most, of ${count(numbers)}${
            all.length < numbers ? ` (${count(all.length)} of them are on this page)` : ""
          }. `}
        {fill(trace.words.update, { scale: String(magnified(bars)) })}
      </p>
    </div>
  );
}

const toText = (value: number) => value.toPrecision(4);

/** Weights and biases of a layer that are shown, those that change most first. */
function changesOf(trace: Trace, l: number): Bar[] {
  const [from, to] = [unitsOf(trace, l - 1), unitsOf(trace, l)];
  const weights = from.flatMap((i) => to.map((j): Pick => ({ l, i, j })));
  const biases = to.map((j): Pick => ({ l, i: null, j }));
  const change = (bar: Bar) => Math.abs(toNumber(bar.after - bar.before)) || 0;
  return [...weights, ...biases].map((pick) => barOf(trace, pick)).sort((a, b) => change(b) - change(a));
}

/** A weight or a bias, before the step and after it. */
export function barOf(trace: Trace, pick: Pick): Bar {
  const { l, i, j } = pick;
  const value = (after: string) =>
    i === null ? at(trace, `W0${after}:${l}`, j) : between(trace, `W${after}:${l}`, l - 1, i, j);
  return { symbol: entrySymbol(trace, pick), before: value(""), after: value("_after") };
}
