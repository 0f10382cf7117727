/** The next step of the training, explained phase by phase, in a window of its own. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Order } from "../engine/order";
import { documentOf } from "../live/computing";
import { StepPage } from "../StepPage";
import { Page } from "../trace/page";
import type { Start } from "./carried";
import { askedOf } from "./judged";
import type { Standing } from "./measures";

/** Points of a step that is explained; of more, the first ones. */
const MOST = 32;

export function Explain({ start, standing, onClose }: { start: Start; standing: Standing; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const made = useMemo(() => pageOf(start, standing), [start, standing]);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="explained" ref={dialog} onClose={onClose} aria-label="The next step, explained">
      <button type="button" class="plain-button" onClick={() => dialog.current?.close()}>
        Back to the training
      </button>
      {standing.side.settings.dropout > 0 && <p class="note">Dropout is left out of this step.</p>}
      {typeof made === "string" ? (
        <p class="alarm" role="alert">
          {made}
        </p>
      ) : (
        <StepPage page={made} keys />
      )}
    </dialog>
  );
}

function pageOf(start: Start, { side, set, run }: Standing): Page | string {
  try {
    const order = new Order(set.training, side.settings.batchSize, side.settings.seed);
    const rows = Array.from(order.batches(run.snapshot?.taken ?? 0, 1).rows).slice(0, MOST);
    const asked = askedOf(start, side.settings, side.eta, set, run, rows);
    if (!asked) return "The training has not begun.";
    const step = { ...asked, check: true, layout: "denominator" as const, notation: "mn" };
    return new Page({
      trace: documentOf(step, { layout: "denominator", notation: "mn", check: true }),
      variants: [],
      live: { step },
    });
  } catch (error) {
    return (error as Error).message;
  }
}
