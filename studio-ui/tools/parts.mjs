/** Write which parts the WebAssembly module has, for Python: src/clearprop/engines/wasm/parts.json. */
import { readFileSync, writeFileSync } from "node:fs";
import { Kernels } from "../src/engine/module.ts";

const folder = new URL("../../src/clearprop/engines/wasm/", import.meta.url);
const packed = readFileSync(new URL("engine.wasm.gz", folder)).toString("base64");
const { parts } = new Kernels(await Kernels.compiled(packed));
const names = Object.fromEntries(Object.entries(parts).map(([kind, list]) => [kind, [...list.keys()]]));
writeFileSync(new URL("parts.json", folder), `${JSON.stringify(names, null, 1)}\n`);
