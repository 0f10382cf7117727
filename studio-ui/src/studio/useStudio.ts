/** What the page's trainings are, and all that a person may do with them. */
import { useEffect, useState } from "preact/hooks";
import { type CarriedLive, PointSet, type Start } from "./carried";
import { type Standing, stepsOf } from "./measures";
import type { Opening } from "./opened";
import type { Run } from "./run";
import { type Settings, settingsOf } from "./settings";
import { type PageState, read, type Side, sideOf } from "./state";
import { useEngine, useRun, useTicks } from "./useRun";

export interface Studio {
  start: Start;
  sets: readonly PointSet[];
  sides: readonly Side[];
  scene: number | null;
  runs: readonly Run[];
  /** The runs whose sets and networks are those that are chosen. */
  standings: readonly Standing[];
  module: WebAssembly.Module | null;
  /** What cannot be done, in sentences. */
  said: readonly string[];
  say: (sentence: string) => void;
  choose: (settings: Settings) => void;
  setEta: (eta: number) => void;
  again: () => void;
  newSeed: () => void;
  show: (scene: number | null) => void;
  check: () => void;
  compare: (whether: boolean) => void;
  open: (state: PageState) => void;
  /** Another set, which the settings are of. */
  add: (set: PointSet, settings: Settings) => void;
  /** Goes on with the network of a model file. */
  become: (opening: Opening) => void;
}

const begun = ({ settings, eta }: Side): Side => ({ settings, eta });

export function useStudio(carried: CarriedLive): Studio {
  const { training, state: given } = carried.live;
  const [start, setStart] = useState<Start>(training);
  const [sets, setSets] = useState<readonly PointSet[]>(() => start.data.map((each) => new PointSet(each)));
  const [first] = useState(() => opened(start, sets, given));
  const [{ sides, scene }, setState] = useState<PageState>(first.state);
  const [said, setSaid] = useState(first.said);
  const [attempt, setAttempt] = useState(0);
  const engine = useEngine(carried.live.engine);
  const made = [
    useRun(engine.module, start, sides[0] ?? null, sets, attempt),
    useRun(engine.module, start, sides[1] ?? null, sets, attempt),
  ];
  const runs = made.flatMap(({ run }) => (run ? [run] : []));
  useTicks(runs[0] ?? null);
  useTicks(runs[1] ?? null);

  const begin = (change: (sides: readonly Side[]) => readonly Side[]) => {
    setState((last) => ({ ...last, sides: change(last.sides) }));
    setAttempt((count) => count + 1);
  };
  const open = (next: PageState) => {
    setSaid("");
    setState(next);
    setAttempt((count) => count + 1);
  };
  useEffect(() => {
    const onHash = () => {
      const found = opened(start, sets, undefined);
      if (found.said) setSaid(found.said);
      else if (inAddress()) {
        setStart(training);
        open(found.state);
      }
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  });

  return {
    start,
    sets,
    sides,
    scene,
    runs,
    standings: sides.flatMap((side, at): Standing[] => {
      const [run, set] = [made[at]?.run, sets[side.settings.set]];
      return run && set && run.set === set && made[at]?.settings === side.settings ? [{ side, set, run }] : [];
    }),
    module: engine.module,
    said: [...new Set([said, engine.why, ...made.flatMap(({ run, why }) => [why, run?.refused ?? ""])])].filter(
      Boolean,
    ),
    say: setSaid,
    choose: (settings) => begin((all) => all.map((side, at) => (at ? begun(side) : { settings, eta: side.eta }))),
    setEta: (eta) =>
      setState((last) => ({ ...last, sides: last.sides.map((side, at) => (at ? side : { ...side, eta })) })),
    again: () => begin((all) => all.map(begun)),
    newSeed: () =>
      begin((all) =>
        all.map(({ settings, eta }) => ({ settings: { ...settings, seed: (settings.seed + 1) >>> 0 }, eta })),
      ),
    show: (next) => {
      const chosen = next === null ? undefined : start.scenes[next];
      if (chosen) setStart(training); // a scene draws its own first weights, also where a model file has been opened
      open({ sides: chosen ? chosen.runs.map((run) => sideOf(start, sets, run)) : sides.map(begun), scene: next });
    },
    check: () => {
      const claim = scene === null ? undefined : start.scenes[scene]?.claim;
      const taken = claim ? runs.map((run) => stepsOf(claim, run)) : [];
      begin((all) => all.map((side, at) => ({ ...side, past: { taken: taken[at] ?? 0, rates: [[0, side.eta]] } })));
    },
    compare: (whether) =>
      begin((all) => {
        const first = all.slice(0, 1).map(begun);
        return whether ? [...first, ...first] : first;
      }),
    open,
    become: (opening) => {
      setStart(opening.start);
      if (opening.set) setSets((all) => [...all, opening.set as PointSet]);
      setState((last) => ({
        sides: [{ settings: opening.settings, eta: last.sides[0]?.eta ?? start.eta }],
        scene: null,
      }));
      setAttempt((count) => count + 1);
    },
    add: (set, settings) => {
      setSets((all) => [...all, set]);
      begin((all) => [{ settings, eta: all[0]?.eta ?? start.eta }]);
    },
  };
}

/** What stands in the address behind `#`; empty where nothing of this page does. */
export function inAddress(): string {
  const { hash } = location;
  return hash.startsWith(MARK) ? hash.slice(MARK.length) : "";
}
export const MARK = "#state=";

/** The state in the address; else that which the page carries; else what it was made with. */
function opened(start: Start, sets: readonly PointSet[], given: unknown): { state: PageState; said: string } {
  const own: PageState = { sides: [{ settings: settingsOf(start), eta: start.eta }], scene: null };
  try {
    const text = inAddress();
    if (text) return { state: read(start, sets, decodeURIComponent(text)), said: "" };
    if (given !== undefined) return { state: read(start, sets, JSON.stringify(given)), said: "" };
  } catch (error) {
    const why = error instanceof URIError ? "it is cut off" : (error as Error).message;
    return { state: own, said: `The state ${inAddress() ? "in the address" : "of this page"} is refused: ${why}.` };
  }
  return { state: own, said: "" };
}
