/** Where the boxes and arrows of a drawing stand: from left to right forward, curves back below, gradients by weights under them. */

export type ArrowKind = "forward" | "backward" | "weight";

/** A box of the drawing, as the trace's diagram names it. */
export interface Node {
  id: string;
  kind: string;
  l: number;
}

/** An arrow of the diagram: what travels along it, and between which boxes. */
export interface Edge {
  direction: string;
  from: string;
  to: string;
  value: string;
}

export interface Unit extends Node {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where a symbol is written, and where its value stands. */
export interface Place {
  x: number;
  y: number;
  anchor: "start" | "middle" | "end";
}

/** A place, and how wide what is written there may be. */
export interface Room extends Place {
  room: number;
}

export interface Arrow {
  /** The step in which something moves along it. */
  step: string;
  kind: ArrowKind;
  path: string;
  symbol: Room;
  /** The middle of the topmost line of the value, or of its last line where it `grows` upwards. */
  value: Place;
  grows: "up" | "down";
}

export interface Scene {
  width: number;
  height: number;
  units: Unit[];
  arrows: Arrow[];
  input: Place;
  target: Place & { path: string };
  loss: Room;
}

const SIZES: Record<string, { width: number; height: number }> = {
  linear: { width: 112, height: 54 },
  loss: { width: 92, height: 54 },
  norm: { width: 84, height: 54 },
  scale: { width: 84, height: 54 },
};
const ROUND = { width: 62, height: 54 };
const sizeOf = (kind: string) => SIZES[kind] ?? ROUND;
/** The length of arrows, and how short they may be where there is little room. */
const [GAP, SHORTEST] = [84, 60];
/** The width of the input, and of the loss's value. */
const [BEFORE, AFTER] = [80, 122];
/** The line on which the boxes stand; what is above it are values, what is below it gradients. */
const AXIS = 106;

/** Arrows are shorter where the scene would be wider than `room`. */
export function sceneOf(nodes: readonly Node[], edges: readonly Edge[], room = Number.POSITIVE_INFINITY): Scene {
  const row = nodes.filter(({ kind }) => !["input", "weights", "target", "loss"].includes(kind));
  const loss = nodes.find(({ kind }) => kind === "loss");
  const boxes = [...row, ...(loss ? [loss] : [])];
  const arrows: Arrow[] = [];
  let x = BEFORE;
  const input: Place = { x: 44, y: AXIS, anchor: "middle" };
  const taken = BEFORE + AFTER + boxes.reduce((sum, { kind }) => sum + sizeOf(kind).width, 0);
  const gap = Math.max(SHORTEST, Math.min(GAP, Math.floor((room - taken) / boxes.length)));
  const units = boxes.map((node): Unit => {
    const { width, height } = sizeOf(node.kind);
    arrows.push(straight(stepOf(edges, node.id), x, x + gap));
    const unit = { ...node, x: x + gap + width / 2, y: AXIS, width, height };
    x += gap + width;
    return unit;
  });
  const last = units.at(-1) ?? { x, width: 0, l: 0 };
  arrows.push(straight(`loss:${last.l}`, x, x + 30));
  const named = new Map(units.map((unit) => [unit.id, unit]));
  for (const edge of edges.filter(({ direction }) => direction === "backward")) {
    const [from, to] = [named.get(edge.from), named.get(edge.to)];
    if (from) arrows.push(to ? curve(from, to, edge.value, gap) : down(from, edge.value, gap));
  }
  return {
    width: x + AFTER,
    height: AXIS + 232,
    units,
    arrows,
    input,
    target: { x: last.x, y: AXIS - 58, anchor: "middle", path: `M${last.x} ${AXIS - 50}V${AXIS - 30}` },
    loss: { x: x + 38, y: AXIS, anchor: "start", room: 84 },
  };
}

/** The step of what comes into a box: the data point is a step of its own. */
function stepOf(edges: readonly Edge[], to: string): string {
  const edge = edges.find((each) => each.direction === "forward" && each.to === to && each.from !== "target");
  return edge?.from === "input" ? "input:0" : (edge?.value ?? "");
}

function straight(step: string, x1: number, x2: number): Arrow {
  const middle = (x1 + x2) / 2 - 3;
  return {
    step,
    kind: "forward",
    path: `M${x1 + 3} ${AXIS}H${x2 - 5}`,
    symbol: { x: middle, y: AXIS - 9, anchor: "middle", room: x2 - x1 - 8 },
    value: { x: middle, y: AXIS - 32, anchor: "middle" },
    grows: "up",
  };
}

function curve(from: Unit, to: Unit, step: string, gap: number): Arrow {
  const [x1, x2] = [from.x - from.width / 5, to.x + to.width / 5];
  const [y1, y2] = [AXIS + from.height / 2 + 3, AXIS + to.height / 2 + 7];
  const [low, middle] = [AXIS + 84, (x1 + x2) / 2];
  return {
    step,
    kind: "backward",
    path: `M${x1} ${y1}C${x1 - 12} ${low} ${x2 + 14} ${low} ${x2} ${y2}`,
    symbol: { x: middle, y: AXIS + 96, anchor: "middle", room: gap + ROUND.width - 8 },
    value: { x: middle, y: AXIS + 134, anchor: "middle" },
    grows: "down",
  };
}

function down(from: Unit, step: string, gap: number): Arrow {
  return {
    step,
    kind: "weight",
    path: `M${from.x} ${AXIS + from.height / 2 + 3}V${AXIS + 182}`,
    symbol: { x: from.x, y: AXIS + 206, anchor: "middle", room: 2 * gap },
    value: { x: from.x + 34, y: AXIS + 211, anchor: "start" },
    grows: "down",
  };
}
