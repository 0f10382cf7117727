/** What Python's lints say of the training, how large gradients and steps are in each layer, and how the units' values are spread. */
import { useEffect, useState } from "preact/hooks";
import type { Judged } from "../live/step";
import { percent, written } from "../numbers";
import { LineChart, type Series } from "../parts/LineChart";
import { LintCards } from "../parts/LintCards";
import { Scroll } from "../parts/Scroll";
import type { Start } from "./carried";
import { histogramOf } from "./histogram";
import { judgedOf } from "./judged";
import type { Standing } from "./measures";
import type { Run } from "./run";

/** Milliseconds between two judgements while it plays. */
const PAUSE = 2500;

export function Findings({ start, standing }: { start: Start; standing: Standing }) {
  const judged = useJudged(start, standing);
  const { run } = standing;
  return (
    <section class="card-of findings" aria-label="Findings">
      <h2>Findings</h2>
      {judged && <LintCards lints={judged.lints} />}
      {judged && !judged.lints.length && <p class="ok">Nothing to warn of in a step on the training points.</p>}
      {judged && <Layers judged={judged} run={run} />}
      <div class="charts">
        <div data-picture="gradients">
          <h2>Gradient by layer</h2>
          <LineChart
            series={byLayer(run, "gradients")}
            label="The norm of each layer’s gradient"
            height={132}
            logarithmic
          />
        </div>
        <div data-picture="changes">
          <h2>Change of a step, by weights</h2>
          <LineChart
            series={byLayer(run, "changes")}
            label="How far a step moves each layer, by the size of its weights"
            height={132}
            logarithmic
          />
        </div>
      </div>
    </section>
  );
}

function Layers({ judged, run }: { judged: Judged; run: Run }) {
  return (
    <Scroll label="Gradients by layer">
      <table class="rows">
        <thead>
          <tr>
            <th>layer</th>
            <th>‖gradient‖</th>
            <th>update by weights</th>
            <th class="text">verdict</th>
            <th class="text">values of its units</th>
          </tr>
        </thead>
        <tbody>
          {judged.health.map(({ l, gradient, ratio, verdict }) => (
            <tr key={l} data-layer={l}>
              <td>{l}</td>
              <td data-value={gradient}>{written(gradient)}</td>
              <td data-value={ratio}>{percent(ratio)}</td>
              <td class="text">{verdict}</td>
              <td class="text">
                <Histogram run={run} l={l} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const [WIDE, HIGH] = [120, 26];

function Histogram({ run, l }: { run: Run; l: number }) {
  const { low, high, counts } = histogramOf(run.look.values(l));
  const most = Math.max(...counts, 1);
  const step = WIDE / counts.length;
  const said = `${written(low, 2)} to ${written(high, 2)}`;
  return (
    <span class="histogram">
      <svg width={WIDE} height={HIGH} role="img" aria-label={`Values of layer ${l}, from ${said}`}>
        {counts.map((count, at) => (
          <rect
            key={at}
            x={at * step}
            y={HIGH - (HIGH * count) / most}
            width={Math.max(step - 0.5, 1)}
            height={(HIGH * count) / most}
          />
        ))}
      </svg>
      <small>{said}</small>
    </span>
  );
}

const SHADES = ["forward", "shared", "backward", "shade-1", "shade-2", "shade-3"];

function byLayer(run: Run, what: "gradients" | "changes"): Series[] {
  const { moments } = run;
  return run.look.widths.slice(1).map((_, index) => ({
    label: `layer ${index + 1}`,
    tone: SHADES[index % SHADES.length] as string,
    dashed: index >= SHADES.length,
    points: moments.map((moment) => [moment.epochs, moment[what][index] ?? Number.NaN] as const),
  }));
}

function useJudged(start: Start, { side, set, run }: Standing): Judged | null {
  const [judged, setJudged] = useState<Judged | null>(null);
  const { settings, eta } = side;
  useEffect(() => {
    let waits: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    const judge = () => {
      waits = undefined;
      last = performance.now();
      setJudged(judgedOf(start, settings, eta, set, run));
    };
    const soon = () => {
      waits ??= setTimeout(judge, Math.max(0, run.playing ? PAUSE - (performance.now() - last) : 0));
    };
    soon();
    const end = run.watch(soon);
    return () => {
      end();
      clearTimeout(waits);
    };
  }, [start, settings, eta, set, run]);
  return judged;
}
