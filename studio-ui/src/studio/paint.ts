/** Drawing on a canvas: a grid of colours, points, boundaries and curves. It reads numbers and computes none of a network. */
import { inSteps } from "../numbers";
import { ticks } from "../parts/LineChart";
import { contour } from "./contour";
import { between, CLASSES, type Colour, css, type Palette, palette } from "./palette";
import { classColour, isLine, leads, type Plane, signedColour } from "./plane";

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A canvas of this size in the style's pixels, sharp on every screen; null where it has no room, as in what is not shown. */
export function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (w < 1 || h < 1) return null;
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

const cells = document.createElement("canvas");

/** A square of colours, smooth between its cells. */
export function paintCells(
  context: CanvasRenderingContext2D,
  frame: Frame,
  side: number,
  colour: (cell: number) => Colour,
): void {
  paintGrid(context, frame, [side, side], colour, true);
}

/** Numbers as the pixels of a picture, in two tones: those above 0 and those below; or in one, up to the largest. */
export function paintImage(
  context: CanvasRenderingContext2D,
  frame: Frame,
  shape: readonly [number, number],
  values: Float64Array,
  tone?: Colour,
): void {
  const colours = palette();
  const most = values.reduce((so_far, value) => Math.max(so_far, Math.abs(value)), 0);
  const colour = (cell: number) => {
    const value = values[cell] ?? 0;
    return tone ? between(colours.card, tone, (0.9 * value) / (most || 1)) : signedColour(value, most, colours);
  };
  paintGrid(context, frame, shape, colour, false);
}

function paintGrid(
  context: CanvasRenderingContext2D,
  frame: Frame,
  [rows, columns]: readonly [number, number],
  colour: (cell: number) => Colour,
  smooth: boolean,
): void {
  const inside = cells.getContext("2d");
  if (!inside) return;
  if (cells.width !== columns || cells.height !== rows) [cells.width, cells.height] = [columns, rows];
  const image = inside.createImageData(columns, rows);
  for (let cell = 0; cell < rows * columns; cell++) {
    const [r, g, b] = colour(cell);
    image.data.set([r, g, b, 255], 4 * cell);
  }
  inside.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = smooth;
  context.imageSmoothingQuality = "high";
  context.drawImage(cells, frame.left, frame.top, frame.width, frame.height);
  context.imageSmoothingEnabled = true;
}

/** What a network gives over a plane: classes by their colours with their boundary, values by two tones. */
export function paintOutputs(
  context: CanvasRenderingContext2D,
  frame: Frame,
  plane: Plane,
  A: Float64Array,
  side: number,
  colours: Palette,
): void {
  const { set } = plane;
  if (!set.carried.classes) {
    const scale = set.largest;
    paintCells(context, frame, side, (cell) => signedColour(A[cell * set.outputs] as number, scale, colours));
    return;
  }
  paintCells(context, frame, side, (cell) => classColour(A, cell, set.outputs, colours));
  context.strokeStyle = css(colours.ink, 0.8);
  context.lineWidth = 1.5;
  context.beginPath();
  const at = (place: number, size: number) => ((place + 0.5) / side) * size;
  for (const lead of leads(A, side * side, set.outputs))
    for (const [x1, y1, x2, y2] of contour(lead, side)) {
      context.moveTo(frame.left + at(x1, frame.width), frame.top + at(y1, frame.height));
      context.lineTo(frame.left + at(x2, frame.width), frame.top + at(y2, frame.height));
    }
  context.stroke();
}

/** The outputs over a line, a curve each. */
export function paintCurves(
  context: CanvasRenderingContext2D,
  frame: Frame,
  range: readonly [number, number],
  A: Float64Array,
  outputs: number,
  colour: (output: number) => string,
): void {
  const n = A.length / outputs;
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  context.lineWidth = frame.height > 80 ? 2.5 : 1.5;
  for (let k = 0; k < outputs; k++) {
    context.strokeStyle = colour(k);
    context.beginPath();
    for (let i = 0; i < n; i++)
      context.lineTo(
        frame.left + ((i + 0.5) / n) * frame.width,
        placed(A[i * outputs + k] as number, range, frame.top + frame.height, -frame.height),
      );
    context.stroke();
  }
  context.restore();
}

