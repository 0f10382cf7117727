/** The points, and what the network makes of the plane that they lie in, drawn anew at each snapshot. */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useWidth } from "../parts/useWidth";
import type { PointSet } from "./carried";
import { leftOf, paintAxes, paintCurves, paintOutputs, paintPoints, sized } from "./paint";
import { CLASSES, type Colour, css, onColours, palette } from "./palette";
import { painted } from "./pictures";
import { gridOf, isLine, type Plane } from "./plane";
import type { Run } from "./run";

const [LARGEST, BOTTOM] = [430, 38];

/** Cells along a side: fewer for a large network, so that each picture takes a few milliseconds. */
export const sideFor = (size: number, most: number) => Math.max(20, Math.min(most, Math.floor(Math.sqrt(2e6 / size))));

export function PlaneView({ run, set, plane }: { run: Run; set: PointSet; plane: Plane }) {
  const { ref, width } = useWidth<HTMLDivElement>(LARGEST);
  const canvas = useRef<HTMLCanvasElement>(null);
  const side = isLine(plane) ? 200 : sideFor(run.look.size, 72);
  const X = useMemo(() => gridOf(plane, side), [plane, side]);
  const wide = Math.min(width, LARGEST);
  const frame = useMemo(() => {
    const left = leftOf(plane);
    return { left, top: 6, width: wide - left - 8, height: wide - BOTTOM - 6 - 8 };
  }, [wide, plane]);

  useLayoutEffect(() => {
    const points = document.createElement("canvas");
    const still = () => {
      const context = sized(points, wide, wide);
      context?.clearRect(0, 0, wide, wide);
      if (context) paintPoints(context, frame, plane, palette());
    };
    const paint = () => {
      const context = canvas.current && sized(canvas.current, wide, wide);
      if (!context || !run.snapshot) return;
      context.clearRect(0, 0, wide, wide);
      paintAll(context, () => context.drawImage(points, 0, 0, wide, wide));
    };
    const paintAll = (context: CanvasRenderingContext2D, over: () => void) => {
      const colours = palette();
      const A = run.look.outputs(run.look.widths.length - 1, X);
      if (isLine(plane)) {
        over();
        const tone = (k: number) => css(set.carried.classes ? (colours.classes[k % CLASSES] as Colour) : colours.plus);
        paintCurves(context, frame, plane.y, A, set.outputs, tone);
      } else {
        paintOutputs(context, frame, plane, A, side, colours);
        over();
      }
      paintAxes(context, frame, plane, namesOf(plane), colours);
    };
    const all = () => {
      still();
      paint();
    };
    all();
    if (canvas.current)
      painted(canvas.current, (context) => paintAll(context, () => paintPoints(context, frame, plane, palette())));
    const ends = [run.watch(paint), onColours(all)];
    return () => {
      for (const end of ends) end();
    };
  }, [run, set, plane, X, side, wide, frame]);

  return (
    <div class="plane" ref={ref}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`The points of ${set.title} and what the network gives for every ${isLine(plane) ? "x" : "place"}`}
        style={{ width: `${wide}px`, height: `${wide}px` }}
      />
    </div>
  );
}

export function namesOf({ set, axes }: Plane): [string, string] {
  const { features, target } = set.carried;
  return [features[axes[0]] ?? "", (set.inputs > 1 ? features[axes[1]] : target) ?? ""];
}
