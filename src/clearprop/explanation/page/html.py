"""A document as one HTML file: the viewer's script and style, built from `studio-ui/`, and the document's JSON inside.

The file opens anywhere, needs no internet connection, and is allowed nothing: its content security policy names the one
script and the two styles by their digests.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ... import tones
from .json_values import Plain

FOLD = 64
"""Layers of more units are folded: a page shows those that matter most."""
ROOM = 900_000
"""Characters that the traces of a recorded training may take."""


def step_as_html(document: Plain, variants: list[Plain], live: Plain | None = None, still: str = "") -> str:
    """The page of a trace's document, with what changes in every other layout and notation.

    `live` is what the page makes the step from again; `still` is why it cannot.
    """
    header = document["header"]
    about = f"{header['point'] or 'one point'}, network {header['network']['text']}, {header['loss']['name']} loss"
    carried: Plain = {"trace": {**document, "values": once(document["values"])}, "variants": variants}
    if still:
        carried["still"] = still
    return html_file("One step of back-propagation", about, carried, live=live)


def recording_as_html(document: Plain, traces: Mapping[str, Plain]) -> str:
    """The page of a recorded training's document, with the documents of some of its steps, by t."""
    about = f"network {document['header']['network']['text']}, {document['header']['loss']} loss"
    return html_file("A training, step by step", about, {"recording": document, "traces": traces})


def steps_that_fit(steps: Sequence[int], first: Plain) -> list[int]:
    """The steps whose documents a page has room for, evenly chosen; all of them where there is. `first` is one document."""
    room = max(1, min(len(steps), ROOM // len(embedded(first))))
    chosen = np.unique(np.linspace(0, len(steps) - 1, room).round().astype(int))
    return [steps[index] for index in chosen]


def html_file(title: str, about: str, carried: Mapping[str, Any], *, live: Plain | None = None) -> str:
    """A file that carries this JSON, described by `studio-ui/src/trace/page.ts`.

    `live` is what a live page begins with; the file then has the script that computes, before the one that draws. With an
    "engine" in it the page may compile that, and run it beside itself.
    """
    script, style, colours = asset("viewer.js"), asset("viewer.css"), _colours()
    scripts = [script] if live is None else [asset("live.js"), script]
    elements = "\n".join(f"<script>{each}</script>" for each in scripts)
    carried = carried if live is None else {**carried, "live": live}
    allowed, workers = [*map(_digest, scripts)], ""
    if live is not None and "engine" in live:
        allowed, workers = [*allowed, "'wasm-unsafe-eval'"], "worker-src blob:; "
    policy = (
        f"default-src 'none'; script-src {' '.join(allowed)}; style-src {_digest(colours)} {_digest(style)}; "
        f"{workers}font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="clearprop">
<meta name="description" content="{html.escape(about)}">
<title>{html.escape(title)}: {html.escape(about)}</title>
<link rel="icon" href="data:,">
<style>{colours}</style>
<style>{style}</style>
</head>
<body>
<div id="app"><noscript>This page draws itself, and needs JavaScript for that.</noscript></div>
<script type="application/json" id="carried">{embedded(carried)}</script>
{elements}
</body>
</html>
"""


def once(values: Mapping[str, Plain]) -> dict[str, Plain | str]:
    """The arrays of a document, by id; instead of one that is equal to another before it, the id of that one.

    The step of plain gradient descent is the gradient, the derivative of Z by A is W: a third of a large page.
    """
    first: dict[str, str] = {}
    same = {key: first.setdefault(json.dumps(value), key) for key, value in values.items()}
    return {key: value if same[key] == key else same[key] for key, value in values.items()}


def embedded(carried: Mapping[str, Any]) -> str:
    """JSON that can stand inside a script element: no text in it can end the element or begin a comment."""
    text = json.dumps(carried, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _colours() -> str:
    """The three tones, for a light ground and for a dark one, as variables of the style."""
    pairs = {
        "forward": (tones.FORWARD_ON_PAPER, tones.FORWARD_ON_DARK),
        "backward": (tones.BACKWARD_ON_PAPER, tones.BACKWARD_ON_DARK),
        "shared": (tones.SHARED_ON_PAPER, tones.SHARED_ON_DARK),
    }
    variables = "".join(f"--{name}-on-paper:{paper};--{name}-on-dark:{dark};" for name, (paper, dark) in pairs.items())
    return f":root{{{variables}}}"


@cache
def asset(name: str) -> str:
    """A text that `studio-ui/` was built into: a script or the style."""
    return (files(__package__) / "viewer" / name).read_text(encoding="utf-8").strip()


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
