/** The worker's end: it takes steps beside the page, so that the page can draw meanwhile. */
import { type Command, type Port, Server } from "./training.ts";

const scope = self as unknown as Port & { onmessage: ((event: MessageEvent<Command>) => void) | null };
/** A message to itself comes after those that are waiting, and without the wait of a timer. */
const toItself = new MessageChannel();
const server = new Server(scope, (then) => {
  toItself.port1.onmessage = then;
  toItself.port2.postMessage(null);
});
scope.onmessage = (event) => server.hear(event.data);
