/**
 * The run of the page's settings: begun anew when they change, drawn from outside of the page's own tree. What follows a
 * change happens before the next click or message is heard: neither can meet a run that has ended, or one that nobody watches.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Kernels } from "../engine/module";
import { computing } from "../live/computing";
import type { PointSet, Start } from "./carried";
import { Run } from "./run";
import { planOf, type Settings } from "./settings";
import type { Side } from "./state";

/** The engine that the page carries, compiled once; or why it cannot be. */
export function useEngine(carried: string): { module: WebAssembly.Module | null; why: string } {
  const [engine, setEngine] = useState<{ module: WebAssembly.Module | null; why: string }>({ module: null, why: "" });
  useEffect(() => {
    Kernels.compiled(carried).then(
      (module) => setEngine({ module, why: "" }),
      (error: Error) => setEngine({ module: null, why: `This browser cannot run the engine: ${error.message}` }),
    );
  }, [carried]);
  return engine;
}

export interface Made {
  readonly run: Run | null;
  readonly why: string;
  /** What it is a run of. */
  readonly settings: Settings | undefined;
}

/** A run of a side of the page, none where there is no such side; another `attempt` begins it again. */
export function useRun(
  module: WebAssembly.Module | null,
  start: Start,
  side: Side | null,
  sets: readonly PointSet[],
  attempt: number,
): Made {
  const [made, setMade] = useState<Made>({ run: null, why: "", settings: undefined });
  const { settings, past } = side ?? {};
  const eta = side?.eta ?? 0;
  const rate = useRef(eta);
  rate.current = eta;
  const set = settings && sets[settings.set];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt begins the same run again
  useLayoutEffect(() => {
    if (!module || !settings || !set) return setMade({ run: null, why: "", settings });
    let run: Run | null = null;
    try {
      const [first, ...rates] = past?.rates ?? [[0, rate.current] as const];
      const plan = planOf(start, settings, first?.[1] ?? rate.current, set, computing().firstParameters);
      run = new Run(module, { ...plan, rates }, set);
      if (past?.taken) run.take(past.taken);
      setMade({ run, why: "", settings });
    } catch (error) {
      setMade({ run: null, why: (error as Error).message, settings });
    }
    return () => run?.end();
  }, [module, start, settings, past, set, attempt]);
  useLayoutEffect(() => made.run?.change(eta), [made.run, eta]);
  return made;
}

/** Draws the component anew with the run's snapshots, ten times a second at most. */
export function useTicks(run: Run | null): void {
  const [, tick] = useState(0);
  useLayoutEffect(() => {
    if (!run) return;
    let last = 0;
    let waits: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      waits = undefined;
      last = performance.now();
      tick((count) => count + 1);
    };
    const end = run.watch(() => {
      if (waits === undefined) waits = setTimeout(draw, Math.max(0, 100 - (performance.now() - last)));
    });
    return () => {
      end();
      clearTimeout(waits);
    };
  }, [run]);
}
