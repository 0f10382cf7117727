/** A training in the page: controls, the network and its plane while it learns, its curves, and what is found in it. */
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { count, percent, written } from "../numbers";
import { Choice } from "../parts/Choice";
import { AIMS } from "./aim";
import { Controls, Select } from "./Controls";
import { Curves } from "./Curves";
import type { CarriedLive, PointSet } from "./carried";
import { differences } from "./differences";
import { Explain } from "./Explain";
import { Findings } from "./Findings";
import { ImagesView } from "./ImagesView";
import type { Standing } from "./measures";
import { NetworkView } from "./NetworkView";
import { OwnData } from "./OwnData";
import { PhaseCard, usePhases } from "./Phase";
import { PlaneView } from "./PlaneView";
import { FIRST_SPEED, Player } from "./Player";
import { type Plane, planeOf } from "./plane";
import { Restarts } from "./Restarts";
import { SceneCard, SceneChoice } from "./Scenes";
import { Share } from "./Share";
import { save } from "./saved";
import { useNotebook } from "./useNotebook";
import { type Studio, useStudio } from "./useStudio";

export function StudioPage({ carried, children }: { carried: CarriedLive; children: ComponentChildren }) {
  const studio = useStudio(carried);
  useNotebook(studio);
  const { start, sets, sides, runs, standings } = studio;
  const [speed, setSpeed] = useState(FIRST_SPEED);
  const [axes, setAxes] = useState<readonly [number, number] | null>(null);
  const [shared, share] = useState(false);
  const [restarted, restart] = useState<Standing | null>(null);
  const [explained, explain] = useState<Standing | null>(null);
  const phases = usePhases(start, standings[0], () => {
    for (const run of runs) run.take(1);
  });
  const [side] = sides;
  const set = side && sets[side.settings.set];
  const plane = useMemo(() => set && planeOf(set, axesIn(axes, set)), [set, axes]);
  if (!side || !set || !plane) return null;
  const [first] = standings;
  const open = () => {
    runs[0]?.pause();
    explain(first ?? null);
  };
  return (
    <>
      <header class="masthead">
        <div>
          <h1>A training, live</h1>
          <p class="lead">Press Play, and watch the network learn. Then change something, and see what it does.</p>
        </div>
        <div class="tools">
          <button type="button" class="plain-button" disabled={!first} onClick={open}>
            Explain a step
          </button>
          <button
            type="button"
            class="plain-button"
            disabled={!first}
            onClick={() => {
              for (const run of runs) run.pause();
              restart(first ?? null);
            }}
          >
            Restarts
          </button>
          <button
            type="button"
            class="plain-button"
            aria-pressed={sides.length > 1}
            title="A second run beside this one, to change one of them or both"
            onClick={() => studio.compare(sides.length < 2)}
          >
            {sides.length > 1 ? "End comparing" : "Compare"}
          </button>
          <button
            type="button"
            class="plain-button"
            disabled={!first}
            onClick={() => {
              for (const run of runs) run.pause();
              share(true);
            }}
          >
            Share
          </button>
          {children}
        </div>
      </header>
      <div class="studio">
        <Player
          runs={runs}
          speed={speed}
          onSpeed={setSpeed}
          onPhase={phases.next}
          onReset={studio.again}
          onSeed={studio.newSeed}
          onSave={() => runs[0]?.snapshot && save(start, side.settings, side.eta, set, runs[0].snapshot)}
        />
        <div class="both-facts">
          {standings.map((standing, at) => (
            <Figures key={at} standing={standing} name={sides.length > 1 ? `run ${at + 1}` : ""} />
          ))}
          {sides.length > 1 && <p class="note">{differences(sets, sides, studio.aim)}</p>}
        </div>
        <Alarms said={studio.said} standings={standings} />
        <div class="controls">
          <SceneChoice start={start} scene={studio.scene} onScene={studio.show} />
          {sides.length > 1 && <AimChoice studio={studio} />}
          <Controls studio={studio} />
          <OwnData studio={studio} />
        </div>
        <div class="middle">
          <SceneCard start={start} scene={studio.scene} standings={standings} onCheck={studio.check} />
          <PhaseCard phases={phases} onWhole={open} />
          <figure class="card-of network" data-picture="network" aria-label="The network">
            <h2>What each unit gives</h2>
            {first && <NetworkView run={first.run} plane={plane} />}
            <p class="signs">
              <span>
                <i class="plus" /> above 0
              </span>
              <span>
                <i class="minus" /> below 0
              </span>
              <span>A line is a weight, thick where it is large.</span>
              {set.carried.image && <span>A unit of layer 1 is drawn by its weights, pixel by pixel.</span>}
            </p>
          </figure>
          <Curves runs={standings.map(({ run }) => run)} />
          {first && <Findings start={start} standing={first} />}
        </div>
        <div class="pictures">
          {standings.map((standing, at) => (
            <Picture
              key={at}
              standing={standing}
              axes={axes}
              name={at ? `${standing.set.title}, run 2` : standing.set.title}
              onAxes={setAxes}
            />
          ))}
        </div>
      </div>
      {shared && <Share studio={studio} phases={phases} onClose={() => share(false)} />}
      {restarted && <Restarts studio={studio} standing={restarted} onClose={() => restart(null)} />}
      {explained && <Explain start={start} standing={explained} onClose={() => explain(null)} />}
    </>
  );
}

