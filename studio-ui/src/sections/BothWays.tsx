/** The link within a layer, both ways: the matrix of derivatives, and what it comes to entry by entry or by a shortcut. */

import { toNumber, written } from "../numbers";
import { Equation } from "../parts/Equation";
import { Section } from "../parts/Section";
import { Tex } from "../parts/Tex";
import {
  type Backward,
  backwardOf,
  forwardOf,
  layersOf,
  operand,
  symbolOf,
  symbolOfId,
  type Trace,
} from "../trace/reading";
import { LayerChoice } from "./Chain";

export function BothWays({ trace, l, onLayer }: { trace: Trace; l: number; onLayer: (l: number) => void }) {
  const layer = backwardOf(trace, l);
  const forward = forwardOf(trace, l);
  if (!layer || !forward) return null;
  const mixes = !forward.elementwise;
  return (
    <Section id="both-ways" title="Within a layer, both ways" intro={introduction(mixes, trace.header.scalar)}>
      <LayerChoice trace={trace} l={l} onLayer={onLayer} />
      <Matrices trace={trace} layer={layer} />
      {layer.elementwise && !trace.header.scalar && <EntryByEntry trace={trace} layer={layer} />}
      {layer.shortcut && <Shorter trace={trace} layer={layer} />}
    </Section>
  );
}

function introduction(mixes: boolean, scalar: boolean): string {
  if (scalar) return "With one unit, the link from its activation to its pre-activation is one number, f′(z).";
  return mixes
    ? "Every output depends on every pre-activation, so the matrix of derivatives is full: there are no zeros to skip."
    : "Each output depends on its own pre-activation alone, so the matrix of derivatives is diagonal, and multiplying by it is multiplying entry by entry.";
}

function Matrices({ trace, layer }: { trace: Trace; layer: Backward }) {
  const { l } = layer;
  // The activation's own link, wherever a normalisation or dropout stands beside it.
  const link = trace.links[`dA_dZ:${l}`] ?? trace.links[`dA_dV:${l}`];
  const step = layer.steps.find((each) => each.factors.some((factor) => factor.value === link?.value));
  if (!step || !link) return null;
  return (
    <>
      <h3>
        {trace.header.scalar ? "As a number" : "As a matrix"} <span class="note">{link.source}</span>
      </h3>
      <p>
        <Tex
          code={`${link.symbol.latex} = ${link.formula.latex}`}
          label={`${link.symbol.plain} = ${link.formula.plain}`}
        />
        <span class="note"> &ensp;{link.reason}</span>
      </p>
      <Equation
        operands={[
          ...step.factors.map((factor, index) =>
            operand(
              trace,
              factor.value,
              factor.symbol,
              factor.value === link.value ? "backward" : "shared",
              index ? "·" : undefined,
              factor.transposed,
            ),
          ),
          operand(trace, step.result, step.symbol, "backward", "="),
        ]}
      />
    </>
  );
}

function EntryByEntry({ trace, layer }: { trace: Trace; layer: Backward }) {
  const way = layer.elementwise;
  if (!way) return null;
  const { l } = layer;
  const Z = symbolOfId(trace, way.result.replace("dL_d", "")); // V where a normalisation stands before the activation
  return (
    <>
      <h3>Entry by entry</h3>
      <p>
        <Tex code={way.written.latex} label={way.written.plain} />
      </p>
      <Equation
        operands={[
          operand(trace, way.slopes, { plain: `f′(${Z.plain})`, latex: `f'\\left(${Z.latex}\\right)` }, "backward"),
          operand(trace, way.times, symbolOf(trace, "dL_dA", l), "shared", "⊙"),
          operand(trace, way.result, symbolOfId(trace, way.result), "backward", "="),
        ]}
      />
      <Agreement difference={way.difference} />
    </>
  );
}

function Shorter({ trace, layer }: { trace: Trace; layer: Backward }) {
  const way = layer.shortcut;
  if (!way) return null;
  const dL_dZ = symbolOfId(trace, way.result);
  const L = layersOf(trace);
  return (
    <>
      <h3>
        {way.name}: the long way, and what cancels <span class="note">Concept 19</span>
      </h3>
      <ol class="derivation">
        {way.derivation.map((line, index) => (
          <li key={index}>
            <Tex code={line.written.latex} label={line.written.plain} block />
            <span class="note">{line.reason}</span>
          </li>
        ))}
      </ol>
      <Equation
        operands={[
          operand(trace, `A:${L}`, symbolOf(trace, "A", L), "forward"),
          operand(trace, `Y:${L}`, symbolOf(trace, "Y", L), "plain", "−"),
          operand(trace, way.result, dL_dZ, "backward", "→"),
        ]}
      />
      <p class="note">
        {way.reason}. {way.difference === null && "The long way has no value here; the short way does."}
      </p>
      {way.difference !== null && <Agreement difference={way.difference} />}
    </>
  );
}

function Agreement({ difference }: { difference: number | string }) {
  const size = toNumber(difference);
  return (
    <p class="ok">
      {size === 0
        ? "Both ways give the same numbers, to the last digit."
        : `Both ways agree to ${written(size, 4, 2)}.`}
    </p>
  );
}
