/** Formulas as MathML that the browser sets itself. LaTeX goes in; nothing is put into the page as text of markup. */
import { createElement, type VNode } from "preact";
import { useMemo } from "preact/hooks";
import { useRoom } from "./Fit";
import { type MathNode, mathOf } from "./latex";
import { Scroll } from "./Scroll";
import type { Written } from "./types";

/** Fractions on one line, a/b, where there is little height. */
export function inLine(latex: string): string {
  return latex.replace(
    /\\frac\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}/g,
    (_, above: string, below: string) => `${asOne(above)}/${asOne(below)}`,
  );
}

/** A sum in brackets, as a fraction's line holds it together no longer; what stands within braces or brackets is one already. */
function asOne(latex: string): string {
  let outside = latex;
  for (let before = ""; before !== outside; ) {
    before = outside;
    outside = outside.replace(/\{[^{}]*\}|\([^()]*\)/g, "");
  }
  return /[+-]/.test(outside) ? `(${latex})` : latex;
}

/** Formulas that are written one after another with a comma and a space: each by itself. */
export const formulasOf = (latex: string): string[] => latex.split(/(?<=,) *\\quad */);

/** Formulas that follow one another, such as an optimiser's rule: a new line begins between two, never within one. */
export function Formulas({ of, label }: { of: Written; label: string }) {
  return (
    <Scroll label={label}>
      <span class="formulas" role="img" aria-label={of.plain}>
        {formulasOf(of.latex).map((code) => (
          <span class="tex" key={code}>
            {typeset(code)}
          </span>
        ))}
      </span>
    </Scroll>
  );
}

/** A formula. `label` is what a screen reader says where the formula's own reading would be poor. */
export function Tex({ code, block = false, label }: { code: string; block?: boolean; label?: string | undefined }) {
  const low = useRoom()?.low ?? false;
  const math = useMemo(() => typeset(low ? inLine(code) : code, block), [code, block, low]);
  return label ? (
    <span class="tex" role="img" aria-label={label}>
      {math}
    </span>
  ) : (
    <span class="tex">{math}</span>
  );
}

/** MathML elements of a formula; what cannot be read as LaTeX is shown as it was given. */
export function typeset(code: string, block = false): VNode {
  try {
    return element(mathOf(code, block));
  } catch {
    return <code>{code}</code>;
  }
}

function element({ name, attributes, children }: MathNode): VNode {
  const inside = children.map((child) => (typeof child === "string" ? child : element(child)));
  return createElement(name, attributes, ...inside);
}
