"""What check_backward found, as numbers and as lines to read. It computes no derivative."""

from __future__ import annotations

from dataclasses import dataclass

from .report import Verdict


@dataclass(frozen=True)
class InputCheck:
    """The gradient by one input."""

    name: str
    shape: tuple[int, ...]
    verdict: Verdict
    checked: int
    """Entries compared."""
    untold: int
    """Entries that cannot be told: at a kink, where what is given is between the derivatives to its sides; beside values
    that are not finite; and where rounding hides the change."""
    error: float
    """Norm of the difference by the larger norm, over the entries compared."""
    index: tuple[int, ...] | None
    """The entry that is furthest off, counted from 0; None where none was compared."""
    given: float
    numeric: float
    """That entry as `backward` gives it, and as it is found."""
    note: str = ""
    """What all wrong entries have in common, where something is seen."""

    def __str__(self) -> str:
        shape = "x".join(map(str, self.shape)) or "scalar"
        seen = f"{self.checked} compared" + (f", {self.untold} cannot be told" if self.untold else "")
        line = f"{self.name:<12}{shape:<10}{self.verdict:<16}{seen}"
        if self.index is None:
            return line
        entry = f"[{', '.join(map(str, self.index))}]"
        line += f"; relative error {self.error:.1e}, entry {entry}: given {self.given:.8g}, numeric {self.numeric:.8g}"
        return f"{line}; {self.note}" if self.note else line


@dataclass(frozen=True, repr=False)
class BackwardCheck:
    """The verdict of `check_backward`; print it to read it."""

    verdict: Verdict
    """"differs" where one input's gradient does; "cannot be told" where nothing could be compared."""
    tolerance: float
    inputs: tuple[InputCheck, ...]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every gradient that could be compared is right, and one at least could."""
        return self.verdict == "agrees"

    def __repr__(self) -> str:
        wrong = [each.name for each in self.inputs if each.verdict == "differs"]
        said = {
            "agrees": "agrees",
            "differs": f"DIFFERS for {', '.join(wrong)}",
            "cannot be told": "cannot be told here",
        }
        return f"backward {said[self.verdict]}: {self.tolerance:.0e} allowed, by central differences"

    def __str__(self) -> str:
        return "\n".join([repr(self), *map(str, self.inputs), *self.notes])
