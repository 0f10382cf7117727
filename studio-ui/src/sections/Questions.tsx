/** What students ask: each question opens its answer, and the page goes where it is seen. */
import { useState } from "preact/hooks";
import type { Trace } from "../trace/reading";

export function Questions({ trace, onPhase }: { trace: Trace; onPhase: (kind: string) => void }) {
  const [chosen, choose] = useState<number | null>(null);
  const { questions } = trace.words;
  const open = chosen === null ? undefined : questions[chosen];
  return (
    <details class="asked">
      <summary>Questions that this page answers</summary>
      <p class="asked-list">
        {questions.map(({ asks, at }, index) => (
          <button
            key={asks}
            type="button"
            class="plain-button"
            aria-pressed={index === chosen}
            onClick={() => {
              choose(index === chosen ? null : index);
              if (index === chosen) return;
              const [where, kind] = at.split(" ");
              if (where === "phase" && kind) onPhase(kind);
            }}
          >
            {asks}
          </button>
        ))}
      </p>
      {open && (
        <p class="asked-answer" role="status">
          {open.says}{" "}
          <a class="plain-button" href={open.at.startsWith("phase") ? "#stage" : `#${open.at}`}>
            {open.at.startsWith("phase") ? "See the phase" : "See it"}
          </a>
        </p>
      )}
    </details>
  );
}
