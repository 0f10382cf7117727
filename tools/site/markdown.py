"""Markdown as text: its title, its opening, its headings and its links, read without Sphinx."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()([^)\s]+)(\))|(<img src=\")([^\"]+)(\")")
BY_NAME = re.compile(r"\[`?[\w./-]+\.md`?\]\(([^)\s]+\.md(?:#[\w-]+)?)\)")
"""A link whose text is the name of the file it leads to."""
OUTSIDE = re.compile(r"[a-z]+:")
"""How an address of another site begins."""
ENOUGH = 60
"""Letters of an opening from which on no further sentence is taken."""
FENCE = re.compile(r"^\s*(```+|~~~+)")


def outside_code(text: str) -> Iterator[tuple[bool, str]]:
    """Its lines, each with whether it is prose, not a line of a code block."""
    fence = ""
    for line in text.splitlines():
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
            yield False, line
        elif mark and mark[1].startswith(fence) and line.strip() == mark[1]:
            fence = ""
            yield False, line
        else:
            yield not fence, line


def title_of(text: str) -> str:
    """What its first heading says."""
    return next(line[2:].strip() for prose, line in outside_code(text) if prose and line.startswith("# "))


def opening(text: str) -> str:
    """The first sentences of the first paragraph of prose, without links; empty where there is none."""
    blocks = re.split(r"\n\s*\n", "\n".join(line for prose, line in outside_code(text) if prose))
    paragraphs = [block for block in blocks if block.strip() and block.strip()[0] not in "#|!*<[-"]
    if not paragraphs:
        return ""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(paragraphs[0].split()))
    said = ""
    for sentence in re.split(r"(?<=[.:])\s+(?=[A-Z`])", words):
        said = f"{said} {sentence}".strip()
        if len(said) >= ENOUGH:
            break
    return said.rstrip(":.") + "." if said else ""


def anchors_of(text: str) -> set[str]:
    """The anchors of its headings, as GitHub and MyST name them; a second heading of a name gets -1, a third -2."""
    found: dict[str, int] = {}
    for prose, line in outside_code(text):
        if prose and re.match(r"#{1,6} ", line):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line.lstrip("#").strip())
            name = re.sub(r"[^\w -]", "", words.lower()).strip().replace(" ", "-")
            found[name] = found.get(name, -1) + 1
    return {f"{name}-{n}" if n else name for name, most in found.items() for n in range(most + 1)}


def links_of(text: str) -> list[str]:
    """Where its links and pictures lead, but for addresses of other sites."""
    found: list[str] = []
    relinked(text, lambda target: found.append(target) or target)  # type: ignore[func-returns-value]
    return found


def relinked(text: str, new: Callable[[str], str]) -> str:
    """The text with each link of its prose to a file or heading replaced by `new` of it."""

    def replaced(match: re.Match[str]) -> str:
        before, target, after = match.groups()[:3] if match[2] else match.groups()[3:]
        before = LINK.sub(replaced, before)  # a picture that is a link
        return before + (target if OUTSIDE.match(target) else new(target)) + after

    return _in_prose(text, LINK, replaced)


def titled(text: str, title: Callable[[str], str]) -> str:
    """The text with each link that is called by its file's name, `design.md`, called by `title` of where it leads."""
    return _in_prose(text, BY_NAME, lambda link: f"[{title(link[1])}]({link[1]})")


def unlinked(text: str) -> str:
    """The text without its links to files and headings, but with what they are called."""

    def plain(link: re.Match[str]) -> str:
        kept = link[0].startswith("!") or not link[2] or OUTSIDE.match(link[2])
        return link[0] if kept else link[1].removeprefix("[").removesuffix("](")

    return _in_prose(text, LINK, plain)


def _in_prose(text: str, pattern: re.Pattern[str], replaced: Callable[[re.Match[str]], str]) -> str:
    """The text with what a pattern finds in its prose replaced."""
    # Links may run over the end of a line, so prose between two code blocks is one text.
    parts: list[str] = []
    prose: list[str] = []
    for is_prose, line in [*outside_code(text), (False, "")]:
        if is_prose:
            prose.append(line)
            continue
        if prose:
            parts.append(pattern.sub(replaced, "\n".join(prose)))
            prose = []
        parts.append(line)
    return "\n".join(parts)


def target_of(document: str, link: str) -> tuple[str, str]:
    """The file that a link of a document leads to, by its path from the project's root, and the anchor there."""
    path, _, anchor = link.partition("#")
    return (os.path.normpath(os.path.join(os.path.dirname(document), path)) if path else document), anchor
