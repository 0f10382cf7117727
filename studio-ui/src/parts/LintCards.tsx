/** Lints, each in the tone of how bad it is: what it warns of, and its remedy. */
import { begun } from "../numbers";
import type { Lint } from "../trace/document";

/** The tone of a lint, by how bad it is. */
export const LINT_TONES = { error: "backward", warning: "shared", note: "quiet" } as const;

export function LintCards({ lints }: { lints: readonly Lint[] }) {
  return (
    <>
      {lints.map((lint, index) => (
        <div key={index} class={`lint ${LINT_TONES[lint.severity]}`} data-code={lint.code}>
          <strong>
            <span class="tone">{lint.severity}</span>: {lint.code}
          </strong>
          <p>{begun(lint.message)}.</p>
          <p class="remedy">{lint.remedy}.</p>
        </div>
      ))}
    </>
  );
}
