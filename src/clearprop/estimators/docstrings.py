"""Sections of a docstring in numpydoc's form, from names, types and texts. What is said is the tables' matter."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

Entries = Mapping[str, tuple[str, str]]
"""Of each name, or of several together: its type, and what it is."""


def section(title: str, entries: Entries) -> str:
    """A section as numpydoc has it."""
    told = "\n\n".join(f"{names} : {said}\n{paragraph(about)}" for names, (said, about) in entries.items())
    return f"{title}\n{'-' * len(title)}\n{told}\n\n"


def paragraph(about: str) -> str:
    """A text below its name: indented, in lines of at most 116 columns."""
    margin = "    "
    return fill(
        about, 116, initial_indent=margin, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    )
