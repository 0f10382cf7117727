/** Where the units and arrows of a network stand: from left to right, or from the top down where there is little width. */

export type ArrowKind = "forward" | "backward" | "weight";

export interface Unit {
  id: string;
  kind: "linear" | "activation" | "loss";
  l: number;
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
  vertical: boolean;
  units: Unit[];
  arrows: Arrow[];
  input: Place;
  target: Place & { path: string };
  loss: Room;
}

const BOX = { width: 112, height: 58 };
const ROUND = 62;
const LOSS = { width: 96, height: 58 };
const GAP = 92;

export function horizontal(L: number): Scene {
  const axis = 132;
  const units: Unit[] = [];
  const arrows: Arrow[] = [];
  let x = 18;
  const input: Place = { x: x + 40, y: axis, anchor: "middle" };
  x += 86;
  for (let l = 1; l <= L; l++) {
    arrows.push(straight(l === 1 ? "input:0" : `A:${l - 1}`, x, x + GAP, axis));
    x += GAP;
    units.push({ id: `linear:${l}`, kind: "linear", l, x: x + BOX.width / 2, y: axis, ...BOX });
    x += BOX.width;
    arrows.push(straight(`Z:${l}`, x, x + GAP, axis));
    x += GAP;
    units.push({
      id: `activation:${l}`,
      kind: "activation",
      l,
      x: x + ROUND / 2,
      y: axis,
      width: ROUND,
      height: ROUND,
    });
    x += ROUND;
  }
  arrows.push(straight(`A:${L}`, x, x + GAP, axis));
  x += GAP;
  units.push({ id: "loss", kind: "loss", l: L, x: x + LOSS.width / 2, y: axis, ...LOSS });
  const target = { x: x + LOSS.width / 2, y: axis - 76, anchor: "middle" as const };
  x += LOSS.width;
  arrows.push(straight(`loss:${L}`, x, x + 34, axis));
  const loss: Room = { x: x + 42, y: axis, anchor: "start", room: 88 };

  const bottom = (unit: Unit) => unit.y + unit.height / 2;
  const curve = (from: Unit, to: Unit, step: string) => {
    const [x1, x2] = [from.x - from.width / 5, to.x + to.width / 5];
    const [y1, y2] = [bottom(from) + 3, bottom(to) + 7];
    const low = axis + 104;
    const middle = (x1 + x2) / 2;
    arrows.push({
      step,
      kind: "backward",
      path: `M${x1} ${y1}C${x1 - 12} ${low} ${x2 + 14} ${low} ${x2} ${y2}`,
      symbol: { x: middle, y: axis + 116, anchor: "middle", room: GAP + ROUND },
      value: { x: middle, y: axis + 158, anchor: "middle" },
      grows: "down",
    });
  };
  walkBack(units, L, curve);
  for (const unit of units.filter((each) => each.kind === "linear")) {
    arrows.push({
      step: `dL_dW:${unit.l}`,
      kind: "weight",
      path: `M${unit.x} ${bottom(unit) + 3}V${axis + 228}`,
      symbol: { x: unit.x, y: axis + 250, anchor: "middle", room: 2 * GAP },
      value: { x: unit.x, y: axis + 284, anchor: "middle" },
      grows: "down",
    });
  }
  return {
    width: x + 132,
    height: axis + 300,
    vertical: false,
    units,
    arrows,
    input,
    target: { ...target, path: `M${target.x} ${axis - 66}V${axis - 34}` },
    loss,
  };
}

function straight(step: string, x1: number, x2: number, y: number): Arrow {
  const middle = (x1 + x2) / 2 - 3;
  return {
    step,
    kind: "forward",
    path: `M${x1 + 3} ${y}H${x2 - 5}`,
    symbol: { x: middle, y: y - 11, anchor: "middle", room: GAP - 10 },
    value: { x: middle, y: y - 34, anchor: "middle" },
    grows: "up",
  };
}

