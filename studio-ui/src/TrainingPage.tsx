/** A recorded training, played over time: loss, gradients and weights at each step that was kept, and each step explained. */
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { toNumber } from "./numbers";
import { Axes, type Scale } from "./parts/Axes";
import { LineChart, type Series } from "./parts/LineChart";
import { Scrubber } from "./parts/Scrubber";
import { useWalk, useWalkKeys } from "./parts/useWalk";
import { StepPage } from "./StepPage";
import { LayersAt, LintsOverTime, TrainingHead, WeightsAt } from "./sections/Training";
import { type CarriedTraining, Page } from "./trace/page";
import type { RecordingDocument } from "./trace/recording";

/** Milliseconds that a step is shown while playing. */
const PACE = 350;

export function TrainingPage({ carried, children }: { carried: CarriedTraining; children: ComponentChildren }) {
  const { recording, traces } = carried;
  const { steps } = recording;
  const walk = useWalk(steps.length, PACE, steps.length - 1);
  useWalkKeys(walk, steps.length);
  const [logarithmic, setLogarithmic] = useState<Scale>("linear");
  const step = steps[walk.at];
  const marks = useMemo(() => steps.map(({ t }) => ({ tone: "shared" as const, label: `step ${t}` })), [steps]);
  const charts = useMemo(() => chartsOf(recording), [recording]);
  const times = steps.map(({ t }) => t);
  const [middle, last] = [times[Math.floor(times.length / 2)] ?? 1, times.at(-1) ?? 1];
  const spread = last > 20 && 4 * middle < last; // steps that were kept more and more seldom
  if (!step) return null;

  const nearest = (t: number) => {
    walk.play(false);
    walk.move(
      times.reduce((best, each, index) => (Math.abs(each - t) < Math.abs((times[best] ?? 0) - t) ? index : best), 0),
    );
  };
  const explained = Object.keys(traces).map(Number);
  const trace = traces[String(step.t)];
  return (
    <>
      <TrainingHead recording={recording} step={step}>
        {children}
      </TrainingHead>
      <figure class="stage" id="training" aria-label="The training, played">
        <div class="bar">
          <Axes scale={logarithmic} onChange={setLogarithmic} />
        </div>
        <div class="charts">
          {charts.map((chart) => (
            <div key={chart.title}>
              <h2>{chart.title}</h2>
              <LineChart
                series={chart.series}
                label={`${chart.title} over the steps of the training`}
                logarithmic={logarithmic === "logarithmic" || chart.wide}
                logarithmicX={spread}
                at={step.t}
                onPick={nearest}
              />
            </div>
          ))}
        </div>
        <Scrubber
          marks={marks}
          at={walk.at}
          playing={walk.playing}
          label="Steps of the training"
          onMove={(to) => {
            walk.play(false);
            walk.move(to);
          }}
          onPlay={walk.play}
        />
        <WeightsAt recording={recording} at={walk.at} />
      </figure>
      <LayersAt recording={recording} step={step} />
      <LintsOverTime recording={recording} onPick={nearest} />
      {explained.length > 0 && (
        <section aria-label="The step, explained">
          {trace ? (
            <StepPage key={step.t} page={new Page({ trace, variants: [] })} keys={false} />
          ) : (
            <p class="note">
              Explained in full are steps{" "}
              {explained.map((t) => (
                <button key={t} type="button" class="plain-button small" onClick={() => nearest(t)}>
                  {t}
                </button>
              ))}
            </p>
          )}
        </section>
      )}
    </>
  );
}

interface Chart {
  title: string;
  series: Series[];
  /** Whether its values differ by so much that only a logarithmic axis shows them all. */
  wide: boolean;
}

function chartsOf({ steps }: RecordingDocument): Chart[] {
  const layers = steps[0]?.layers.map(({ l }) => l) ?? [];
  const byLayer = (name: "dL_dW" | "ratio"): Series[] =>
    layers.map((l, index) => ({
      label: `layer ${l}`,
      tone: `backward shade-${index % 4}`,
      dashed: index % 2 === 1,
      points: steps.map((step) => [step.t, toNumber(step.layers[index]?.[name] ?? null)] as const),
    }));
  const loss: Series = {
    label: "loss",
    tone: "forward",
    points: steps.map(({ t, loss }) => [t, toNumber(loss)] as const),
  };
  return [
    { title: "Loss", series: [loss], wide: false },
    { title: "Size of the weight gradient", series: byLayer("dL_dW"), wide: true },
    { title: "Update by weights", series: byLayer("ratio"), wide: true },
  ];
}
