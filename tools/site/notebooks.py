"""The chapters as executed notebooks: their text as cells, their programs with what these make. `make notebooks` writes them.

The chapters under docs/learn/ are the only source. A program is run here as a test runs it, so this needs no Jupyter.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .live import BLOCK, run_block
from .markdown import relinked, target_of, title_of, unlinked
from .sections import CHAPTERS, ROOT

FOLDER = "notebooks"
"""Where they are on the site."""
NEEDS = (
    "*To run this notebook: Python 3.11 or newer, and in the folder of the project `pip install '.[jupyter]'`, which installs "
    "clearprop and what makes its pages live here.*"
)
"""What stands under the title of each."""
OF_THE_SITE = {
    "It makes a page as a text, `page`: on the site the page stands under the block; in your own Python write it to a file, "
    '`open("page.html", "w").write(page)`, and open that.': "Run the cell, and its page stands under it.",
    " A link under each live page opens it in the newer letters.": "",
}
"""Sentences of the chapters that are true of the site alone, with what a notebook has in their place."""
SHOWN = "shown"
"""The name that a cell's last value has while a chapter is run."""


def notebook_of(chapter: str, *, on_site: bool = False) -> str:
    """One chapter, JSON of nbformat 4.5, with what its programs print and show."""
    text = _of_a_notebook((ROOT / chapter).read_text(encoding="utf-8"))
    # One from the site is downloaded alone: no link to what is beside it would lead anywhere.
    text = unlinked(text) if on_site else relinked(text, lambda link: _link(chapter, link))
    names: dict[str, Any] = {}
    cells: list[dict[str, Any]] = []
    for is_code, part in _parts(text):
        cell: dict[str, Any] = {"cell_type": "markdown", "id": f"cell-{len(cells)}", "metadata": {}}
        source = as_cell(part) if is_code else part
        if is_code:
            count = 1 + sum(each["cell_type"] == "code" for each in cells)
            outputs = list(_outputs(source, chapter, names))
            cell |= {"cell_type": "code", "execution_count": count, "outputs": outputs}
        cells.append(cell | {"source": source.splitlines(keepends=True)})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, "title": title_of(text)}
    return json.dumps({"metadata": metadata, "cells": cells, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def name_of(chapter: str) -> str:
    """The file of a chapter."""
    return f"{Path(chapter).stem}.ipynb"


def write(folder: Path, *, on_site: bool = False) -> list[Path]:
    """All of them, in their order."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / name_of(chapter) for chapter in CHAPTERS]
    for chapter, file in zip(CHAPTERS, written, strict=True):
        file.write_text(notebook_of(chapter, on_site=on_site), encoding="utf-8")
    return written


def as_cell(source: str) -> str:
    """A program as a notebook has it: in place of the page that its last line makes, the object that shows it there."""
    last = ast.parse(source).body[-1]
    if not (isinstance(last, ast.Assign) and ast.unparse(last.targets[0]) == "page"):
        return source.rstrip()
    value = last.value.func if isinstance(last.value, ast.Call) else last.value
    if not (isinstance(value, ast.Attribute) and value.attr == "html"):
        raise ValueError(f"the page of a chapter is `... .html()` or `... .html`; given {ast.unparse(last)}")
    return "\n".join([*source.splitlines()[: last.lineno - 1], ast.get_source_segment(source, value.value) or ""])


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Pieces of prose and programs, in their order."""
    end = 0
    for block in BLOCK.finditer(text):
        if before := text[end : block.start()].strip():
            yield False, before
        yield True, block[1]
        end = block.end()
    if rest := text[end:].strip():
        yield False, rest


def _of_a_notebook(text: str) -> str:
    """A chapter that says under its title what it needs, without what is true of the site alone."""
    for said, instead in OF_THE_SITE.items():
        text = re.sub(r"\s+".join(map(re.escape, said.split(" "))), lambda _, instead=instead: instead, text)
    title, rest = text.split("\n", 1)
    return f"{title}\n\n{NEEDS}\n{rest}"


def _link(chapter: str, link: str) -> str:
    """To the notebook of a chapter; to another document as the project has it."""
    target, anchor = target_of(chapter, link)
    if target in CHAPTERS:
        return name_of(target)
    return f"../../{target}" + (f"#{anchor}" if anchor else "")


def _outputs(source: str, chapter: str, names: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a cell prints, and what its last line shows."""
    program = ast.parse(source)
    last = program.body[-1]
    names.pop(SHOWN, None)
    if isinstance(last, ast.Expr):
        program.body[-1] = ast.copy_location(ast.Assign([ast.Name(SHOWN, ast.Store())], last.value), last)
        ast.fix_missing_locations(program)
    printed = run_block(program, chapter, names)
    if printed:
        yield {"output_type": "stream", "name": "stdout", "text": printed.splitlines(keepends=True)}
    if names.get(SHOWN) is not None:
        data = {"text/plain": repr(names[SHOWN]), "text/html": names[SHOWN]._as_html()}  # noqa: SLF001 - as a cell shows it
        yield {"output_type": "display_data", "metadata": {}, "data": data}


if __name__ == "__main__":
    for file in write(Path(sys.argv[1])):
        print(file)
