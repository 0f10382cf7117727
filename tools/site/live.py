"""What the Python blocks of a document make: what they print, a live page, the curve of a loss."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.cards import Curve
from tools.catalogue.picture import picture

BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
STEP = 'id="carried">{"trace":'
"""How what a page carries begins where it is the page of a step, which can be asked for in another notation by its address."""
FOLDER = "live"
"""Where the pages are on the site."""


def with_results(name: str, text: str, folder: Path) -> str:
    """The document with what its blocks make. Pages are written to the folder.

    Blocks are run one after another, as a test runs them. One that sets `page`, a string of HTML or an object with `html`, is
    followed by that page, and one that sets `run`, a training, by the curve of its loss.
    """
    names: dict[str, Any] = {}
    made = 0

    def with_result(block: re.Match[str]) -> str:
        nonlocal made
        program = ast.parse(block[1])
        printed = run_block(program, name, names)
        written = text.startswith("\n```text\n", block.end())  # the document shows it, and a test compares
        shown = block[0] + (f"\n```text\n{printed}```\n" if printed and not written else "")
        result = made_of(program, names)
        if result.curve:
            shown += f'\n<div class="curve">{result.curve}</div>\n\n'
        if not result.page:
            return shown
        made += 1
        file = f"{FOLDER}/{name.replace('/', '-')}-{made}.html"
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(result.page)
        return shown + _frame("../" * name.count("/") + file, is_step=STEP in result.page)

    return BLOCK.sub(with_result, text)


@dataclass(frozen=True)
class Made:
    """What a block made, beside what it printed: a page, and the curve of a training as SVG; empty where there is none."""

    page: str
    curve: str


def made_of(program: ast.Module, names: dict[str, Any]) -> Made:
    """What a program that has run left in its names: `page`, a string of HTML or an object with `html`; `run`, a training."""
    stored = {node.id for node in ast.walk(program) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    page = names.get("page", "") if "page" in stored else ""
    run = names.get("run") if "run" in stored else None
    return Made(page if isinstance(page, str) else getattr(page, "html", ""), _curve(run.history) if run else "")


def run_block(program: ast.Module, name: str, names: dict[str, Any]) -> str:
    """Run a program of a document of this project, which its tests run too; what it prints."""
    printed = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed):
        warnings.simplefilter("ignore")  # the documents say which warnings their programs give
        exec(compile(program, name, "exec"), names)
    return printed.getvalue()


def _curve(history: Any) -> str:
    """The loss by epochs, and beside it that of validation points, where there are some."""
    titles = {"loss": "training loss", "validation_loss": "validation loss"}
    curves = []
    for key, title in titles.items():
        if key in history.columns:
            y = np.asarray(history[key], float)
            x = np.linspace(1, len(y), 8 * (len(y) - 1) + 1)  # a picture draws every eighth point
            tone = "forward" if key == "loss" else "backward"
            curves.append(Curve(title, "epochs", tone, ((x, np.interp(x, np.arange(1, len(y) + 1), y)),)))
    return picture(curves, "The loss over the epochs")


def _frame(address: str, *, is_step: bool) -> str:
    alone = [(address, "Open this page alone")]
    if is_step:
        alone.append((f"{address}#notation=dd", "in the newer notes’ letters"))
    links = ", ".join(f'<a href="{to}" target="_blank">{said}</a>' for to, said in alone)
    return (
        f'\n<iframe class="live" src="{address}" loading="lazy" title="The live page that this code makes"></iframe>\n'
        f'<p class="alone">{links}</p>\n\n'
    )
