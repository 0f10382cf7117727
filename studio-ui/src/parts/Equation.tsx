/** An equation in numbers: each operand's symbol above, its matrix in the middle, its shape below. */
import type { ComponentChildren } from "preact";
import { Matrix, type MatrixProps, shapeText } from "./Matrix";
import { Tex } from "./Tex";
import type { Tone, Written } from "./types";

export interface Operand extends Pick<MatrixProps, "values" | "shape" | "rows" | "columns" | "onPick" | "picked" | "decimals"> {
  /** What stands before it: =, · or +. */
  sign?: string | undefined;
  symbol: Written;
  tone?: Tone | undefined;
}

export function Equation({ operands, children }: { operands: readonly Operand[]; children?: ComponentChildren }) {
  return (
    <div class="equation">
      {operands.map((operand, index) => (
        <Term key={index} operand={operand} />
      ))}
      {children}
    </div>
  );
}

function Term({ operand }: { operand: Operand }) {
  const { sign, symbol, tone = "plain", ...matrix } = operand;
  const shape = matrix.shape ?? [matrix.values.length, matrix.values[0]?.length ?? 0];
  return (
    <>
      {sign && <span class="operator">{sign}</span>}
      <span class={`operand ${tone}`}>
        <Tex code={symbol.latex} label={symbol.plain} />
        <span class="scroll">
          <Matrix {...matrix} tone={tone} label={`${symbol.plain}, ${shapeText(shape)}`} />
        </span>
        <span class="shape">{shapeText(shape)}</span>
      </span>
    </>
  );
}
