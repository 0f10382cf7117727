/** The product of a layer's gradient, written out (7.18, Notation 16): every factor underbraced, what is shared marked. */
import { Choice } from "../parts/Choice";
import { Factor, Group } from "../parts/Factors";
import { Matrix, shapeText } from "../parts/Matrix";
import { Section } from "../parts/Section";
import { Tex } from "../parts/Tex";
import { backwardOf, layersOf, numberOf, shown, stored, symbolOf, type Trace } from "../trace/reading";

export interface ChainProps {
  trace: Trace;
  l: number;
  onLayer: (l: number) => void;
  lit: string | null;
  onLight: (id: string | null) => void;
}

export function LayerChoice({
  trace,
  l,
  onLayer,
  label = "Layer",
}: Pick<ChainProps, "trace" | "l" | "onLayer"> & { label?: string }) {
  if (layersOf(trace) === 1) return null;
  const options = trace.forward.map((layer) => ({
    value: String(layer.l),
    label: String(layer.number),
    title: `layer ${layer.number}, ${layer.activation}`,
  }));
  return (
    <Choice label={label} showLabel options={options} value={String(l)} onChange={(value) => onLayer(Number(value))} />
  );
}

export function Chain({ trace, l, onLayer, lit, onLight }: ChainProps) {
  const layer = backwardOf(trace, l);
  if (!layer) return null;
  const known = layer.compressed;
  const fresh = layer.product.factors.filter((factor) => factor.new);
  const shared = layer.product.factors.filter((factor) => !factor.new);
  const scalar = trace.header.scalar;
  const weight = layer.weights.factors.find((factor) => factor.value === `dZ_dW:${l}`);
  const gradient = layer.weights.factors.find((factor) => factor.value === `dL_dZ:${l}`);
  const weightFirst = layer.weights.factors[0] === weight;

  /** A link; `stands` says how, where it may stand transposed. */
  const factor = (id: string, isShared: boolean, stands?: typeof weight) => {
    const link = trace.links[id];
    if (!link) return null;
    const users = link.reused_by.filter((each) => each !== l).map((each) => numberOf(trace, each));
    return (
      <Factor
        key={id}
        id={id}
        symbol={stands?.symbol ?? link.symbol}
        role={link.role}
        formula={stands?.formula ?? link.formula}
        reason={isShared ? undefined : link.reason}
        source={link.source}
        shared={isShared}
        reuse={
          !isShared && users.length
            ? `used again by layer${users.length > 1 ? "s" : ""} ${users.join(", ")}`
            : undefined
        }
        lit={lit === id}
        onLight={onLight}
        {...shown(trace, link.value, stands?.transposed)}
      />
    );
  };
  const dotted = (ids: readonly { link: string }[], isShared: boolean) =>
    ids.flatMap(({ link }, index) => (index ? [dot(link), factor(link, isShared)] : [factor(link, isShared)]));
  const group = known && (
    <Group
      key="group"
      label={
        <>
          <Tex code={known.symbol.latex} label={known.symbol.plain} /> {known.about}
        </>
      }
    >
      {dotted(shared, true)}
    </Group>
  );
  const sharedFirst = layer.product.factors[0]?.new === false;
  const pieces = sharedFirst
    ? [group, dot("group"), ...dotted(fresh, false)]
    : [...dotted(fresh, false), ...(group ? [dot("group"), group] : [])];
  const own = weight && factor(weight.value, false, weight);
  const bracketed = scalar
    ? pieces
    : [<Bracket key="(" side="(" />, ...pieces, <Bracket key=")" side=")" turned={gradient?.transposed ?? false} />];

  return (
    <Section
      id="chain"
      title="The chain, written out"
      intro={
        <>
          Everything between the loss and{" "}
          <Tex code={symbolOf(trace, "W", l).latex} label={symbolOf(trace, "W", l).plain} />, as one product. What an
          earlier factor has computed is used again, and never computed twice. Point at a factor to see where else it
          stands.
        </>
      }
    >
      <LayerChoice trace={trace} l={l} onLayer={onLayer} />
      <div class="product" data-layer={l}>
        <div class="factor result">
          <Tex code={layer.weights.symbol.latex} label={layer.weights.symbol.plain} />
          {!scalar && <span class="shape">{shapeText(stored(trace, layer.weights.result).shape)}</span>}
          <span class="scroll">
            <Matrix
              {...shown(trace, layer.weights.result)}
              room={[6, 4]}
              tone="backward"
              label={`value of ${layer.weights.symbol.plain}`}
            />
          </span>
        </div>
        <span class="operator">=</span>
        {weightFirst ? [own, dot("own"), ...bracketed] : [...bracketed, dot("own"), own]}
      </div>
      {layer.shape_check.length > 0 && (
        <aside class="shape-check" aria-label="shape check">
          <strong>shape check</strong>
          {layer.shape_check.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </aside>
      )}
      {trace.header.layout.name === "numerator" && (
        <p class="note">In numerator layout the factors stand the other way round, and each is transposed.</p>
      )}
    </Section>
  );
}

const dot = (key: string) => (
  <span key={`dot ${key}`} class="operator">
    ·
  </span>
);

function Bracket({ side, turned = false }: { side: string; turned?: boolean }) {
  return (
    <span class="operator bracket">
      {side}
      {turned && <sup>T</sup>}
    </span>
  );
}
