/** An equation in numbers: each operand's symbol above, its matrix in the middle, its shape below. */
import type { ComponentChildren } from "preact";
import { useRoom } from "./Fit";
import { Matrix, type MatrixProps, shapeText } from "./Matrix";
import { Picture } from "./Picture";
import { Tex } from "./Tex";
import type { Tone, Written } from "./types";

export interface Operand
  extends Pick<
    MatrixProps,
    "values" | "shape" | "rows" | "columns" | "onPick" | "picked" | "decimals" | "valueId" | "turned"
  > {
  /** What stands before it: =, · or +. */
  sign?: string | undefined;
  symbol: Written;
  tone?: Tone | undefined;
  /** The whole array in a few cells, where not all of it is shown. */
  picture?: readonly (readonly number[])[] | undefined;
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
  const { sign, symbol, tone = "plain", picture, ...matrix } = operand;
  const pictures = !useRoom()?.low;
  const shape = matrix.shape ?? [matrix.values.length, matrix.values[0]?.length ?? 0];
  return (
    <span class="signed">
      {sign && <span class="operator">{sign}</span>}
      <span class={`operand ${tone}`}>
        <Tex code={symbol.latex} label={symbol.plain} />
        <span class="scroll">
          <Matrix {...matrix} tone={tone} label={`${symbol.plain}, ${shapeText(shape)}`} />
        </span>
        {shape.some((side) => side !== 1) && <span class="shape">{shapeText(shape)}</span>}
        {pictures && picture && (picture[0]?.length ?? 0) > 1 && (
          <Picture
            cells={picture}
            tone={tone}
            label={`all of ${symbol.plain}: the darker, the larger; grey is negative`}
          />
        )}
      </span>
    </span>
  );
}
