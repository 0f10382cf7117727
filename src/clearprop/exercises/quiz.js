// The page of a quiz: answers are judged as `exercise.py` judges them, and the code is that of `codes.py`. Tests compare both.
"use strict";

const TOLERANCE = 1e-6;
const HINT_COSTS = 0.25;

function near(one, other) {
  return one.every((value, place) => Math.abs(value - other[place]) < TOLERANCE);
}

function judge(exercise, answer) {
  if (exercise.form === "choice") {
    return exercise.choices[answer];
  }
  if (exercise.form === "order") {
    let before = -1;
    for (const [place, given] of answer.entries()) {
      if (given !== exercise.order[place]) {
        return { right: false, says: exercise.steps[`${before},${given}`] };
      }
      before = given;
    }
    return { right: true, says: exercise.solution };
  }
  if (near(answer, exercise.numbers)) {
    return { right: true, says: exercise.solution };
  }
  const known = exercise.wrong.find((each) => near(answer, each.values));
  if (known) {
    return { right: false, says: known.says };
  }
  const at = answer.findIndex((value, place) => Math.abs(value - exercise.numbers[place]) >= TOLERANCE);
  const row = Math.floor(at / exercise.shape[1]);
  const place = answer.length > 1 ? `the entry in row ${row + 1}, column ${(at % exercise.shape[1]) + 1}` : "it";
  const says = `No mistake that is known gives these numbers; ${place} is wrong. Take a hint, and go on link by link.`;
  return { right: false, says };
}

function numberOf(word) {
  const [, sign, top, below] = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:\/(\d+))?$/.exec(word) ?? [];
  const value = Number(top) / Number(below ?? 1);
  if (top === undefined || !Number.isFinite(value)) {
    throw new Error(`numbers are written as 2, -1.5 or 3/2; given "${word}"`);
  }
  return sign === "-" ? -value : value;
}

function read(exercise, text, letters) {
  if (exercise.form === "order") {
    const places = [...text.replace(/[\s,;]/g, "").toUpperCase()].map((letter) => letters.indexOf(letter));
    const sorted = [...places].sort((a, b) => a - b);
    if (places.length !== exercise.choices.length || sorted.some((each, place) => each !== place)) {
      throw new Error(`an order of ${exercise.choices.length} pieces names each once`);
    }
    return places;
  }
  const words = text.trim().replaceAll("−", "-").replace(/^[[(]+|[\])]+$/g, "").split(/[\s,;]+/).filter(Boolean);
  const count = exercise.shape[0] * exercise.shape[1];
  if (words.length !== count) {
    throw new Error(`${count} number${count > 1 ? "s are" : " is"} asked for, row by row; given ${words.length}`);
  }
  return words.map(numberOf);
}

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
  }
  return ((sum ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}

function codeOf(seed, kinds, answers, hints) {
  const text = JSON.stringify([seed, kinds, answers, hints]);
  const packed = btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `CQ1-${crc32([...text].map((letter) => letter.charCodeAt(0)))}-${packed}`;
}

function start() {
  const { seed, letters, exercises, exam } = JSON.parse(document.getElementById("quiz").textContent);
  const kinds = exercises.map((each) => each.kind);
  const answers = exercises.map(() => null);
  const hints = exercises.map(() => 0);

  function result() {
    const done = answers.filter((each) => each !== null).length;
    document.getElementById("points").textContent =
      `${exam ? "" : `${points()} of ${exercises.length} points, `}${done} answered. The code to hand in:`;
    const code = document.createElement("code");
    code.textContent = codeOf(seed, kinds, answers, hints);
    document.getElementById("code").replaceChildren(code);
  }

  function points() {
    const right = exercises.map((each, place) => answers[place] !== null && judge(each, answers[place]).right);
    return right.reduce((sum, ok, place) => sum + (ok ? Math.max(1 - HINT_COSTS * hints[place], 0) : 0), 0);
  }

  for (const section of document.querySelectorAll("section[data-number]")) {
    const place = Number(section.dataset.number) - 1;
    const exercise = exercises[place];
    const said = section.querySelector(".said");
    const say = (label, text, right) => {
      const strong = document.createElement("b");
      strong.textContent = label;
      said.classList.toggle("right", right);
      said.replaceChildren(strong, ` ${text}`);
    };
    const field = section.querySelector("input[type=text]");
    const answered = () => {
      try {
        const checked = section.querySelector("input:checked");
        if (!field && !checked) {
          throw new Error("choose one of the answers");
        }
        answers[place] = field ? read(exercise, field.value, letters) : Number(checked.value);
      } catch (error) {
        say("Not read:", error.message, false);
        return;
      }
      result();
      if (exam) {
        say("Kept:", `${field ? field.value : letters[answers[place]]}. You may change it.`, true);
        return;
      }
      const verdict = judge(exercise, answers[place]);
      say(verdict.right ? "Right." : "Not right.", verdict.says, verdict.right);
    };
    section.querySelector("[data-do=answer]").addEventListener("click", answered);
    field?.addEventListener("keydown", (event) => event.key === "Enter" && answered());
    section.querySelector("[data-do=hint]")?.addEventListener("click", (event) => {
      const item = document.createElement("li");
      item.textContent = exercise.hints[hints[place]++];
      section.querySelector(".hints").append(item);
      event.target.disabled = hints[place] === exercise.hints.length;
      if (answers[place] !== null) {
        result();
      }
    });
  }
}

/** In a frame, light or dark as the site around it is, which answers to this question, and again when its reader switches. */
function follow() {
  addEventListener("message", ({ source, data }) => {
    if (source === parent && ["light", "dark"].includes(data?.theme)) document.documentElement.dataset.theme = data.theme;
  });
  parent.postMessage("clearprop: light or dark?", "*"); // a page opened from a file has no origin that could be named
}

if (typeof document !== "undefined") {
  start();
  if (parent !== window) follow();
}
