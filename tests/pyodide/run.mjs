// Runs a program of Python in Pyodide: node run.mjs FOLDER_OF_PYODIDE WHEEL PROGRAM. Ends with 1 where it raises.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, wheel, program] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: `${folder}/` });
await python.loadPackage(["numpy"], { messageCallback: () => {} });
try {
  python.unpackArchive(new Uint8Array(readFileSync(wheel)), "wheel");
  python.runPython(readFileSync(program, "utf8"));
} catch (raised) {
  console.log(String(raised.message).slice(-3000));
  process.exit(1);
}
