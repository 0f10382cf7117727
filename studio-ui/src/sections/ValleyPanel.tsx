/** The valley: the loss by the step size, with this step on it, which is moved along; and the best step size that was measured. */
import { useMemo, useRef, useState } from "preact/hooks";
import { valleyOf } from "../live/computing";
import type { Valley } from "../live/step";
import type { Steering } from "../live/useSteering";
import { short, toNumber, written } from "../numbers";
import { Tex } from "../parts/Tex";
import { useWidth } from "../parts/useWidth";

const HEIGHT = 150;
const EDGE = { left: 52, right: 14, top: 12, bottom: 24 };
/** How far an arrow key moves, as a part of the curve; a tenth of it with Shift. */
const KEY = 0.02;
/** The best step size is written in the place of 0 where it is this part of the curve away or nearer. */
const NEAR = 0.12;
/** How far the drawing goes over the lowest and the highest loss, as a part of the room between them. */
const OVER = 0.05;
const WAY: Record<string, number> = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 };

export function ValleyPanel({ steering }: { steering: Steering }) {
  const { asked, trace, move } = steering;
  /** How far the curve goes while the step is on its way. */
  const [until, setUntil] = useState<number>();
  const valley = useMemo(() => valleyOf(asked, trace.notation.name, until), [asked, trace.notation.name, until]);
  const { eta, loss } = valley.symbols;
  const to = (value: number, arrived: boolean) => move({ kind: "eta" }, value, arrived);
  return (
    <div class="valley">
      <Curve valley={valley} onMove={to} onHold={setUntil} />
      <p class="row">
        <span>
          <Tex code={eta.latex} label={eta.plain} /> = <b data-value={valley.eta}>{written(valley.eta)}</b>,
        </span>
        <span>
          <Tex code={loss.latex} label={loss.plain} /> after = <b data-value={valley.loss}>{written(valley.loss)}</b>,
        </span>
        <span>
          before = <b data-value={valley.start}>{written(valley.start)}</b>
        </span>
        <button
          type="button"
          class="plain-button"
          disabled={!toNumber(valley.best_eta) || valley.best_eta === valley.eta}
          onClick={() => to(toNumber(valley.best_eta), true)}
        >
          Go to {written(valley.best_eta)}
        </button>
      </p>
      <div class="says" role="status">
        {valley.says.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
    </div>
  );
}

interface CurveProps {
  valley: Valley;
  onMove: (eta: number, arrived: boolean) => void;
  /** The curve stays as long as this while the step is dragged. */
  onHold: (until: number | undefined) => void;
}

function Curve({ valley, onMove, onHold }: CurveProps) {
  const { ref, width } = useWidth<HTMLDivElement>(380);
  const { x, y, high, best, start, farthest } = useScales(valley, width);
  const eta = toNumber(valley.eta);
  const slope = toNumber(valley.slope);
  const until = farthest(slope);
  const frame = useRef(0);
  const dragging = useRef(false);
  const at = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = (event.clientX - box.left - EDGE.left) / (width - EDGE.left - EDGE.right);
    return Number((Math.min(Math.max(share, 0), 1) * high).toPrecision(4));
  };
  const end = (event: PointerEvent) => {
    if (!dragging.current) return;
    dragging.current = false;
    cancelAnimationFrame(frame.current);
    onMove(at(event), true);
    onHold(undefined);
  };
  const points = valley.etas.map((each, index) => `${x(each)},${y(toNumber(valley.losses[index] ?? null))}`);
  return (
    <div
      ref={ref}
      class="curve-of-eta"
      role="slider"
      tabIndex={0}
      data-own-keys
      aria-label={`Step size ${valley.symbols.eta.plain} on the curve of ${valley.symbols.loss.plain}`}
      aria-valuemin={0}
      aria-valuemax={high}
      aria-valuenow={eta}
      aria-valuetext={`${written(valley.eta)}: loss ${written(valley.loss)}`}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus({ preventScroll: true });
        dragging.current = true;
        onHold(high);
        onMove(at(event), false);
      }}
      onPointerMove={(event) => {
        if (!dragging.current) return;
        const to = at(event);
        cancelAnimationFrame(frame.current);
        frame.current = requestAnimationFrame(() => onMove(to, false));
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onKeyDown={(event) => {
        const way = WAY[event.key];
        if (!way) return;
        event.preventDefault();
        event.stopPropagation();
        const by = way * KEY * (event.shiftKey ? 0.1 : 1) * high;
        onMove(Number(Math.max(eta + by, 0).toPrecision(6)), true);
      }}
    >
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} aria-hidden="true">
        <path class="axis" d={`M${EDGE.left} ${EDGE.top}V${HEIGHT - EDGE.bottom}H${width - EDGE.right}`} />
        {(best > 0 && best < NEAR * high ? [high] : [0, high]).map((each) => (
          <text key={each} class="tick" x={x(each)} y={HEIGHT - 8} text-anchor={each ? "end" : "start"}>
            {short(each)}
          </text>
        ))}
        <text class="tick" x={EDGE.left - 6} y={y(start) + 4} text-anchor="end">
          {short(start)}
        </text>
        <path class="level" d={`M${EDGE.left} ${y(start)}H${width - EDGE.right}`} />
        {Number.isFinite(slope) && (
          <line class="tangent" x1={x(0)} y1={y(start)} x2={x(until)} y2={y(start + slope * until)} />
        )}
        <polyline class="curve" points={points.join(" ")} />
        {best > 0 && (
          <g class="best">
            <path d={`M${x(best)} ${y(toNumber(valley.best_loss))}V${HEIGHT - EDGE.bottom}`} />
            <text class="tick" x={x(best)} y={HEIGHT - 8} text-anchor="middle">
              {short(best)}
            </text>
          </g>
        )}
        <circle class="here" cx={x(Math.min(eta, high))} cy={y(toNumber(valley.loss))} r={9} />
      </svg>
    </div>
  );
}

/** Where a step size and a loss are drawn; what is higher than twice the fall over the start is cut off. */
function useScales(valley: Valley, width: number) {
  const [start, best] = [toNumber(valley.start), toNumber(valley.best_eta)];
  const high = valley.etas.at(-1) ?? 1;
  const losses = [...valley.losses.map(toNumber), toNumber(valley.loss)].filter(Number.isFinite);
  const low = Math.min(...losses, toNumber(valley.best_loss));
  const top = Math.min(Math.max(...losses), Math.max(start + 2 * (start - low), toNumber(valley.loss)));
  const room = top - low || 1;
  const x = (eta: number) => EDGE.left + (eta / high) * (width - EDGE.left - EDGE.right);
  const y = (loss: number) => {
    const share = Number.isFinite(loss) ? Math.min(Math.max((loss - low) / room, -OVER), 1 + OVER) : 1 + OVER;
    return HEIGHT - EDGE.bottom - 6 - share * (HEIGHT - EDGE.bottom - EDGE.top - 6);
  };
  /** How far a line from the start stays in the drawing. */
  const farthest = (slope: number) =>
    slope ? Math.min(high, ((slope < 0 ? low - OVER * room : low + (1 + OVER) * room) - start) / slope) : high;
  return { x, y, high, best, start, farthest };
}
