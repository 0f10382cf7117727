/** Restarts: the same training from many first weights, a histogram of the losses, and the minima told apart. */
import { useEffect, useRef, useState } from "preact/hooks";
import { count, written } from "../numbers";
import { Select } from "./Controls";
import { histogramOf } from "./histogram";
import type { Standing } from "./measures";
import { minimaOf, type Reached, restarts } from "./restarts";
import type { Studio } from "./useStudio";

const COUNTS = [10, 20, 50, 100];
const EPOCHS = [20, 100, 500, 1000];
const [WIDE, HIGH] = [420, 120];

export function Restarts({ studio, standing, onClose }: { studio: Studio; standing: Standing; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [many, setMany] = useState(20);
  const [epochs, setEpochs] = useState(100);
  const [reached, setReached] = useState<readonly Reached[]>([]);
  const [running, setRunning] = useState(false);
  const [said, say] = useState("");
  const going = useRef(false);
  useEffect(() => {
    dialog.current?.showModal();
    return () => {
      going.current = false;
    };
  }, []);
  const go = async () => {
    const { side, set, run } = standing;
    if (!studio.module) return;
    going.current = true;
    setRunning(true);
    setReached([]);
    say("");
    try {
      const asked = { settings: side.settings, eta: side.eta, set };
      await restarts(
        studio.module,
        studio.start,
        asked,
        { count: many, steps: epochs * run.stepsPerEpoch },
        (so_far) => {
          setReached(so_far);
          return going.current;
        },
      );
    } catch (error) {
      say((error as Error).message);
    }
    going.current = false;
    setRunning(false);
  };
  const options = (all: readonly number[]) => all.map((each) => [String(each), count(each)] as const);
  return (
    <dialog class="restarts" ref={dialog} onClose={onClose} aria-label="Restarts">
      <h2>Restarts</h2>
      <p>
        The same network, points and steps, from many first weights. Each seed ends in a minimum: which one, chance
        decides.
      </p>
      <p class="taken">
        <Select
          label="Restarts"
          value={String(many)}
          options={options(COUNTS)}
          onChange={(value) => setMany(Number(value))}
        />
        <Select
          label="Epochs of each"
          value={String(epochs)}
          options={options(EPOCHS)}
          onChange={(value) => setEpochs(Number(value))}
        />
        <button
          type="button"
          class="plain-button"
          onClick={() => {
            if (running) going.current = false;
            else void go();
          }}
        >
          {running ? "Stop" : "Train them"}
        </button>
        <button type="button" class="plain-button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
      <p role="status" data-reached={reached.length}>
        {said || `${reached.length} of ${many} have ended.`}
      </p>
      {reached.length > 0 && <Found reached={reached} />}
    </dialog>
  );
}

function Found({ reached }: { reached: readonly Reached[] }) {
  const losses = reached.map(({ loss }) => loss);
  const { low, high, counts } = histogramOf(losses, 30);
  const most = Math.max(...counts, 1);
  const step = WIDE / counts.length;
  const lost = losses.filter((loss) => !Number.isFinite(loss)).length;
  return (
    <div data-picture="restarts">
      <svg
        class="histogram"
        viewBox={`0 0 ${WIDE} ${HIGH + 20}`}
        role="img"
        aria-label={`The losses of ${reached.length} restarts, from ${written(low)} to ${written(high)}`}
      >
        {counts.map((each, at) => (
          <rect key={at} x={at * step} y={HIGH * (1 - each / most)} width={step - 1} height={(HIGH * each) / most} />
        ))}
        <text x="0" y={HIGH + 16}>
          {written(low)}
        </text>
        <text x={WIDE} y={HIGH + 16} text-anchor="end">
          {written(high)}
        </text>
      </svg>
      <table class="rows">
        <thead>
          <tr>
            <th>minimum</th>
            <th>training loss</th>
            <th>restarts</th>
            <th class="text">seeds</th>
          </tr>
        </thead>
        <tbody>
          {minimaOf(reached).map(({ loss, seeds }, at) => (
            <tr key={seeds[0]} data-minimum={at + 1}>
              <td>{at + 1}</td>
              <td data-value={loss}>{written(loss)}</td>
              <td>{seeds.length}</td>
              <td class="text">
                {[...seeds]
                  .sort((a, b) => a - b)
                  .slice(0, 12)
                  .join(", ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {lost > 0 && <p class="note">{lost} left the finite numbers: a smaller η helps.</p>}
    </div>
  );
}
