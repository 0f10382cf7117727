/** The reader's hand on the step: the number that is held, the step size, the parts, and the way on and back. */
import { useContext, useState } from "preact/hooks";
import { computing } from "../live/computing";
import { amountOf, type Handle, nameOf, symbolOfHandle } from "../live/handles";
import type { Part } from "../live/step";
import { type Steering, SteeringContext } from "../live/useSteering";
import { written } from "../numbers";
import { FIELD } from "../parts/Dragged";
import { Tex } from "../parts/Tex";

export function Hand() {
  const steering = useContext(SteeringContext);
  const [choosing, setChoosing] = useState(false);
  if (!steering) return null;
  const { held, refused, changes, trace } = steering;
  return (
    <section class="hand" aria-label="Steer the step" data-own-keys>
      <div class="row">
        <button type="button" class="plain-button strong" onClick={steering.step} title="Take the step: t goes on">
          Take step {trace.header.t}
        </button>
        <button type="button" class="plain-button" disabled={changes === 0} onClick={steering.undo}>
          Undo
        </button>
        <button type="button" class="plain-button" disabled={changes === 0} onClick={steering.reset}>
          Reset
        </button>
        <button type="button" class="plain-button" aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
          Parts
        </button>
        <output class="tone forward" aria-label="Loss" title={String(trace.header.loss.value)}>
          loss {written(trace.header.loss.value)}
        </output>
      </div>
      <Moved key={nameOf(held ?? { kind: "eta" })} steering={steering} handle={held ?? { kind: "eta" }} />
      {refused && (
        <p class="alarm" role="alert">
          {refused}
        </p>
      )}
      {choosing && <Parts steering={steering} />}
    </section>
  );
}

/** One number: typed, or moved along a slider. */
function Moved({ steering, handle }: { steering: Steering; handle: Handle }) {
  const { asked, trace, move } = steering;
  const value = amountOf(asked, trace, handle) ?? 0;
  const [middle] = useState(value);
  const [typed, setTyped] = useState<string | null>(null);
  const symbol = symbolOfHandle(trace, handle);
  const reach = handle.kind === "eta" ? Math.max(2 * middle, 1) : Math.max(2 * Math.abs(middle), 2);
  const commit = (text: string) => {
    const given = Number(text.trim().replace("−", "-").replace(",", "."));
    setTyped(null);
    if (text.trim() !== "" && Number.isFinite(given) && given !== value) move(handle, given, true);
  };
  return (
    <div class="row">
      <label class="row">
        <Tex code={symbol.latex} label={symbol.plain} />
        <input
          id={FIELD}
          type="text"
          inputMode="decimal"
          aria-label={`${symbol.plain}, its value`}
          value={typed ?? String(value)}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onBlur={(event) => commit(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && commit(event.currentTarget.value)}
        />
      </label>
      <input
        type="range"
        aria-label={`${symbol.plain}, moved`}
        min={handle.kind === "eta" ? 0 : middle - reach}
        max={middle + reach}
        step="any"
        value={value}
        onInput={(event) => move(handle, event.currentTarget.valueAsNumber, false)}
        onChange={(event) => move(handle, event.currentTarget.valueAsNumber, true)}
      />
    </div>
  );
}

/** Activations, loss, optimiser and the widths of the hidden layers. */
function Parts({ steering }: { steering: Steering }) {
  const { asked, choose, hold } = steering;
  const [parts] = useState(() => computing().catalogue().parts);
  const { widths, activations } = asked;
  const hidden = widths.slice(1, -1);
  const setHidden = (of: number[]) => choose({ widths: [widths[0] ?? 1, ...of, widths.at(-1) ?? 1] });
  return (
    <div class="parts">
      {activations.map((text, l) => (
        <PartChoice
          key={l}
          label={`Activation of layer ${l + 1}`}
          parts={parts.activation}
          text={text}
          onChoose={(chosen) => choose({ activations: activations.map((each, at) => (at === l ? chosen : each)) })}
        />
      ))}
      <PartChoice label="Loss" parts={parts.loss} text={asked.loss} onChoose={(loss) => choose({ loss })} />
      <PartChoice
        label="Optimiser"
        parts={parts.optimizer}
        text={asked.optimizer}
        onChoose={(optimizer) => choose({ optimizer })}
      />
      {hidden.map((width, at) => (
        <label key={at}>
          Units of layer {at + 1}
          <input
            type="number"
            min={1}
            max={64}
            value={width}
            onChange={(event) => {
              const given = Math.round(event.currentTarget.valueAsNumber);
              if (given >= 1 && given <= 64) setHidden(hidden.map((each, other) => (other === at ? given : each)));
            }}
          />
        </label>
      ))}
      <button type="button" class="plain-button" onClick={() => setHidden([...hidden, hidden.at(-1) ?? 3])}>
        One layer more
      </button>
      <button
        type="button"
        class="plain-button"
        disabled={hidden.length === 0}
        onClick={() => setHidden(hidden.slice(0, -1))}
      >
        One layer less
      </button>
      <button type="button" class="plain-button" onClick={() => hold({ kind: "eta" })}>
        Step size
      </button>
    </div>
  );
}

interface PartChoiceProps {
  label: string;
  parts: readonly Part[];
  /** The part that is chosen, which may have hyper-parameters of its own. */
  text: string;
  onChoose: (text: string) => void;
}

function PartChoice({ label, parts, text, onChoose }: PartChoiceProps) {
  const known = parts.some((part) => part.text === text);
  return (
    <label>
      {label}
      <select value={text} onChange={(event) => onChoose(event.currentTarget.value)}>
        {!known && <option value={text}>{text}</option>}
        {parts.map((part) => (
          <option key={part.name} value={part.text}>
            {part.name.replaceAll("_", " ")}
          </option>
        ))}
      </select>
    </label>
  );
}
