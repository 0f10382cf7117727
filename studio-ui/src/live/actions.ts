/** What a reader does to a step: moves, nudges, choices, steps, and the way back. Pure: a state and an action give a state. */

import type { Trace } from "../trace/reading";
import { documentOf, type Manner, stepped } from "./computing";
import { type Handle, moved } from "./handles";
import { type Chosen, reshaped } from "./shapes";
import type { AskedStep } from "./step";

/** Steps that can be taken back. */
const MEMORY = 500;

/** The step at hand, and the one that nudges lead away from, where there are some. */
export interface Place {
  now: AskedStep;
  base: AskedStep | null;
}

export interface State extends Place {
  /** What the page began with. */
  first: AskedStep;
  past: readonly Place[];
  /** The last place that is remembered, while a number is on its way. */
  before: Place | null;
  /** Whether a number is on its way. */
  moving: boolean;
  /** What did not fit, in Python's words. */
  refused: string | null;
}

export type Action =
  | Attempt
  | { do: "undo" }
  | { do: "reset" }
  /** Begins nudges here, and ends them. */
  | { do: "nudge" }
  | { do: "end nudge" }
  /** Goes on from a step that Python has. */
  | { do: "adopt"; step: AskedStep };

/** What leads to another step, which may not exist. */
type Attempt =
  /** Moves a number; while it is on its way the step is one that is not remembered yet, and gradients are not checked. */
  | { do: "move"; handle: Handle; value: number; arrived: boolean }
  | { do: "choose"; chosen: Chosen }
  | { do: "step" }
  /** Brings nudges half the way back, or all of it. */
  | { do: "halve" }
  | { do: "back" };

/** Those that need nothing said beside. */
export type Plain = Exclude<Action["do"], "move" | "choose" | "adopt">;

export const begin = (first: AskedStep): State => ({
  first,
  now: first,
  base: null,
  past: [],
  before: null,
  moving: false,
  refused: null,
});

export function act(state: State, action: Action, manner: Omit<Manner, "check">): State {
  switch (action.do) {
    case "undo":
      return returned(state, state.past.at(-1), state.past.slice(0, -1));
    case "reset":
      if (state.now === state.first && !state.base) return state;
      return returned(state, { now: state.first, base: null }, remembering(state, place(state)));
    case "nudge":
      return { ...state, base: state.now, past: afterNudges(state) };
    case "end nudge":
      return { ...state, base: null, past: afterNudges(state) };
    case "adopt":
      return returned(state, { now: action.step, base: null }, remembering(state, place(state)));
    default:
      return attempted(state, action, manner);
  }
}

const place = ({ now, base }: State): Place => ({ now, base });

const remembering = ({ past }: State, last: Place) => [...past, last].slice(-MEMORY);

/** Nudges that end can be had again, where something was moved; there is nothing to take back of a beginning alone. */
const afterNudges = (state: State) =>
  state.base && state.base !== state.now ? remembering(state, place(state)) : state.past;

function returned(state: State, to: Place | undefined, past: readonly Place[]): State {
  return to ? { ...state, ...to, past, before: null, moving: false, refused: null } : state;
}

/** The state after an action whose step may not exist: then it stays as it was, and says why. */
function attempted(state: State, action: Attempt, manner: Omit<Manner, "check">): State {
  const arrived = action.do !== "move" || action.arrived;
  const last = state.before ?? place(state);
  const checked = (of: AskedStep, to: boolean) => ({ ...manner, check: (of.check ?? true) && to });
  let next: State;
  try {
    const to = led(state, action, documentOf(state.now, checked(state.now, !state.moving)));
    documentOf(to.now, checked(to.now, arrived));
    next = { ...state, ...to, before: last, moving: !arrived, refused: null };
  } catch (error) {
    next = { ...state, before: last, moving: false, refused: error instanceof Error ? error.message : String(error) };
  }
  if (!arrived) return next;
  return { ...next, before: null, past: next.now === last.now ? state.past : remembering(state, last) };
}

/** Where an action leads. A step and other parts begin nudges anew; a target is the same before and after a nudge. */
function led({ now, base }: Place, action: Attempt, trace: Trace): Place {
  switch (action.do) {
    case "move": {
      const { handle, value } = action;
      const goesAlong = handle.kind === "Y" || handle.kind === "eta";
      return {
        now: moved(now, trace, handle, value),
        base: base && goesAlong ? moved(base, trace, handle, value) : base,
      };
    }
    case "choose":
      return anew(reshaped(now, action.chosen), base);
    case "step":
      return anew(stepped(now), base);
    case "halve":
      return { now: base ? between(base, now, 0.5) : now, base };
    case "back":
      return { now: base ? between(base, now, 0) : now, base };
  }
}

/** Nudges, where there are some, begin at the new step. */
const anew = (next: AskedStep, base: AskedStep | null): Place => ({ now: next, base: base && next });

/** The step with a share of its nudges. */
function between(base: AskedStep, now: AskedStep, share: number): AskedStep {
  if (share === 0) return { ...now, parameters: base.parameters, X: base.X };
  const part = (from: ArrayLike<number>, to: ArrayLike<number>) =>
    Array.from(from, (each, at) => each + share * ((to[at] ?? 0) - each));
  const X = base.X.map((row, at) => part(row, now.X[at] ?? row));
  return { ...now, parameters: part(base.parameters, now.parameters), X, after: undefined };
}
