"""A fault: a line as it is, the line as somebody might have written it, and what is wrong with that. It runs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SOURCE = Path("src/clearprop")

OTHERWISE_NAMED = {
    "loop": "train",
    "trainer": "train",
    "evaluation": "train",
    "decays": "schedules",
    "cycles": "schedules",
    "penalties": "small_parts",
    "initializers": "small_parts",
    "stable": "exact",
    "step": "explain",
    "setting": "every_block",
    "symbols": "symbol",
    "normalizations": "tests/test_normalized_networks.py",
    "averaging": "tests/training/test_averages.py",
}
"""Files whose tests go by another name, or lie in another room, by the last word of each."""


class Stale(Exception):
    """The text that a fault replaces is not there, or not once: the code has changed, and the fault must be written anew."""


@dataclass(frozen=True)
class Fault:
    """One replacement in one file."""

    what: str
    """What is wrong, as a person would say it."""
    file: str
    """Below src/clearprop."""
    old: str
    new: str

    @property
    def path(self) -> Path:
        """The file, below the root of the project."""
        return SOURCE / self.file

    @property
    def is_compiled(self) -> bool:
        """Whether the kernels must be built again."""
        return self.path.suffix in {".hpp", ".cpp"}

    @property
    def room(self) -> str:
        """The tests of the room that it is in; they mirror the sources."""
        room, *inside = self.path.relative_to(SOURCE).parts
        return f"tests/{room}" if inside else f"tests/test_{room}"

    @property
    def own_tests(self) -> str:
        """A pattern of the test files that are likeliest to see it: those of its file, or of the kernels."""
        folder = Path(self.room).parent if self.room.endswith(".py") else self.room
        word = self.path.stem.rpartition("_")[2]  # smooth_activations are tested with the other activations
        word = "kernels_" if self.is_compiled else OTHERWISE_NAMED.get(word, word)
        return word if "/" in word else f"{folder}/**/test_*{word}*.py"

    def planted(self, text: str) -> str:
        """The file's text with the fault in it. Stale where the old text is not there exactly once."""
        count = text.count(self.old)
        if count != 1 or self.old == self.new:
            raise Stale(f"{self.path}: {self.old!r} is there {count} times; write the fault anew: {self.what}")
        return text.replace(self.old, self.new)