/** Which of two runs the choices below are of. */
function AimChoice({ studio: { aim, aimAt, own } }: { studio: Studio }) {
  return (
    <div class="field aim">
      <span aria-hidden="true">Choices go to</span>
      <Choice
        label="Choices go to"
        value={aim}
        onChange={aimAt}
        options={AIMS.map((each) => ({ value: each, label: each }))}
      />
      {aim === "both runs" && own.size > 0 && (
        <p class="note">What the runs are to differ in is changed in run 1 only; its name says so.</p>
      )}
    </div>
  );
}

/** The features that were chosen, where the set has them; else those that say most. */
function axesIn(chosen: readonly [number, number] | null, set: PointSet): readonly [number, number] {
  return chosen && Math.max(...chosen) < set.inputs ? chosen : set.telling();
}

function Alarms({ said, standings }: { said: readonly string[]; standings: readonly Standing[] }) {
  const stuck = standings.flatMap(({ run: { snapshot } }) => (snapshot?.finite === false ? [snapshot.taken + 1] : []));
  const all = [
    ...said,
    ...stuck.map(
      (step) =>
        `Step ${count(step)} would leave the finite numbers, so it is not taken. A smaller η helps: start again.`,
    ),
  ];
  return (
    <div class="said">
      {all.map((sentence) => (
        <p key={sentence} class="alarm" role="alert">
          {sentence}
        </p>
      ))}
    </div>
  );
}

interface PictureProps {
  standing: Standing;
  axes: readonly [number, number] | null;
  name: string;
  onAxes: (axes: readonly [number, number]) => void;
}

function Picture({ standing: { run, set }, axes, name, onAxes }: PictureProps) {
  const plane = useMemo(() => planeOf(set, axesIn(axes, set)), [set, axes]);
  const image = set.carried.image ?? null;
  return (
    <figure class="card-of picture" data-picture="data" aria-label="The data">
      <h2>{name}</h2>
      {image ? (
        <>
          <ImagesView run={run} set={set} shape={image} />
          <p class="note">
            Of {set.n} pictures {set.training} are trained on. Here are some
            {set.n > set.training && " that are only tested"}, with the class that the network gives. A wrong one is
            framed.
          </p>
        </>
      ) : (
        <>
          <PlaneView run={run} set={set} plane={plane} />
          <Axes set={set} axes={plane.axes} onAxes={onAxes} />
          <Key set={set} />
        </>
      )}
      {set.carried.about && <p class="note">{set.carried.about}</p>}
    </figure>
  );
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

function Figures({ standing: { run, side, set }, name }: { standing: Standing; name: string }) {
  const { snapshot } = run;
  const last = run.moments.at(-1);
  const facts: [string, string][] = name ? [["run", name.slice(-1)]] : [];
  facts.push(
    ["epoch", count(Math.floor(snapshot?.epochs ?? 0))],
    ["step", count(snapshot?.taken ?? 0)],
    ["training loss", written(last?.training.loss ?? null)],
  );
  const [held, classes] = [set.n > set.training, set.carried.classes]; // all has its place before it has a number
  if (held) facts.push(["test loss", written(last?.held?.loss ?? null)]);
  if (classes) facts.push(["right in training", percent(last?.training.accuracy ?? null)]);
  if (held && classes) facts.push(["right in test", percent(last?.held?.accuracy ?? null)]);
  facts.push(["seed", String(side.settings.seed)]);
  return (
    <dl class="facts">
      {facts.map(([fact, value]) => (
        <div key={fact} data-fact={fact}>
          <dt>{fact}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
