/** A step that Python has too, where the page stands in a notebook: each change of a reader is told, and Python's changes are shown. */
import { useEffect, useRef } from "preact/hooks";
import { listen, tell } from "../notebook/host";
import type { Action, State } from "./actions";
import type { AskedStep } from "./step";

export function useNotebook(
  state: State | null,
  perform: (action: Action) => void,
  refuse: (why: string) => void,
): void {
  /** The step that both know. */
  const shared = useRef(state?.now);
  const hands = useRef({ perform, refuse });
  hands.current = { perform, refuse };

  useEffect(() => {
    if (!state || state.moving || state.now === shared.current) return;
    shared.current = state.now;
    tell({ step: plain(state.now) });
  }, [state]);

  useEffect(
    () =>
      listen(({ step, refused }) => {
        if (typeof refused === "string") hands.current.refuse(refused);
        if (typeof step !== "object" || step === null) return;
        shared.current = step as AskedStep;
        hands.current.perform({ do: "adopt", step: step as AskedStep });
      }),
    [],
  );
}

/** The same step without typed arrays, which JSON would not write as lists. */
const plain = (step: AskedStep): unknown =>
  JSON.parse(JSON.stringify(step, (_, each) => (ArrayBuffer.isView(each) ? Array.from(each as Float64Array) : each)));
