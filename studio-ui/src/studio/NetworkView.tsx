/** The network while it learns: a picture of what each unit gives over the plane, and a line for each weight. */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useWidth } from "../parts/useWidth";
import { sideFor } from "./PlaneView";
import { type Frame, paintCells, paintCurves, paintImage, sized } from "./paint";
import { between, CLASSES, type Colour, css, onColours, palette } from "./palette";
import { painted } from "./pictures";
import { classColour, gridOf, isLine, type Plane, signedColour } from "./plane";
import type { Run } from "./run";

/** Units of a layer that are drawn. */
const MOST = 8;
const TOP = 26;
/** The height of a name under a unit. */
const NAME = 17;

interface Unit {
  readonly l: number;
  readonly j: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

export function NetworkView({ run, plane, height = 300 }: { run: Run; plane: Plane; height?: number }) {
  const { ref, width } = useWidth<HTMLDivElement>(480);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { widths } = run.look;
  const units = useMemo(
    () => placedUnits(widths, width, height, (l) => namesOf(plane.set, l, widths).length > 0),
    [widths, width, height, plane.set],
  );
  const side = isLine(plane) ? 60 : sideFor(run.look.size, 30);
  const X = useMemo(() => gridOf(plane, side), [plane, side]);

  useLayoutEffect(() => {
    const paint = () => {
      const context = canvas.current && sized(canvas.current, width, height);
      if (!context || !run.snapshot) return;
      context.clearRect(0, 0, width, height);
      paintAll(context);
    };
    const paintAll = (context: CanvasRenderingContext2D) => {
      if (!run.snapshot) return;
      paintWeights(context, units, widths, run.snapshot.parameters);
      paintUnits(context, units, run, plane, X, side);
      paintHeads(context, units, widths, plane);
    };
    paint();
    if (canvas.current) painted(canvas.current, paintAll);
    const ends = [run.watch(paint), onColours(paint)];
    return () => {
      for (const end of ends) end();
    };
  }, [run, units, widths, plane, X, side, width, height]);

  return (
    <div class="network-view" ref={ref}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`The network ${widths.join(" – ")}: what each unit gives, and its weights as lines, thick where they are large`}
        style={{ width: `${width}px`, height: `${height}px` }}
      />
    </div>
  );
}

/** The names that stand under the units of a layer: those of the inputs, of the classes, or of the target. */
function namesOf(set: Plane["set"], l: number, widths: readonly number[]): readonly string[] {
  const last = l === widths.length - 1;
  if (l === 0 && set.carried.image) return []; // a pixel's place is no name
  const names = l === 0 ? set.carried.features : last ? (set.carried.classes ?? [set.carried.target]) : [];
  return names.length < (widths[l] ?? 0) ? [] : names;
}

/** Where units are; those of a layer that is named have room for a name under each. */
function placedUnits(
  widths: readonly number[],
  width: number,
  height: number,
  isNamed: (l: number) => boolean,
): Unit[][] {
  const gap = width / widths.length;
  return widths.map((n, l) => {
    const shown = Math.min(n, MOST);
    const most = Math.max(...widths.map((each) => Math.min(each, MOST)));
    const below = isNamed(l) ? NAME : 0;
    const room = height - TOP - (below && n > shown ? 34 : 20); // the last name, and how many units there are
    const size = Math.min(46, 0.6 * gap, ((height - TOP - 20) / most) * 0.82, room / shown - below);
    const pitch = Math.min(room / shown, Math.max(1.75 * size, size + below));
    const first = TOP + room / 2 - ((shown - 1) / 2) * pitch;
    return Array.from({ length: shown }, (_, j) => ({ l, j, x: gap * (l + 0.5), y: first + j * pitch, size }));
  });
}

function paintWeights(
  context: CanvasRenderingContext2D,
  units: readonly Unit[][],
  widths: readonly number[],
  parameters: Float64Array,
): void {
  const colours = palette();
  let start = 0;
  for (let l = 1; l < widths.length; l++) {
    const [m, n] = [widths[l - 1] as number, widths[l] as number];
    let largest = 1; // so that small weights stay thin
    for (let k = start; k < start + m * n; k++) largest = Math.max(largest, Math.abs(parameters[k] as number));
    for (const from of units[l - 1] ?? [])
      for (const to of units[l] ?? []) {
        const w = parameters[start + from.j * n + to.j] as number;
        const share = Math.abs(w) / largest;
        const [x1, x2] = [from.x + from.size / 2, to.x - to.size / 2];
        context.strokeStyle = css(w >= 0 ? colours.plus : colours.minus, 0.18 + 0.72 * share);
        context.lineWidth = 0.6 + 4.4 * share;
        context.beginPath();
        context.moveTo(x1, from.y);
        context.bezierCurveTo((x1 + x2) / 2, from.y, (x1 + x2) / 2, to.y, x2, to.y);
        context.stroke();
      }
    start += (m + 1) * n;
  }
}

