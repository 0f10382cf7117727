/** Points that are pictures: some of those that are only tested, each with the class that the network gives it. */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useWidth } from "../parts/useWidth";
import { classOf, type PointSet } from "./carried";
import { paintImage, sized } from "./paint";
import { css, onColours, palette } from "./palette";
import { painted } from "./pictures";
import type { Run } from "./run";

const [LARGEST, ACROSS, DOWN, BELOW] = [430, 6, 5, 20];

/** Pixels as they were before the network's preparation. */
function pixelsOf({ carried, inputs }: PointSet, X: Float64Array): Float64Array {
  const { inputs: prepared = [] } = (carried.preprocessing ?? {}) as { inputs?: { mean: number; scale: number }[] };
  return X.map((x, at) => x * (prepared[at % inputs]?.scale ?? 1) + (prepared[at % inputs]?.mean ?? 0));
}

export function ImagesView({ run, set, shape }: { run: Run; set: PointSet; shape: readonly [number, number] }) {
  const { ref, width } = useWidth<HTMLDivElement>(LARGEST);
  const canvas = useRef<HTMLCanvasElement>(null);
  const wide = Math.min(width, LARGEST);
  const pitch = wide / ACROSS;
  const high = DOWN * (pitch + BELOW);
  const shown = useMemo(() => {
    const first = set.training < set.n ? set.training : 0;
    const end = Math.min(set.n, first + ACROSS * DOWN);
    const { X } = set.between(first, end);
    return { first, count: end - first, X, pixels: pixelsOf(set, X) };
  }, [set]);

  useLayoutEffect(() => {
    const paintAll = (context: CanvasRenderingContext2D) => {
      const colours = palette();
      const A = run.look.outputs(run.look.widths.length - 1, shown.X);
      context.font = "12px system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
      context.textAlign = "center";
      for (let k = 0; k < shown.count; k++) {
        const [left, top] = [(k % ACROSS) * pitch, Math.floor(k / ACROSS) * (pitch + BELOW)];
        const frame = { left: left + 4, top: top + 2, width: pitch - 8, height: pitch - 8 };
        const pixels = shown.pixels.subarray(k * set.inputs, (k + 1) * set.inputs);
        paintImage(context, frame, shape, pixels, colours.ink);
        const [given, true_] = [classOf(A, k, set.outputs), set.label(shown.first + k)];
        context.strokeStyle = css(given === true_ ? colours.line : colours.ink);
        context.lineWidth = given === true_ ? 1 : 2.5;
        context.strokeRect(frame.left, frame.top, frame.width, frame.height);
        context.fillStyle = css(given === true_ ? colours.quiet : colours.ink);
        const name = (of: number) => set.carried.classes?.[of] ?? String(of);
        context.fillText(
          given === true_ ? name(given) : `${name(given)}, not ${name(true_)}`,
          left + pitch / 2,
          top + pitch + 10,
        );
      }
    };
    const paint = () => {
      const context = canvas.current && sized(canvas.current, wide, high);
      if (!context || !run.snapshot) return;
      context.clearRect(0, 0, wide, high);
      paintAll(context);
    };
    paint();
    if (canvas.current) painted(canvas.current, paintAll);
    const ends = [run.watch(paint), onColours(paint)];
    return () => {
      for (const end of ends) end();
    };
  }, [run, set, shape, shown, wide, high, pitch]);

  return (
    <div class="plane" ref={ref}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${shown.count} pictures of ${set.title}, each with the class that the network gives it; wrong ones are framed`}
        style={{ width: `${wide}px`, height: `${high}px` }}
      />
    </div>
  );
}
