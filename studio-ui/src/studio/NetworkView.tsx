/** The network while it learns: a picture of what each unit gives over the plane, and a line for each weight. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useWidth } from "../parts/useWidth";
import { sideFor } from "./PlaneView";
import { paintCells, paintCurves, sized } from "./paint";
import { between, CLASSES, type Colour, css, onColours, palette } from "./palette";
import { painted } from "./pictures";
import { classColour, gridOf, isLine, type Plane, signedColour } from "./plane";
import type { Run } from "./run";

/** Units of a layer that are drawn. */
const MOST = 8;
const TOP = 26;

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
  const units = useMemo(() => placedUnits(widths, width, height), [widths, width, height]);
  const side = isLine(plane) ? 60 : sideFor(run.look.size, 30);
  const X = useMemo(() => gridOf(plane, side), [plane, side]);

  useEffect(() => {
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

function placedUnits(widths: readonly number[], width: number, height: number): Unit[][] {
  const gap = width / widths.length;
  return widths.map((n, l) => {
    const shown = Math.min(n, MOST);
    const most = Math.max(...widths.map((each) => Math.min(each, MOST)));
    const size = Math.min(46, 0.6 * gap, ((height - TOP - 20) / most) * 0.82);
    const pitch = Math.min((height - TOP - 20) / shown, 1.75 * size);
    const first = TOP + (height - TOP - 20) / 2 - ((shown - 1) / 2) * pitch;
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
  const { set } = plane;
  const last = run.look.widths.length - 1;
  for (let l = 0; l <= last; l++) {
    const n = run.look.widths[l] as number;
    const A = l === 0 ? X : run.look.outputs(l, X);
    for (const unit of units[l] ?? []) {
      const frame = { left: unit.x - unit.size / 2, top: unit.y - unit.size / 2, width: unit.size, height: unit.size };
      const own = Float64Array.from({ length: A.length / n }, (_, cell) => A[cell * n + unit.j] as number);
      const scale = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      context.fillStyle = css(colours.card);
      context.fillRect(frame.left, frame.top, frame.width, frame.height);
      const ofClass = l === last && set.carried.classes !== null;
      if (isLine(plane)) {
        const tone = ofClass ? (colours.classes[unit.j % CLASSES] as Colour) : colours.plus;
        paintCurves(context, frame, [-1.15 * (scale || 1), 1.15 * (scale || 1)], own, 1, () => css(tone));
      } else
        paintCells(context, frame, side, (cell) =>
          ofClass && n > 1
            ? between(
                colours.card,
                colours.classes[unit.j % CLASSES] as Colour,
                0.85 * Math.min(1, Math.max(0, own[cell] as number)),
              )
            : ofClass
              ? classColour(own, cell, 1, colours)
              : signedColour(own[cell] as number, scale, colours),
        );
      context.strokeStyle = css(colours.line);
      context.lineWidth = 1;
      context.strokeRect(frame.left, frame.top, frame.width, frame.height);
    }
  }
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
    context.fillText(crowded ? `${l}` : l === 0 ? "input" : last ? "output" : `layer ${l}`, first.x, 14);
    if (n > MOST) context.fillText(`${MOST} of ${n}`, first.x, (units[l]?.at(-1)?.y ?? 0) + first.size / 2 + 14);
    const names = l === 0 ? set.carried.features : last ? (set.carried.classes ?? [set.carried.target]) : [];
    if (names.length > MOST || names.length < n || crowded) return;
    for (const { j, x, y, size } of units[l] ?? []) {
      const name = names[j] ?? "";
      context.fillText(name.length > 11 ? `${name.slice(0, 10)}…` : name, x, y + size / 2 + 13);
    }
  });
}
