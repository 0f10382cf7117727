/** A product whose factors are underbraced: symbol, role, shape, value, the reason for the value, and who uses it again. */
import type { ComponentChildren } from "preact";
import { Matrix, type MatrixProps, shapeText } from "./Matrix";
import { Tex } from "./Tex";
import type { Written } from "./types";

export interface FactorProps extends Pick<MatrixProps, "values" | "shape" | "rows" | "columns"> {
  /** What names the same factor wherever it stands. */
  id: string;
  symbol: Written;
  role: string;
  /** Its formula, where that says more than the symbol. */
  formula?: Written | undefined;
  reason?: string | undefined;
  source?: string | undefined;
  /** Whether another layer has multiplied it already. */
  shared: boolean;
  reuse?: string | undefined;
  lit: boolean;
  onLight: (id: string | null) => void;
}

export function Factor(props: FactorProps) {
  const { id, symbol, formula, role, reason, source, shared, reuse, lit, onLight, ...matrix } = props;
  const shape = matrix.shape ?? [matrix.values.length, matrix.values[0]?.length ?? 0];
  return (
    <div
      role="group"
      class={`factor ${shared ? "shared" : ""} ${lit ? "lit" : ""}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: focus lights up the same factor elsewhere, as hovering does
      tabIndex={0}
      data-factor={id}
      aria-label={`${symbol.plain}, ${role}, ${shapeText(shape)}. ${reason ?? ""}`}
      onMouseEnter={() => onLight(id)}
      onMouseLeave={() => onLight(null)}
      onFocus={() => onLight(id)}
      onBlur={() => onLight(null)}
    >
      <Tex code={symbol.latex} label={symbol.plain} />
      <Brace />
      <span class="role">{role}</span>
      <span class="shape">
        {[shape.some((side) => side !== 1) ? shapeText(shape) : "", source].filter(Boolean).join(" · ")}
      </span>
      {formula && <Tex code={formula.latex} label={formula.plain} />}
      <span class="scroll">
        <Matrix {...matrix} room={[6, 4]} tone={shared ? "shared" : "backward"} label={`value of ${symbol.plain}`} />
      </span>
      {reason && <p class="reason">{reason}</p>}
      {reuse && <span class="reuse">{reuse}</span>}
    </div>
  );
}

/** Factors under one brace, for they have been multiplied already (Notation 11). */
export function Group({ children, label }: { children: ComponentChildren; label: ComponentChildren }) {
  return (
    <div class="group">
      <div class="product">{children}</div>
      <Brace />
      <small>{label}</small>
    </div>
  );
}

/** A brace as wide as what it is under. */
export function Brace() {
  return (
    <svg class="brace" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <path
        d="M1 1C1 5 4 5 10 5H42C47 5 49 6 50 9.5C51 6 53 5 58 5H90C96 5 99 5 99 1"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        vector-effect="non-scaling-stroke"
      />
    </svg>
  );
}
