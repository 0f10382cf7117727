/** Curves over steps on one pair of axes, linear or logarithmic, with a line at the step that is looked at. */
import { inSteps } from "../numbers";
import { useWidth } from "./useWidth";

export interface Series {
  label: string;
  points: readonly (readonly [number, number])[];
  /** A class of the style sheet: a tone, or one of several shades. */
  tone: string;
  dashed?: boolean;
}

export interface LineChartProps {
  series: readonly Series[];
  label: string;
  logarithmic?: boolean;
  /** Whether steps further on stand closer together. */
  logarithmicX?: boolean;
  /** Whether the values are parts of a whole, from 0 to 1. */
  parts?: boolean;
  at?: number | undefined;
  height?: number;
  onPick?: ((x: number) => void) | undefined;
}

/** Pixels around the curves; a tick with many digits takes more room at the left. */
const EDGE = { left: 56, right: 12, top: 10, bottom: 26 };

export function LineChart({
  series,
  label,
  logarithmic = false,
  logarithmicX = false,
  parts = false,
  at,
  height = 190,
  onPick,
}: LineChartProps) {
  const { ref, width } = useWidth<HTMLDivElement>(420);
  const usable = (value: number) => Number.isFinite(value) && (!logarithmic || value > 0);
  const points = series.flatMap((each) => each.points).filter(([, value]) => usable(value));
  const scale = (value: number) => (logarithmic ? Math.log10(value) : value);
  const across = (x: number) => (logarithmicX ? Math.log10(Math.max(x, 1)) : x);
  const [x0, x1] = extent(
    points.map(([x]) => across(x)),
    0,
  );
  const [y0, y1] = extent(
    points.map(([, y]) => scale(y)),
    0.5,
    parts,
    logarithmic ? 1 : 0,
  );
  const Y = (y: number) => height - EDGE.bottom - ((scale(y) - y0) / (y1 - y0)) * (height - EDGE.top - EDGE.bottom);
  const wanted = Math.max(2, Math.floor(width / 110));
  const ticksOf = (logarithmic: boolean, low: number, high: number, wanted: number) =>
    points.length === 0 ? [] : logarithmic ? decades(low, high) : ticks(low, high, wanted);
  const [yTicks, xTicks] = [ticksOf(logarithmic, y0, y1, 4), ticksOf(logarithmicX, x0, x1, wanted)];
  const [yTexts, xTexts] = [inSteps(yTicks), inSteps(xTicks)];
  const left = Math.max(EDGE.left, ...yTexts.map((text) => 2 * HALF * text.length + 8));
  const X = (x: number) => left + ((across(x) - x0) / (x1 - x0)) * (width - left - EDGE.right);
  return (
    <div class="chart" ref={ref}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={label}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const place = x0 + ((event.clientX - box.left - left) / (width - left - EDGE.right)) * (x1 - x0);
          onPick?.(logarithmicX ? 10 ** place : place);
        }}
      >
        {points.length === 0 && (
          <text class="tick" x={width / 2} y={height / 2} text-anchor="middle">
            no values yet
          </text>
        )}
        {yTicks.map((tick, index) => (
          <g key={tick} class="tick">
            <path d={`M${left} ${Y(tick)}H${width - EDGE.right}`} />
            <text x={left - 6} y={Y(tick) + 4} text-anchor="end">
              {yTexts[index]}
            </text>
          </g>
        ))}
        {xTicks.map((tick, index) => (
          <text
            key={tick}
            class="tick"
            x={Math.min(X(tick), width - HALF * (xTexts[index] ?? "").length)}
            y={height - 7}
            text-anchor="middle"
          >
            {xTexts[index]}
          </text>
        ))}
        {series.map((each) => (
          <path
            key={each.label}
            class={`curve ${each.tone}`}
            stroke-dasharray={each.dashed ? "6 4" : undefined}
            d={each.points
              .filter(([, y]) => usable(y))
              .map(([x, y], index) => `${index ? "L" : "M"}${X(x).toFixed(1)} ${Y(y).toFixed(1)}`)
              .join("")}
          />
        ))}
        {at !== undefined && (
          <>
            <path class="at" d={`M${X(at)} ${EDGE.top}V${height - EDGE.bottom}`} />
            {series.map((each) => {
              const point = each.points.find(([x]) => x === at);
              return point && usable(point[1]) ? (
                <circle key={each.label} class={`dot ${each.tone}`} cx={X(at)} cy={Y(point[1])} r="4" />
              ) : null;
            })}
          </>
        )}
      </svg>
      {series.length > 1 && (
        <div class="legend">
          {series.map((each) => (
            <span key={each.label} class={each.tone}>
              <i class={each.dashed ? "dashed" : ""} />
              {each.label}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}

/**
 * Least and greatest. Where all values are one but for their rounding, which no tick could tell apart: a range of 1 that begins
 * so much below it, of parts what is within 0 and 1. `unit` is the size of a value that is 0.
 */
export function extent(values: readonly number[], below = 0.5, parts = false, unit = 0): [number, number] {
  if (!values.length) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high - low > 1e-9 * Math.max(-low, high, unit)) return [low, high];
  const [from, to] = [low - below, low - below + 1];
  return parts ? [Math.max(from, 0), Math.min(to, 1)] : [from, to];
}

/** Pixels of half a letter of a tick. */
const HALF = 4;

/** Round numbers from low to high, about `wanted` of them. */
export function ticks(low: number, high: number, wanted: number): number[] {
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

function decades(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
  const stride = Math.max(1, Math.ceil((last - first) / 5));
  const whole = Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => 10 ** (first + index));
  const some = whole.filter((_, index) => index % stride === 0);
  return some.length > 1 ? some : ticks(10 ** low, 10 ** high, 4);
}
