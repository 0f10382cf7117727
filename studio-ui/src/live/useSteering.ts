/** A step in a reader's hands: what it is now, what it was before, and what may be done with it. */
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Page } from "../trace/page";
import type { Trace } from "../trace/reading";
import { documentOf, stepped } from "./computing";
import { amountOf, type Handle, handleAt, moved, nameOf } from "./handles";
import { type Chosen, reshaped } from "./shapes";
import type { AskedStep } from "./step";

/** Steps that can be taken back. */
const MEMORY = 500;

export interface Steering {
  asked: AskedStep;
  trace: Trace;
  /** Whether a number is on its way. */
  moving: boolean;
  /** The handle that was touched last. */
  held: Handle | null;
  /** What did not fit, in Python's words. */
  refused: string | null;
  /** How many changes can be taken back. */
  changes: number;
  hold: (handle: Handle) => void;
  /** Moves a number; while it is on its way the step is one that is not remembered yet, and gradients are not checked. */
  move: (handle: Handle, value: number, arrived: boolean) => void;
  choose: (chosen: Chosen) => void;
  step: () => void;
  undo: () => void;
  reset: () => void;
}

export const SteeringContext = createContext<Steering | null>(null);

/** The handle of an entry of a value, where the page is live and a reader can move it. */
export function useHandles(id: string | undefined, turned: boolean | undefined) {
  const steering = useContext(SteeringContext);
  if (!steering || id === undefined) return null;
  return (row: number, column: number, shown: unknown) => {
    const handle = handleAt(steering.trace, id, ...(turned ? ([column, row] as const) : ([row, column] as const)));
    return handle && amountOf(steering.asked, steering.trace, handle) === shown ? handle : null;
  };
}

/** Milliseconds that a number rests before what is under the stage follows it. */
const REST = 120;

/** The trace as it is when no number is on its way, or when one has come to rest. */
export function useRested(trace: Trace, moving: boolean): Trace {
  const [rested, setRested] = useState(trace);
  useEffect(() => {
    const timer = setTimeout(() => setRested(trace), moving ? REST : 0);
    return () => clearTimeout(timer);
  }, [trace, moving]);
  return moving ? rested : trace;
}

/** The trace that the page shows, and the hand on it where the page is live. */
export function useSteering(page: Page, layout: string, notation: string): { trace: Trace; steering: Steering | null } {
  const first = page.live;
  const [past, setPast] = useState<readonly AskedStep[]>([]);
  const [now, setNow] = useState(first);
  const [onTheWay, setOnTheWay] = useState(false);
  const [held, setHeld] = useState<Handle | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  /** What the last remembered step was, while a number is on its way. */
  const before = useRef<AskedStep | null>(null);

  const manner = { layout, notation, check: (first?.check ?? true) && !onTheWay };
  const trace = now && now !== first ? documentOf(now, manner) : page.written(layout, notation);

  const attempt = useCallback(
    (make: (asked: AskedStep) => AskedStep, arrived: boolean) => {
      if (!now) return;
      before.current ??= now;
      try {
        const next = make(now);
        documentOf(next, { layout, notation, check: (next.check ?? true) && arrived });
        setNow(next);
        setOnTheWay(!arrived);
        setRefused(null);
      } catch (error) {
        setOnTheWay(false);
        setRefused(error instanceof Error ? error.message : String(error));
      }
      if (!arrived) return;
      const last = before.current;
      before.current = null;
      if (last !== null) setPast((all) => [...all, last].slice(-MEMORY));
    },
    [now, layout, notation],
  );

  const back = useCallback((to: AskedStep | null | undefined, left: readonly AskedStep[]) => {
    if (!to) return;
    before.current = null;
    setNow(to);
    setPast(left);
    setOnTheWay(false);
    setRefused(null);
  }, []);

  const steering = useMemo(
    (): Steering | null =>
      now
        ? {
            asked: now,
            trace,
            moving: onTheWay,
            held,
            refused,
            changes: past.length,
            hold: (handle) => setHeld((last) => (last && nameOf(last) === nameOf(handle) ? last : handle)),
            move: (handle, value, arrived) => attempt((asked) => moved(asked, trace, handle, value), arrived),
            choose: (chosen) => {
              setHeld(null);
              attempt((asked) => reshaped(asked, chosen), true);
            },
            step: () => attempt(stepped, true),
            undo: () => back(past.at(-1), past.slice(0, -1)),
            reset: () => {
              if (now !== first) back(first, [...past, now].slice(-MEMORY));
            },
          }
        : null,
    [now, trace, onTheWay, held, refused, past, attempt, back, first],
  );
  return { trace, steering };
}
