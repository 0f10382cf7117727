/** Lets Node import the page's sources as they are: a path without an ending is a TypeScript file. */
import { registerHooks } from "node:module";

registerHooks({
  resolve: (path, context, next) => next(/^\.\.?\/([^/]+\/)*[^./]+$/.test(path) ? `${path}.ts` : path, context),
});
