"""Diagnosis: what was found, with the renderings that a person asks it for."""

from __future__ import annotations

from dataclasses import dataclass

from ..explanation.notation.notations import notation_called
from .record import Record
from .text import WIDTH, lines_of


@dataclass(frozen=True, repr=False)
class Diagnosis(Record):
    """What was found in given derivatives; print it to read it."""

    def __repr__(self) -> str:
        return self.verdict

    def __str__(self) -> str:
        return self.text()

    def text(self, width: int = WIDTH, *, notation: str = "mn") -> str:
        """The diagnosis as lines of text."""
        return "\n".join(lines_of(self, width, notation_called(notation)))

    def html(self, *, notation: str = "mn") -> str:
        """The diagnosis as one HTML file that needs no internet connection."""
        from .page import page_of  # imported here, because it is seldom asked for

        return page_of(self, notation_called(notation))

    def _repr_html_(self) -> str:
        """For a notebook."""
        from .page import fragment_of

        return fragment_of(self, notation_called("mn"))
