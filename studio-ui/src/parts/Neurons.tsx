/** The network neuron by neuron: a circle for each value, a line for each weight, as thick as it is large. */
import type { VNode } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { count, short, toNumber, type Value } from "../numbers";
import { DraggedShape } from "./Dragged";
import { slanted } from "./letters";
import { sizeFor } from "./lines";
import type { Written } from "./types";
import { useHeight, useWidth } from "./useWidth";

export interface NeuronLayer {
  symbol: Written;
  /** How many neurons there are; only the first of the kept ones are drawn. */
  of: number;
  /** The neurons that may be drawn, counted from 0. */
  units: readonly number[];
  /** The value of each of those, or none while nothing has got there. */
  values: readonly Value[] | undefined;
  tone: "forward" | "backward";
  names?: readonly string[] | undefined;
  /** How much each neuron of the layer is reached by a nudge, 0..1, by its number. */
  tints?: readonly number[] | undefined;
  /** What a neuron's own bias is, which is moved by its circle on a live page. */
  bias?: ((unit: number) => Value) | undefined;
}

export interface NeuronLink {
  l: number;
  /** What the lines are as thick as, by the places of both ends among the kept neurons. */
  strength: (from: number, to: number) => number;
  /** The weight itself, which is moved by its line on a live page. */
  weight?: (from: number, to: number) => number;
  /** Whether a nudge has moved it. */
  nudged?: ((from: number, to: number) => boolean) | undefined;
  /** What a line stands for, shown on hovering. */
  title: (from: number, to: number) => string;
  tone: "quiet" | "forward" | "backward";
  /** The strength that is drawn thickest; the largest one that is drawn, where it is left out. */
  scale?: number | undefined;
}

/** A weight from neuron i to neuron j of layer l, counted from 0; a bias has no i. */
export interface Pick {
  l: number;
  i: number | null;
  j: number;
}

/** A unit, counted from 0; of layer 0 an input. */
export interface UnitPick {
  l: number;
  unit: number;
}

export interface NeuronsProps {
  layers: readonly NeuronLayer[];
  links: readonly NeuronLink[];
  picked: Pick | null;
  onPick?: (pick: Pick) => void;
  unit?: UnitPick | null;
  onUnit?: (pick: UnitPick) => void;
  label: string;
}

const ROWS = 7;
const PITCH = 48;
const RADIUS = 22;
const TOP = 42;
/** The part of the window's height that the drawing may take. */
const TALLEST = 0.44;
const SYMBOL = 16;
/** Pixels of padding on both sides together. */
const PADDING = 12;

