/** The step at hand: its equation with numbers first, which is always in view, then its reasons. */
import { useCallback } from "preact/hooks";
import { Fit } from "../parts/Fit";
import { linkInto, stageOf, type Trace } from "../trace/reading";
import type { Step } from "../trace/steps";
import { contents } from "./stepContents";

export interface StepCardProps {
  trace: Trace;
  step: Step;
  /** Whether the card stands beside the drawing, with a height of its own, or under it. */
  beside: boolean;
}

export function StepCard({ trace, step, beside }: StepCardProps) {
  const { equation, notes } = contents(trace, step);
  const height = useCallback(
    (element: HTMLElement) => (beside ? heightInCard(element) : heightInView(element)),
    [beside],
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: beside the drawing it scrolls, and must be reached by keyboard for that
    <section class={`now-card ${step.tone}`} data-step={step.id} tabIndex={0} aria-labelledby="now-title">
      <h2 id="now-title">
        {step.title}
        <span class="source">{sourceOf(trace, step)}</span>
      </h2>
      <Fit of={`${step.id} ${trace.header.layout.name} ${trace.notation.name} ${beside}`} height={height}>
        {equation}
      </Fit>
      {notes}
    </section>
  );
}

/** Pixels of padding below the equation. */
const BELOW = 14;

function heightInCard(element: HTMLElement): number {
  const card = element.closest<HTMLElement>(".now-card");
  return card
    ? card.getBoundingClientRect().bottom -
        card.getBoundingClientRect().top -
        (element.offsetTop - card.offsetTop) -
        BELOW
    : 0;
}

/** Down to the scrubber, which stands at the bottom of the window; seen from the top of the page, or of the stage within one. */
function heightInView(element: HTMLElement): number {
  const stage = element.closest<HTMLElement>(".stage");
  const scrubber = stage?.querySelector<HTMLElement>(".scrubber")?.offsetHeight ?? 0;
  const top = element.getBoundingClientRect().top;
  const above = stage?.classList.contains("within") ? top - stage.getBoundingClientRect().top : top + scrollY;
  return innerHeight - scrubber - above - BELOW;
}

function sourceOf(trace: Trace, { kind, l, id }: Step): string {
  if (kind === "Z" || kind === "A" || kind === "stage") return stageOf(trace, id)?.source ?? "";
  if (kind === "dL_dA" || kind === "dL_dZ" || kind === "link") return linkInto(trace, id)?.source ?? "";
  if (kind === "dL_dW") return trace.links[`dZ_dW:${l}`]?.source ?? "";
  return kind === "update" ? "7.1" : kind === "loss" ? "Definition 4" : "";
}
