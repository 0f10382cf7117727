/** Runs a function of the live page's script on each of the cases that stdin has, and writes what it gives. */
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const asked = JSON.parse(readFileSync(0, "utf8"));
const live = runInThisContext(`${readFileSync(asked.script, "utf8")};clearpropLive`);
const answer = (given) => {
  try {
    return live[asked.function](given);
  } catch (caught) {
    return { error: String(caught.stack).slice(0, 1500) };
  }
};
process.stdout.write(JSON.stringify(asked.cases.map(answer)));
