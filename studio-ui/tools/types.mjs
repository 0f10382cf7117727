/** Write the types of the JSON that a page carries, made from its published schemas: src/trace/document.ts and src/trace/recording.ts. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

for (const [schema, title, target] of [
  ["trace", "TraceDocument", "document"],
  ["recording", "RecordingDocument", "recording"],
]) {
  const given = JSON.parse(readFileSync(here(`../../src/clearprop/explanation/page/${schema}.schema.json`), "utf8"));
  const text = await compile({ ...given, title }, title, {
    additionalProperties: false,
    bannerComment: `/** Made by \`npm run types\` from ${schema}.schema.json; not edited by hand. */`,
  });
  writeFileSync(here(`../src/trace/${target}.ts`), text);
}
