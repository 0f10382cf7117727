"""What is looked for in the built site: links that lead nowhere, what a page would load from outside, docstrings that broke."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "link": "href",
    "video": "src",
    "audio": "src",
}
BROKEN = re.compile(r"<strong>\s*(?:&gt;&gt;&gt;|\.\.\.)|&lt;factory&gt;|\bat 0x[0-9a-f]{6,}|&lt;class '")
"""In a page of the reference: an example that was read as a parameter, and defaults that nobody can write."""
OF_CSS = re.compile(r"(?:url\(|@import)\s*[\"']?(https?:)?//")


class _Page(HTMLParser):
    """The ids of a page, where its links lead, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.text = text
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag in LOADS and LOADS[tag] in given and given.get("rel") not in ("canonical", "search"):
            self.loads.append(given[LOADS[tag]])


def faults_of(site: Path) -> list[str]:
    """Each fault with its page; none where the site is whole and needs no internet connection."""
    paths = [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]  # the theme's templates
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in paths}
    faults = []
    for path, page in pages.items():
        where = path.relative_to(site)
        if where.parts[0] == "reference":
            faults += [f"{where} shows {broken}" for broken in sorted(set(BROKEN.findall(page.text)))]
        faults += [f"{where} loads {load}" for load in page.loads if urlsplit(load).netloc]
        inside = [link for link in page.links + page.loads if not urlsplit(link).scheme and not urlsplit(link).netloc]
        faults += [f"{where}: {link} leads nowhere" for link in inside if not _is_there(path, link, pages)]
    for style in site.rglob("*.css"):
        if OF_CSS.search(style.read_text(encoding="utf-8")):
            faults.append(f"{style.relative_to(site)} loads from outside")
    return faults


def _is_there(page: Path, link: str, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(link)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file():
        return False
    if "=" in parts.fragment:  # a choice that a page reads from its address, and no place in it
        return True
    return not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].ids
