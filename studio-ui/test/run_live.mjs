/** Runs functions of the live page's script on the cases that stdin has, and writes what they give, or an error's text. */
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const asked = JSON.parse(readFileSync(0, "utf8"));
const live = runInThisContext(`${readFileSync(asked.script, "utf8")};clearpropLive`);

const answer = (given) => {
  try {
    return live[asked.function](given);
  } catch (caught) {
    return { error: caught.message };
  }
};

process.stdout.write(JSON.stringify(asked.cases.map(answer)));
