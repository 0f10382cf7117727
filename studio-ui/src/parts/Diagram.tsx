/** The network as the notes draw it: boxes in a row, straight arrows forward, curved ones back, values on them. */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Handle } from "../live/handles";
import { decimalsFor, toNumber, type Value, written } from "../numbers";
import { DraggedShape } from "./Dragged";
import { slanted } from "./letters";
import { linesOf, sizeFor, widthOf } from "./lines";
import { type Arrow, type Edge, type Node, type Place, type Room, type Scene, sceneOf, type Unit } from "./scene";
import type { Written } from "./types";
import { useHeight, useWidth } from "./useWidth";

/** A box: its label, its shape, and whether that is written in it. */
export interface Box extends Node {
  label: Written;
  shape: string;
}

/** What is written on an arrow: its symbol, the result it brings, and that result's values. */
export interface ArrowText {
  symbol: Written;
  result?: Written | undefined;
  values: readonly Value[];
  /** How many values there are, and the units of those that were kept, counted from 0. */
  of?: number | undefined;
  units?: readonly number[] | undefined;
  /** What moves each of the values, where the page is live. */
  handleOf?: HandleOf | undefined;
  /** What the same step gives too, of which there is room for one number at most. */
  beside?: { symbol: Written; values: readonly Value[] };
}

type HandleOf = (unit: number) => Handle | null;

export interface DiagramProps {
  boxes: readonly Box[];
  edges: readonly Edge[];
  /** The steps that an arrow may belong to, in order. */
  steps: readonly { id: string }[];
  at: number;
  text: (step: string) => ArrowText | undefined;
  target: { symbol: Written; values: readonly Value[]; of?: number | undefined; handleOf?: HandleOf | undefined };
  loss: Written;
  lossValue: string;
  inputSymbol: Written;
  inputShape: string;
  onPick?: (step: string) => void;
  /** Steps whose arrows are pointed at from elsewhere. */
  lit?: ReadonlySet<string>;
  /** Steps whose values a nudge has reached. */
  tinted?: ReadonlySet<string>;
  /** The step whose arrow does not tell yet what it is: a question is open. */
  hidden?: string | undefined;
  label: string;
}

/** How far a scene may shrink and still be read; a longer one scrolls, at `SCROLLED` of its size. */
const LEAST = 0.7;
const SCROLLED = 0.74;
/** How large it may be, where there is much width and where the card stands under it. */
const [LARGEST, LARGE] = [1.1, 0.75];
/** The part of the window's height that the drawing may take. */
const TALLEST = 0.43;

const isForward = ({ direction }: Edge) => direction === "forward";

type State = "done" | "now" | "ahead";

