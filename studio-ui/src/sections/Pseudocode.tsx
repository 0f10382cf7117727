/** The algorithm's lines, with the one lit that the step is at. */
import { useEffect, useRef } from "preact/hooks";
import { inLine, Tex } from "../parts/Tex";
import type { Trace } from "../trace/reading";

/** `hidden` leaves out the formula of the line that is lit, which a question is about. */
export function Pseudocode({ trace, line, hidden }: { trace: Trace; line: number; hidden: boolean }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const [element, lit] = [list.current, list.current?.children[line]];
    if (!element || !(lit instanceof HTMLElement)) return;
    element.scrollTop = lit.offsetTop - element.clientHeight / 2;
  }, [line]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard to be scrolled by it
    <ol class="code" ref={list} tabIndex={0} aria-label="The algorithm">
      {trace.pseudocode.map((each, index) => (
        <li
          key={index}
          class={index === line ? "now" : ""}
          aria-current={index === line ? "step" : undefined}
          style={{ paddingLeft: `${10 + 16 * each.indent}px` }}
        >
          {each.words}{" "}
          {hidden && index === line
            ? "?"
            : each.written && <Tex code={inLine(each.written.latex)} label={each.written.plain} />}
        </li>
      ))}
    </ol>
  );
}
