/** What the page's trainings are, and all that a person may do with them. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { type Aim, type Choosable, chosen, differing, shownAt } from "./aim";
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
  /** The run that choices go to, where there are two. */
  aim: Aim;
  aimAt: (aim: Aim) => void;
  /** The run whose choices are shown. */
  shown: Side | undefined;
  /** What a choice for both runs changes in the first one only: what they differ in, and what their scene is about. */
  own: ReadonlySet<Choosable>;
  /** Whether the runs are a scene's comparison of two. */
  contrasts: boolean;
  choose: (settings: Settings, eta?: number) => void;
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
  const [aim, aimAt] = useState<Aim>(aimOf(first.state));
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
    aimAt(aimOf(next));
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

  const staged = useMemo(() => stagedOf(start, sets, scene), [start, sets, scene]);
  const own = sides.length > 1 ? new Set([...differing(sides), ...differing(staged)]) : new Set<Choosable>();
  const shown = sides[sides.length > 1 ? shownAt(aim) : 0];
  const to = (all: readonly Side[], next: Settings | undefined, eta: number | undefined) => {
    const from = all[all.length > 1 ? shownAt(aim) : 0];
    if (!from) return [...all];
    const made = { ...(next ?? from.settings), eta: eta ?? from.eta };
    return chosen(start, sets, { sides: all, aim: all.length > 1 ? aim : "both runs", own }, made);
  };

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
    aim,
    aimAt,
    shown,
    own,
    contrasts: staged.length > 1 && sides.length > 1,
    choose: (settings, eta) => begin((all) => to(all.map(begun), settings, eta)),
    setEta: (eta) => setState((last) => ({ ...last, sides: kept(last.sides, to(last.sides, undefined, eta)) })),
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
    compare: (whether) => {
      aimAt("run 1");
      begin((all) => {
        const first = all.slice(0, 1).map(begun);
        return whether ? [...first, ...first] : first;
      });
    },
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

/** Choices go to both runs of a scene, which are to differ in one thing; of others to the first, beside the second as it is. */
const aimOf = ({ scene }: PageState): Aim => (scene === null ? "run 1" : "both runs");

/** The runs as their scene begins them; none where there is no scene. */
function stagedOf(start: Start, sets: readonly PointSet[], scene: number | null): Side[] {
  const shown = scene === null ? undefined : start.scenes[scene];
  return shown ? shown.runs.map((run) => sideOf(start, sets, run)) : [];
}

/** The sides with other step sizes; how far they were stays. */
const kept = (sides: readonly Side[], next: readonly Side[]): Side[] =>
  sides.map((side, at) => ({ ...side, eta: next[at]?.eta ?? side.eta }));

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
