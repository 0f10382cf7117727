// Puts a button under each program that is marked as runnable. Nothing is loaded before a reader presses one.
"use strict";
(() => {
  const script = document.currentScript;
  const site = new URL("..", script.src);
  const python = new URL(script.dataset.python, site);
  const outside = python.host === site.host ? "" : ` from ${python.host}`;
  const programs = [];
  let worker = null;

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  class Program {
    constructor(block) {
      this.code = block.querySelector("pre");
      this.code.spellcheck = false;
      this.code.contentEditable = "plaintext-only";
      this.code.setAttribute("role", "textbox");
      this.code.setAttribute("aria-multiline", "true");
      this.code.setAttribute("aria-label", "Program, which can be changed");
      this.ran = null; // the source that the session has run
      this.button = element("button", { type: "button", className: "run-button", textContent: "Run" });
      this.said = element("span", { className: "run-said" });
      this.said.setAttribute("role", "status");
      this.result = element("div", { className: "run-result", hidden: true });
      block.after(element("div", { className: "run" }, this.button, this.said), this.result);
      this.button.addEventListener("click", () => (this.button.textContent === "Run" ? run(this) : stop("Stopped.")));
      this.say(`Change it and run it in your browser; Python for that, 17 MB, is loaded${outside} once.`);
    }

    source() {
      return this.code.innerText.replaceAll("\u00a0", " ");
    }

    say(text) {
      this.said.textContent = text;
    }

    show({ printed, page, curve, raised }) {
      const parts = [];
      if (printed) parts.push(element("pre", { textContent: printed, tabIndex: 0 }));
      if (curve) parts.push(element("div", { className: "curve", innerHTML: curve }));
      if (page) parts.push(element("iframe", { className: "live", srcdoc: page, title: "The page that your run made" }));
      this.result.replaceChildren(...parts);
      this.result.hidden = !parts.length;
      this.result.classList.toggle("raised", raised);
      this.say(raised ? "It raised an error." : parts.length ? "What your run gives:" : "It ran, and shows nothing.");
    }
  }

  /** End the worker with its Python; the next run begins anew. */
  function stop(text) {
    worker?.terminate();
    worker = null;
    for (const program of programs) {
      program.ran = null;
      if (program.button.textContent === "Stop") program.say(text);
      program.button.textContent = "Run";
      program.button.disabled = false;
    }
  }

  function started() {
    if (worker) return worker;
    worker = new Worker(new URL("_static/run-worker.js", site));
    worker.postMessage({ python: python.href, archive: new URL("clearprop.zip", site).href });
    return worker;
  }

  /** The answer of the worker to one message, after its words on the way. */
  function answer(to, message, say) {
    return new Promise((resolve, reject) => {
      to.onmessage = ({ data }) => {
        if (data.say) say(data.say);
        else if (data.fault) reject(new Error(data.fault));
        else resolve(data);
      };
      to.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message || "this browser starts no worker here"));
      };
      to.postMessage(message);
    });
  }

  /** Run a program, after those before it on the page that the session has not run as they stand now. */
  async function run(last) {
    if (location.protocol === "file:") {
      last.say("A browser runs no Python for a page opened from a file. In the site's folder: python -m http.server");
      return;
    }
    const end = programs.indexOf(last);
    const changed = programs.findIndex((program) => program.ran !== program.source());
    const begin = changed < 0 || changed > end ? end : changed;
    for (const program of programs.slice(begin)) program.ran = null;
    for (const program of programs) program.button.disabled = program !== last;
    last.button.textContent = "Stop";
    last.say("Starting Python ...");
    try {
      const session = started();
      for (const program of programs.slice(begin, end + 1)) {
        const source = program.source();
        const given = await answer(session, { program: source }, (text) => last.say(text));
        if (session !== worker) return;
        program.show(given);
        if (given.raised) {
          if (program !== last) last.say("A program before this one raised an error.");
          break;
        }
        program.ran = source;
      }
    } catch (error) {
      stop(`It could not run: ${error.message}`);
      return;
    }
    last.button.textContent = "Run";
    for (const program of programs) program.button.disabled = false;
  }

  for (const block of document.querySelectorAll("div.runnable")) programs.push(new Program(block));
})();
