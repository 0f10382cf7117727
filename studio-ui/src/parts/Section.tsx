/** A part of the page under a heading of its own, which the contents can point to. */
import type { ComponentChildren } from "preact";

export function Section(props: {
  id: string;
  title: ComponentChildren;
  intro?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section id={props.id} aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {props.intro && <p class="intro">{props.intro}</p>}
      {props.children}
    </section>
  );
}
