/** Formulas as MathML that the browser sets itself. LaTeX goes in; nothing is put into the page as text of markup. */
import { createElement, type VNode } from "preact";
import { useMemo } from "preact/hooks";
import temml from "temml";
import { useRoom } from "./Fit";

interface Node {
  type?: string;
  text?: string;
  attributes?: Record<string, string>;
  classes?: string[];
  style?: Record<string, string>;
  children?: Node[];
}

/** Fractions on one line, a/b, where there is little height. */
export function inLine(latex: string): string {
  return latex.replace(
    /\\frac\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}/g,
    "$1/$2",
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
    return element(temml.__renderToMathMLTree(code, { displayMode: block, throwOnError: true, strict: false }) as Node);
  } catch {
    return <code>{code}</code>;
  }
}

/** A tree of Temml's as elements of Preact's, so that styles are set one by one as a strict page allows. */
function element(given: Node): VNode {
  const node = primed(given);
  const inside = (node.children ?? []).map((child) => (child.text === undefined ? element(child) : child.text));
  if (!node.type) return <>{inside}</>;
  const { style: _, class: __, ...rest } = node.attributes ?? {};
  const attributes: Record<string, unknown> = { ...rest };
  const classes = (node.classes ?? []).filter(Boolean).join(" ");
  if (classes) attributes.class = classes;
  if (node.style && Object.keys(node.style).length) attributes.style = node.style;
  return createElement(node.type, attributes, ...inside);
}

/** f′ with its prime beside it: as a superscript it would be made small and raised a second time. */
function primed(node: Node): Node {
  const raised = node.children?.[1];
  return node.type === "msup" && raised?.classes?.includes("tml-prime") ? { ...node, type: "mrow" } : node;
}
