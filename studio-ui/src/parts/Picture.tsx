/** The whole of a large array in a few cells: the darker, the larger; grey where it is negative. */
import type { Tone } from "./types";

export interface PictureProps {
  /** In hundredths of the largest size. */
  cells: readonly (readonly number[])[];
  tone: Tone;
  label: string;
  /** Pixels of a cell. */
  size?: number;
}

export function Picture({ cells, tone, label, size = 4 }: PictureProps) {
  const [height, width] = [cells.length, cells[0]?.length ?? 0];
  return (
    <svg
      class={`picture ${tone}`}
      role="img"
      aria-label={label}
      width={width * size}
      height={height * size}
      viewBox={`0 0 ${width} ${height}`}
      shape-rendering="crispEdges"
    >
      <title>{label}</title>
      {cells.flatMap((row, y) =>
        row.map((cell, x) =>
          cell === 0 ? null : (
            <rect
              key={`${y} ${x}`}
              class={cell > 0 ? "positive" : "negative"}
              x={x}
              y={y}
              width="1"
              height="1"
              fill-opacity={Math.min(Math.abs(cell) / 100, 1)}
            />
          ),
        ),
      )}
    </svg>
  );
}
