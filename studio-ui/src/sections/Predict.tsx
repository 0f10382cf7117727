/** A question before a phase is shown. A wrong answer is told what it computes; the right one, or a word, reveals the phase. */
import { useState } from "preact/hooks";
import { Tex } from "../parts/Tex";
import type { Trace } from "../trace/reading";
import type { Step } from "../trace/steps";

export type Question = Trace["phases"][number]["questions"][number];

export interface PredictProps {
  step: Step;
  questions: readonly Question[];
  /** When every question is answered, or the reader asks to see it. */
  onReveal: () => void;
}

export function Predict({ step, questions, onReveal }: PredictProps) {
  const [state, setState] = useState({ of: step.id, at: 0, tried: [] as number[] });
  const own = state.of === step.id ? state : { of: step.id, at: 0, tried: [] };
  const question = questions[own.at];
  if (!question) return null;
  const last = own.tried.at(-1);
  const solved = own.tried.some((index) => question.choices[index]?.right);
  const next = () =>
    own.at + 1 < questions.length ? setState({ of: step.id, at: own.at + 1, tried: [] }) : onReveal();
  return (
    <section class={`now-card predict ${step.tone}`} data-step={step.id} data-question={question.kind}>
      <h2>
        Predict
        {questions.length > 1 && (
          <span class="source">
            {own.at + 1} of {questions.length}
          </span>
        )}
      </h2>
      <p>{question.asks}</p>
      <div class="choices">
        {question.choices.map((choice, index) => {
          const tried = own.tried.includes(index);
          return (
            <button
              key={choice.written.plain}
              type="button"
              class={tried ? (choice.right ? "right" : "wrong") : ""}
              disabled={solved && !choice.right}
              onClick={() => setState({ ...own, tried: [...own.tried, index] })}
            >
              <Tex code={choice.written.latex} label={choice.written.plain} />
            </button>
          );
        })}
      </div>
      <p role="status" class={`note ${solved ? "ok" : "alarm"}`}>
        {last !== undefined &&
          `${question.choices[last]?.right ? "Right." : "Not this."} ${question.choices[last]?.says}`}
      </p>
      <button type="button" class="plain-button" onClick={solved ? next : onReveal}>
        {solved ? (own.at + 1 < questions.length ? "Next question" : "Show the step") : "Show me"}
      </button>
    </section>
  );
}
