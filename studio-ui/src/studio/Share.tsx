/** What can be taken along: an address with the state, the page as a file, pictures, the next step for paper, Python, and the weights. */
import { useEffect, useRef, useState } from "preact/hooks";
import { download } from "../parts/files";
import { ForPaper } from "../sections/ForPaper";
import { nextStep } from "./nextStep";
import type { Phases } from "./Phase";
import { pngOf, svgOf } from "./pictures";
import { save, saveModel } from "./saved";
import { linkOf, pageOf, pythonOf } from "./share";
import { notNamed } from "./state";
import type { Studio } from "./useStudio";

const PICTURES = [
  ["data", "The data"],
  ["network", "The network"],
  ["loss", "The losses"],
  ["accuracy", "The part that is right"],
  ["gradients", "Gradients by layer"],
  ["changes", "Changes by layer"],
] as const;

interface ShareProps {
  studio: Studio;
  phases: Phases;
  onClose: () => void;
}

export function Share({ studio, phases, onClose }: ShareProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [said, say] = useState("");
  const link = linkOf(studio);
  const [first] = studio.standings;
  const { walked } = phases;
  const python = first ? pythonOf(studio.start, first) : "";
  const taken = first?.run.snapshot?.taken ?? 0;
  const name = `${first?.set.title ?? "page"}-${taken}`;
  useEffect(() => dialog.current?.showModal(), []);
  const attempt = (what: () => void | Promise<void>) => async () => {
    try {
      await what();
    } catch (error) {
      say(`This did not work: ${(error as Error).message}.`);
    }
  };
  const copy = (text: string) =>
    attempt(async () => {
      await navigator.clipboard.writeText(text);
      say("Copied.");
    });
  const place = (picture: string) => document.querySelector(`[data-picture="${picture}"]`);
  return (
    <dialog class="share" ref={dialog} onClose={onClose} aria-label="Share">
      <h2>Share what is on the page</h2>
      <h3>An address</h3>
      {!link || notNamed(studio) ? (
        <p class="note">
          {link
            ? "These points, or weights, are in this page only, and an address has no room for them: save the page as a file."
            : "In a notebook the page has no address: save it as a file."}
        </p>
      ) : (
        <p class="taken">
          <input type="text" readonly value={link} aria-label="The address with the state" />
          <button type="button" class="plain-button" onClick={copy(link)}>
            Copy the address
          </button>
        </p>
      )}
      <h3>Files</h3>
      <p class="taken">
        <button
          type="button"
          class="plain-button"
          onClick={attempt(() => download(pageOf(studio), `${name}.html`, "text/html"))}
        >
          The page as it is
        </button>
        <button
          type="button"
          class="plain-button"
          disabled={!first}
          title="cp.load_model and clearprop predict read it"
          onClick={attempt(() => first && saveModel(studio.start, first))}
        >
          The model file
        </button>
        <button
          type="button"
          class="plain-button"
          disabled={!first}
          onClick={attempt(() => {
            if (first?.run.snapshot)
              save(studio.start, first.side.settings, first.side.eta, first.set, first.run.snapshot);
          })}
        >
          The weights, as JSON
        </button>
      </p>
      <h3>Pictures</h3>
      <ul class="pictures-taken">
        {PICTURES.filter(([picture]) => place(picture)).map(([picture, title]) => (
          <li key={picture}>
            {title}{" "}
            <button
              type="button"
              class="plain-button"
              aria-label={`${title} as PNG`}
              onClick={attempt(async () => {
                const from = place(picture);
                if (from) download(await pngOf(from), `${picture}-${taken}.png`);
              })}
            >
              PNG
            </button>{" "}
            <button
              type="button"
              class="plain-button"
              aria-label={`${title} as SVG`}
              onClick={attempt(() => {
                const from = place(picture);
                if (from) download(svgOf(from), `${picture}-${taken}.svg`, "image/svg+xml");
              })}
            >
              SVG
            </button>
          </li>
        ))}
      </ul>
      <h3>The next step, for paper</h3>
      <ForPaper
        step={() => {
          if (!first) throw new Error("the training has not begun");
          return walked?.asked ?? nextStep(studio.start, first).asked;
        }}
        phase={walked?.steps[walked.at]?.phase ? walked.at : null}
      />
      <h3>Python that takes the same steps</h3>
      <textarea readonly rows={8} value={python} aria-label="Python" />
      <p class="taken">
        <button type="button" class="plain-button" onClick={copy(python)}>
          Copy the Python
        </button>
        <button type="button" class="plain-button" onClick={() => dialog.current?.close()}>
          Close
        </button>
        <span role="status">{said}</span>
      </p>
    </dialog>
  );
}
