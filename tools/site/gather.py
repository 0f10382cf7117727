"""The sources of the site, gathered in a folder: documents with their links as the site has them, and made pages."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from . import notebooks
from .commands import commands
from .live import with_results
from .markdown import opening, relinked, target_of, title_of
from .reference import reference
from .runnable import ARCHIVE, marked, write_archive
from .schemas import schemas
from .sections import BELOW, CATALOGUE, CHAPTERS, HOME, ROOT, SECTIONS, Section, documents, page_of

PICTURES = ("docs/pictures",)
WITH_RESULTS = ("docs/learn/", "docs/not-learning.md")
"""Documents whose programs are run, and what they make is shown."""
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
CURVE = re.compile(r"^!\[[^\]]*\]\((curves/[^)]*\.svg)\)$", re.MULTILINE)
WIDE = "---\nhtml_theme.sidebar_secondary.remove: true\n---\n"
"""Before a page whose live page needs the width: it has no list of its headings beside it."""
FIRST_LOOK_ENDS = "\n## "
"""The heading of the README before which the sections stand on the home page."""


def gather(sources: Path, extra: Path) -> None:
    """Write all sources into a folder, and files that the site has as they are into another one."""
    made = {page_of(document): _staged(document, extra) for document in documents()}
    notebooks.write(extra / notebooks.FOLDER, on_site=True)
    write_archive(extra / ARCHIVE)
    made |= reference() | {"reference/commands": commands(), "reference/schemas": schemas()}
    made |= {f"{section.name}/index": _index(section, made) for section in SECTIONS}
    for name, text in made.items():
        _write(sources / f"{name}.md", text)
    for old in sources.rglob("*.md"):
        if str(old.relative_to(sources))[:-3] not in made:
            old.unlink()
    for folder in PICTURES:
        shutil.copytree(ROOT / folder, sources / folder.removeprefix("docs/"), dirs_exist_ok=True)


def _write(path: Path, text: str) -> None:
    """Only where it has changed, so that Sphinx reads anew what is new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def _staged(document: str, extra: Path) -> str:
    """A document as the site has it: links lead to pages of the site, live pages are in it, lists have what is below them."""
    page = page_of(document)

    def on_site(link: str) -> str:
        target, anchor = target_of(document, link)
        if target in documents():
            there = page_of(target) + ".md"
        elif target.startswith(PICTURES):
            there = target.removeprefix("docs/")
        else:
            there = f"files/{Path(target).name}"
            (extra / "files").mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / target, extra / there)
        path = os.path.relpath(there, os.path.dirname(page) or ".")
        return path + (f"#{anchor}" if anchor else "") if target != document else f"#{anchor}"

    text = (ROOT / document).read_text(encoding="utf-8")
    if document in CATALOGUE:
        text = _with_curves(TABLE.sub(lambda parts: f":::{{container}} parts\n\n{parts[0]}\n:::\n", text, count=1))
    text = relinked(text, on_site)
    if document.startswith(WITH_RESULTS):
        text = marked(with_results(page, text, extra))
    if document in CHAPTERS:
        there = os.path.relpath(f"{notebooks.FOLDER}/{notebooks.name_of(document)}", os.path.dirname(page))
        text = f'{WIDE}{text}\n<p><a href="{there}" download>This chapter as a notebook</a></p>\n'
    if document == HOME:
        first, rest = text.split(FIRST_LOOK_ENDS, 1)  # what comes later trains for minutes in a browser
        doors = f"{_cards(SECTIONS)}\n{_toctree([f'{each.name}/index' for each in SECTIONS])}"
        text = f"{marked(first)}\n{doors}{FIRST_LOOK_ENDS}{rest}"
    below = [os.path.relpath(page_of(each), os.path.dirname(page)) for each in BELOW.get(document, ())]
    return text + ("\n" + _toctree(below) if below else "")


def _with_curves(text: str) -> str:
    """The curves of the catalogue in the page itself, where their grey is the theme's."""
    return CURVE.sub(
        lambda link: (
            f'<div class="curve">{(ROOT / "docs/catalogue" / link[1]).read_text(encoding="utf-8").strip()}</div>'
        ),
        text,
    )


def _cards(sections: tuple[Section, ...]) -> str:
    cards = [_card(each.title, f"{each.name}/index", each.about) for each in sections]
    return "\n".join(["::::{grid} 1 2 3 3", ":gutter: 3", *cards, "::::", ""])


def _index(section: Section, made: dict[str, str]) -> str:
    """The first page of a section: a card for each of its pages, with its title and opening."""
    pages = [page_of(document) for document in section.documents] + list(section.made)
    cards = [_card(_plain(title_of(made[page])), f"/{page}", opening(made[page])) for page in pages]
    head = [f"# {section.title}", "", section.about, "", "::::{grid} 1 2 2 2", ":gutter: 3", *cards, "::::", ""]
    return "\n".join(head) + "\n" + _toctree([f"/{page}" for page in pages])


def _card(title: str, page: str, about: str) -> str:
    return f":::{{grid-item-card}} {title}\n:link: {page}\n:link-type: doc\n\n{about}\n:::"


def _plain(title: str) -> str:
    return re.sub(r"[`*]", "", title)


def _toctree(pages: list[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", "", *pages, "```", ""])
