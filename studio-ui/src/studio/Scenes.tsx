/** Scenes: which one is shown, what it is about, what to try, and whether what it claims is measured here. */
import { count, written } from "../numbers";
import { Select } from "./Controls";
import type { Scene, Start } from "./carried";
import { holds, isThere, measured, type Standing, stepsOf } from "./measures";

export interface ScenesProps {
  start: Start;
  scene: number | null;
  standings: readonly Standing[];
  onScene: (scene: number | null) => void;
  /** Takes the runs to where the claim is about them. */
  onCheck: () => void;
}

export function SceneChoice({ start, scene, onScene }: Pick<ScenesProps, "start" | "scene" | "onScene">) {
  return (
    <Select
      label="Scene"
      value={scene === null ? "" : String(scene)}
      options={[["", "none: choose freely"], ...start.scenes.map(({ title }, at) => [String(at), title] as const)]}
      onChange={(value) => onScene(value === "" ? null : Number(value))}
    />
  );
}

export function SceneCard({ start, scene, standings, onCheck }: Omit<ScenesProps, "onScene">) {
  const shown = scene === null ? undefined : start.scenes[scene];
  if (!shown) return null;
  return (
    <section class="card-of scene" aria-label="The scene">
      <h2>{shown.title}</h2>
      <p>{shown.text}</p>
      <p>
        <strong>Try:</strong> {shown.attempt}
      </p>
      <p>
        <strong>Claim:</strong> {shown.claim.text}
      </p>
      <Result start={start} scene={shown} standings={standings} onCheck={onCheck} />
    </section>
  );
}

function Result({
  start,
  scene: { claim, runs },
  standings,
  onCheck,
}: Omit<ScenesProps, "onScene" | "scene"> & { scene: Scene }) {
  const there =
    standings.length === runs.length &&
    isThere(
      claim,
      standings.map(({ run }) => run),
    );
  const value = there ? measured(start, claim, standings) : null;
  const first = standings[0];
  return (
    <p class="result">
      <button type="button" class="plain-button" disabled={standings.length !== runs.length} onClick={onCheck}>
        {first ? `Take ${stepsSaid(stepsOf(claim, first.run))}, and measure` : "Measure"}
      </button>{" "}
      <span role="status" data-value={value ?? ""} data-holds={there ? String(holds(claim, value)) : ""}>
        {there &&
          `Measured: ${value === null ? "no such number" : written(value)}. ${
            holds(claim, value) ? "The claim holds." : "The claim does not hold with these choices."
          }`}
      </span>
    </p>
  );
}

const stepsSaid = (steps: number) => `${count(steps)} ${steps === 1 ? "step" : "steps"}`;
