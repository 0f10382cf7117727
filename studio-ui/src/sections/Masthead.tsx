/** The head of the page: what is explained, its facts, and the switches. */
import type { ComponentChildren } from "preact";
import { begun, inTurn, percent, toNumber, written } from "../numbers";
import { Choice } from "../parts/Choice";
import { useMedia } from "../parts/useWidth";
import { generalSymbol, lossName, numberOf, symbolOf, type Trace } from "../trace/reading";
import { TONES } from "./Check";
import { WIDE } from "./Stage";

export interface MastheadProps {
  trace: Trace;
  /** The notations that the page can switch to, by name and title. */
  notations: readonly { name: string; title: string }[];
  layouts: readonly string[];
  onNotation: (name: string) => void;
  onLayout: (name: string) => void;
  /** Whether the page is about more than this step. */
  within: boolean;
  /** The way to what stands under the stage. */
  sections: ComponentChildren;
  /** What is used most, which is never folded away. */
  first: ComponentChildren;
  /** Switches of the whole page. */
  children?: ComponentChildren;
}

export function Masthead(props: MastheadProps) {
  const { trace, notations, layouts } = props;
  const { header } = trace;
  const wide = useMedia(WIDE);
  const switches = (
    <>
      {layouts.length > 1 && (
        <Choice
          label="Layout"
          value={header.layout.name}
          onChange={props.onLayout}
          options={layouts.map((name) => ({ value: name, label: name, title: `${name} layout of derivatives` }))}
        />
      )}
      {notations.length > 1 && (
        <label>
          <span class="in-settings">Notation</span>
          <select
            title="Notation"
            value={trace.notation.name}
            onChange={(event) => props.onNotation(event.currentTarget.value)}
          >
            {notations.map((notation) => (
              <option key={notation.name} value={notation.name}>
                {notation.title}
              </option>
            ))}
          </select>
        </label>
      )}
      {props.children}
    </>
  );
  return (
    <header class="masthead">
      <div>
        <div class="title">
          {props.within ? <h2>Step {header.t}, explained</h2> : <h1>One step of back-propagation</h1>}
          {props.sections}
        </div>
        <p class="sub">{subtitle(trace)}</p>
        <p class="lead">{trace.words.lead}</p>
      </div>
      <div class="tools">
        {props.first}
        {wide ? (
          switches
        ) : (
          <details class="menu settings">
            <summary class="plain-button">Settings</summary>
            <div>{switches}</div>
          </details>
        )}
      </div>
    </header>
  );
}

function subtitle(trace: Trace): string {
  const { network, loss, point } = trace.header;
  const activations = inTurn(network.activations);
  const widths = network.widths.join(" – ");
  const batch = trace.batch ? `, in a batch of ${trace.batch.size}` : "";
  return `${begun(point ?? "one point")}${batch}. Network ${widths}: ${activations}; ${loss.name} loss.`;
}

/** The verdict of the check, with the largest error where entries were compared. */
function outcome({ outcome, max_error, arrays }: NonNullable<Trace["check"]>): string {
  const compared = arrays.some(({ checked }) => checked > 0);
  return compared ? `${outcome}, error ${written(toNumber(max_error), 4, 2)}` : outcome;
}

export function Facts({ trace }: { trace: Trace }) {
  const { header, check } = trace;
  const facts: [string, string, string | undefined][] = [[lossName(trace), written(header.loss.value), "forward tone"]];
  if (header.label !== null) facts.push(["label", header.label, undefined]);
  if (header.predicted !== null) {
    const sure = header.probability === null ? "" : ` (${percent(header.probability)})`;
    facts.push([
      "predicted",
      `${header.predicted}${sure}`,
      header.right === false ? "alarm" : header.right ? "ok" : undefined,
    ]);
  }
  facts.push(
    ["t", String(header.t), undefined],
    [`${symbolOf(trace, "eta", 0).plain}(t)`, String(header.eta), undefined],
  );
  if (header.optimizer !== "sgd") facts.push(["optimiser", header.optimizer.replace(/\(.*/, ""), undefined]);
  if (header.penalty)
    facts.push([
      `penalty ${generalSymbol(trace, "R").plain}`,
      `${header.penalty.name}: ${written(header.penalty.value)}`,
      undefined,
    ]);
  if (header.seed !== null) facts.push(["seed", String(header.seed), undefined]);
  facts.push(["layout", header.layout.name, undefined], ["notation", trace.notation.title, undefined]);
  if (check) facts.push(["checked", outcome(check), TONES[check.outcome]]);
  for (const lint of trace.lints.filter((each) => each.severity !== "note").slice(0, 2)) {
    facts.push([lint.severity, lint.code + (lint.l === null ? "" : ` in layer ${numberOf(trace, lint.l)}`), "alarm"]);
  }
  return (
    <dl class="facts">
      {facts.map(([name, value, tone]) => (
        <div key={name + value}>
          <dt>{name}</dt>
          <dd class={tone}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
