/** A training in the page: controls, the network and its plane while it learns, and the curves of its losses. */
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { count, percent, written } from "../numbers";
import { Choice } from "../parts/Choice";
import { LineChart, type Series } from "../parts/LineChart";
import { Controls, Select } from "./Controls";
import { type CarriedLive, PointSet } from "./carried";
import { NetworkView } from "./NetworkView";
import { PlaneView } from "./PlaneView";
import { FIRST_SPEED, Player } from "./Player";
import { type Plane, planeOf } from "./plane";
import type { Run } from "./run";
import { save } from "./saved";
import { settingsOf } from "./settings";
import { useEngine, useRun, useTicks } from "./useRun";

export function StudioPage({ carried, children }: { carried: CarriedLive; children: ComponentChildren }) {
  const start = carried.live.training;
  const sets = useMemo(() => start.data.map((each) => new PointSet(each)), [start]);
  const [settings, change] = useState(() => settingsOf(start));
  const [eta, setEta] = useState(start.eta);
  const [attempt, again] = useState(0);
  const [speed, setSpeed] = useState(FIRST_SPEED);
  const [axes, setAxes] = useState<readonly [number, number] | null>(null);
  const set = sets[settings.set] as PointSet;
  const engine = useEngine(carried.live.engine);
  const { run, why } = useRun(engine.module, start, settings, eta, set, attempt);
  useTicks(run);
  const plane = useMemo(() => planeOf(set, axesIn(axes, set)), [set, axes]);
  const shown = run && run.look.widths[0] === set.inputs ? run : null; // until the run of another set has begun
  return (
    <>
      <header class="masthead">
        <div>
          <h1>A training, live</h1>
          <p class="lead">Press Play, and watch the network learn. Then change something, and see what it does.</p>
        </div>
        <div class="tools">{children}</div>
      </header>
      <div class="studio">
        <Player
          run={run}
          speed={speed}
          onSpeed={setSpeed}
          onReset={() => again((value) => value + 1)}
          onSeed={() => change({ ...settings, seed: (settings.seed + 1) >>> 0 })}
          onSave={() => run?.snapshot && save(start, settings, eta, set, run.snapshot)}
        />
        <Figures run={run} seed={settings.seed} />
        {[engine.why, why, run?.refused].filter(Boolean).map((said) => (
          <p key={said} class="alarm said" role="alert">
            {said}
          </p>
        ))}
        {run?.snapshot?.finite === false && (
          <p class="alarm said" role="alert">
            Step {count(run.snapshot.taken + 1)} would leave the finite numbers, so it is not taken. A smaller η helps:
            start again.
          </p>
        )}
        <Controls start={start} sets={sets} set={set} settings={settings} eta={eta} onChange={change} onEta={setEta} />
        <figure class="card-of network" aria-label="The network">
          <h2>What each unit gives</h2>
          {shown && <NetworkView run={shown} plane={plane} />}
          <p class="signs">
            <span>
              <i class="plus" /> above 0
            </span>
            <span>
              <i class="minus" /> below 0
            </span>
            <span>A line is a weight, thick where it is large.</span>
          </p>
        </figure>
        <figure class="card-of picture" aria-label="The data">
          <h2>{set.title}</h2>
          {shown && <PlaneView run={shown} set={set} plane={plane} />}
          <Axes set={set} axes={plane.axes} onAxes={setAxes} />
          <Key set={set} />
          {set.carried.about && <p class="note">{set.carried.about}</p>}
        </figure>
        <Curves run={run} />
      </div>
    </>
  );
}

/** The features that were chosen, where the set has them; else those that say most. */
function axesIn(chosen: readonly [number, number] | null, set: PointSet): readonly [number, number] {
  return chosen && Math.max(...chosen) < set.inputs ? chosen : set.telling();
}

function Axes(props: { set: PointSet; axes: Plane["axes"]; onAxes: (axes: readonly [number, number]) => void }) {
  const { set, axes, onAxes } = props;
  if (set.inputs < 3) return null;
  const options = set.carried.features.map((name, j) => [String(j), name] as const);
  return (
    <div class="axes">
      <Select label="Across" value={String(axes[0])} options={options} onChange={(j) => onAxes([Number(j), axes[1]])} />
      <Select label="Up" value={String(axes[1])} options={options} onChange={(j) => onAxes([axes[0], Number(j)])} />
      <p class="note">The other inputs stand at their mean.</p>
    </div>
  );
}

const SHAPES = ["●", "■", "▲"];

/** What the colours and outlines of the points mean. */
function Key({ set }: { set: PointSet }) {
  return (
    <p class="signs">
      {set.carried.classes?.map((name, k) => (
        <span key={name}>
          <b style={{ color: `var(--class-${k % 10})` }}>{SHAPES[k % SHAPES.length]}</b> {name}
        </span>
      ))}
      <span>● trained on: {set.training}</span>
      {set.n > set.training && <span>○ only tested: {set.n - set.training}</span>}
    </p>
  );
}

function Figures({ run, seed }: { run: Run | null; seed: number }) {
  const { snapshot } = run ?? {};
  const last = run?.moments.at(-1);
  const facts: [string, string][] = [
    ["epoch", count(Math.floor(snapshot?.epochs ?? 0))],
    ["step", count(snapshot?.taken ?? 0)],
    ["training loss", last ? written(last.training.loss) : "—"],
  ];
  if (last?.held) facts.push(["test loss", written(last.held.loss)]);
  if (last && !Number.isNaN(last.training.accuracy)) facts.push(["right in training", percent(last.training.accuracy)]);
  if (last?.held && !Number.isNaN(last.held.accuracy)) facts.push(["right in test", percent(last.held.accuracy)]);
  facts.push(["seed", String(seed)]);
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name} data-fact={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Curves({ run }: { run: Run | null }) {
  const [scale, setScale] = useState<"linear" | "logarithmic">("linear");
  const logarithmic = scale === "logarithmic";
  const moments = (run?.moments ?? []).filter(({ epochs }) => !logarithmic || epochs > 0);
  const points = (value: (moment: (typeof moments)[number]) => number | undefined) =>
    moments.map((moment) => [moment.epochs, value(moment) ?? Number.NaN] as const);
  const pair = (value: "loss" | "accuracy"): Series[] => [
    { label: "training", tone: "forward", points: points(({ training }) => training[value]) },
    { label: "test", tone: "shared", dashed: true, points: points(({ held }) => held?.[value]) },
  ];
  const classes = moments.some(({ training }) => !Number.isNaN(training.accuracy));
  return (
    <div class="card-of curves">
      <div class="charts">
        <div>
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
          <div>
            <h2>Part that is right</h2>
            <LineChart
              series={pair("accuracy")}
              label="The part of the points whose class is right, over the epochs"
              height={132}
              logarithmicX={logarithmic}
            />
          </div>
        )}
      </div>
      <Choice
        label="Axes"
        value={scale}
        onChange={setScale}
        options={[
          { value: "linear", label: "linear" },
          { value: "logarithmic", label: "logarithmic" },
        ]}
      />
    </div>
  );
}
