/** What is trained, and how: data, step size, layers, loss, optimiser, batch. Each choice but the step size begins anew. */
import { useId } from "preact/hooks";
import { short } from "../numbers";
import { Formulas } from "../parts/Tex";
import type { Choosable } from "./aim";
import type { OfferedPart, PointSet, Start } from "./carried";
import { MOST_LAYERS, MOST_UNITS, pairsOf, part, type Settings, withLoss, withSet } from "./settings";
import type { Studio } from "./useStudio";

const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128];
/** The step sizes of the slider: 10 to these powers. */
const [LOW, HIGH] = [-4, 1];

interface ControlsProps {
  start: Start;
  settings: Settings;
  onChange: (settings: Settings, eta?: number) => void;
  /** What a choice is called: with the run that it is of, where it is not of both. */
  named: (label: string, key: Choosable) => string;
}

export function Controls({ studio }: { studio: Studio }) {
  const { start, sets, aim, own, shown } = studio;
  const set = shown && sets[shown.settings.set];
  if (!shown || !set) return null;
  const { settings, eta } = shown;
  const onChange = studio.choose;
  const named = (label: string, key: Choosable) => (aim === "both runs" && own.has(key) ? `${label}, run 1` : label);
  const outputs = (pairsOf(start, set)[settings.loss] ?? []).map((text) => part(start, "activation", text));
  const losses = Object.keys(pairsOf(start, set)).map((text) => part(start, "loss", text));
  const batches = [...new Set([...BATCHES, settings.batchSize])].filter((b) => b < set.training).sort((a, b) => a - b);
  /** The step size that an optimiser begins with; none where two runs are to differ in the optimiser alone. */
  const etaOf = (optimizer: string) =>
    studio.contrasts || (aim === "both runs" && own.has("optimizer"))
      ? undefined
      : optimizer === start.optimizer
        ? start.eta
        : part(start, "optimizer", optimizer).eta;
  const all = { start, settings, onChange, named };
  return (
    <div class="choices" role="group" aria-label="What is trained">
      <Select
        label={named("Data", "set")}
        value={String(settings.set)}
        options={sets.map((each, index) => [String(index), namedApart(each, sets)])}
        onChange={(value) => {
          const next = sets[Number(value)];
          if (next) onChange(withSet(start, settings, Number(value), next));
        }}
      />
      <Rate label={named("Step size η", "eta")} eta={eta} onEta={studio.setEta} />
      <Layers {...all} />
      <Parts
        label={named("Output", "output")}
        kind={outputs}
        value={settings.output}
        onChange={(output) => onChange({ ...settings, output })}
      />
      <Parts
        label={named("Loss", "loss")}
        kind={losses}
        value={settings.loss}
        onChange={(loss) => onChange(withLoss(start, settings, loss, set))}
      />
      <Parts
        label={named("Optimiser", "optimizer")}
        kind={start.parts.optimizer}
        value={settings.optimizer}
        onChange={(optimizer) => onChange({ ...settings, optimizer }, etaOf(optimizer))}
      />
      <Select
        label={named("Batch", "batchSize")}
        value={String(Math.min(settings.batchSize, set.training))}
        options={[
          ...batches.map((b): [string, string] => [String(b), b === 1 ? "1 point" : `${b} points`]),
          [String(set.training), "all points"],
        ]}
        onChange={(value) => onChange({ ...settings, batchSize: Number(value) })}
      />
      <More {...all} />
    </div>
  );
}

/** A set's title, with its number of points where another one has the same. */
function namedApart(set: PointSet, sets: readonly PointSet[]): string {
  const first = sets.find(({ title }) => title === set.title);
  return first === set ? set.title : `${set.title}, ${set.n} points`;
}

const DECAYS = [0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];
const DROPOUTS = [0, 0.1, 0.2, 0.3, 0.5];

