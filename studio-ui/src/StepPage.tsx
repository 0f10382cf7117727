/** A trace: the stage on which the step is walked, and under it everything that there is to say of it. */
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useDroppedModel } from "./live/useDroppedModel";
import { SteeringContext, useRested, useSteering } from "./live/useSteering";
import { begun } from "./numbers";
import { Choice } from "./parts/Choice";
import type { Pick, UnitPick } from "./parts/Neurons";
import { useWalk, useWalkKeys } from "./parts/useWalk";
import { Batch } from "./sections/Batch";
import { BothWays } from "./sections/BothWays";
import { Chain } from "./sections/Chain";
import { Check } from "./sections/Check";
import { Cost } from "./sections/Cost";
import { ShareStep } from "./sections/ForPaper";
import { Forward } from "./sections/Forward";
import { Health } from "./sections/Health";
import { Facts, Masthead } from "./sections/Masthead";
import { firstOf, OneEntry } from "./sections/OneEntry";
import { Questions } from "./sections/Questions";
import { Row } from "./sections/Row";
import { Stage, type View } from "./sections/Stage";
import { Symbols } from "./sections/Symbols";
import { Update } from "./sections/Update";
import type { Page } from "./trace/page";
import { hasOnlyUsualLinks, layersOf } from "./trace/reading";
import { stepsOf } from "./trace/steps";

/** Milliseconds that a step is shown while playing. */
const PACE = 1600;

export interface StepPageProps {
  page: Page;
  /** Whether the page is about this step alone, so that the arrow keys walk through it wherever the focus is. */
  keys: boolean;
  /** Switches of the whole page, beside those of the trace. */
  children?: ComponentChildren;
}

/** The notation that the page's address asks for, where there is such a one: step.html#notation=dd. */
function askedNotation(page: Page): string | undefined {
  const name = /^#notation=(\w+)$/.exec(location.hash)?.[1];
  return page.notations.find((each) => each.name === name)?.name;
}

