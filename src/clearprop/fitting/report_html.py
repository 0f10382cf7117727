"""A report as one HTML file that needs no internet connection: headings, sentences, tables, pictures; light, dark, on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from .. import tones
from ..io.pictures import Picture, numbered

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
LIGHT = f"""color-scheme: light; --ink: #1d2330; --quiet: #5d6473; --line: #d9d6cd; --paper: #fbfaf7;
  --forward: {tones.FORWARD_ON_PAPER}; --backward: {tones.BACKWARD_ON_PAPER}; --shared: {tones.SHARED_ON_PAPER};"""
DARK = f"""color-scheme: dark; --ink: #e8e6e0; --quiet: #a3a9b8; --line: #363c4b; --paper: #14171f;
  --forward: {tones.FORWARD_ON_DARK}; --backward: {tones.BACKWARD_ON_DARK}; --shared: {tones.SHARED_ON_DARK};"""
STYLE = f"""
:root {{ {LIGHT} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {DARK} }} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.55 Georgia, "Source Serif 4", serif; }}
main {{ max-width: 66rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }}
h1 {{ font-size: 1.7rem; line-height: 1.25; font-weight: 600; margin: .5rem 0 1.5rem; overflow-wrap: anywhere; }}
h2 {{ font-size: 1.2rem; font-weight: 600; margin: 2.2rem 0 .5rem; border-top: 1px solid var(--line); padding-top: .9rem; }}
p {{ margin: .4rem 0; max-width: 44rem; overflow-wrap: anywhere; }}
section:first-of-type p:first-of-type {{ font-size: 1.2rem; }}
.wide {{ overflow-x: auto; margin: .8rem 0; background:
  linear-gradient(90deg, var(--paper) 30%, transparent) 0 0 / 2.5rem 100% no-repeat local,
  linear-gradient(-90deg, var(--paper) 30%, transparent) 100% 0 / 2.5rem 100% no-repeat local,
  linear-gradient(90deg, var(--line), transparent) 0 0 / .8rem 100% no-repeat scroll,
  linear-gradient(-90deg, var(--line), transparent) 100% 0 / .8rem 100% no-repeat scroll; }}
table {{ border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }}
th, td {{ text-align: left; padding: .22rem 1.4rem .22rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }}
thead th {{ color: var(--quiet); font-weight: 400; white-space: nowrap; }}
tbody th {{ font-weight: 400; }}
.numbers td, .numbers thead th:not(:first-child) {{ text-align: right; white-space: nowrap; }}
.pictures {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1.6rem 2rem; }}
figure {{ margin: .8rem 0 0; break-inside: avoid; min-width: 0; }}
figure svg {{ display: block; width: 100%; height: auto; max-height: 34rem; }}
figure.whole {{ grid-column: 1 / -1; max-width: 52rem; }}
figure.whole svg {{ max-height: none; }}
figure h3 {{ font-size: 1rem; font-weight: 600; margin: 0 0 .3rem; }}
figcaption {{ color: var(--quiet); font-size: .88rem; line-height: 1.45; margin-top: .4rem; overflow-wrap: anywhere; }}
nav {{ font-size: .92rem; }} nav a {{ color: var(--forward); margin-right: 1rem; white-space: nowrap; }}
@media (max-width: 30rem) {{ th, td {{ padding-right: .7rem; }}
  .numbers thead th:not(:first-child) {{ white-space: normal; }} }}
@media print {{ body {{ font-size: 11pt; }} main {{ max-width: none; padding: 0; }} nav {{ display: none; }}
  .wide {{ overflow: visible; background: none; }}
  .pictures {{ grid-template-columns: 1fr 1fr; }} h2 {{ break-after: avoid; }} }}
"""
WHOLE = ' class="whole"'
"""Of a figure that is as wide as the page."""


@dataclass(frozen=True)
class Section:
    """A heading, sentences, a table and pictures; any of them may be missing."""

    title: str
    sentences: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    """Rows of cells; the first has the names."""
    pictures: tuple[Picture, ...] = ()
    numbers: bool = True
    """Whether the cells of the table are numbers, but for the first of each row."""


def page(title: str, sections: Sequence[Section]) -> str:
    """The file."""
    filled = [each for each in sections if each.sentences or each.table or each.pictures]
    links = " ".join(f'<a href="#{_anchor(each)}">{escape(each.title)}</a>' for each in filled)
    pictures = iter(range(sum(len(each.pictures) for each in filled)))
    body = "\n".join(_section(each, [next(pictures) for _ in each.pictures]) for each in filled)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="clearprop">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<nav aria-label="Sections">{links}</nav>
{body}
</main>
</body>
</html>
"""


def _section(section: Section, numbers: Sequence[int]) -> str:
    anchor = _anchor(section)
    parts = [f'<section aria-labelledby="{anchor}">', f'<h2 id="{anchor}">{escape(section.title)}</h2>']
    parts += [f"<p>{escape(sentence)}</p>" for sentence in section.sentences]
    if section.table:
        parts.append(_table(section))
    if section.pictures:
        figures = "\n".join(
            f"<figure{WHOLE if picture.is_wide else ''}>\n<h3>{escape(picture.title)}</h3>\n"
            f"{numbered(picture, number)}\n"
            f"<figcaption>{escape(picture.alt)}</figcaption>\n</figure>"
            for picture, number in zip(section.pictures, numbers, strict=True)
        )
        parts.append(f'<div class="pictures">\n{figures}\n</div>')
    return "\n".join([*parts, "</section>"])


def _table(section: Section) -> str:
    header, *rows = section.table
    head = "".join(f'<th scope="col">{escape(cell)}</th>' if cell else "<td></td>" for cell in header)
    lines = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    kind = ' class="numbers"' if section.numbers else ""
    named = f'tabindex="0" role="region" aria-label="{escape(section.title)}, a table"'
    table = f"<table{kind}>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>"
    return f'<div class="wide" {named}>\n{table}\n</div>'


def _anchor(section: Section) -> str:
    return section.title.lower().replace(" ", "-")
