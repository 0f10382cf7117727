/** A number that is moved: by dragging it, by arrow keys, or typed where the hand's own field is. */
import type { ComponentChildren } from "preact";
import { useContext, useRef } from "preact/hooks";
import { type Handle, nameOf, symbolOfHandle } from "../live/handles";
import { SteeringContext } from "../live/useSteering";
import { toNumber, type Value } from "../numbers";

/** The field that a typed number goes to. */
export const FIELD = "typed";
/** What a pixel, and what an arrow key changes, of a number of size 1 or less; a tenth of it with Shift. */
const [PIXEL, KEY] = [0.01, 0.1];

const WAY: Record<string, number> = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 };

/** Without the digits that adding leaves behind. */
const tidy = (value: number) => Number(value.toPrecision(12));

/** What moves a handle, for an element that stands for its number. */
export function useDrag(handle: Handle | null, value: Value) {
  const steering = useContext(SteeringContext);
  const from = useRef<{ x: number; y: number; value: number } | null>(null);
  const frame = useRef(0);
  const dragged = useRef(false);
  const latest = useRef(steering);
  latest.current = steering;
  if (!steering || !handle) return null;
  const unit = (event: { shiftKey: boolean }) =>
    Math.max(Math.abs(from.current?.value ?? toNumber(value)), 1) * (event.shiftKey ? 0.1 : 1);
  const at = (event: PointerEvent) => {
    const start = from.current;
    if (!start) return null;
    const pixels = Math.round(event.clientX - start.x - (event.clientY - start.y)); // a pointer stands between pixels at times
    return pixels === 0 ? start.value : tidy(start.value + pixels * PIXEL * unit(event));
  };
  const end = (event: PointerEvent) => {
    const to = at(event);
    cancelAnimationFrame(frame.current);
    const changed = to !== null && from.current !== null && to !== from.current.value;
    from.current = null;
    dragged.current = changed;
    if (changed) latest.current?.move(handle, to, true);
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return;
      event.preventDefault();
      const element = event.currentTarget as HTMLElement | SVGElement;
      element.setPointerCapture(event.pointerId);
      if (element.tabIndex >= 0) element.focus({ preventScroll: true });
      from.current = { x: event.clientX, y: event.clientY, value: toNumber(value) };
      steering.hold(handle);
    },
    onPointerMove: (event: PointerEvent) => {
      const to = at(event);
      if (to === null) return;
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(() => latest.current?.move(handle, to, false));
    },
    onPointerUp: end,
    onPointerCancel: end,
    /** The click that ends a drag picks nothing. */
    onClick: (event: Event) => {
      if (dragged.current) event.stopPropagation();
    },
    onFocus: () => steering.hold(handle),
    onKeyDown: (event: KeyboardEvent) => {
      const way = WAY[event.key];
      if (way) steering.move(handle, tidy(toNumber(value) + way * KEY * unit(event)), true);
      else if (event.key === "Enter" || /^[-.\d]$/.test(event.key)) document.getElementById(FIELD)?.focus();
      else return;
      if (way || event.key === "Enter") event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** A part of the drawing that stands for a number: a short click still picks it. */
export function DraggedShape({
  handle,
  value,
  children,
}: {
  handle: Handle | null;
  value: Value;
  children: ComponentChildren;
}) {
  const drag = useDrag(handle, value);
  if (!drag || !handle) return <>{children}</>;
  const { onFocus: _, onKeyDown: __, ...pointer } = drag;
  return (
    <g class="handle" data-handle={nameOf(handle)} {...pointer}>
      {children}
    </g>
  );
}

/** A number of a matrix. */
export function Dragged({ handle, value, children }: { handle: Handle; value: Value; children: string }) {
  const steering = useContext(SteeringContext);
  const drag = useDrag(handle, value);
  if (!steering || !drag) return <>{children}</>;
  const held = steering.held !== null && nameOf(steering.held) === nameOf(handle);
  return (
    <span
      class={held ? "handle held" : "handle"}
      role="spinbutton"
      tabIndex={0}
      data-own-keys
      data-handle={nameOf(handle)}
      aria-label={symbolOfHandle(steering.trace, handle).plain}
      aria-valuenow={toNumber(value)}
      {...drag}
    >
      {children}
    </span>
  );
}
