/** The next step of the training, explained phase by phase, in a window of its own. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import { StepPage } from "../StepPage";
import { Page } from "../trace/page";
import type { Start } from "./carried";
import type { Standing } from "./measures";
import { nextStep } from "./nextStep";

export function Explain({ start, standing, onClose }: { start: Start; standing: Standing; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const made = useMemo(() => pageOf(start, standing), [start, standing]);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="explained" ref={dialog} onClose={onClose} aria-label="The next step, explained" data-walked>
      <button type="button" class="plain-button" onClick={() => dialog.current?.close()}>
        Back to the training
      </button>
      {made.said.map((sentence) => (
        <p key={sentence} class={made.page ? "note" : "alarm"} role={made.page ? undefined : "alert"}>
          {sentence}
        </p>
      ))}
      {made.page && <StepPage page={made.page} keys />}
    </dialog>
  );
}

function pageOf(start: Start, standing: Standing): { page: Page | null; said: readonly string[] } {
  try {
    const { asked, trace, leavesOut } = nextStep(start, standing);
    return { page: new Page({ trace, variants: [], live: { step: asked } }), said: leavesOut };
  } catch (error) {
    return { page: null, said: [(error as Error).message] };
  }
}
