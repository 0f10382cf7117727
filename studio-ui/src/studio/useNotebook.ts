/** A training that Python has too, where the page stands in a notebook: weights, data and losses are told, and Python's changes are taken. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { listen, tell } from "../notebook/host";
import type { PointSet } from "./carried";
import type { Measured } from "./look";
import type { Run } from "./run";
import { shapeOf } from "./settings";
import { beginningOf } from "./state";
import type { Studio } from "./useStudio";

/** Milliseconds between two messages while it plays. */
const PAUSE = 500;

export function useNotebook(studio: Studio): void {
  const now = useRef(studio);
  now.current = studio;
  /** Weights from Python that wait for a run. */
  const given = useRef<Float64Array | null>(null);
  /** Whether a notebook has said what Python has; before, this page's first weights are no news for it. */
  const [greeted, greet] = useState(false);
  const heard = useRef(greeted);
  heard.current = greeted;
  /** The number of the last thing that Python asked for and this page has done. */
  const done = useRef(0);
  const [standing] = studio.standings;
  const run = standing?.run;

  useLayoutEffect(() => {
    if (!run || !greeted) return;
    const adopted = given.current?.length === run.began.length ? given.current : null;
    given.current = null;
    if (adopted) run.adopt(adopted);
    let told = 0;
    let start: Start = adopted ? "continued" : "begun";
    const look = () => {
      const { snapshot } = run;
      if (!snapshot || (snapshot.playing && performance.now() - told < PAUSE)) return;
      if (start === "continued" && adopted?.some((weight, k) => weight !== snapshot.parameters[k])) return;
      told = performance.now();
      tell({ run: recordOf(now.current, run, start) });
      start = null;
    };
    look();
    return run.watch(look);
  }, [run, greeted]);

  useEffect(
    () =>
      listen((said) => {
        const { parameters, take, number, refused } = said;
        if (!Object.keys(said).length) greet(true);
        const { current } = now;
        const there = current.standings[0]?.run;
        if (typeof refused === "string") current.say(refused);
        const ordered = typeof number === "number";
        if (ordered) {
          if (!there || !heard.current || number <= done.current) return; // Python asks again for what is not done when a run begins
          done.current = number;
          tell({ done: number });
        }
        if (Array.isArray(parameters)) {
          const weights = Float64Array.from(parameters);
          if (heard.current && there?.began.length === weights.length) there.adopt(weights, ordered);
          else given.current = weights;
        }
        if (typeof take === "number") there?.take(take, ordered);
      }),
    [],
  );
}

/** Whether a run's first message says that it begins, or goes on from weights that Python had. */
type Start = "begun" | "continued" | null;

function recordOf(studio: Studio, run: Run, start: Start): unknown {
  const { snapshot } = run;
  const side = studio.sides[0];
  if (!snapshot || !side) return null;
  const moment = run.moments.at(-1);
  return {
    ...beginningOf(studio.sets, side),
    ...shapeOf(side.settings, run.set),
    start,
    taken: snapshot.taken,
    epochs: snapshot.epochs,
    parameters: Array.from(snapshot.parameters),
    training: moment && measured(moment.training),
    test: moment?.held ? measured(moment.held) : null,
    ...(start ? { points: pointsOf(run.set) } : {}),
  };
}

const measured = ({ loss, accuracy }: Measured) => ({ loss: finite(loss), accuracy: finite(accuracy) });
const finite = (value: number) => (Number.isFinite(value) ? value : null);

/** A set that came to the page after it was made; Python has the others. */
const pointsOf = (set: PointSet) => (set.own ? set.carried : null);
