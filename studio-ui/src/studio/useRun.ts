/** The run of the page's settings: begun anew when they change, drawn from outside of the page's own tree. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Kernels } from "../engine/module";
import { computing } from "../live/computing";
import type { PointSet, Start } from "./carried";
import { Run } from "./run";
import { planOf, type Settings } from "./settings";

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

/** A run of these settings; another `attempt` begins it again. */
export function useRun(
  module: WebAssembly.Module | null,
  start: Start,
  settings: Settings,
  eta: number,
  set: PointSet,
  attempt: number,
): { run: Run | null; why: string } {
  const [made, setMade] = useState<{ run: Run | null; why: string }>({ run: null, why: "" });
  const rate = useRef(eta);
  rate.current = eta;
  useEffect(() => {
    if (!module || attempt < 0) return;
    let run: Run | null = null;
    try {
      const draw = computing().firstParameters;
      run = new Run(module, planOf(start, settings, rate.current, set, draw), set);
      setMade({ run, why: "" });
    } catch (error) {
      setMade({ run: null, why: (error as Error).message });
    }
    return () => run?.end();
  }, [module, start, settings, set, attempt]);
  useEffect(() => made.run?.change(eta), [made.run, eta]);
  return made;
}

/** Draws the component anew with the run's snapshots, ten times a second at most. */
export function useTicks(run: Run | null): void {
  const [, tick] = useState(0);
  useEffect(() => {
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
