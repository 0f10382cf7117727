"""Canvas's report of a quiz, "Student Analysis", read again: each person's answers, to be judged from the seed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .exercise import Exercise
from .qti import place_of

HEADING = re.compile(r"^\d+: *Exercise (\d+) \((\w+)\)\.")
"""A column of a question: Canvas's number of it, and how `qti` begins it."""


@dataclass(frozen=True)
class Columns:
    """The columns of a report that hold answers, in the order of the exercises."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]

    def answers(self, row: Mapping[str, str | None], exercises: Sequence[Exercise]) -> Iterator[Any]:
        """A person's answers; None where there is none, or none that can be read."""
        for name, exercise in zip(self.names, exercises, strict=True):
            yield answer_of(exercise, row.get(name) or "")


def columns_of(header: Sequence[str]) -> Columns | None:
    """The columns with answers, or None for a table that is no such report. ValueError where an exercise is missing."""
    found = {int(match[1]): (name, match[2]) for name in header if (match := HEADING.match(name))}
    if not found:
        return None
    if sorted(found) != list(range(1, len(found) + 1)):
        raise ValueError(f"the report has exercises {', '.join(map(str, sorted(found)))}, and not all from 1 on")
    names, kinds = zip(*(found[number] for number in sorted(found)), strict=True)
    return Columns(names, kinds)


def answer_of(exercise: Exercise, text: str) -> Any:
    """An answer as Canvas writes it: the words of a choice, numbers with commas between them, `place 1=>piece,...`."""
    text = text.replace(r"\,", ",").strip()
    plain = [each.plain for each in exercise.choices]
    if exercise.form == "choice":
        return plain.index(text) if text in plain else None
    if exercise.form == "order":
        placed = dict(part.split("=>", 1) for part in text.split(",") if "=>" in part)
        pieces = [placed.get(place_of(number), "") for number in range(1, len(plain) + 1)]
        return [plain.index(piece) for piece in pieces] if {*pieces} <= {*plain} else None
    try:
        return exercise.read(text)
    except ValueError:
        return None