export function Neurons({ layers, links, picked, onPick, unit: asked = null, onUnit, label }: NeuronsProps) {
  const { ref, width: given } = useWidth<HTMLDivElement>(800);
  const width = given - PADDING;
  const most = Math.max(Math.min(ROWS, Math.floor((TALLEST * useHeight() - TOP) / PITCH)), 2);
  const drawn = useMemo(
    () => layers.map((layer) => layer.units.slice(0, layer.of > most ? most - 1 : most)),
    [layers, most],
  );
  const rows = Math.max(...layers.map((layer) => Math.min(layer.of, most)));
  const height = TOP + rows * PITCH + 2;
  const walk = useUnitKeys(drawn, onUnit);
  const longest = Math.max(0, ...layers.flatMap((layer) => (layer.names ?? []).map((name) => name.length)));
  const [first, last] = [RADIUS + 2, width - RADIUS - (longest ? 12 + 7.2 * Math.min(longest, 16) : 2)];
  const x = (column: number) => first + (column * (last - first)) / Math.max(layers.length - 1, 1);
  const y = (column: number, row: number) => {
    const shown = Math.min(layers[column]?.of ?? 0, most);
    return TOP + ((rows - shown) * PITCH) / 2 + (row + 0.5) * PITCH;
  };
  /** The size of the symbols over the columns: next to each other they have the room between two columns. */
  const pitch = (last - first) / Math.max(layers.length - 1, 1);
  const symbols = layers.map((layer) => slanted(layer.symbol));
  const signs = sizeFor(symbols, Math.min(pitch, (2 / 3) * (pitch + RADIUS)) - 6, SYMBOL);
  /** Text over the outermost columns keeps within the drawing. */
  const edge = (column: number) => {
    if (column === 0) return { "text-anchor": "start", dx: -RADIUS } as const;
    if (column === layers.length - 1 && !longest) return { "text-anchor": "end", dx: RADIUS } as const;
    return { "text-anchor": "middle" } as const;
  };
  /** Whether the path of the picked weight passes a line. */
  const onPath = (l: number, i: number, j: number) =>
    picked !== null &&
    (l === picked.l ? i === picked.i && j === picked.j : l === picked.l + 1 ? i === picked.j : l > picked.l);

  return (
    <div class="neurons" ref={ref}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role={onUnit ? "group" : "img"}
        aria-label={label}
      >
        {links.map((link, column) => {
          const [from, to] = [drawn[column] ?? [], drawn[column + 1] ?? []];
          const strengths = from.map((_, a) => to.map((_, b) => link.strength(a, b)));
          const largest =
            link.scale || Math.max(...strengths.flat().map(Math.abs).filter(Number.isFinite), Number.MIN_VALUE);
          return from.flatMap((i, a) =>
            to.map((j, b) => {
              const strength = strengths[a]?.[b] ?? 0;
              const size = Math.min(Math.abs(strength) / largest, 1) || 0;
              const state = picked === null ? "" : onPath(link.l, i, j) ? "path" : "off";
              const path = `M${x(column) + RADIUS} ${y(column, a)}L${x(column + 1) - RADIUS} ${y(column + 1, b)}`;
              return (
                <g
                  key={`${link.l} ${i} ${j}`}
                  class={`weight ${link.tone} ${state} ${link.nudged?.(a, b) ? "nudged" : ""}`}
                  onClick={() => onPick?.({ l: link.l, i, j })}
                >
                  <DraggedShape
                    handle={link.weight ? { kind: "W", l: link.l, i, j } : null}
                    value={link.weight?.(a, b) ?? null}
                  >
                    <title>{link.title(a, b)}</title>
                    <path class="hit" d={path} />
                    <path
                      d={path}
                      stroke-width={0.7 + 3.6 * size}
                      stroke-opacity={state === "path" ? 1 : 0.25 + 0.6 * size}
                      stroke-dasharray={strength < 0 ? "5 4" : undefined}
                    />
                  </DraggedShape>
                </g>
              );
            }),
          );
        })}
        {layers.map((layer, column) => (
          <g key={column} class={`layer ${layer.tone}`}>
            <text class="symbol" x={x(column)} y={22} {...edge(column)} style={{ fontSize: `${signs}px` }}>
              {symbols[column]}
            </text>
            {(drawn[column] ?? []).map((unit, row) => {
              const value = layer.values?.[row];
              const size = value === undefined ? 0 : Math.min(Math.abs(toNumber(value)), 1) || 0;
              return (
                <g
                  key={unit}
                  class={`neuron ${value === undefined ? "ahead" : ""} ${asked?.l === column && asked.unit === unit ? "asked" : ""}`}
                  {...walk(
                    column,
                    row,
                    unit,
                    `layer ${column}, unit ${unit + 1}: ${value === undefined ? "" : short(value)} ${layer.names?.[row] ?? ""}`,
                  )}
                >
                  {moving(
                    column,
                    unit,
                    column === 0 ? value : layer.bias?.(unit),
                    <>
                      <title>{`unit ${unit + 1}${value === undefined ? "" : `: ${value}`}`}</title>
                      {layer.tints && (
                        <circle
                          class="tint"
                          cx={x(column)}
                          cy={y(column, row)}
                          r={RADIUS + 1}
                          style={{ "--tint": layer.tints[unit] ?? 0, "--order": column }}
                        />
                      )}
                      <circle cx={x(column)} cy={y(column, row)} r={RADIUS} />
                      <circle
                        class="fill"
                        cx={x(column)}
                        cy={y(column, row)}
                        r={RADIUS}
                        fill-opacity={0.06 + 0.3 * size}
                      />
                      {value !== undefined && (
                        <text class="number" x={x(column)} y={y(column, row) + 4} text-anchor="middle">
                          {short(value)}
                        </text>
                      )}
                      {layer.names?.[row] && (
                        <text class="name" x={x(column) + RADIUS + 6} y={y(column, row) + 5}>
                          {layer.names[row]}
                        </text>
                      )}
                    </>,
                  )}
                </g>
              );
            })}
            {layer.of > most && (
              <text class="more" x={x(column)} y={y(column, most - 1) + 4} {...edge(column)}>
                ⋮ {count(layer.of - (drawn[column]?.length ?? 0))} more
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}

/** An input is moved by its circle, and any other unit by its bias. */
function moving(column: number, unit: number, value: Value | undefined, drawn: VNode) {
  if (value === undefined) return drawn;
  return (
    <DraggedShape handle={column ? { kind: "W0", l: column, j: unit } : { kind: "X", j: unit }} value={value}>
      {drawn}
    </DraggedShape>
  );
}

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** Units as buttons of which one is in the order of Tab: arrow keys go from it to the others, Enter and the space bar pick. */
function useUnitKeys(drawn: readonly (readonly number[])[], onUnit: NeuronsProps["onUnit"]) {
  const [at, setAt] = useState<readonly [number, number]>([0, 0]);
  const all = useRef(new Map<string, SVGGElement>());
  if (!onUnit) return () => ({});
  const place = ([column, row]: readonly [number, number]) => {
    const c = Math.min(Math.max(column, 0), drawn.length - 1);
    return [c, Math.min(Math.max(row, 0), (drawn[c]?.length ?? 1) - 1)] as const;
  };
  const current = place(at);
  return (column: number, row: number, unit: number, label: string) => ({
    role: "button" as const,
    tabindex: current[0] === column && current[1] === row ? 0 : -1,
    "aria-label": label,
    ref: (element: SVGGElement | null) => {
      if (element) all.current.set(`${column} ${row}`, element);
    },
    onClick: () => {
      setAt([column, row]);
      onUnit({ l: column, unit });
    },
    onKeyDown: (event: KeyboardEvent) => {
      const by = ARROWS[event.key];
      if (by) {
        const next = place([column + by[0], row + by[1]]);
        setAt(next);
        all.current.get(next.join(" "))?.focus();
      } else if (event.key === "Enter" || event.key === " ") onUnit({ l: column, unit });
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  });
}
