/** The state of the page for others: an address, the page as a file, and the Python that takes the same steps. */
import { short } from "../numbers";
import type { Start } from "./carried";
import type { Standing } from "./measures";
import { asGiven, shapeOf } from "./settings";
import { beginningOf, type PageState, type Side, written } from "./state";
import { MARK, type Studio } from "./useStudio";

/** The sides with how far they are. */
export function pastOf(studio: Studio): Side[] {
  return studio.sides.map((side, at) => {
    const { snapshot } = studio.runs[at] ?? {};
    const own = { settings: side.settings, eta: side.eta };
    return snapshot ? { ...own, past: { taken: snapshot.taken, rates: snapshot.rates } } : own;
  });
}

export const stateOf = (studio: Studio): PageState => ({ sides: pastOf(studio), scene: studio.scene });

/** The address with the state; empty where there is none: in a notebook's frame. */
export function linkOf(studio: Studio): string {
  if (location.protocol === "about:") return "";
  const [page] = location.href.split("#");
  return `${page}${MARK}${encodeURIComponent(written(studio.sets, stateOf(studio)))}`;
}

/** The page's own text with its state, and with the points that came to it. */
export function pageOf(studio: Studio): string {
  const copy = document.documentElement.cloneNode(true) as HTMLElement;
  const carried = copy.querySelector("#carried");
  const app = copy.querySelector("#app");
  if (!carried?.textContent || !app) throw new Error("the page has lost what it carries");
  const all = JSON.parse(carried.textContent);
  all.live.state = JSON.parse(written(studio.sets, stateOf(studio)));
  all.live.training = { ...studio.start, data: studio.sets.map((set) => set.carried) };
  carried.textContent = escaped(JSON.stringify(all));
  app.textContent = "";
  copy.removeAttribute("data-theme");
  return `<!doctype html>\n${copy.outerHTML}\n`;
}

/** JSON that can stand inside a script element. */
const escaped = (json: string) =>
  json.replace(/[<\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Python that takes a run's steps, and writes its losses. */
export function pythonOf(start: Start, { side, set, run }: Standing): string {
  const { snapshot } = run;
  const begun = beginningOf([set], { ...side, settings: { ...side.settings, set: 0 } });
  if (!set.carried.named)
    return `# The points of ${comment(set.title)} are in this page: save the weights, and give Python the points.\n`;
  if (start.parameters !== null && asGiven(start, side.settings, shapeOf(side.settings, set)))
    return start.file
      ? `# The first weights are those of a model file: clearprop.load(${quoted(start.file)})\n`
      : "# The first weights were given: Python has them already.\n";
  const rates = snapshot?.rates ?? [];
  const hidden = begun.hidden.map(([units, activation]) => `(${units}, ${quoted(activation)}), `).join("");
  const last = run.moments.at(-1);
  return `from clearprop.live.beginning import Beginning
from clearprop.live.replay import replayed

run = Beginning(
    data=${quoted(begun.data)},
    hidden=(${hidden.trimEnd()}),
    output=${quoted(begun.output)},
    loss=${quoted(begun.loss)},
    optimizer=${quoted(begun.optimizer)},
    eta=${rates[0]?.[1] ?? begun.eta},
    batch_size=${begun.batchSize},
    seed=${begun.seed},
    init=${quoted(begun.init)},
    decay=${begun.decay},
    dropout=${begun.dropout},
    early=${begun.early ? "True" : "False"},
)
there = replayed(run, steps=${snapshot?.taken ?? 0}, rates=[${rates
    .slice(1)
    .map(([at, eta]) => `(${at}, ${eta})`)
    .join(", ")}])
print(there.loss, there.test_loss)  # ${last ? `${short(last.training.loss)} ${last.held ? short(last.held.loss) : "None"}` : "before the first step"}
`;
}

/** A text that stays in its line. */
const comment = (text: string) => text.replace(/\s+/g, " ");

/** Text as Python has it. */
const quoted = (text: string) => JSON.stringify(text);