export function Diagram(props: DiagramProps) {
  const { boxes, edges, steps, at } = props;
  const { ref, width } = useWidth<HTMLDivElement>(900);
  const tallest = TALLEST * useHeight();
  // Places follow what there is, and not its numbers: while one is dragged, nothing is laid out anew.
  const there = [...boxes.map(({ id }) => id), ...edges.map(({ from, to, value }) => `${from} ${to} ${value}`)].join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `there` is what a scene takes from both
  const scene = useMemo(() => sceneOf(boxes, edges), [there]);
  const order = useMemo(() => new Map(steps.map((step, index) => [step.id, index])), [steps]);
  const state = (step: string): State => {
    const index = order.get(step) ?? 0;
    return index < at ? "done" : index === at ? "now" : "ahead";
  };
  /** The step of what each box gives. */
  const givenBy = useMemo(() => new Map(edges.filter(isForward).map(({ from, value }) => [from, value])), [edges]);
  const lossStep = scene.units.at(-1)?.l === undefined ? "" : `loss:${scene.units.at(-1)?.l}`;
  const svg = useRef<SVGSVGElement>(null);
  const current = steps[at]?.id;

  useLayoutEffect(() => {
    const [holder, drawing] = [ref.current, svg.current];
    const arrow = scene.arrows.find((each) => each.step === current);
    if (!holder || !drawing || !arrow || holder.scrollWidth <= holder.clientWidth) return;
    const scale = drawing.getBoundingClientRect().width / scene.width;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    holder.scrollTo({ left: arrow.symbol.x * scale - holder.clientWidth / 2, behavior: still ? "instant" : "smooth" });
  }, [current, scene, ref]);

  const room = width - 14;
  const fits = room / scene.width;
  const scale = Math.min(fits >= LEAST ? fits : SCROLLED, width > 800 ? LARGEST : LARGE, tallest / scene.height);
  const natural = scene.width * scale;
  return (
    <div
      class="diagram"
      ref={ref}
      {...(natural > room ? { tabIndex: 0, role: "group", "aria-label": "The drawing, which scrolls" } : {})}
    >
      <svg
        ref={svg}
        viewBox={`0 0 ${scene.width} ${scene.height}`}
        width={natural}
        height={(natural * scene.height) / scene.width}
        role="img"
        aria-label={props.label}
      >
        <defs>
          {(["forward", "backward", "shared", "quiet"] as const).map((tone) => (
            <marker
              key={tone}
              id={`head-${tone}`}
              viewBox="0 0 8 8"
              refX="6"
              refY="4"
              markerWidth="13"
              markerHeight="13"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0 .6 7.4 4 0 7.4z" class={`head ${tone}`} />
            </marker>
          ))}
        </defs>
        <text class="symbol" x={scene.input.x} y={scene.input.y - 2} text-anchor="middle">
          {slanted(props.inputSymbol)}
        </text>
        <text class="shape" x={scene.input.x} y={scene.input.y + 16} text-anchor="middle">
          {props.inputShape}
        </text>
        <Target scene={scene} target={props.target} />
        {scene.units.map((unit) => (
          <UnitShape
            key={unit.id}
            unit={unit}
            box={boxes.find(({ id }) => id === unit.id)}
            state={state(givenBy.get(unit.id) ?? `loss:${unit.l}`)}
            tinted={props.tinted?.has(givenBy.get(unit.id) ?? "loss") ?? false}
            onPick={props.onPick && (() => props.onPick?.(givenBy.get(unit.id) ?? `loss:${unit.l}`))}
          />
        ))}
        {scene.arrows.map((arrow) => (
          <ArrowShape
            key={arrow.step + arrow.kind}
            arrow={arrow}
            state={state(arrow.step)}
            lit={props.lit?.has(arrow.step) ?? false}
            tinted={
              arrow.kind === "forward" && (props.tinted?.has(arrow.step === "input:0" ? "A:0" : arrow.step) ?? false)
            }
            text={arrow.step.startsWith("loss") || arrow.step === props.hidden ? undefined : props.text(arrow.step)}
            onPick={props.onPick}
          />
        ))}
        <Lines
          class={`symbol result ${state(lossStep)}`}
          place={scene.loss}
          lines={linesOf(`${slanted(props.loss)} = ${props.lossValue}`, scene.loss.room, SYMBOL)}
          size={SYMBOL}
        />
      </svg>
    </div>
  );
}

function Target({ scene, target }: { scene: Scene; target: DiagramProps["target"] }) {
  const { x, y, path } = scene.target;
  return (
    <g class="target">
      <path d={path} class="arrow quiet" marker-end="url(#head-quiet)" />
      <Column
        place={{ x: x + 12, y: y + 4, anchor: "middle" }}
        values={target.values}
        of={target.of}
        grows="up"
        handleOf={target.handleOf}
      >
        {slanted(target.symbol)}
      </Column>
    </g>
  );
}

function UnitShape(props: {
  unit: Unit;
  box: Box | undefined;
  state: State;
  tinted: boolean;
  onPick?: (() => void) | undefined;
}) {
  const { unit, box, state, tinted } = props;
  const [left, top] = [unit.x - unit.width / 2, unit.y - unit.height / 2];
  const shaped = unit.kind === "linear";
  const label = box?.label ?? { plain: "", latex: "" };
  const text = shaped ? slanted(label) : label.plain.replaceAll("_", " ");
  return (
    <g
      class={`unit ${unit.kind} ${state} ${tinted ? "tinted" : ""}`}
      style={{ "--order": unit.l }}
      data-box={unit.id}
      onClick={props.onPick}
    >
      <title>{`${label.plain}, ${box?.shape}`}</title>
      <rect x={left} y={top} width={unit.width} height={unit.height} rx={shaped ? 9 : unit.height / 2} />
      <Fitted x={unit.x} y={unit.y - (shaped ? 7 : 0)} text={text} room={unit.width - (shaped ? 10 : 8)} />
      {shaped && (
        <text class="shape" x={unit.x} y={unit.y + 20} text-anchor="middle">
          {box?.shape}
        </text>
      )}
    </g>
  );
}

