/** One number of the step: which one it is, chosen, and its value, typed or moved along a slider. */
import { useMemo, useState } from "preact/hooks";
import { amountOf, arraysOf, type Handle, nameOf, sidesOf, symbolOfHandle } from "../live/handles";
import type { Steering } from "../live/useSteering";
import { FIELD } from "../parts/Dragged";
import { countedFrom } from "../trace/entries";
import { layersOf, symbolOf, type Trace } from "../trace/reading";

const ETA: Handle = { kind: "eta" };

export function Moved({ steering }: { steering: Steering }) {
  const handle = steering.held ?? ETA;
  return (
    <div class="row moved">
      <Which trace={steering.trace} handle={handle} onHold={steering.hold} />
      <Amount key={nameOf(handle)} steering={steering} handle={handle} />
    </div>
  );
}

/** The array that a number is in, and its place there. */
function Which({ trace, handle, onHold }: { trace: Trace; handle: Handle; onHold: (handle: Handle) => void }) {
  const arrays = arraysOf(trace);
  const here = arrays.findIndex(
    (each) => each.kind === handle.kind && (!("l" in each) || each.l === layerOf(trace, handle)),
  );
  const sides = sidesOf(trace, handle);
  const first = countedFrom(trace);
  const place = { i: "i" in handle ? handle.i : 0, j: "j" in handle ? handle.j : 0 };
  const at = (changed: Partial<typeof place>) => onHold({ ...handle, ...changed } as Handle);
  return (
    <fieldset class="row which" aria-label="The number that is held">
      <select
        aria-label="Number of"
        value={here}
        onChange={(event) => {
          const chosen = arrays[Number(event.currentTarget.value)];
          if (chosen) onHold(chosen);
        }}
      >
        {arrays.map((each, index) => (
          <option key={nameOf(each)} value={index}>
            {symbolOf(trace, NAMES[each.kind], layerOf(trace, each)).plain}
          </option>
        ))}
      </select>
      {(["i", "j"] as const).map((side) => {
        const size = sides[side];
        if (size === undefined) return null;
        const label = side === "i" ? "Input number" : "Unit number";
        return (
          <Numbers
            key={side}
            label={label}
            first={first}
            size={size}
            value={place[side]}
            onChoose={(to) => at({ [side]: to })}
          />
        );
      })}
    </fieldset>
  );
}

const NAMES = { W: "W", W0: "W0", alpha: "alpha", X: "X", Y: "Y", eta: "eta" } as const;

/** The layer that an array's symbol is kept under: targets under the last one. */
const layerOf = (trace: Trace, handle: Handle) =>
  "l" in handle ? handle.l : handle.kind === "Y" ? layersOf(trace) : 0;

function Numbers(props: { label: string; first: number; size: number; value: number; onChoose: (to: number) => void }) {
  const { label, first, size, value, onChoose } = props;
  const options = useMemo(
    () =>
      Array.from({ length: size }, (_, index) => (
        <option key={index} value={index}>
          {index + first}
        </option>
      )),
    [size, first],
  );
  return (
    <select aria-label={label} value={value} onChange={(event) => onChoose(Number(event.currentTarget.value))}>
      {options}
    </select>
  );
}

function Amount({ steering, handle }: { steering: Steering; handle: Handle }) {
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
    <>
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
    </>
  );
}