export function StepPage({ page, keys, children }: StepPageProps) {
  const [layout, setLayout] = useState(page.trace.header.layout.name as string);
  const [notation, setNotation] = useState(() => askedNotation(page) ?? page.trace.notation.name);
  const { trace, steering } = useSteering(page, layout, notation);
  useDroppedModel(keys ? steering : null);
  const steps = useMemo(() => stepsOf(trace), [trace]);
  const walk = useWalk(steps.length, PACE);
  useWalkKeys(walk, steps.length, keys);

  const L = layersOf(trace);
  const [chosen, setChosen] = useState(1);
  const [asked, setPicked] = useState<Pick>(() => firstOf(trace, trace.entries[0]?.l ?? 1));
  const there = isIn(trace, asked);
  const picked = useMemo(() => (there ? asked : { l: 1, i: 0, j: 0 }), [there, asked]);
  const [marked, setMarked] = useState(false);
  const [unit, setUnit] = useState<UnitPick | null>(null);
  const [view, setView] = useState<View>("units");
  const [asking, setAsking] = useState(false);
  const [lit, setLit] = useState<string | null>(null);
  const [shared, share] = useState(false);

  // The layer that is walked through is the layer that the sections below are about, until another one is chosen. What was
  // asked in the drawing is answered until the walk goes on.
  const walked = steps[walk.at];
  const place = walked?.id;
  useEffect(() => {
    if (place === undefined) return;
    setMarked(false);
    setUnit(null);
  }, [place]);
  useEffect(() => {
    if (walked && walked.l >= 1 && walked.kind !== "loss" && walked.kind !== "update") setChosen(walked.l);
  }, [walked]);

  const pick = useCallback((to: Pick) => {
    setPicked(to);
    setMarked(true);
    setUnit(null);
  }, []);
  const close = () => {
    setMarked(false);
    setUnit(null);
  };

  const l = Math.min(chosen, L);
  const rested = useRested(trace, steering?.moving ?? false);
  const below = useMemo(
    () => (
      <SteeringContext.Provider value={null}>
        <Row trace={rested} />
        <Chain trace={rested} l={l} onLayer={setChosen} lit={lit} onLight={setLit} />
        <Forward trace={rested} />
        <BothWays trace={rested} l={l} onLayer={setChosen} />
        {hasOnlyUsualLinks(rested) && <OneEntry trace={rested} picked={picked} onPick={pick} />}
        <Batch trace={rested} l={l} onLayer={setChosen} />
        <Update trace={rested} l={l} onLayer={setChosen} />
        <Check trace={rested} l={l} />
        <Cost trace={rested} />
        <Health trace={rested} />
        <Symbols trace={rested} />
      </SteeringContext.Provider>
    ),
    [rested, l, lit, picked, pick],
  );
  return (
    <SteeringContext.Provider value={steering}>
      <Masthead
        trace={trace}
        notations={page.notations}
        layouts={page.layouts}
        onNotation={setNotation}
        onLayout={setLayout}
        within={!keys}
        sections={<Sections of={contents(page)} />}
        first={
          <>
            <Choice
              label="Drawn as"
              value={view}
              onChange={setView}
              options={[
                { value: "units", label: "Units", title: "Layers as units, as in the notes" },
                { value: "neurons", label: "Neurons", title: "Every neuron and every weight" },
              ]}
            />
            <button
              type="button"
              class="plain-button"
              aria-pressed={asking}
              title="Be asked before each backward step is shown"
              onClick={() => setAsking(!asking)}
            >
              Predict
            </button>
          </>
        }
      >
        {children}
        {steering && (
          <button
            type="button"
            class="plain-button"
            title="The step in LaTeX, and as slides"
            onClick={() => share(true)}
          >
            Share
          </button>
        )}
      </Masthead>
      {shared && steering && (
        <ShareStep
          asked={{ ...steering.asked, layout: trace.header.layout.name, notation }}
          phase={walked?.phase ? walked.phase.index + 1 : null}
          onClose={() => share(false)}
        />
      )}
      <Stage
        trace={trace}
        steps={steps}
        walk={walk}
        view={view}
        asking={asking}
        within={!keys}
        lit={lit}
        picked={marked ? picked : null}
        unit={unit}
        onPick={pick}
        onUnit={setUnit}
        onClose={close}
      />
      <Facts trace={trace} />
      <Questions
        trace={trace}
        onPhase={(kind) => {
          const to = steps.findIndex((step) => step.kind === kind);
          if (to >= 0) walk.move(to);
        }}
      />
      {below}
      <footer class="foot">
        Every number on this page was computed by clearprop, by the formulas that train. Hover over one to read all its
        digits. {page.still && `The page stands still: ${page.still}. `}
        {trace.fold.folded && `${begun(trace.fold.about)}.`}
      </footer>
    </SteeringContext.Provider>
  );
}

/** Whether a network has such a weight or bias: the widths of a live page change. */
function isIn(trace: Page["trace"], { l, i, j }: Pick): boolean {
  const { widths } = trace.header.network;
  return l < widths.length && j < (widths[l] ?? 0) && (i === null || i < (widths[l - 1] ?? 0));
}

/** What stands under the stage, in a menu at the top: in a frame it is far down. */
function Sections({ of }: { of: [string, string][] }) {
  const menu = useRef<HTMLDetailsElement>(null);
  return (
    <details class="menu sections" ref={menu}>
      <summary>Sections</summary>
      <nav class="contents" aria-label="On this page">
        {of.map(([id, title]) => (
          <a key={id} href={`#${id}`} onClick={() => menu.current?.removeAttribute("open")}>
            {title}
          </a>
        ))}
      </nav>
    </details>
  );
}

function contents({ trace }: Page): [string, string][] {
  const all: [string, string, boolean][] = [
    ["row", "The raw row", Boolean(trace.row)],
    ["chain", "The chain", true],
    ["forward", "Forward", true],
    ["both-ways", "Both ways", true],
    ["one-weight", "One weight", hasOnlyUsualLinks(trace)],
    ["batch", "The batch", trace.batch !== null],
    ["update", "Update", true],
    ["check", "Check", trace.check !== null],
    ["cost", "Cost", true],
    ["health", "Health", true],
    ["symbols", "Symbols", true],
  ];
  return all.filter(([, , there]) => there).map(([id, title]) => [id, title]);
}