const placed = (value: number, [low, high]: readonly [number, number], start: number, length: number) =>
  start + ((value - low) / (high - low)) * length;

/**
 * Points of the training filled, those that are only looked at as rings; a shape for each class, beside its colour. A value has
 * the tones of the plane below it, so its point has a dark outline.
 */
export function paintPoints(context: CanvasRenderingContext2D, frame: Frame, plane: Plane, colours: Palette): void {
  const { set, axes } = plane;
  const size = set.n > 1500 ? 2.2 : set.n > 600 ? 3 : 3.8;
  const scale = set.largest;
  const toned = !set.carried.classes && !isLine(plane);
  for (let i = 0; i < set.n; i++) {
    const value = set.Y[i * set.outputs] as number;
    const up = isLine(plane)
      ? set.carried.classes && set.outputs > 1
        ? set.label(i) / (set.outputs - 1)
        : value
      : set.x(i, axes[1]);
    const x = placed(set.x(i, axes[0]), plane.x, frame.left, frame.width);
    const y = placed(up, plane.y, frame.top + frame.height, -frame.height);
    const k = set.carried.classes ? set.label(i) : 0;
    const tone = set.carried.classes
      ? css(colours.classes[k % CLASSES] as Colour)
      : css(isLine(plane) ? colours.quiet : signedColour(value, scale, colours));
    mark(context, x, y, size, k);
    const held = i >= set.training;
    context.fillStyle = held && !toned ? css(colours.card, 0.85) : tone;
    context.strokeStyle = toned ? css(colours.ink, 0.7) : held ? tone : css(colours.card, 0.9);
    context.lineWidth = toned ? 0.8 : held ? 1.6 : 1;
    context.fill();
    context.stroke();
    if (!held || !toned) continue;
    mark(context, x, y, 0.4 * size, k);
    context.fillStyle = css(colours.card);
    context.fill();
  }
}

/** The outline of a class's points: a disc, a square, a triangle, and so on in turn. */
export function mark(context: CanvasRenderingContext2D, x: number, y: number, size: number, k: number): void {
  context.beginPath();
  if (k % 3 === 1) context.rect(x - size * 0.88, y - size * 0.88, 1.76 * size, 1.76 * size);
  else if (k % 3 === 2) {
    context.moveTo(x, y - 1.2 * size);
    context.lineTo(x + 1.1 * size, y + 0.8 * size);
    context.lineTo(x - 1.1 * size, y + 0.8 * size);
    context.closePath();
  } else context.arc(x, y, size, 0, 2 * Math.PI);
}

const [WANTED, LETTER, NAME] = [5, 7, 23];

/** The ticks of an axis, and what stands beside them. */
function labelled([low, high]: readonly [number, number]): [number, string][] {
  const places = ticks(low, high, WANTED);
  const labels = inSteps(places);
  return places.map((place, index) => [place, labels[index] as string]);
}

/** Pixels to the left of a plane: its name, turned, beside its longest number. */
export const leftOf = (plane: Plane): number =>
  NAME + LETTER * Math.max(3, ...labelled(plane.y).map(([, label]) => label.length));

/** Numbers along the two sides, and names. */
export function paintAxes(
  context: CanvasRenderingContext2D,
  frame: Frame,
  plane: Plane,
  names: readonly [string, string],
  colours: Palette,
): void {
  context.font = "11.5px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
  context.fillStyle = css(colours.quiet);
  context.strokeStyle = css(colours.line);
  context.lineWidth = 1;
  context.strokeRect(frame.left, frame.top, frame.width, frame.height);
  context.textAlign = "center";
  const bottom = frame.top + frame.height;
  for (const [tick, label] of labelled(plane.x))
    context.fillText(label, placed(tick, plane.x, frame.left, frame.width), bottom + 15);
  context.fillText(names[0], frame.left + frame.width / 2, bottom + 30);
  context.textAlign = "right";
  for (const [tick, label] of labelled(plane.y))
    context.fillText(label, frame.left - 6, placed(tick, plane.y, bottom, -frame.height) + 4);
  context.save();
  context.translate(11, frame.top + frame.height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(names[1], 0, 0);
  context.restore();
}
