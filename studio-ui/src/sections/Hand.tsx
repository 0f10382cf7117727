/** The reader's hand on the step: the number that is held, nudges, the valley, the parts, and the way on and back. */
import { useContext, useState } from "preact/hooks";
import { SteeringContext } from "../live/useSteering";
import { written } from "../numbers";
import { lossName } from "../trace/reading";
import { Moved } from "./Moved";
import { Nudging } from "./Nudging";
import { Parts } from "./Parts";
import { ValleyPanel } from "./ValleyPanel";

const PANELS = ["Parts", "Valley"] as const;

export function Hand() {
  const steering = useContext(SteeringContext);
  const [open, setOpen] = useState<(typeof PANELS)[number] | null>(null);
  if (!steering) return null;
  const { act, refused, changes, nudged, trace } = steering;
  return (
    <section class="hand" aria-label="Steer the step" data-own-keys>
      <div class="row">
        <button type="button" class="plain-button strong" onClick={() => act("step")} title="Take the step: t goes on">
          Take step {trace.header.t}
        </button>
        <button type="button" class="plain-button" disabled={changes === 0} onClick={() => act("undo")}>
          Undo
        </button>
        <button type="button" class="plain-button" disabled={changes === 0} onClick={() => act("reset")}>
          Reset
        </button>
        <button
          type="button"
          class="plain-button"
          aria-pressed={nudged !== null}
          title="Move numbers, and see what their derivatives foretell of the loss beside what it becomes"
          onClick={() => act(nudged ? "end nudge" : "nudge")}
        >
          Nudge
        </button>
        {PANELS.map((panel) => (
          <button
            key={panel}
            type="button"
            class="plain-button"
            aria-expanded={open === panel}
            onClick={() => setOpen(open === panel ? null : panel)}
          >
            {panel}
          </button>
        ))}
        <output class="tone forward" aria-label="Loss" title={String(trace.header.loss.value)}>
          {lossName(trace)} {lossName(trace) === "loss" ? "" : "= "}
          {written(trace.header.loss.value)}
        </output>
      </div>
      <Moved steering={steering} />
      {refused && (
        <p class="alarm" role="alert">
          {refused}
        </p>
      )}
      {nudged && <Nudging nudged={nudged} act={act} />}
      {open === "Valley" && <ValleyPanel steering={steering} />}
      {open === "Parts" && <Parts steering={steering} />}
    </section>
  );
}