const [SYMBOL, NAME, SMALL] = [16, 15, 12];

/** A text in a box, in two lines where it would be small in one, and as large as fits. */
function Fitted({ x, y, text, room }: { x: number; y: number; text: string; room: number }) {
  const lines = linesOf(text, room, SMALL);
  return <Lines class="name" place={{ x, y, anchor: "middle" }} lines={lines} size={sizeFor(lines, room, NAME)} />;
}

/** Lines of text, their middle at a place. */
function Lines(props: { class: string; place: Place; lines: readonly string[]; size: number }) {
  const { x, y, anchor } = props.place;
  const first = y + 0.33 * props.size - 0.55 * (props.lines.length - 1) * props.size;
  return (
    <>
      {props.lines.map((line, index) => (
        <text
          key={line}
          class={props.class}
          x={x}
          y={first + 1.1 * index * props.size}
          text-anchor={anchor}
          style={{ fontSize: `${props.size}px` }}
        >
          {line}
        </text>
      ))}
    </>
  );
}

function ArrowShape(props: {
  arrow: Arrow;
  state: State;
  lit: boolean;
  tinted: boolean;
  text: ArrowText | undefined;
  onPick: DiagramProps["onPick"];
}) {
  const { arrow, text, onPick } = props;
  const tone = arrow.kind === "forward" ? "forward" : "backward";
  const pick = onPick && (() => onPick(arrow.step));
  return (
    <g
      class={`flow ${arrow.kind} ${props.state} ${props.lit ? "lit" : ""} ${props.tinted ? "tinted" : ""}`}
      style={{ "--order": arrow.step.split(":")[1] }}
      data-step={arrow.step}
      onClick={pick}
    >
      <path d={arrow.path} class="hit" />
      <path d={arrow.path} class={`arrow ${tone}`} marker-end={`url(#head-${tone})`} />
      {text && <Sign place={arrow.symbol} written={text.symbol} tone={tone} stacked={arrow.kind !== "forward"} />}
      {text && props.state !== "ahead" && text.values.length > 0 && (
        <Column
          place={text.result ? { ...arrow.value, x: arrow.value.x + 32 } : arrow.value}
          values={text.values}
          of={text.of}
          units={text.units}
          grows={arrow.grows}
          tone={tone}
          handleOf={text.handleOf}
        >
          {text.result ? `${slanted(text.result)} =` : undefined}
        </Column>
      )}
      {text?.beside && (
        <Beside
          arrow={arrow}
          of={text.beside}
          after={text.values.length > 0}
          tone={tone}
          reached={props.state !== "ahead"}
        />
      )}
    </g>
  );
}

/** What stands to the right of an arrow's own symbol, or of its number. */
function Beside(props: {
  arrow: Arrow;
  of: NonNullable<ArrowText["beside"]>;
  after: boolean;
  tone: string;
  reached: boolean;
}) {
  const { arrow, of, tone } = props;
  const by = props.after ? 128 : 58;
  return (
    <>
      <Sign place={{ ...arrow.symbol, x: arrow.symbol.x + by }} written={of.symbol} tone={tone} stacked />
      {props.reached && of.values.length > 0 && (
        <Column place={{ ...arrow.value, x: arrow.value.x + by }} values={of.values} grows={arrow.grows} tone={tone} />
      )}
    </>
  );
}

