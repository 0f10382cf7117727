/** Curves over the epochs: the loss and the part that is right, in training and in test, of one run or of two. */
import { useState } from "preact/hooks";
import { Axes, type Scale } from "../parts/Axes";
import { LineChart, type Series } from "../parts/LineChart";
import type { Run } from "./run";

export function Curves({ runs }: { runs: readonly Run[] }) {
  const [scale, setScale] = useState<Scale>("linear");
  const logarithmic = scale === "logarithmic";
  const pair = (value: "loss" | "accuracy") =>
    runs.flatMap((run, at) => seriesOf(run, at, runs.length, value, logarithmic));
  const classes = runs.some(({ moments }) => moments.some(({ training }) => !Number.isNaN(training.accuracy)));
  return (
    <div class="card-of curves">
      <div class="charts">
        <div data-picture="loss">
          <h2>Loss, by epochs</h2>
          <LineChart
            series={pair("loss")}
            label="The loss over the epochs, in training and in test"
            height={132}
            logarithmic={logarithmic}
            logarithmicX={logarithmic}
          />
        </div>
        {classes && (
          <div data-picture="accuracy">
            <h2>Part that is right</h2>
            <LineChart
              series={pair("accuracy")}
              label="The part of the points whose class is right, over the epochs"
              height={132}
              logarithmicX={logarithmic}
              parts
            />
          </div>
        )}
      </div>
      <Axes scale={scale} onChange={setScale} />
    </div>
  );
}

function seriesOf(run: Run, at: number, of: number, value: "loss" | "accuracy", logarithmic: boolean): Series[] {
  const moments = run.moments.filter(({ epochs }) => !logarithmic || epochs > 0);
  const points = (held: boolean) =>
    moments.map((moment) => [moment.epochs, (held ? moment.held : moment.training)?.[value] ?? Number.NaN] as const);
  const [which, tones] =
    of > 1 ? [`run ${at + 1}, `, at ? ["backward", "backward"] : ["forward", "forward"]] : ["", TONES];
  return [
    { label: `${which}training`, tone: tones[0] as string, points: points(false) },
    { label: `${which}test`, tone: tones[1] as string, dashed: true, points: points(true) },
  ];
}

const TONES = ["forward", "shared"];
