"""A diagnosis as one HTML file, in the style of the reports: it needs no internet connection and has no script."""

from __future__ import annotations

from html import escape

from ..explanation.notation.notations import Notation
from ..fitting.report_html import Section, page
from .record import Record
from .text import rows_of, title_of


def page_of(diagnosis: Record, notation: Notation) -> str:
    """The file."""
    verdict = Section("Result", (_sentence(diagnosis.verdict), *_of_network(diagnosis)))
    conventions = Section("Conventions", tuple(_sentence(each) for each in diagnosis.conventions))
    found = [
        Section(
            f"Mistake {index}: {title_of(each)}",
            table=(("", ""), *rows_of(each, notation)),
            numbers=False,
        )
        for index, each in enumerate(diagnosis.mistakes, 1)
    ]
    checked = Section("Compared", (", ".join(diagnosis.checked) + ".",))
    notes = Section("Notes", tuple(_sentence(each) for each in diagnosis.notes))
    return page("Diagnosis of a backward pass", [verdict, conventions, *found, notes, checked])


def _of_network(diagnosis: Record) -> tuple[str, ...]:
    return (f"{diagnosis.network}, loss {diagnosis.loss}.",)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def fragment_of(diagnosis: Record, notation: Notation) -> str:
    """The same for a notebook, without a page around it."""
    parts = [f"<p><b>{escape(diagnosis.verdict)}</b></p>"]
    if diagnosis.conventions:
        items = "".join(f"<li>{escape(each)}</li>" for each in diagnosis.conventions)
        parts.append(f"<p>Conventions, which are no mistakes:</p><ul>{items}</ul>")
    for index, found in enumerate(diagnosis.mistakes, 1):
        rows = "".join(
            f'<tr><th style="text-align:left;vertical-align:top">{escape(label)}</th>'
            f'<td style="text-align:left">{escape(text)}</td></tr>'
            for label, text in rows_of(found, notation)
        )
        parts.append(f"<p><b>Mistake {index}: {escape(title_of(found))}</b></p><table>{rows}</table>")
    parts += [f"<p>{escape(note)}</p>" for note in diagnosis.notes]
    return "\n".join(parts)
