/** The colours of the style as numbers, for what is drawn pixel by pixel; read anew when light and dark change. */
export type Colour = readonly [number, number, number];

export interface Palette {
  readonly classes: readonly Colour[];
  readonly plus: Colour;
  readonly minus: Colour;
  readonly card: Colour;
  readonly ink: Colour;
  readonly quiet: Colour;
  readonly line: Colour;
}

export const CLASSES = 10;
let known: Palette | null = null;
const watchers = new Set<() => void>();

export function palette(): Palette {
  known ??= {
    classes: Array.from({ length: CLASSES }, (_, k) => colour(`--class-${k}`)),
    plus: colour("--plus"),
    minus: colour("--minus"),
    card: colour("--card"),
    ink: colour("--ink"),
    quiet: colour("--quiet"),
    line: colour("--line"),
  };
  return known;
}

export const css = ([r, g, b]: Colour, alpha = 1) => `rgb(${r} ${g} ${b} / ${alpha})`;

/** A colour between two, at a share from 0 to 1. */
export const between = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/** Calls back when light and dark change. */
export function onColours(told: () => void): () => void {
  watchers.add(told);
  return () => watchers.delete(told);
}

function colour(name: string): Colour {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found =
    getComputedStyle(probe)
      .color.match(/[\d.]+/g)
      ?.map(Number) ?? [];
  probe.remove();
  return [found[0] ?? 0, found[1] ?? 0, found[2] ?? 0];
}

function forget(): void {
  known = null;
  for (const told of watchers) told();
}

new MutationObserver(forget).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", forget);
