/** A batch: the gradient as a mean over points, and the part that any one of them has in it. */
import { useState } from "preact/hooks";
import { percent, toNumber, written } from "../numbers";
import { Equation } from "../parts/Equation";
import { Scroll } from "../parts/Scroll";
import { Section } from "../parts/Section";
import { holdsMoments, operand, shown, stored, symbolOf, type Trace, transposed } from "../trace/reading";
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
          operand(trace, layer.result, symbolOf(trace, "dL_dW", l), "backward"),
          ...layer.factors.map((factor, index) =>
            operand(
              trace,
              factor.value,
              factor.symbol,
              index ? "shared" : "backward",
              index ? "·" : "=",
              factor.transposed,
            ),
          ),
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
      <PointPart trace={trace} layer={layer} point={point} />
    </Section>
  );
}

type BatchLayer = NonNullable<Trace["batch"]>["layers"][number];

/** One point's part of the sum: its column of A times its column of dL/dZ, its share within. */
function PointPart({ trace, layer, point }: { trace: Trace; layer: BatchLayer; point: number }) {
  const factors = layer.factors.map(({ value, symbol, transposed: turned }, index) => {
    const { values, shape, rows, columns } = shown(trace, value);
    const place = columns ? columns.indexOf(point) : point;
    const column = values.map((row) => [row[place] ?? null]);
    const size = shape?.[0] ?? values.length;
    return {
      sign: index ? "·" : "=",
      symbol,
      tone: index ? ("shared" as const) : ("backward" as const),
      units: column.map(([entry]) => toNumber(entry ?? null)),
      of: size,
      shown: rows,
      ...(turned
        ? { values: transposed(column), shape: [1, size], columns: rows }
        : { values: column, shape: [size, 1], rows }),
    };
  });
  const [left, right] = factors;
  if (!left || !right) return null;
  const share = { plain: `part of point ${point + 1}`, latex: `\\text{part of point ${point + 1}}` };
  const outer = {
    values: left.units.map((one) => right.units.map((other) => one * other)),
    shape: [left.of, right.of],
    rows: left.shown,
    columns: right.shown,
  };
  return <Equation operands={[{ symbol: share, tone: "backward", ...outer }, ...factors]} />;
}
