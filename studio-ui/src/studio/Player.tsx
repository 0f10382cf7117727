/** Play, pause, one epoch, one step, the speed, and the way back to the beginning. */
import { useEffect } from "preact/hooks";
import type { Run } from "./run";

export const SPEEDS = [
  { label: "10 steps/s", stepsPerSecond: 10 },
  { label: "100 steps/s", stepsPerSecond: 100 },
  { label: "1,000 steps/s", stepsPerSecond: 1000 },
  { label: "full speed", stepsPerSecond: undefined },
] as const;
/** The speed at the beginning: slow enough to see it learn. */
export const FIRST_SPEED = 2;

export interface PlayerProps {
  run: Run | null;
  speed: number;
  onSpeed: (index: number) => void;
  onReset: () => void;
  onSeed: () => void;
  onSave: () => void;
}

export function Player({ run, speed, onSpeed, onReset, onSeed, onSave }: PlayerProps) {
  const playing = run?.playing ?? false;
  const stuck = run === null || run.snapshot?.finite === false;
  const play = () => (playing ? run?.pause() : run?.play(SPEEDS[speed]?.stepsPerSecond));
  useKeys({ " ": play, ArrowRight: () => run?.take(1), e: () => run?.epoch(), r: onReset });
  return (
    <div class="player" role="group" aria-label="Training">
      <button type="button" class="play" disabled={stuck} onClick={play} aria-keyshortcuts="Space">
        <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
          <path d={playing ? "M5 3h4v14H5zM11 3h4v14h-4z" : "M5 2.5v15l12.5-7.5z"} fill="currentColor" />
        </svg>
        {playing ? "Pause" : "Play"}
      </button>
      <button type="button" class="plain-button" disabled={stuck || playing} onClick={() => run?.take(1)}>
        One step
      </button>
      <button type="button" class="plain-button" disabled={stuck || playing} onClick={() => run?.epoch()}>
        One epoch
      </button>
      <label class="field">
        <span class="unseen">Speed</span>
        <select
          value={speed}
          onChange={(event) => {
            const index = Number(event.currentTarget.value);
            onSpeed(index);
            if (playing) run?.play(SPEEDS[index]?.stepsPerSecond);
          }}
        >
          {SPEEDS.map(({ label }, index) => (
            <option key={label} value={index}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <span class="apart" />
      <button
        type="button"
        class="plain-button"
        disabled={!run}
        onClick={onReset}
        title="The same first weights again (r)"
      >
        Start again
      </button>
      <button
        type="button"
        class="plain-button"
        disabled={!run}
        onClick={onSeed}
        title="Other first weights, and another order of the points"
      >
        New seed
      </button>
      <button
        type="button"
        class="plain-button"
        disabled={!run || playing}
        onClick={onSave}
        title="The weights and what they were trained by, as a JSON file"
      >
        Save
      </button>
    </div>
  );
}

/** Keys of the whole page, but where something is typed or pressed that has keys of its own. */
function useKeys(keys: Record<string, () => void>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      const done = keys[event.key];
      if (!done || event.ctrlKey || event.metaKey || event.altKey || at.closest("input, select, button, dialog"))
        return;
      event.preventDefault();
      done();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}
