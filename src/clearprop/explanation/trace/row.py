"""The raw row behind a point: what each input and target was, and by which numbers it became what the network takes.

Records only: whoever prepared the row fills them in.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..notation.symbols import Written


@dataclass(frozen=True)
class Prepared:
    """One input of the network, or one target, and the number or text of the row that it is made from."""

    name: str
    raw: str
    """What the row has, as text; a gap and a category are said in words."""
    number: float
    """The same as a number: a filled gap, 1 or 0 for a category."""
    centre: float | None
    """None where it is not scaled."""
    scale: float | None
    """What it is divided by; infinite where the column was constant in training, so that the input is always 0."""
    value: float
    """What the network takes, or what it is to give."""

    def unscaled(self, a: float) -> float:
        """An output for this target in the row's own unit."""
        return a * (1.0 if self.scale is None else self.scale) + (self.centre or 0.0)


@dataclass(frozen=True)
class RawRow:
    """The way from a row of a table to x and y."""

    inputs: tuple[Prepared, ...]
    scaling: str | None = None
    """The part that scales inputs; None where they are taken as they are."""
    formula: Written | None = None
    """What it computes."""
    words: tuple[str, str] = ("centre", "scale")
    """What the centre and the scale are: mean and standard deviation, or others."""
    targets: tuple[Prepared, ...] = ()
    """Of a regression whose targets are scaled: mean, standard deviation, and the target in these units."""
