/** The shorthand dZ/dW as what it stands for: a block with three indices, of which one matrix for each output is shown. */
import { useState } from "preact/hooks";
import type { Value } from "../numbers";
import { Equation } from "../parts/Equation";
import { unitSymbol } from "../trace/entries";
import { at, unitsOf } from "../trace/paths";
import { symbolOf, type Trace } from "../trace/reading";

/** Matrices that are shown of the block. */
const SHOWN = 3;

export function Unfolded({ trace, l }: { trace: Trace; l: number }) {
  const [open, setOpen] = useState(false);
  if (trace.header.scalar) return null;
  const taken = trace.values[`A_taken:${l - 1}`] ? "A_taken" : "A";
  const [inputs, outputs] = [unitsOf(trace, l - 1), unitsOf(trace, l)];
  const name = symbolOf(trace, "dZ_dW", l);
  const W = symbolOf(trace, "W", l);
  const turned = trace.notation.weights === "outputs in rows";
  const entry = (i: number, j: number, k: number): Value => (j === k ? at(trace, `${taken}:${l - 1}`, i) : 0);
  const block = (k: number) =>
    turned
      ? outputs.map((j) => inputs.map((i) => entry(i, j, k)))
      : inputs.map((i) => outputs.map((j) => entry(i, j, k)));
  return (
    <div class="unfolded">
      <button type="button" class="plain-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Fold" : "Unfold"} {name.plain}
      </button>
      {open && (
        <>
          <p class="note">{trace.words.unfolded}</p>
          <Equation
            operands={outputs.slice(0, SHOWN).map((k) => {
              const z = unitSymbol(trace, "Z", l, k);
              return {
                symbol: {
                  plain: `∂${z.plain}/∂${W.plain}`,
                  latex: `\\frac{\\partial ${z.latex}}{\\partial ${W.latex}}`,
                },
                tone: "backward" as const,
                values: block(k),
              };
            })}
          >
            {outputs.length > SHOWN && <span class="note">… {trace.header.network.widths[l]} in all</span>}
          </Equation>
        </>
      )}
    </div>
  );
}
