"""A quiz as one HTML file, in the style of the reports: it judges, gives hints and the code of the result by itself.

That of an exam takes answers and gives their code; it holds nothing that could tell whether they are right.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from ..fitting.report_html import DARK, LIGHT, POLICY, STYLE
from .exercise import LETTERS, Exercise
from .text import how_of

ON_A_SITE = f'@media screen {{ :root[data-theme="light"] {{ {LIGHT} }} :root[data-theme="dark"] {{ {DARK} }} }}'
"""In a frame of a site that says which of them it is."""
MORE = """
main { max-width: 52rem; }
section { margin: 0 0 2.5rem; }
pre { font: .92rem/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; margin: .6rem 0; color: var(--quiet); }
fieldset { border: 0; padding: 0; margin: .6rem 0; }
label { display: flex; gap: .6rem; align-items: baseline; padding: .35rem 0; cursor: pointer; }
input[type=text] { font: inherit; padding: .35rem .5rem; width: 22rem; max-width: 100%; color: inherit; background: transparent;
  border: 1px solid var(--quiet); border-radius: 3px; }
button { font: inherit; min-height: 2.6rem; padding: .3rem .9rem; margin: .4rem .5rem .4rem 0; color: var(--paper);
  background: var(--forward); border: 0; border-radius: 3px; cursor: pointer; }
button.quiet { color: var(--forward); background: transparent; box-shadow: inset 0 0 0 1px var(--forward); }
button:disabled { opacity: .45; cursor: default; }
:focus-visible { outline: 3px solid var(--shared); outline-offset: 2px; }
.said { min-height: 1.5rem; } .said b { color: var(--backward); } .said.right b { color: var(--forward); }
.hints { color: var(--quiet); padding-left: 1.2rem; margin: .3rem 0; }
output code { display: block; overflow-wrap: anywhere; font-size: .85rem; padding: .6rem; user-select: all;
  border: 1px solid var(--line); }
"""


def page_of(exercises: Sequence[Exercise], seed: int, title: str) -> str:
    """The file."""
    data = {"seed": seed, "letters": LETTERS, "exercises": [each.to_dict() for each in exercises]}
    return _page(exercises, data, title, exam=False)


def exam_of(exercises: Sequence[Exercise], mark: str, title: str) -> str:
    """The file of an exam; `mark` tells its exercises from others."""
    shown = [
        {"kind": each.kind, "form": each.form, "shape": list(each.shape), "choices": [0] * len(each.choices)}
        for each in exercises
    ]
    return _page(exercises, {"seed": mark, "letters": LETTERS, "exam": True, "exercises": shown}, title, exam=True)


def _page(exercises: Sequence[Exercise], data: object, title: str, *, exam: bool) -> str:
    script = files(__package__).joinpath("quiz.js").read_text(encoding="utf-8")
    body = "\n".join(_section(each, number, exam=exam) for number, each in enumerate(exercises, 1))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="clearprop">
<title>{escape(title)}</title>
<style>{STYLE}{ON_A_SITE}{MORE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{body}
<section aria-labelledby="result"><h2 id="result">Result</h2>
<p id="points">Nothing is answered yet.</p>
<output id="code"></output>
</section>
</main>
<script type="application/json" id="quiz">{_inside_script(data)}</script>
<script>{script}</script>
</body>
</html>
"""


def _inside_script(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def _section(exercise: Exercise, number: int, *, exam: bool) -> str:
    name = f"exercise-{number}"
    parts = [
        f'<section aria-labelledby="{name}" data-number="{number}"><h2 id="{name}">{number}. {escape(exercise.asks)}</h2>'
    ]
    parts.append(f"<pre>{escape(chr(10).join(exercise.given))}</pre>")
    if exercise.form == "choice":
        choices = "".join(
            f'<label><input type="radio" name="{name}" value="{place}">'
            f"<span>{LETTERS[place]}  {escape(each.plain)}</span></label>"
            for place, each in enumerate(exercise.choices)
        )
        parts.append(f"<fieldset>{choices}</fieldset>")
    else:
        parts += [f"<p>{LETTERS[place]}  {escape(each.plain)}</p>" for place, each in enumerate(exercise.choices)]
        parts.append(
            f"<label><span>{escape(how_of(exercise).capitalize())}</span>"
            '<input type="text" autocomplete="off" spellcheck="false"></label>'
        )
    hint = '<button type="button" class="quiet" data-do="hint">Hint</button>' if exercise.hints and not exam else ""
    word = "Keep this answer" if exam else "Answer"
    parts.append(f'<button type="button" data-do="answer">{word}</button>{hint}<ol class="hints"></ol>')
    return "\n".join([*parts, '<p class="said" role="status"></p></section>'])


def fragment_of(html: str) -> str:
    """The file inside a notebook's output, in a frame of its own."""
    style = "width:100%;height:46rem;border:0"
    return f'<iframe title="Quiz" style="{style}" sandbox="allow-scripts" srcdoc="{escape(html)}"></iframe>'
