/** Write src/trace/document.ts: the types of a trace's JSON, made from its published schema. `--check` compares instead. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const schema = JSON.parse(readFileSync(here("../../src/clearprop/explanation/trace.schema.json"), "utf8"));
const target = here("../src/trace/document.ts");

const text = await compile({ ...schema, title: "TraceDocument" }, "TraceDocument", {
  additionalProperties: false,
  bannerComment: "/** Made by `npm run types` from trace.schema.json; not edited by hand. */",
});

if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  console.error("src/trace/document.ts is not what trace.schema.json says: run `make page`");
  process.exit(1);
}
