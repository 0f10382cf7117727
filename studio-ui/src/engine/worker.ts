/** The worker's end: it takes steps beside the page, so that the page can draw meanwhile. */
import { type Command, type Port, Server } from "./training.ts";

const scope = self as unknown as Port & { onmessage: ((event: MessageEvent<Command>) => void) | null };
const server = new Server(scope);
scope.onmessage = (event) => server.hear(event.data);
