/** What a step is made of, to choose from: activations, loss, optimiser, and the widths of the hidden layers. */
import { useState } from "preact/hooks";
import { computing } from "../live/computing";
import type { Part } from "../live/step";
import type { Steering } from "../live/useSteering";

export function Parts({ steering }: { steering: Steering }) {
  const { asked, choose } = steering;
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
