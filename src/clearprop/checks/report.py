"""What a gradient check found, as numbers and as a page to read. It computes no derivative."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["agrees", "differs", "cannot be told"]
"""Whether a gradient is the derivative. At a kink there is none, so there it cannot be told."""


INPUTS = "X"
"""The array of the inputs, which are A of layer 0."""


@dataclass(frozen=True)
class Where:
    """One entry of a gradient: `W` or `W0` of a layer, or `X` of layer 0, and its index.

    In words, entries count from 1, as in `explain`.
    """

    layer: int
    array: str
    index: tuple[int, ...]
    """The place in the array, counted from 0, as NumPy counts."""

    def __str__(self) -> str:
        return f"{layer_of(self.array, self.layer)}, {self.array}{_counted(self.index)}"


def layer_of(array: str, layer: int) -> str:
    """The layer in words; the inputs have none."""
    return "input" if array == INPUTS else f"layer {layer}"


HEADINGS = (
    f"{'layer':<7}{'array':<7}{'checked':>13}{'at a kink':>11}{'error':>10}"
    f"   {'worst entry':<12}{'back_propagate':>16}{'numeric':>16}"
)

KINK_HEADINGS = (
    f"{'layer':<7}{'array':<7}{'entry':<14}{'back_propagate':>16}{'from the left':>16}{'from the right':>16}"
)
LISTED = 12
"""Entries at a kink that are printed; the report holds all of them."""


@dataclass(frozen=True)
class EntryCheck:
    """One entry of a gradient and its numeric value."""

    index: tuple[int, ...]
    given: float
    numeric: float
    """NaN at a kink; or, where `given` is wrong even there, the nearest value that some choice of sides gives."""
    verdict: Verdict
    behind: float = math.nan
    ahead: float = math.nan
    """At a kink the derivatives to the left and to the right, infinite where the loss jumps; NaN elsewhere."""


@dataclass(frozen=True)
class ArrayCheck:
    """One array of the gradient: dL/dW, dL/dW0 and the like of a layer, or dL/dX, whose layer is 0."""

    layer: int
    array: str
    size: int
    checked: int
    at_kink: int
    """Entries that cannot be told: the loss has a kink there, and the value given is one that a side of it may have."""
    error: float
    """Norm of the difference by norm of the gradient, over the entries checked."""
    entry_error: float
    """The largest difference of one entry, by the larger of that entry and the array's root mean square."""
    worst: Where | None
    given: float
    """The worst entry as `back_propagate` has it."""
    numeric: float
    entries: tuple[EntryCheck, ...] = ()
    """All entries that were looked at, one by one."""
    verdict: Verdict = "cannot be told"


@dataclass(frozen=True)
class DirectionalCheck:
    """The derivative along one random direction, to which every parameter contributes that was not found at a kink."""

    error: float
    given: float
    numeric: float
    at_kink: bool


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """The verdict of `check_gradients`; print it to read it."""

    verdict: Verdict
    """Of all that could be compared; "cannot be told" where nothing could."""
    max_error: float
    """The largest relative error found, by norm."""
    tolerance: float
    where: Where | None
    """The worst entry of those compared one by one."""
    method: str
    because: str
    """Why this method."""
    arrays: tuple[ArrayCheck, ...]
    directional: DirectionalCheck
    faults: tuple[str, ...] = ()
    """Where a check failed: which part is at fault, and what shows it."""
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the gradient has been shown to be right: False where it is wrong, and where it cannot be told."""
        return self.verdict == "agrees"

    @property
    def checked(self) -> int:
        """Entries compared."""
        return sum(each.checked for each in self.arrays)

    @property
    def at_kink(self) -> int:
        """Entries that cannot be told, for they stand at a kink."""
        return sum(each.at_kink for each in self.arrays)

    @property
    def size(self) -> int:
        """Entries that the gradient has."""
        return sum(each.size for each in self.arrays)

    def __repr__(self) -> str:
        return self.in_words(str(self.where))

    def in_words(self, worst: str) -> str:
        """The verdict in a sentence, in which the worst entry is called so."""
        if self.verdict == "cannot be told":
            return f"it cannot be told here whether gradients are right: {self._untold} at a kink"
        verdict = "gradients agree" if self.ok else "gradients DISAGREE"
        where = f" at {worst}" if self.where else ""
        if self.directional.error >= self.max_error > 0:
            where = " along a random direction"
        rest = f"; {self._untold} cannot be told, at a kink" if self.at_kink else ""
        return f"{verdict}: largest relative error {self.max_error:.1e}{where}, {self.tolerance:.0e} allowed{rest}"

    @property
    def _untold(self) -> str:
        seen = self.checked + self.at_kink
        return f"{self.at_kink} of {seen} entries" if self.at_kink < seen else f"all {seen} entries"

    def __str__(self) -> str:
        kinks = f", {self.at_kink} left out at a kink" if self.at_kink else ""
        lines = [
            repr(self),
            f"{self.method} ({self.because}); {self.checked} of {self.size} entries{kinks}",
            *self.notes,
            "",
            HEADINGS,
            *(_row(each) for each in self.arrays),
            _direction(self.directional),
            *_kinks(self.arrays),
        ]
        if self.faults:
            lines += ["", *(f"fault: {fault}" for fault in self.faults)]
        return "\n".join(lines)


def _row(each: ArrayCheck) -> str:
    checked = f"{each.checked} of {each.size}"
    if each.worst is None:
        return f"{_layer(each):<7}{each.array:<7}{checked:>13}{each.at_kink:>11}{'-':>10}"
    index = _counted(each.worst.index)
    return (
        f"{_layer(each):<7}{each.array:<7}{checked:>13}{each.at_kink:>11}{each.error:>10.1e}"
        f"   {index:<12}{each.given:>16.8g}{each.numeric:>16.8g}"
    )


def _layer(each: ArrayCheck) -> str:
    """The layer's number; the inputs have none."""
    return "input" if each.array == INPUTS else str(each.layer)


def _direction(each: DirectionalCheck) -> str:
    if each.at_kink:
        return f"{'all':<7}{'along a random direction: at a kink, not compared'}"
    return f"{'all, along a random direction':<38}{each.error:>10.1e}{'':<15}{each.given:>16.8g}{each.numeric:>16.8g}"


def _kinks(arrays: tuple[ArrayCheck, ...]) -> list[str]:
    """The entries that cannot be told, with the derivatives to both sides."""
    rows = [
        f"{_layer(each):<7}{each.array:<7}{_counted(entry.index):<14}"
        f"{entry.given:>16.8g}{entry.behind:>16.8g}{entry.ahead:>16.8g}"
        for each in arrays
        for entry in each.entries
        if entry.verdict == "cannot be told"
    ]
    if not rows:
        return []
    more = [f"and {len(rows) - LISTED} more"] if len(rows) > LISTED else []
    return ["", "at a kink the loss has no derivative, but one to each side:", KINK_HEADINGS, *rows[:LISTED], *more]


def _counted(index: tuple[int, ...]) -> str:
    """An entry counted from 1: (1, 3)."""
    return f"({', '.join(str(each + 1) for each in index)})"
