/** A step in a reader's hands: what it is now, and what may be done with it. */
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useMemo, useState } from "preact/hooks";
import type { Page } from "../trace/page";
import type { Trace } from "../trace/reading";
import { type Action, act, begin, type Plain, type State } from "./actions";
import { documentOf, nudgedOf } from "./computing";
import { amountOf, type Handle, handleAt, nameOf } from "./handles";
import type { Chosen } from "./shapes";
import type { AskedStep, Nudged } from "./step";
import { useNotebook } from "./useNotebook";

export interface Steering {
  asked: AskedStep;
  trace: Trace;
  /** Whether a number is on its way. */
  moving: boolean;
  /** The handle that was touched last. */
  held: Handle | null;
  refused: string | null;
  /** How many changes can be taken back. */
  changes: number;
  /** What nudges do, where they have begun. */
  nudged: Nudged | null;
  hold: (handle: Handle) => void;
  move: (handle: Handle, value: number, arrived: boolean) => void;
  choose: (chosen: Chosen) => void;
  /** Says why something cannot be done. */
  refuse: (why: string) => void;
  act: (to: Plain) => void;
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

/** What a value is when no number is on its way, or when one has come to rest. */
export function useRested<Of>(value: Of, moving: boolean): Of {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), moving ? REST : 0);
    return () => clearTimeout(timer);
  }, [value, moving]);
  return moving ? rested : value;
}

/** The trace that the page shows, and the hand on it where the page is live. */
export function useSteering(page: Page, layout: string, notation: string): { trace: Trace; steering: Steering | null } {
  const [state, setState] = useState<State | null>(() => page.live && begin(page.live));
  const [held, setHeld] = useState<Handle | null>(null);
  const manner = useMemo(() => ({ layout, notation }), [layout, notation]);

  const asIsCarried = !state || (state.now === state.first && page.carries(layout, notation));
  const check = state !== null && (state.now.check ?? true) && !state.moving;
  const trace = asIsCarried ? page.written(layout, notation) : documentOf(state.now, { ...manner, check });
  const nudged = state?.base ? nudgedOf(state.base, state.now, notation) : null;

  const perform = useCallback((action: Action) => setState((last) => last && act(last, action, manner)), [manner]);
  const refuse = useCallback((refused: string) => setState((last) => last && { ...last, refused }), []);
  useNotebook(state, perform, refuse);
  const steering = useMemo(
    (): Steering | null =>
      state && {
        asked: state.now,
        trace,
        moving: state.moving,
        held,
        refused: state.refused,
        changes: state.past.length,
        nudged,
        hold: (handle) => setHeld((last) => (last && nameOf(last) === nameOf(handle) ? last : handle)),
        move: (handle, value, arrived) => perform({ do: "move", handle, value, arrived }),
        choose: (chosen) => {
          setHeld(null);
          perform({ do: "choose", chosen });
        },
        refuse,
        act: (to) => perform({ do: to }),
      },
    [state, trace, held, nudged, perform, refuse],
  );
  return { trace, steering };
}
