// Python beside the page: it begins with the first message, {python, archive}, and runs a program for each {program}.
"use strict";
let session = null;

async function begun({ python, archive }) {
  postMessage({ say: "Loading Python ..." });
  try {
    importScripts(`${python}pyodide.js`);
  } catch {
    throw new Error(`Python could not be loaded from ${new URL(python).host}; are you online?`);
  }
  const interpreter = await loadPyodide({ indexURL: python });
  postMessage({ say: "Loading NumPy and clearprop ..." });
  await interpreter.loadPackage(["numpy"], { messageCallback: () => {} });
  const packed = await fetch(archive);
  if (!packed.ok) throw new Error(`${archive} is not there`);
  interpreter.unpackArchive(await packed.arrayBuffer(), "zip");
  return interpreter.runPython("from tools.site.in_browser import Session\nSession()");
}

onmessage = async ({ data }) => {
  try {
    if (data.python) {
      session = begun(data);
      await session;
      return;
    }
    const ready = await session;
    postMessage({ say: "Running ..." });
    postMessage(JSON.parse(ready.run(data.program)));
  } catch (error) {
    postMessage({ fault: String(error.message).split("\n").filter(Boolean).at(-1) ?? "unknown" });
  }
};
