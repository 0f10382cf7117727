/** Where a walk along steps is, whether it goes on by itself, and the keys that move it. */
import { useCallback, useEffect, useState } from "preact/hooks";

export interface Walk {
  at: number;
  playing: boolean;
  move: (to: number) => void;
  /** So many steps on, or back. */
  step: (by: number) => void;
  play: (playing: boolean) => void;
}

/** A walk along `length` steps; playing takes `pace` milliseconds for each and stops at the last. */
export function useWalk(length: number, pace: number, start = 0): Walk {
  const [at, setAt] = useState(start);
  const [playing, setPlaying] = useState(false);
  const last = length - 1;

  const move = useCallback((to: number) => setAt(within(to, last)), [last]);
  const step = useCallback((by: number) => setAt((now) => within(now + by, last)), [last]);
  const play = useCallback(
    (on: boolean) => {
      setPlaying(on);
      if (on) setAt((now) => (now === last ? 0 : now));
    },
    [last],
  );

  useEffect(() => {
    if (!playing) return;
    if (at >= last) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => setAt(at + 1), pace);
    return () => clearTimeout(timer);
  }, [playing, at, last, pace]);

  return { at: Math.min(at, last), playing, move, step, play };
}

/** Arrow keys, Home, End and the space bar move the walk, unless what has the focus uses them itself. */
export function useWalkKeys({ playing, move, step, play }: Walk, length: number, on = true): void {
  useEffect(() => {
    if (!on) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || usesKeys(event.target, event.key)) return;
      const act = {
        ArrowRight: () => step(1),
        ArrowLeft: () => step(-1),
        Home: () => move(0),
        End: () => move(length - 1),
        " ": () => play(!playing),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      if (event.key !== " ") play(false);
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [on, playing, length, move, step, play]);
}

const within = (to: number, last: number) => Math.min(Math.max(to, 0), last);

function usesKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("select, textarea, input, dialog:not([data-walked]), [data-own-keys]")) return true;
  return key === " " && target.closest("button, summary, a, [role=button]") !== null;
}
