/** A batch: the gradient as a mean over points, and the part that any one of them has in it. */
import { useState } from "preact/hooks";
import { percent, toNumber, written } from "../numbers";
import { Equation } from "../parts/Equation";
import { Scroll } from "../parts/Scroll";
import { Section } from "../parts/Section";
import {
  holdsMoments,
  operand,
  shown,
  stored,
  symbolOf,
  type Trace,
  transposed,
  turnedSymbol,
  wholeSymbol,
} from "../trace/reading";
import { LayerChoice } from "./Chain";

export function Batch({ trace, l, onLayer }: { trace: Trace; l: number; onLayer: (l: number) => void }) {
  const { batch } = trace;
  const [point, setPoint] = useState(batch?.at ?? 0);
  const layer = batch?.layers.find((each) => each.l === l);
  if (!batch || !layer) return null;
  const columns = stored(trace, `batch_dL_dZ:${l}`).columns ?? Array.from({ length: batch.size }, (_, index) => index);
  const total =
    batch.layers.find((each) => each.l === l)?.norms.reduce<number>((sum, norm) => sum + toNumber(norm), 0) || 1;
  return (
    <Section
      id="batch"
      title={`The batch: a mean over ${batch.size} points`}
      intro={
        holdsMoments(trace)
          ? "Mean and variance join the points: a column is the derivative of the whole loss by the values of its point, and one product does the sum."
          : "Each point has a loss and a gradient of its own; the step takes their weighted mean. A column for each point, its share 1/b in it, and one product does the sum."
      }
    >
      <LayerChoice trace={trace} l={l} onLayer={onLayer} />
      <Equation
        operands={[
          operand(trace, layer.result, wholeSymbol(trace, "dL_dW", l), "backward"),
          ...layer.factors.map((factor, index) => {
            const name = factor.value.startsWith("batch_A")
              ? symbolOf(trace, "A", l - 1)
              : wholeSymbol(trace, "dL_dZ", l);
            return operand(
              trace,
              factor.value,
              factor.transposed ? turnedSymbol(name) : name,
              index ? "shared" : "backward",
              index ? "·" : "=",
              factor.transposed,
            );
          }),
          ...(layer.penalty ? [operand(trace, layer.penalty, symbolOf(trace, "dR_dW", l), "plain", "+")] : []),
        ]}
      />
      <h3>Any one point of it</h3>
      <Scroll label="Points of the batch">
        <table class="rows points">
          <thead>
            <tr>
              <th>point</th>
              <th>loss</th>
              <th>counts for</th>
              <th>{holdsMoments(trace) ? "‖its part‖ / share" : "‖own gradient‖"}</th>
              <th>
                <span class="unseen">compared</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {columns.map((index) => (
              <tr key={index} class={index === point ? "on" : ""}>
                <td>
                  <button
                    type="button"
                    class="plain-button"
                    aria-pressed={index === point}
                    onClick={() => setPoint(index)}
                  >
                    {index + 1}
                    {index === batch.at && " (shown above)"}
                  </button>
                </td>
                <td>{written(batch.losses[index] ?? null)}</td>
                <td>{percent(batch.shares[index] ?? null)}</td>
                <td>{written(layer.norms[index] ?? null)}</td>
                <td>
                  <span class="meter backward">
                    <i style={{ width: `${(100 * toNumber(layer.norms[index] ?? null)) / total}%` }} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <PointPart trace={trace} l={l} point={point} />
    </Section>
  );
}

/** One point's part of the sum: its column of A times its column of dL/dZ, its share within. */
function PointPart({ trace, l, point }: { trace: Trace; l: number; point: number }) {
  const column = (id: string) => {
    const { values, shape, rows, columns } = shown(trace, id);
    const place = columns ? columns.indexOf(point) : point;
    return { values: values.map((row) => [row[place] ?? null]), shape: [shape?.[0] ?? values.length, 1], rows };
  };
  const [A, dZ] = [column(`batch_A:${l - 1}`), column(`batch_dL_dZ:${l}`)];
  const outer = A.values.map(([a]) => dZ.values.map(([d]) => toNumber(a ?? null) * toNumber(d ?? null)));
  const turned = stored(trace, `dL_dW:${l}`).units[0] === l;
  const part = turned
    ? { values: transposed(outer), shape: [dZ.shape[0] ?? 0, A.shape[0] ?? 0], rows: dZ.rows, columns: A.rows }
    : { values: outer, shape: [A.shape[0] ?? 0, dZ.shape[0] ?? 0], rows: A.rows, columns: dZ.rows };
  const row = (value: typeof A) => ({
    values: transposed(value.values),
    shape: value.shape.toReversed(),
    columns: value.rows,
  });
  const [symbolA, symbolZ] = [symbolOf(trace, "A", l - 1), wholeSymbol(trace, "dL_dZ", l)];
  const share = { plain: `part of point ${point + 1}`, latex: `\\text{part of point ${point + 1}}` };
  return (
    <Equation
      operands={[
        { symbol: share, tone: "backward", ...part },
        turned
          ? { sign: "=", symbol: symbolZ, tone: "shared", ...dZ }
          : { sign: "=", symbol: symbolA, tone: "backward", ...A },
        turned
          ? { sign: "·", symbol: turnedSymbol(symbolA), tone: "backward", ...row(A) }
          : { sign: "·", symbol: turnedSymbol(symbolZ), tone: "shared", ...row(dZ) },
      ]}
    />
  );
}