function paintUnits(
  context: CanvasRenderingContext2D,
  units: readonly Unit[][],
  run: Run,
  plane: Plane,
  X: Float64Array,
  side: number,
): void {
  const colours = palette();
  const { image } = plane.set.carried;
  run.look.widths.forEach((n, l) => {
    const byWeights = l === 1 && image; // what it looks for, as a picture: one over two pixels of many would say nothing
    const A = byWeights ? new Float64Array() : l === 0 ? X : run.look.outputs(l, X);
    for (const unit of units[l] ?? []) {
      const frame = { left: unit.x - unit.size / 2, top: unit.y - unit.size / 2, width: unit.size, height: unit.size };
      context.fillStyle = css(colours.card);
      context.fillRect(frame.left, frame.top, frame.width, frame.height);
      if (byWeights) paintImage(context, frame, image, weightsInto(run, unit.j));
      else {
        const own = Float64Array.from({ length: A.length / n }, (_, cell) => A[cell * n + unit.j] as number);
        paintValues(context, frame, plane, side, own, unit.j, l === run.look.widths.length - 1 ? n : 0);
      }
      context.strokeStyle = css(colours.line);
      context.lineWidth = 1;
      context.strokeRect(frame.left, frame.top, frame.width, frame.height);
    }
  });
}

/** The weights of layer 1 that lead to unit j. */
function weightsInto(run: Run, j: number): Float64Array {
  const [m, n] = [run.look.widths[0] as number, run.look.widths[1] as number];
  return Float64Array.from({ length: m }, (_, i) => run.snapshot?.parameters[i * n + j] ?? 0);
}

/** What unit j gives over the plane; of an output, `outputs` says how many there are. */
function paintValues(
  context: CanvasRenderingContext2D,
  frame: Frame,
  plane: Plane,
  side: number,
  own: Float64Array,
  j: number,
  outputs: number,
): void {
  const colours = palette();
  const scale = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const ofClass = outputs > 0 && plane.set.carried.classes !== null;
  const tone = colours.classes[j % CLASSES] as Colour;
  if (isLine(plane)) {
    const range = [-1.15 * (scale || 1), 1.15 * (scale || 1)] as const;
    paintCurves(context, frame, range, own, 1, () => css(ofClass ? tone : colours.plus));
    return;
  }
  paintCells(context, frame, side, (cell) => {
    const value = own[cell] as number;
    if (!ofClass) return signedColour(value, scale, colours);
    return outputs > 1
      ? between(colours.card, tone, 0.85 * Math.min(1, Math.max(0, value)))
      : classColour(own, cell, 1, colours);
  });
}

function paintHeads(
  context: CanvasRenderingContext2D,
  units: readonly Unit[][],
  widths: readonly number[],
  { set }: Plane,
): void {
  const colours = palette();
  context.font = "12px system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  context.textAlign = "center";
  context.fillStyle = css(colours.quiet);
  const crowded = (units[1]?.[0]?.x ?? 0) - (units[0]?.[0]?.x ?? 0) < 50;
  widths.forEach((n, l) => {
    const [first] = units[l] ?? [];
    if (!first) return;
    const last = l === widths.length - 1;
    const names = namesOf(set, l, widths);
    context.fillText(crowded ? `${l}` : l === 0 ? "input" : last ? "output" : `layer ${l}`, first.x, 14);
    const named = names.length > 0 && !crowded;
    const foot = (units[l]?.at(-1)?.y ?? 0) + first.size / 2 + (named ? NAME : 0);
    if (n > MOST) context.fillText(`${MOST} of ${n}`, first.x, foot + 14);
    if (!named) return;
    for (const { j, x, y, size } of units[l] ?? []) {
      const name = names[j] ?? "";
      context.fillText(name.length > 11 ? `${name.slice(0, 10)}…` : name, x, y + size / 2 + 13);
    }
  });
}
