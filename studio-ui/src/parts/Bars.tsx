/** Values before a change, the change, and the values after it, as bars beside each other. */
import { short } from "../numbers";
import { slanted } from "./letters";
import type { Written } from "./types";

export interface Bar {
  symbol: Written;
  before: number;
  after: number;
}

/** A number may have eight characters: -1.2e-10. */
const [NAME, WIDTH, NUMBER, PITCH] = [52, 64, 62, 24];

/** How much longer than the values themselves changes are drawn: a round number, at least 1. */
export function magnified(bars: readonly Bar[]): number {
  const size = (of: (bar: Bar) => number) =>
    Math.max(...bars.map((bar) => Math.abs(of(bar))).filter(Number.isFinite), 0);
  const times = size((bar) => bar.before) / (size((bar) => bar.after - bar.before) || 1);
  if (!Number.isFinite(times) || times < 2) return 1;
  const unit = 10 ** Math.floor(Math.log10(times));
  return Math.floor(times / unit) * unit;
}

export function Bars({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const times = magnified(bars);
  const columns = [
    { title: "before", tone: "plain", of: (bar: Bar) => bar.before, by: 1 },
    {
      title: times > 1 ? `change, × ${times}` : "change",
      tone: "backward",
      of: (bar: Bar) => bar.after - bar.before,
      by: times,
    },
    { title: "after", tone: "shared", of: (bar: Bar) => bar.after, by: 1 },
  ];
  const sizes = bars.flatMap((bar) => columns.map(({ of, by }) => Math.abs(of(bar) * by))).filter(Number.isFinite);
  const largest = Math.max(...sizes, Number.MIN_VALUE);
  const width = NAME + columns.length * (WIDTH + NUMBER);
  const height = 20 + bars.length * PITCH;
  return (
    <svg
      class="change-bars"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
    >
      {bars.map((bar, row) => (
        <text key={row} class="symbol" x={NAME - 8} y={34 + row * PITCH} text-anchor="end">
          {slanted(bar.symbol)}
        </text>
      ))}
      {columns.map(({ title, tone, of, by }, column) => {
        const zero = NAME + column * (WIDTH + NUMBER) + WIDTH / 2;
        return (
          <g key={title} class={tone}>
            <text class="name" x={zero} y={12} text-anchor="middle">
              {title}
            </text>
            <path class="axis" d={`M${zero} 18V${height}`} />
            {bars.map((bar, row) => {
              const length = ((of(bar) * by) / largest) * (WIDTH / 2) || 0;
              return (
                <g key={row} data-value={of(bar)}>
                  <rect x={Math.min(zero, zero + length)} y={22 + row * PITCH} width={Math.abs(length)} height={15} />
                  <text class="number" x={zero + WIDTH / 2 + 4} y={34 + row * PITCH}>
                    {short(of(bar))}
                  </text>
                </g>
              );
            })}
          </g>
        );
      })}
    </svg>
  );
}
