/** The next step of the training, one phase at a time: its equation in numbers, on the page itself. */
import { useState } from "preact/hooks";
import type { AskedStep } from "../live/step";
import { Growing } from "../sections/Growing";
import { contents } from "../sections/stepContents";
import type { Trace } from "../trace/reading";
import { type Step, stepsOf } from "../trace/steps";
import type { Start } from "./carried";
import type { Standing } from "./measures";
import { nextStep } from "./nextStep";
import type { Run } from "./run";

/** A step that is walked through. */
interface Walked {
  readonly run: Run;
  readonly asked: AskedStep;
  readonly trace: Trace;
  readonly steps: readonly Step[];
  readonly leavesOut: readonly string[];
  readonly at: number;
  /** Steps of the training before this one. */
  readonly before: number;
}

export interface Phases {
  readonly walked: Walked | null;
  readonly said: string;
  /** One phase on; the last of a step takes it, and the one after it begins the next step. */
  next: () => void;
  close: () => void;
}

/** `take` takes the step. What is shown stays until the training goes on in another way. */
export function usePhases(start: Start, standing: Standing | undefined, take: () => void): Phases {
  const [walked, setWalked] = useState<Walked | null>(null);
  const [said, say] = useState("");
  const taken = standing?.run.snapshot?.taken ?? 0;
  const onWay = (of: Walked) => of.at < of.steps.length - 1;
  const stands = walked && walked.run === standing?.run && taken === walked.before + (onWay(walked) ? 0 : 1);
  const next = () => {
    if (!standing || (walked && !onWay(walked) && taken === walked.before && walked.run === standing.run)) return; // it is being taken
    say("");
    if (walked && stands && onWay(walked)) {
      const further = { ...walked, at: walked.at + 1 };
      setWalked(further);
      if (!onWay(further)) take();
      return;
    }
    try {
      const { asked, trace, leavesOut } = nextStep(start, standing);
      setWalked({ run: standing.run, asked, trace, steps: stepsOf(trace), leavesOut, at: 0, before: taken });
    } catch (error) {
      say((error as Error).message);
    }
  };
  const shown = walked && (stands || (!onWay(walked) && taken === walked.before)) ? walked : null;
  return { walked: shown, said, next, close: () => setWalked(null) };
}

/** Into view, when it comes: on a phone it stands below the picture. */
const intoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: "nearest" });

export function PhaseCard({ phases, onWhole }: { phases: Phases; onWhole: () => void }) {
  const { walked, said } = phases;
  if (said)
    return (
      <p class="alarm" role="alert">
        {said}
      </p>
    );
  const step = walked?.steps[walked.at];
  if (!walked || !step) return null;
  const { trace, steps, at, leavesOut } = walked;
  const { equation, notes } = contents(trace, step);
  return (
    <section
      ref={intoView}
      class={`card-of phase ${step.tone}`}
      aria-label="The next step, phase by phase"
      data-step={step.id}
    >
      <p class="note" role="status">
        Step {trace.header.t}, phase {at + 1} of {steps.length}
        {trace.batch ? `, for ${trace.header.point ?? "the first point"} of its batch` : ""}
        <span class="unseen">. {step.spoken}</span>
      </p>
      <h2 class="tone">{step.title}</h2>
      <div class="fit">{equation}</div>
      <Growing trace={trace} step={step} hidden={false} />
      {notes}
      {leavesOut.map((sentence) => (
        <p key={sentence} class="note">
          {sentence}
        </p>
      ))}
      <p class="taken">
        <button type="button" class="plain-button" onClick={phases.next}>
          {at === steps.length - 1 ? "The next step" : "Next phase"}
        </button>
        <button type="button" class="plain-button" onClick={onWhole}>
          All phases at once
        </button>
        <button type="button" class="plain-button" onClick={phases.close}>
          Close
        </button>
      </p>
    </section>
  );
}
