/** Walks along a row of steps: buttons, a track with a colour for each step, and a slider that the keyboard moves. */
import type { Tone } from "./types";

export interface Mark {
  tone: Tone;
  /** What the step is, in words. */
  label: string;
}

export interface ScrubberProps {
  marks: readonly Mark[];
  at: number;
  playing: boolean;
  onMove: (to: number) => void;
  onPlay: (playing: boolean) => void;
  /** What is walked along. */
  label: string;
}

export function Scrubber({ marks, at, playing, onMove, onPlay, label }: ScrubberProps) {
  const last = marks.length - 1;
  const step = (to: number) => onMove(Math.min(Math.max(to, 0), last));
  return (
    <fieldset class="scrubber" aria-label={label}>
      <div class="buttons">
        <button
          type="button"
          aria-label="First step"
          title="First step (Home)"
          disabled={at === 0}
          onClick={() => step(0)}
        >
          <Icon path="M5 4v12M15 4 7.5 10 15 16z" />
        </button>
        <button
          type="button"
          aria-label="One step back"
          title="One step back (←)"
          disabled={at === 0}
          onClick={() => step(at - 1)}
        >
          <Icon path="M13 4 5.5 10 13 16z" />
        </button>
        <button
          type="button"
          class="play"
          aria-label={playing ? "Pause" : "Play"}
          title={`${playing ? "Pause" : "Play"} (space)`}
          onClick={() => onPlay(!playing)}
        >
          <Icon path={playing ? "M6 4v12M13 4v12" : "M6 3.5 16 10 6 16.5z"} heavy={playing} />
        </button>
        <button
          type="button"
          aria-label="One step on"
          title="One step on (→)"
          disabled={at === last}
          onClick={() => step(at + 1)}
        >
          <Icon path="M7 4 14.5 10 7 16z" />
        </button>
        <button
          type="button"
          aria-label="Last step"
          title="Last step (End)"
          disabled={at === last}
          onClick={() => step(last)}
        >
          <Icon path="M15 4v12M5 4 12.5 10 5 16z" />
        </button>
      </div>
      <div class="track">
        <div class="marks" aria-hidden="true">
          {marks.map((mark, index) => (
            <i key={index} class={`${mark.tone} ${index <= at ? "reached" : ""} ${index === at ? "now" : ""}`} />
          ))}
        </div>
        <input
          type="range"
          min={0}
          max={last}
          step={1}
          value={at}
          aria-label={label}
          aria-valuetext={`${at + 1} of ${marks.length}: ${marks[at]?.label ?? ""}`}
          onInput={(event) => step(Number(event.currentTarget.value))}
        />
      </div>
      <output class="place">
        {at + 1} / {marks.length}
      </output>
    </fieldset>
  );
}

function Icon({ path, heavy = false }: { path: string; heavy?: boolean }) {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <path
        d={path}
        fill="currentColor"
        stroke="currentColor"
        stroke-width={heavy ? 3.4 : 1.6}
        stroke-linejoin="round"
      />
    </svg>
  );
}
