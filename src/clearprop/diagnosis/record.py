"""What a diagnosis says: conventions, mistakes, and for each mistake its link, an entry that shows it, and what to remember."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..explanation.notation.notations import Notation
from ..explanation.notation.numbers import number
from ..explanation.notation.symbols import Symbols

ROUNDED_ZERO = 1e-12
"""A number is 0 but for rounding that is at most this part of the one beside it: it is what is left where terms cancel."""


def is_rounding(value: float, size: float) -> bool:
    """Whether a number is 0 but for rounding, beside one of this size; exactly 0 is not."""
    return 0 < abs(value) <= ROUNDED_ZERO * size < float("inf")


@dataclass(frozen=True)
class Entry:
    """One entry of a given array: where it is, what was given and what should stand there."""

    array: str
    """`dL_dW`, `dL_dZ`, ... or `W_after`."""
    layer: int
    index: tuple[int, ...]
    """The place in the array, counted from 0; axes as in `back_propagate`: points or inputs first, units last."""
    given: float
    right: float
    shape: tuple[int, ...] | None = None
    """The shape that was given, where it is wrong."""
    L: int = 0
    """How many layers there are: the output may have a letter of its own."""

    def symbol(self, notation: Notation) -> str:
        """The entry in a notation: ∂L/∂w²₁₁, or ∂L/∂z²₁ of point 3."""
        symbols, counted = Symbols(notation, L=self.L), tuple(i + 1 for i in self.index)
        name = self.array.removesuffix("_after").removeprefix("dL_d")
        if self.array.endswith("_after"):
            return f"{symbols.entry(name, self.layer, counted).plain} after the step"
        if name in {"W", "W0"}:
            return symbols.by_entry(name, self.layer, counted).plain
        if self.layer == 0:
            return f"∂L/∂x{''.join(symbols.entry('A', 0, counted[-1:]).plain[-1:])} of point {counted[0]}"
        return f"{symbols.by_entry(name, self.layer, counted[1:]).plain} of point {counted[0]}"

    def __str__(self) -> str:
        if self.shape is not None:
            return f"{self.array}[{self.layer}] has shape {self.shape}"
        size = max(abs(self.given), abs(self.right))
        given, right = (
            "0 but for rounding" if is_rounding(each, size) else number(each, 6) for each in (self.given, self.right)
        )
        if given == right:
            given, right = f"{self.given:.12g}", f"{self.right:.12g}"
        given = "not a number (NaN)" if self.given != self.given else given
        index = ", ".join(map(str, self.index))
        return f"{self.array}[{self.layer}][{index}] is {given} and should be {right}"

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON; a number that is not finite is None."""
        finite = {name: value if abs(value) < float("inf") else None for name, value in self._numbers()}
        return {"array": self.array, "layer": self.layer, "index": list(self.index), **finite, "shape": self.shape}

    def _numbers(self) -> list[tuple[str, float]]:
        return [("given", self.given), ("right", self.right)]


@dataclass(frozen=True)
class Found:
    """One mistake. Where the inputs cannot tell two apart, `alternatives` has the others, and `tell` the input that would."""

    name: str
    layer: int
    """The layer nearest to the loss in which it is made."""
    layers: tuple[int, ...]
    link: str
    about: str
    entry: Entry | None
    computed: str
    """What was computed, as a formula."""
    right: str
    """What should stand there, as a formula."""
    equation: str
    lesson: str
    alternatives: tuple[Found, ...] = ()
    tell: str = ""

    @property
    def known(self) -> bool:
        """Whether it is a mistake of the catalogue."""
        return self.name != "unknown"

    @property
    def names(self) -> tuple[str, ...]:
        """Its name and those of the alternatives."""
        return (self.name, *(each.name for each in self.alternatives))

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "name": self.name,
            "layer": self.layer,
            "layers": list(self.layers),
            "link": self.link,
            "about": self.about,
            "entry": None if self.entry is None else self.entry.to_dict(),
            "computed": self.computed,
            "right": self.right,
            "equation": self.equation,
            "lesson": self.lesson,
            "alternatives": [each.to_dict() for each in self.alternatives],
            "tell": self.tell,
        }


@dataclass(frozen=True, repr=False)
class Record:
    """What was found in given derivatives. It knows no rendering."""

    ok: bool
    """Whether everything that was given is right, in the conventions that it is written in."""
    conventions: tuple[str, ...]
    """What the solution does otherwise than others may, and which is no mistake."""
    mistakes: tuple[Found, ...]
    checked: tuple[str, ...]
    """The names of the arrays that were compared, with their layers: `dL_dW[2]`."""
    unjudged: tuple[str, ...] = ()
    """Those that come after a mistake that is not known, with the way between them hidden."""
    notes: tuple[str, ...] = ()
    network: str = ""
    loss: str = ""

    @property
    def verdict(self) -> str:
        """The result in a sentence."""
        count = len(self.checked)
        arrays = f"{count} array{'s' if count != 1 else ''}"
        if self.ok:
            return (
                f"right: all {arrays} agree with the chain rule"
                if count > 1
                else "right: it agrees with the chain rule"
            )
        names = ", ".join(" or ".join(each.names) for each in self.mistakes)
        return f"{len(self.mistakes)} mistake{'s' if len(self.mistakes) > 1 else ''}: {names}"

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "format": "clearprop.diagnosis",
            "ok": self.ok,
            "verdict": self.verdict,
            "network": self.network,
            "loss": self.loss,
            "conventions": list(self.conventions),
            "mistakes": [each.to_dict() for each in self.mistakes],
            "checked": list(self.checked),
            "unjudged": list(self.unjudged),
            "notes": list(self.notes),
        }
