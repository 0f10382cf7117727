/** The notebook that shows the page in a frame: it is told of what a reader does, and says what Python has changed. Elsewhere nobody listens. */

import { GREETING, type Message } from "./messages";

let port: MessagePort | null = null;
/** What was told before there was a port. */
let untold: Message | null = null;
/** What was said before anybody listened. */
const unheard: Message[] = [];
const hearers = new Set<(said: Message) => void>();

addEventListener("message", ({ source, data, ports: [given] }) => {
  if (source !== parent || data !== GREETING || !given) return;
  port?.close();
  port = given;
  port.onmessage = ({ data }) => {
    if (!hearers.size) unheard.push(data);
    for (const hear of hearers) hear(data);
  };
  if (untold) tell(untold);
  untold = null;
});

/** Tells the notebook. */
export function tell(message: Message): void {
  if (port) port.postMessage(message);
  else untold = message;
}

/** Calls back with what the notebook says, until what it gives is called. */
export function listen(hear: (said: Message) => void): () => void {
  hearers.add(hear);
  for (const said of unheard.splice(0)) hear(said);
  return () => hearers.delete(hear);
}
