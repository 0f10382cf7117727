/** From the raw row: what each column had, the numbers that scaled it, and what the network takes of it. */
import { written } from "../numbers";
import { Scroll } from "../parts/Scroll";
import { Section } from "../parts/Section";
import { Tex } from "../parts/Tex";
import { symbolOf, type Trace } from "../trace/reading";

export function Row({ trace }: { trace: Trace }) {
  const { row } = trace;
  if (!row) return null;
  const [centre, scale] = row.words;
  const left = row.in_all - row.inputs.length;
  return (
    <Section
      id="row"
      title="From the raw row"
      intro={
        row.scaling
          ? `Inputs are scaled with the ${centre} and the ${scale} of the training rows: ${row.scaling}. The weights belong to the numbers in the last column.`
          : "The network takes the numbers in the last column."
      }
    >
      {row.formula && (
        <p>
          <Tex code={row.formula.latex} />
        </p>
      )}
      <Scroll label="Inputs of the network and the row that they are from">
        <table class="rows">
          <thead>
            <tr>
              <th class="text">input</th>
              <th class="text">in the row</th>
              <th>as a number</th>
              {row.scaling && <th>{centre}</th>}
              {row.scaling && <th>{scale}</th>}
              <th>{symbolOf(trace, "X", 0).plain}</th>
            </tr>
          </thead>
          <tbody>
            {row.inputs.map((input) => (
              <tr key={input.name}>
                <td class="text name">{input.name}</td>
                <td class="text">{input.raw}</td>
                <td title={String(input.number)}>{written(input.number)}</td>
                {row.scaling && <td title={String(input.centre)}>{written(input.centre)}</td>}
                {row.scaling && (
                  <td title={String(input.scale)}>{input.scale === "inf" ? "constant" : written(input.scale)}</td>
                )}
                <td class="forward" title={String(input.value)}>
                  {written(input.value)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {left > 0 && <p class="note">And {left} more inputs.</p>}
      <Targets trace={trace} />
    </Section>
  );
}

/** Targets in standard units, and outputs back in those of the row. */
function Targets({ trace }: { trace: Trace }) {
  const targets = trace.row?.targets ?? [];
  if (targets.length === 0) return null;
  const L = trace.forward.length;
  return (
    <Scroll label="Targets, and outputs in the unit of the row">
      <table class="rows">
        <thead>
          <tr>
            <th class="text">target</th>
            <th class="text">in the row</th>
            <th>mean</th>
            <th>std</th>
            <th>{symbolOf(trace, "Y", L).plain}</th>
            <th>{symbolOf(trace, "A", L).plain}</th>
            <th>predicted</th>
          </tr>
        </thead>
        <tbody>
          {targets.map((target) => (
            <tr key={target.name}>
              <td class="text name">{target.name}</td>
              <td class="text">{target.raw}</td>
              <td title={String(target.centre)}>{written(target.centre)}</td>
              <td title={String(target.scale)}>{written(target.scale)}</td>
              <td title={String(target.value)}>{written(target.value)}</td>
              <td title={String(target.output)}>{written(target.output ?? null)}</td>
              <td class="forward" title={String(target.predicted)}>
                {written(target.predicted ?? null)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
