/** The product as it grows under the drawing, and the fork at a linear unit: each backward phase adds its factor. */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Brace } from "../parts/Factors";
import { shapeText } from "../parts/Matrix";
import { Tex } from "../parts/Tex";
import { backwardOf, stored, symbolOfId, type Trace } from "../trace/reading";
import type { Step } from "../trace/steps";

export interface GrowingProps {
  trace: Trace;
  step: Step;
  /** Whether the newest factor is asked for, and so not shown. */
  hidden: boolean;
}

export function Growing({ trace, step, hidden }: GrowingProps) {
  const chain = step.phase?.chain;
  const newest = useRef<HTMLSpanElement>(null);
  const key = step.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another phase has another newest factor to scroll to
  useEffect(() => {
    const [element, strip] = [newest.current, newest.current?.parentElement];
    if (element && strip) strip.scrollLeft = element.offsetLeft - strip.clientWidth / 2;
  }, [key]);
  if (!chain) return <div class="growing empty" />;
  const result = symbolOfId(trace, chain.result);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard to be scrolled by it
    <div class="growing" tabIndex={0} role="group" aria-label="The product so far">
      <span class="piece result">
        <Tex code={result.latex} label={result.plain} />
      </span>
      <span class="operator">=</span>
      {hidden ? (
        <>
          {chain.pieces
            .filter((piece) => !piece.new)
            .map((piece, index) => (
              <>
                {index > 0 && <span class="operator">·</span>}
                <Factor key={piece.link} trace={trace} piece={piece} />
              </>
            ))}
          <span class="piece new">
            <b class="unknown">?</b>
          </span>
        </>
      ) : (
        chain.pieces.map((piece) => (
          <>
            {piece.sign && <span class="operator">{piece.sign}</span>}
            <Factor key={piece.link} trace={trace} piece={piece} newest={piece.new ? newest : null} />
          </>
        ))
      )}
      {!hidden && chain.close && <span class="operator">{chain.close}</span>}
    </div>
  );
}

type Piece = NonNullable<Trace["phases"][number]["chain"]>["pieces"][number];

/** A factor over its role and shape. */
function Factor(props: { trace: Trace; piece: Piece; newest?: RefObject<HTMLSpanElement | null> | null }) {
  const { trace, piece, newest = null } = props;
  const link = trace.links[piece.link];
  const symbol = piece.transposed ? turned(trace, piece.link) : link?.symbol;
  return (
    <span class={`piece ${piece.new ? "new" : "known"}`} data-link={piece.link} ref={newest}>
      {symbol && <Tex code={symbol.latex} label={symbol.plain} />}
      <Brace />
      <small>
        {link?.role}
        {!trace.header.scalar && <i>{shapeText(stored(trace, piece.link).shape)}</i>}
      </small>
    </span>
  );
}

/** The weight link as it stands transposed in its product. */
function turned(trace: Trace, id: string) {
  const factors = backwardOf(trace, Number(id.split(":")[1]))?.weights.factors;
  return factors?.find(({ value }) => value === id)?.symbol;
}

/** Where the gradient stands at a linear unit: end, go on, and the way that does not exist. */
export function Fork({ trace, step, onStep }: { trace: Trace; step: Step; onStep: (id: string) => void }) {
  const at = step.phase?.fork;
  const fork = trace.forks.find(({ l }) => l === at?.l);
  if (!at || !fork) return <div class="fork empty" />;
  const target = { end: `dL_dW:${fork.l}`, on: onwards(trace, fork.l), none: "", struck: "" };
  return (
    <ul class="fork" aria-label="Ways at this linear unit">
      {fork.ways.map((way) => {
        const inside = (
          <>
            {way.kind === "struck" ? (
              <s>
                <Tex code={way.symbol.latex} label={`not ${way.symbol.plain}`} />
              </s>
            ) : (
              <Tex code={way.symbol.latex} label={way.symbol.plain} />
            )}
            <span>
              {way.says} <small class="source">{way.source}</small>
            </span>
          </>
        );
        const goes = target[way.kind];
        return (
          <li key={way.kind} class={`${way.kind} ${at.taken === way.kind ? "taken" : ""}`} data-way={way.kind}>
            {goes ? (
              <button type="button" aria-pressed={at.taken === way.kind} onClick={() => onStep(goes)}>
                {inside}
              </button>
            ) : (
              <div>{inside}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The phase that goes on from the linear unit of a layer. */
function onwards(trace: Trace, l: number): string {
  return trace.phases.find(({ fork }) => fork?.l === l && fork.taken === "on")?.shows[0] ?? "";
}