export function vertical(L: number, width: number): Scene {
  const gap = 78;
  const axis = Math.round(width * 0.38);
  const units: Unit[] = [];
  const arrows: Arrow[] = [];
  let y = 30;
  const input: Place = { x: axis, y, anchor: "middle" };
  y += 12;
  const down = (step: string, from: number, to: number) =>
    arrows.push({
      step,
      kind: "forward",
      path: `M${axis} ${from + 3}V${to - 5}`,
      symbol: { x: axis - 12, y: (from + to) / 2 + 4, anchor: "end", room: axis - 16 },
      value: { x: axis - 44, y: (from + to) / 2 + 4, anchor: "end" },
      grows: "up",
    });
  for (let l = 1; l <= L; l++) {
    down(l === 1 ? "input:0" : `A:${l - 1}`, y, y + gap);
    y += gap;
    units.push({ id: `linear:${l}`, kind: "linear", l, x: axis, y: y + BOX.height / 2, ...BOX });
    y += BOX.height;
    down(`Z:${l}`, y, y + gap);
    y += gap;
    units.push({
      id: `activation:${l}`,
      kind: "activation",
      l,
      x: axis,
      y: y + ROUND / 2,
      width: ROUND,
      height: ROUND,
    });
    y += ROUND;
  }
  down(`A:${L}`, y, y + gap);
  y += gap;
  units.push({ id: "loss", kind: "loss", l: L, x: axis, y: y + LOSS.height / 2, ...LOSS });
  const target = { x: axis - LOSS.width / 2 - 26, y: y + LOSS.height / 2 + 5, anchor: "end" as const };
  y += LOSS.height;
  arrows.push({
    step: `loss:${L}`,
    kind: "forward",
    path: `M${axis} ${y + 3}V${y + 27}`,
    symbol: { x: axis, y: y + 44, anchor: "middle", room: axis },
    value: { x: axis, y: y + 44, anchor: "middle" },
    grows: "up",
  });
  const loss: Room = { x: axis, y: y + 46, anchor: "middle", room: 2 * axis };

  walkBack(units, L, (from, to, step) => {
    const [x1, x2] = [from.x + from.width / 2 + 3, to.x + to.width / 2 + 7];
    const [y1, y2] = [from.y - from.height / 5, to.y + to.height / 5];
    const far = axis + BOX.width / 2 + 44;
    const middle = (y1 + y2) / 2;
    arrows.push({
      step,
      kind: "backward",
      path: `M${x1} ${y1}C${far} ${y1 - 8} ${far} ${y2 + 10} ${x2} ${y2}`,
      symbol: { x: far + 16, y: middle, anchor: "middle", room: 42 },
      value: { x: far + 40, y: middle, anchor: "start" },
      grows: "down",
    });
  });
  for (const unit of units.filter((each) => each.kind === "linear")) {
    const left = unit.x - unit.width / 2;
    arrows.push({
      step: `dL_dW:${unit.l}`,
      kind: "weight",
      path: `M${left - 3} ${unit.y}H${left - 22}`,
      symbol: { x: (left - 22) / 2, y: unit.y, anchor: "middle", room: left - 26 },
      value: { x: (left - 22) / 2, y: unit.y + 32, anchor: "middle" },
      grows: "down",
    });
  }
  return {
    width,
    height: y + 62,
    vertical: true,
    units,
    arrows,
    input,
    target: { ...target, path: `M${target.x + 5} ${target.y - 5}H${axis - LOSS.width / 2 - 6}` },
    loss,
  };
}

/** From the loss to the first layer, link by link: each curve with its step. */
function walkBack(units: Unit[], L: number, curve: (from: Unit, to: Unit, step: string) => void): void {
  const named = new Map(units.map((unit) => [unit.id, unit]));
  const join = (from: string, to: string, step: string) => {
    const [start, end] = [named.get(from), named.get(to)];
    if (start && end) curve(start, end, step);
  };
  join("loss", `activation:${L}`, `dL_dA:${L}`);
  for (let l = L; l >= 1; l--) {
    join(`activation:${l}`, `linear:${l}`, `dL_dZ:${l}`);
    if (l > 1) join(`linear:${l}`, `activation:${l - 1}`, `dL_dA:${l - 1}`);
  }
}
