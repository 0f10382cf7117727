"""A diagnosis as lines of text, and as rows of labels and texts for every rendering."""

from __future__ import annotations

import textwrap

from ..explanation.notation.notations import Notation
from .record import Found, Record

WIDTH = 100
LABEL = 11


def lines_of(diagnosis: Record, width: int, notation: Notation) -> list[str]:
    """Verdict, conventions, then each mistake."""
    lines = [diagnosis.verdict]
    if diagnosis.conventions:
        lines.append("conventions (no mistakes)")
        lines += [f"  - {each}" for each in diagnosis.conventions]
    for index, found in enumerate(diagnosis.mistakes, 1):
        lines += ["", f"mistake {index}: {title_of(found)}"]
        for label, text in rows_of(found, notation):
            lines += wrapped(label, text, width)
    if diagnosis.notes:
        lines += ["", *(line for note in diagnosis.notes for line in wrapped("note", note, width))]
    return lines


def title_of(found: Found) -> str:
    """Its name, or names, and where it is: the layer and the link."""
    layers = ", ".join(map(str, found.layers))
    where = f"layer {layers}" if len(found.layers) == 1 else f"layers {layers}"
    return f"{' or '.join(found.names)}, {where}, {found.link}"


def rows_of(found: Found, notation: Notation) -> list[tuple[str, str]]:
    """Label and text, one after the other."""
    rows = [("", found.about)]
    if found.entry is not None:
        shown = str(found.entry)
        rows.append(("entry", shown if found.entry.shape else f"{found.entry.symbol(notation)}: {shown}"))
    rows += [("computed", found.computed), ("right", f"{found.right}   ({found.equation})")]
    for other in found.alternatives:
        rows += [("or", other.about), ("computed", other.computed)]
    if found.tell:
        rows.append(("to tell", found.tell))
    rows.append(("lesson", found.lesson))
    rows += [("", other.lesson) for other in found.alternatives]
    assert all(len(label) < LABEL for label, _ in rows)
    return rows


def wrapped(label: str, text: str, width: int) -> list[str]:
    """A label and its text, in lines of the width."""
    lines = textwrap.wrap(text, max(width - LABEL - 2, 30), break_on_hyphens=False) or [""]
    return [f"  {label if i == 0 else '':<{LABEL}}{line}" for i, line in enumerate(lines)]