/** What is seldom changed. */
function More({ start, settings, onChange, named }: ControlsProps) {
  const numbers = (all: readonly number[], own: number): [string, string][] =>
    [...new Set([...all, own])].sort((a, b) => a - b).map((each) => [String(each), each === 0 ? "none" : String(each)]);
  return (
    <details class="more">
      <summary>More choices</summary>
      <Select
        label={named("First weights", "init")}
        value={settings.init}
        options={start.parts.initializer.map(({ text }) => [text, text])}
        onChange={(init) => onChange({ ...settings, init })}
      />
      <Select
        label={named("Penalty on weights (L2)", "decay")}
        value={String(settings.decay)}
        options={numbers(DECAYS, settings.decay)}
        onChange={(decay) => onChange({ ...settings, decay: Number(decay) })}
      />
      <Select
        label={named("Dropout", "dropout")}
        value={String(settings.dropout)}
        options={numbers(DROPOUTS, settings.dropout)}
        onChange={(dropout) => onChange({ ...settings, dropout: Number(dropout) })}
      />
      <Select
        label={named("Weights change", "early")}
        value={settings.early ? "early" : "after"}
        options={[
          ["after", "after the whole backward pass"],
          ["early", "too early, layer by layer"],
        ]}
        onChange={(when) => onChange({ ...settings, early: when === "early" })}
      />
    </details>
  );
}

function Layers({ start, settings, onChange, named }: ControlsProps) {
  const { hidden } = settings;
  const activations = start.parts.activation.filter((each) => each.hidden);
  const put = (index: number, what: Partial<Settings["hidden"][number]>) =>
    onChange({ ...settings, hidden: hidden.map((each, at) => (at === index ? { ...each, ...what } : each)) });
  const plain = activations.find(({ text }) => text === "tanh") ?? activations[0];
  return (
    <fieldset class="layers">
      <legend>{named("Hidden layers", "hidden")}</legend>
      {hidden.map(({ width, activation }, index) => (
        <div key={index} class="layer">
          <input
            type="number"
            min="1"
            max={MOST_UNITS}
            value={width}
            aria-label={`Units of layer ${index + 1}`}
            onChange={(event) => {
              const asked = Math.round(Number(event.currentTarget.value));
              const allowed = Math.min(MOST_UNITS, Math.max(1, asked || 1));
              event.currentTarget.value = String(allowed);
              put(index, { width: allowed });
            }}
          />
          <select
            aria-label={`Activation of layer ${index + 1}`}
            title={formulaOf(activations, activation)}
            value={activation}
            onChange={(event) => put(index, { activation: event.currentTarget.value })}
          >
            {activations.map(({ text }) => (
              <option key={text} value={text}>
                {text}
              </option>
            ))}
          </select>
          <button
            type="button"
            class="plain-button"
            aria-label={`Remove layer ${index + 1}`}
            title={`Remove layer ${index + 1}`}
            onClick={() => onChange({ ...settings, hidden: hidden.filter((_, at) => at !== index) })}
          >
            ×
          </button>
        </div>
      ))}
      <button
        type="button"
        class="plain-button"
        disabled={hidden.length >= MOST_LAYERS}
        onClick={() =>
          onChange({
            ...settings,
            hidden: [...hidden, hidden.at(-1) ?? { width: 6, activation: plain?.text ?? "tanh" }],
          })
        }
      >
        Add a layer
      </button>
    </fieldset>
  );
}

const formulaOf = (kind: readonly OfferedPart[], text: string) =>
  kind.find((each) => each.text === text)?.formula.plain;

/** One part of the catalogue, with its formula below. */
function Parts(props: {
  label: string;
  kind: readonly OfferedPart[];
  value: string;
  onChange: (text: string) => void;
}) {
  const chosen = props.kind.find(({ text }) => text === props.value);
  return (
    <div>
      <Select
        label={props.label}
        value={props.value}
        options={props.kind.map(({ text }) => [text, text.replace(/\(.*/, "").replaceAll("_", " ")])}
        onChange={props.onChange}
      />
      {chosen && (
        <div class="formula">
          <Formulas of={chosen.formula} label={`The formula of ${chosen.text}`} />
        </div>
      )}
    </div>
  );
}

function Rate({ label, eta, onEta }: { label: string; eta: number; onEta: (eta: number) => void }) {
  const id = useId();
  return (
    <div class="field rate">
      <label for={id}>
        {label} <output>{short(eta)}</output>
      </label>
      <input
        id={id}
        type="range"
        min={LOW}
        max={HIGH}
        step="0.05"
        value={Math.log10(eta)}
        aria-valuetext={short(eta)}
        onInput={(event) => onEta(Number((10 ** Number(event.currentTarget.value)).toPrecision(2)))}
      />
    </div>
  );
}

export function Select(props: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
