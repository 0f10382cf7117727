/** What a recorded training shows at one of its steps: facts, weights and gradients drawn, layers in numbers, warnings. */
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { inTurn, percent, short, toNumber, written } from "../numbers";
import { Choice } from "../parts/Choice";
import { LINT_TONES } from "../parts/LintCards";
import { type NeuronLayer, type NeuronLink, Neurons } from "../parts/Neurons";
import { Picture } from "../parts/Picture";
import { Scroll } from "../parts/Scroll";
import { Section } from "../parts/Section";
import { Tex } from "../parts/Tex";
import type { RecordingDocument } from "../trace/recording";

type Step = RecordingDocument["steps"][number];

export function TrainingHead(props: { recording: RecordingDocument; step: Step; children: ComponentChildren }) {
  const { recording, step } = props;
  const { header } = recording;
  const facts: [string, string, string][] = [
    ["step", String(step.t), ""],
    ["loss", written(step.loss), "forward tone"],
    ["η(t)", short(step.eta), ""],
    ["points of the step", String(step.size), ""],
    ["points in all", String(header.points), ""],
    ["optimiser", header.optimizer.replace(/\(.*/, ""), ""],
  ];
  if (header.penalty) facts.push(["penalty", header.penalty, ""]);
  return (
    <header>
      <div class="masthead">
        <div>
          <h1>A training, step by step</h1>
          <p class="sub">
            Network {header.network.widths.join(" – ")}: {inTurn(header.activations)}; {header.loss} loss.
          </p>
        </div>
        <div class="tools">{props.children}</div>
      </div>
      <dl class="facts">
        {facts.map(([name, value, tone]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={tone}>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

type Shown = "weights" | "gradients";

/** Weights or gradients at a step: neuron by neuron, or as pictures where there are too many. */
export function WeightsAt({ recording, at }: { recording: RecordingDocument; at: number }) {
  const [what, setWhat] = useState<Shown>("weights");
  const step = recording.steps[at];
  if (!step) return null;
  return (
    <div class="now-card">
      <div class="bar">
        <h2>{what === "weights" ? "Weights before the step" : "Gradients of the step"}</h2>
        <Choice
          label="Shown"
          value={what}
          onChange={setWhat}
          options={[
            { value: "weights", label: "weights" },
            { value: "gradients", label: "gradients" },
          ]}
        />
      </div>
      {recording.whole ? (
        <Drawn recording={recording} step={step} what={what} />
      ) : (
        <Pictures recording={recording} step={step} what={what} />
      )}
    </div>
  );
}

function Drawn({ recording, step, what }: { recording: RecordingDocument; step: Step; what: Shown }) {
  const [matrix, bias] = what === "weights" ? (["W", "W0"] as const) : (["dL_dW", "dL_dW0"] as const);
  const { widths } = recording.header.network;
  const layers = useMemo(
    () =>
      widths.map((of, l): NeuronLayer => {
        const id = `${bias}:${l}`;
        return {
          symbol: recording.symbols[id] ?? { plain: "x", latex: "x" },
          of,
          units: Array.from({ length: of }, (_, unit) => unit),
          values: step.values[id]?.values?.flat(),
          tone: what === "weights" ? "forward" : "backward",
          names: l === widths.length - 1 ? (recording.header.classes ?? undefined) : undefined,
        };
      }),
    [recording, step, bias, widths, what],
  );
  const links = useMemo(
    () =>
      widths.slice(1).map((_, index): NeuronLink => {
        const id = `${matrix}:${index + 1}`;
        const strength = (from: number, to: number) => toNumber(step.values[id]?.values?.[from]?.[to] ?? null);
        return {
          l: index + 1,
          strength,
          title: (from, to) =>
            `${recording.symbols[id]?.plain ?? id}, ${from + 1} to ${to + 1}: ${written(strength(from, to))}`,
          tone: what === "weights" ? "quiet" : "backward",
          scale: toNumber(recording.scales[id] ?? null),
        };
      }),
    [recording, step, matrix, widths, what],
  );
  return (
    <Neurons
      layers={layers}
      links={links}
      picked={null}
      label={`${what} of step ${step.t}: a line is as thick as its ${what === "weights" ? "weight" : "gradient"} is large, by one scale for all steps`}
    />
  );
}

function Pictures({ recording, step, what }: { recording: RecordingDocument; step: Step; what: Shown }) {
  const name = what === "weights" ? "W" : "dL_dW";
  return (
    <div class="pictures">
      {step.layers.map(({ l }) => {
        const id = `${name}:${l}`;
        const { picture, shape } = step.values[id] ?? { shape: [] };
        const symbol = recording.symbols[id] ?? { plain: id, latex: id };
        if (!picture) return null;
        // One scale for all steps: a picture's own hundredths, by its largest entry against the largest of all.
        const share = toNumber(picture.scale) / (toNumber(recording.scales[id] ?? null) || 1);
        return (
          <div key={id} class={`operand ${what === "weights" ? "forward" : "backward"}`}>
            <Tex code={symbol.latex} label={symbol.plain} />
            <Picture
              cells={picture.cells.map((row) => row.map((cell) => cell * share))}
              tone={what === "weights" ? "forward" : "backward"}
              size={11}
              label={`${symbol.plain} at step ${step.t}, in blocks: the darker, the larger; grey is negative`}
            />
            <span class="shape">{shape.join(" × ")}</span>
          </div>
        );
      })}
    </div>
  );
}

/** Every layer at a step, in numbers. */
export function LayersAt({ recording, step }: { recording: RecordingDocument; step: Step }) {
  return (
    <Section id="layers" title={`Layers at step ${step.t}`}>
      <Scroll label="Layers">
        <table class="rows">
          <thead>
            <tr>
              <th>layer</th>
              <th>‖weights‖</th>
              <th>‖gradient‖</th>
              <th>update by weights</th>
              <th>share of gradient</th>
              <th>dead</th>
              <th>saturated</th>
            </tr>
          </thead>
          <tbody>
            {step.layers.map((layer) => (
              <tr key={layer.l}>
                <td>
                  {layer.l} · {recording.header.activations[layer.l - 1]}
                </td>
                <td data-value={layer.W}>{written(layer.W)}</td>
                <td data-value={layer.dL_dW}>{written(layer.dL_dW)}</td>
                <td>{percent(layer.ratio)}</td>
                <td>
                  <span class="meter backward">
                    <i style={{ width: `${100 * toNumber(layer.blame)}%` }} />
                  </span>{" "}
                  {percent(layer.blame)}
                </td>
                <td>{percent(layer.dead)}</td>
                <td>{percent(layer.saturated)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
}

export function LintsOverTime({ recording, onPick }: { recording: RecordingDocument; onPick: (t: number) => void }) {
  if (!recording.lints.length) return null;
  return (
    <Section id="warnings" title="What went wrong, and when it began">
      {recording.lints.map((lint, index) => (
        <div key={index} class={`lint ${LINT_TONES[lint.severity]}`} data-code={lint.code}>
          <strong>
            <span class="tone">{lint.severity}</span>: {lint.code}
          </strong>{" "}
          <button type="button" class="plain-button small" onClick={() => onPick(lint.t)}>
            step {lint.t}
          </button>
          <p>
            {lint.message}; {lint.when}.
          </p>
          <p class="remedy">{lint.remedy}.</p>
        </div>
      ))}
    </Section>
  );
}
