/** Nudges: what the derivatives foretell of the loss beside what is measured, and how the gap between them shrinks. */
import type { Plain } from "../live/actions";
import type { Nudged } from "../live/step";
import { decimalsFor, written } from "../numbers";
import { Tex } from "../parts/Tex";
import type { Written } from "../parts/types";

const NAMES: Record<number, string> = { 1: "the nudge", 0.5: "half of it", 0.25: "a quarter" };

export function Nudging({ nudged, act }: { nudged: Nudged; act: (to: Plain) => void }) {
  const { nudges, more, shares, says } = nudged;
  if (nudges.length === 0) {
    return (
      <p class="nudging" role="status">
        {nudged.lead}
      </p>
    );
  }
  return (
    <div class="nudging">
      <ul aria-label="Numbers that were moved">
        {nudges.map(({ symbol, derivative, by, slope, estimate }) => (
          <li key={symbol.plain} data-nudge={symbol.plain}>
            <Sign of={derivative} /> <Amount of={slope} /> ·{" "}
            <Sign of={{ plain: `Δ${symbol.plain}`, latex: `\\Delta ${symbol.latex}` }} /> <Amount of={by} /> ={" "}
            <Amount of={estimate} />
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
      <table>
        <thead>
          <tr>
            <td />
            {shares.map(({ of }) => (
              <th key={of} scope="col">
                {NAMES[of]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Row label="measured" symbol={nudged.measured} values={shares.map((each) => each.measured)} />
          <Row label="planar" symbol={nudged.estimate} values={shares.map((each) => each.estimate)} />
          <Row label="gap" values={shares.map((each) => each.gap)} />
        </tbody>
      </table>
      <div class="says" role="status">
        {says.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
      <div class="row">
        <button type="button" class="plain-button" onClick={() => act("halve")}>
          Halve it
        </button>
        <button type="button" class="plain-button" onClick={() => act("back")}>
          Take it back
        </button>
        <button type="button" class="plain-button" onClick={() => act("nudge")}>
          Begin here
        </button>
      </div>
    </div>
  );
}

function Row({ label, symbol, values }: { label: string; symbol?: Written; values: readonly (number | string)[] }) {
  const decimals = decimalsFor(values);
  return (
    <tr>
      <th scope="row">
        {symbol && <Sign of={symbol} />} {label}
      </th>
      {values.map((value, at) => (
        <td key={at} data-value={value} title={String(value)}>
          {written(value, decimals)}
        </td>
      ))}
    </tr>
  );
}

const Sign = ({ of }: { of: Written }) => <Tex code={of.latex} label={of.plain} />;

const Amount = ({ of }: { of: number | string }) => (
  <span data-value={of} title={String(of)}>
    {written(of)}
  </span>
);
