/** The symbol table of the notation in use: how each quantity is written, its shape, and what it is. */
import { begun } from "../numbers";
import { Scroll } from "../parts/Scroll";
import { Section } from "../parts/Section";
import { Tex } from "../parts/Tex";
import type { Trace } from "../trace/reading";

export function Symbols({ trace }: { trace: Trace }) {
  const { notation, header } = trace;
  return (
    <Section
      id="symbols"
      title="Symbols"
      intro={`Written in ${notation.title === "PyTorch's names" ? notation.title : `${notation.title} notation`}: ${notation.about}. ${begun(header.layout.name)} layout: ${header.layout.about}.`}
    >
      <Scroll label="Symbols">
        <table class="rows">
          <thead>
            <tr>
              <th>symbol</th>
              <th class="text">shape</th>
              <th class="text">what it is</th>
              <th class="text">in code</th>
            </tr>
          </thead>
          <tbody>
            {notation.symbols.map((row) => (
              <tr key={row.name}>
                <td>
                  <Tex code={row.symbol.latex} label={row.symbol.plain} />
                </td>
                <td class="text">{row.shape || "scalar"}</td>
                <td class="text">{row.meaning}</td>
                <td class="text">
                  <code>{row.name}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
}