/** A symbol; a derivative as a fraction. */
function Sign(props: { place: Room; written: Written; tone: string; stacked: boolean }) {
  const { x, y, anchor, room } = props.place;
  const [top = "", bottom] = props.stacked ? slanted(props.written).split("/") : [slanted(props.written), undefined];
  if (!bottom) {
    const lines = linesOf(top, room, SYMBOL);
    const middle = props.stacked ? y : y - 0.33 * SYMBOL;
    return (
      <Lines
        class={`symbol ${props.tone}`}
        place={{ x, y: middle, anchor }}
        lines={lines}
        size={sizeFor(lines, room, SYMBOL)}
      />
    );
  }
  const size = sizeFor([top, bottom], room, SYMBOL);
  const half = Math.max(widthOf(top, size), widthOf(bottom, size)) / 2 + 2;
  return (
    <g class={`symbol ${props.tone}`}>
      <rect class="hit" x={x - half - 4} y={y - 20} width={2 * half + 8} height={40} />
      <text x={x} y={y - 5} text-anchor="middle" style={{ fontSize: `${size}px` }}>
        {top}
      </text>
      <path class="bar" d={`M${x - half} ${y}H${x + half}`} />
      <text x={x} y={y + 15} text-anchor="middle" style={{ fontSize: `${size}px` }}>
        {bottom}
      </text>
    </g>
  );
}

const LINE = 14.5;
const SHOWN = 3;

interface ColumnProps {
  place: Place;
  values: readonly Value[];
  of?: number | undefined;
  units?: readonly number[] | undefined;
  grows: "up" | "down";
  tone?: string;
  handleOf?: HandleOf | undefined;
  children?: string | undefined;
}

/** A column vector, in brackets; of many values the largest ones, their units' numbers, and how many there are. */
function Column({ place, values, of, units, grows, tone = "", handleOf, children }: ColumnProps) {
  const all = of ?? values.length;
  const cut = all > SHOWN + 1;
  const decimals = Math.min(decimalsFor(values, 3), 5);
  const chosen = cut ? largest(values, SHOWN - 1) : values.map((_, index) => index);
  const lines = chosen.map((index) => written(values[index] ?? null, decimals, 2));
  const texts = cut ? [...lines, `⋮ of ${all}`] : lines;
  const height = texts.length * LINE;
  const top = place.y - (grows === "up" ? height - LINE : 0);
  const width = Math.max(...texts.map((text) => text.length)) * 7.1;
  const left =
    place.anchor === "middle" ? place.x - width / 2 : place.anchor === "end" ? place.x - width - 5 : place.x + 5;
  const right = left + width;
  const bracket = (x: number, inward: number) =>
    `M${x + inward} ${top - LINE + 3}H${x}V${top + height - LINE + 4}H${x + inward}`;
  return (
    <g class={`column ${tone}`}>
      {children && (
        <text class="symbol small" x={left - 10} y={top - LINE / 2 + height / 2} text-anchor="end">
          {children}
        </text>
      )}
      {all > 1 && <path class="bracket" d={bracket(left - 4, 4) + bracket(right + 4, -4)} />}
      {texts.map((text, index) => {
        const at = chosen[index];
        const handle = at === undefined ? null : handleOf?.(units?.[at] ?? at);
        const line = (
          <text key={index} class="number" x={right} y={top + index * LINE} text-anchor="end">
            {text}
          </text>
        );
        if (!handle || at === undefined) return line;
        return (
          <DraggedShape key={index} handle={handle} value={values[at] ?? null}>
            <rect class="hit" x={left - 8} y={top + (index - 0.85) * LINE} width={width + 16} height={LINE} />
            {line}
          </DraggedShape>
        );
      })}
      {cut &&
        chosen.map((place, line) => (
          <text key={place} class="index" x={right + 8} y={top + line * LINE}>
            {(units?.[place] ?? place) + 1}
          </text>
        ))}
    </g>
  );
}

/** Where the largest values stand, in their order. */
function largest(values: readonly Value[], some: number): number[] {
  const size = (index: number) => Math.abs(toNumber(values[index] ?? null)) || 0;
  const places = values.map((_, index) => index).sort((a, b) => size(b) - size(a));
  return places.slice(0, some).sort((a, b) => a - b);
}
