/** Words of the page, explained where they stand. */
import type { Trace } from "../trace/reading";

export function Glossary({ trace, names }: { trace: Trace; names: readonly string[] }) {
  const known = names.map((name) => trace.words.glossary[name]).filter(Boolean);
  if (!known.length) return null;
  return (
    <ul class="glossary note">
      {known.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
