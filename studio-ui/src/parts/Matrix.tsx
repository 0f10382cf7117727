/** A matrix of numbers in brackets, its points under one another; large ones are folded, and every digit is a hover away. */
import { type Kept, kept } from "../folding";
import type { Handle } from "../live/handles";
import { useHandles } from "../live/useSteering";
import { DIGITS, decimalsFor, type Value, type Matrix as Values, written } from "../numbers";
import { Dragged } from "./Dragged";
import { useRoom } from "./Fit";
import type { Tone } from "./types";

export interface MatrixProps {
  values: Values;
  /** What it is, for a screen reader. */
  label: string;
  tone?: Tone | undefined;
  /** Decimals, where neighbours are to have the same. */
  decimals?: number | undefined;
  /** Rows and columns that are shown before it is folded. */
  room?: readonly [number, number] | undefined;
  /** The value that it is, and whether it is shown turned: its numbers can be moved where the page is live. */
  valueId?: string | undefined;
  turned?: boolean | undefined;
  /** The whole shape, where `values` are only the entries that were kept. */
  shape?: readonly number[] | undefined;
  /** The units that rows and columns stand for, counted from 0, where not all were kept. */
  rows?: readonly number[] | undefined;
  columns?: readonly number[] | undefined;
  picked?: readonly [number, number] | undefined;
  onPick?: ((row: number, column: number) => void) | undefined;
}

export const ROOM = [8, 6] as const;

export function Matrix(props: MatrixProps) {
  const { values, label, tone = "plain", shape, onPick, picked } = props;
  const given = useRoom()?.room;
  const handleOf = useHandles(props.valueId, props.turned);
  const room = props.room ?? given ?? ROOM;
  const decimals = props.decimals ?? decimalsFor(values.flat());
  const [height, width] = [values.length, values[0]?.length ?? 0];
  const single = values[0]?.[0];
  if (height === 1 && width === 1 && single !== undefined && (shape ?? [1, 1]).every((side) => side === 1) && !onPick) {
    return (
      <span class={`scalar ${tone}`} title={String(single)} data-value={single ?? "nan"}>
        {number(handleOf?.(0, 0, single), single, written(single, decimals))}
      </span>
    );
  }
  const rows = places(height, room[0], shape?.[0]);
  const columns = places(width, room[1], shape?.[1]);
  const texts = rows.map((i) =>
    columns.map((j) => (i === null || j === null ? null : written(values[i]?.[j] ?? null, decimals))),
  );
  const tails = columns.map((_, at) => Math.max(0, ...texts.map((row) => tail(row[at] ?? ""))));
  return (
    <table class={`matrix ${tone}`} aria-label={label}>
      {props.columns && width > 1 && (
        <thead>
          <tr>
            {props.rows && height > 1 && <td />}
            {columns.map((j, column) =>
              j === null ? (
                <td key={column} />
              ) : (
                <th key={column} scope="col">
                  {unitName(props.columns, j)}
                </th>
              ),
            )}
          </tr>
        </thead>
      )}
      <tbody>
        {rows.map((i, row) => (
          <tr key={row}>
            {props.rows && height > 1 && (i === null ? <td /> : <th scope="row">{unitName(props.rows, i)}</th>)}
            {columns.map((j, column) => {
              const text = texts[row]?.[column];
              if (i === null || j === null || text === null || text === undefined) {
                const dots = i === null ? (j === null ? "⋱" : "⋮") : "…";
                return (
                  <td key={column} class="gap">
                    {dots}
                  </td>
                );
              }
              const value = values[i]?.[j] ?? "nan";
              const body = text + " ".repeat((tails[column] ?? 0) - tail(text));
              const zero = value === 0 ? "zero" : undefined;
              const [r, c] = [props.rows?.[i] ?? i, props.columns?.[j] ?? j];
              const isPicked = picked?.[0] === r && picked[1] === c;
              return (
                <td key={column} class={zero} title={String(value)} data-value={value}>
                  {onPick ? (
                    <button
                      type="button"
                      aria-pressed={isPicked}
                      aria-label={`${label}, row ${r + 1}, column ${c + 1}: ${text}`}
                      onClick={() => onPick(r, c)}
                    >
                      {body}
                    </button>
                  ) : (
                    number(handleOf?.(r, c, value), value, body)
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A number, which can be moved where there is a handle. */
function number(handle: Handle | null | undefined, value: Value, text: string) {
  return handle ? (
    <Dragged handle={handle} value={value}>
      {text}
    </Dragged>
  ) : (
    text
  );
}

/** The indices into what is there; a gap where some are left out, here or before. */
function places(there: number, room: number, whole: number | undefined): Kept[] {
  if (whole === undefined || whole <= there) return kept(there, room);
  return [...Array.from({ length: Math.min(there, room - 1) }, (_, index) => index), null];
}

/** The number of a unit, counted from 1, where only some are shown. */
function unitName(units: readonly number[] | undefined, index: number): number {
  return (units?.[index] ?? index) + 1;
}

/** How many characters follow the place where a point is or would be. */
function tail(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point;
}

/** `3 × 1`. */
export function shapeText(shape: readonly number[]): string {
  return shape.join(" × ");
}

export { DIGITS };
