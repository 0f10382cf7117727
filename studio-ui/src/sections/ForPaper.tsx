/** A step for paper: in LaTeX, and as slides with the drawing of its units, each written as Python writes it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { computing } from "../live/computing";
import type { AskedStep } from "../live/step";
import { download } from "../parts/files";

/** A step, and which of its phases is shown, counted from 1; null where none is. */
export interface OnPaper {
  asked: AskedStep;
  phase: number | null;
}

/** Buttons that write files. `step` is asked for when one is pressed; an Error says why there is none. */
export function ForPaper({ step, phase }: { step: () => AskedStep; phase: number | null }) {
  const [said, say] = useState("");
  const write = (what: (asked: AskedStep) => string, name: string) => () => {
    try {
      const asked = step();
      download(what(asked), `step-${asked.t ?? 1}${name}.tex`, "text/x-tex");
      say("");
    } catch (error) {
      say(`This did not work: ${(error as Error).message}.`);
    }
  };
  return (
    <>
      <p class="taken">
        <button type="button" class="plain-button" onClick={write((asked) => computing().stepLatex(asked), "")}>
          The step in LaTeX
        </button>
        <button
          type="button"
          class="plain-button"
          disabled={phase === null}
          title={phase === null ? "No phase is shown yet: walk to one" : "A beamer frame, its drawing in TikZ"}
          onClick={write((asked) => computing().stepSlides({ ...asked, phase: phase ?? 1 }), `-phase-${phase}`)}
        >
          {phase === null ? "A slide of the phase shown" : `A slide of phase ${phase}`}
        </button>
        <button
          type="button"
          class="plain-button"
          title="A beamer frame for each phase"
          onClick={write((asked) => computing().stepSlides(asked), "-slides")}
        >
          Slides of all phases
        </button>
      </p>
      <p class="note">
        Each file compiles with pdflatex as it is; a frame can be copied out of it into slides of your own.
      </p>
      <p role="status">{said}</p>
    </>
  );
}

/** What can be taken along of a step that is walked through. */
export function ShareStep({ asked, phase, onClose }: OnPaper & { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="share" ref={dialog} onClose={onClose} aria-label="Share the step">
      <h2>Take the step along</h2>
      <ForPaper step={() => asked} phase={phase} />
      <p class="taken">
        <button type="button" class="plain-button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
    </dialog>
  );
}
