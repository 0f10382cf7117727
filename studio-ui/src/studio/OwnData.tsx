/** What a person brings: a CSV file or a model file, chosen or dropped on the page, or points drawn by hand. It never leaves the page. */
import { useEffect, useRef, useState } from "preact/hooks";
import { parametersOf } from "../engine/options";
import { computing } from "../live/computing";
import { Choice } from "../parts/Choice";
import { useDrops } from "../parts/useDrops";
import { type CarriedSet, PointSet } from "./carried";
import { MOST_BYTES, pointsOf, tableOf } from "./dropped";
import { openingOf } from "./opened";
import { SealedFile } from "./sealedFile";
import { shapeOf, withSet } from "./settings";
import type { Studio } from "./useStudio";

export function OwnData({ studio }: { studio: Studio }) {
  const [drawing, draw] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const take = async (given: File) => {
    try {
      if (given.size > MOST_BYTES)
        throw new Error(`${given.name} has ${given.size} bytes; a page reads files of at most ${MOST_BYTES}`);
      const bytes = new SealedFile(new Uint8Array(await given.arrayBuffer()));
      if (bytes.begins() || given.name.endsWith(".clearprop")) become(studio, bytes, given.name);
      else use(studio, tableOf(await given.text(), given.name, studio.start));
    } catch (error) {
      studio.say(`The file is refused, and nothing has changed: ${(error as Error).message}.`);
    }
  };
  useDrops((given) => void take(given));
  return (
    <div class="own-data">
      <input
        ref={file}
        type="file"
        accept=".csv,.tsv,.txt,text/csv,.clearprop"
        class="unseen"
        tabIndex={-1}
        aria-label="A CSV file or a model file"
        onChange={({ currentTarget }) => {
          const [given] = currentTarget.files ?? [];
          if (given) void take(given);
          currentTarget.value = "";
        }}
      />
      <button
        type="button"
        class="plain-button"
        title="Numbers, the target in the last column; or drop the file on the page. It never leaves the page."
        onClick={() => file.current?.click()}
      >
        A CSV file
      </button>
      <button
        type="button"
        class="plain-button"
        title="What Python or this page has saved as .clearprop; or drop the file on the page. Its network becomes the page's."
        onClick={() => file.current?.click()}
      >
        A model file
      </button>
      <button type="button" class="plain-button" onClick={() => draw(true)}>
        Draw points
      </button>
      {drawing && (
        <Drawing tested={studio.start.tested} onUse={(set) => use(studio, set)} onClose={() => draw(false)} />
      )}
    </div>
  );
}

/** Adds a set, and trains on it. Error where the network would be too large. */
function use(studio: Studio, carried: CarriedSet): void {
  const names = studio.sets.map((each) => each.carried.name);
  let { name } = carried;
  for (let count = 2; names.includes(name); count++) name = `${carried.name} ${count}`;
  const set = new PointSet({ ...carried, name });
  const [side] = studio.sides;
  if (!side) return;
  const settings = withSet(studio.start, side.settings, studio.sets.length, set);
  const size = parametersOf(shapeOf(settings, set).widths);
  if (size > studio.start.mostParameters)
    throw new Error(
      `with ${set.inputs} inputs the network has ${size} parameters, and a page trains at most ${studio.start.mostParameters}`,
    );
  studio.say("");
  studio.add(set, settings);
}

/** Goes on with the network of a model file. Error where the file, or the page, has something against it. */
function become(studio: Studio, file: SealedFile, name: string): void {
  const [side] = studio.sides;
  if (!side) return;
  const model = computing().openedModel(file, name);
  studio.become(openingOf(model, name, studio.start, studio.sets, side.settings));
  studio.say("");
}

type Mark = readonly [x: number, y: number, of: "A" | "B"];
/** The plane that is drawn on reaches from -REACH to REACH. */
const [SIDE, REACH, LEAST] = [360, 2, 6];

interface DrawingProps {
  tested: number;
  onUse: (set: CarriedSet) => void;
  onClose: () => void;
}

function Drawing({ tested, onUse, onClose }: DrawingProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [marks, setMarks] = useState<readonly Mark[]>([]);
  const [of, setOf] = useState<"A" | "B">("A");
  const [typed, type] = useState({ x: "0", y: "0" });
  useEffect(() => dialog.current?.showModal(), []);
  const add = (x: number, y: number) => setMarks((all) => [...all, [x, y, of]]);
  const enough = marks.length >= LEAST && new Set(marks.map(([, , each]) => each)).size === 2;
  const at = (value: number) => ((value + REACH) / (2 * REACH)) * SIDE;
  return (
    <dialog class="drawing" ref={dialog} onClose={onClose} aria-label="Draw points">
      <h2>Draw points</h2>
      <p class="note">Choose a class, and press where its points are: at least {LEAST}, of both classes.</p>
      <Choice
        label="Class"
        value={of}
        onChange={setOf}
        showLabel
        options={[
          { value: "A", label: "A" },
          { value: "B", label: "B" },
        ]}
      />
      <svg
        class="pad"
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        role="img"
        aria-label={`${marks.length} points`}
        onPointerDown={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const share = (place: number, start: number, size: number) => (2 * (place - start)) / size - 1;
          add(REACH * share(event.clientX, box.left, box.width), -REACH * share(event.clientY, box.top, box.height));
        }}
      >
        {marks.map(([x, y, each], index) => (
          <circle key={index} cx={at(x)} cy={at(-y)} r="5" class={each} />
        ))}
      </svg>
      <form
        class="taken"
        onSubmit={(event) => {
          event.preventDefault();
          const [x, y] = [Number(typed.x), Number(typed.y)];
          if (Number.isFinite(x) && Number.isFinite(y)) add(x, y);
        }}
      >
        {(["x", "y"] as const).map((axis, index) => (
          <label key={axis} class="field">
            <span>x{index + 1}</span>
            <input
              type="number"
              step="any"
              value={typed[axis]}
              onInput={(event) => type({ ...typed, [axis]: event.currentTarget.value })}
            />
          </label>
        ))}
        <button type="submit" class="plain-button">
          Add it
        </button>
        <button
          type="button"
          class="plain-button"
          disabled={!marks.length}
          onClick={() => setMarks(marks.slice(0, -1))}
        >
          Take back
        </button>
      </form>
      <p class="taken">
        <button
          type="button"
          class="plain-button"
          disabled={!enough}
          onClick={() => {
            onUse(drawnSet(marks, tested));
            dialog.current?.close();
          }}
        >
          Train on these {marks.length} points
        </button>
        <button type="button" class="plain-button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
    </dialog>
  );
}

const drawnSet = (marks: readonly Mark[], tested: number) =>
  pointsOf({
    name: "drawn points",
    features: ["x1", "x2"],
    target: "class",
    X: marks.map(([x, y]) => [x, y]),
    y: marks.map(([, , of]) => of),
    standardised: false,
    tested,
  });
