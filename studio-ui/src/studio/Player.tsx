/** Play, pause, one epoch, one step, one phase of it, the speed, and the way back to the beginning. */
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
  /** One, or two side by side. */
  runs: readonly Run[];
  speed: number;
  onSpeed: (index: number) => void;
  /** One phase of the next step. */
  onPhase: () => void;
  onReset: () => void;
  onSeed: () => void;
  onSave: () => void;
}

export function Player({ runs, speed, onSpeed, onPhase, onReset, onSeed, onSave }: PlayerProps) {
  const playing = runs.some((run) => run.playing);
  const going = runs.filter((run) => run.snapshot?.finite !== false);
  const stuck = going.length === 0;
  const each = (what: (run: Run) => void) => () => going.forEach(what);
  const play = each((run) => (playing ? run.pause() : run.play(SPEEDS[speed]?.stepsPerSecond)));
  const [step, epoch] = [each((run) => run.take(1)), each((run) => run.epoch())];
  const ones = [
    ["step", step, ""],
    ["epoch", epoch, ""],
    ["phase", onPhase, "The next step one phase at a time, in numbers; the last phase takes it (p)"],
  ] as const;
  const anew = [
    ["Start again", onReset, "The same first weights again (r)"],
    ["New seed", onSeed, "Other first weights, and another order of the points"],
    ["Save", onSave, "The weights and what they were trained by, as a JSON file"],
  ] as const;
  useKeys({ " ": play, ArrowRight: step, e: epoch, p: stuck || playing ? () => {} : onPhase, r: onReset });
  return (
    <div class="player" role="group" aria-label="Training">
      <div class="go">
        <button type="button" class="play" disabled={stuck} onClick={play} aria-keyshortcuts="Space">
          <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
            <path d={playing ? "M5 3h4v14H5zM11 3h4v14h-4z" : "M5 2.5v15l12.5-7.5z"} fill="currentColor" />
          </svg>
          {playing ? "Pause" : "Play"}
        </button>
        {ones.map(([what, go, title]) => (
          <button
            key={what}
            type="button"
            class="plain-button"
            disabled={stuck || playing}
            onClick={go}
            {...(title && { title })}
          >
            <span>One </span>
            {what}
          </button>
        ))}
      </div>
      <label class="field">
        <span class="unseen">Speed</span>
        <select
          value={speed}
          onChange={(event) => {
            const index = Number(event.currentTarget.value);
            onSpeed(index);
            if (playing) for (const run of going) run.play(SPEEDS[index]?.stepsPerSecond);
          }}
        >
          {SPEEDS.map(({ label }, index) => (
            <option key={label} value={index}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <div class="anew">
        {anew.map(([what, go, title]) => (
          <button
            key={what}
            type="button"
            class="plain-button"
            disabled={!runs.length || (playing && go === onSave)}
            onClick={go}
            title={title}
          >
            {what}
          </button>
        ))}
      </div>
    </div>
  );
}

/** Keys of the whole page, but where something is typed or pressed that has keys of its own. */
function useKeys(keys: Record<string, () => void>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      const done = keys[event.key];
      const own =
        event.key === " " ? "input, select, textarea, button, summary, a, dialog" : "input, select, textarea, dialog";
      if (!done || event.ctrlKey || event.metaKey || event.altKey || at.closest(own)) return;
      event.preventDefault();
      done();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}
