"""Exercises as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from .exercise import LETTERS, WIDTH, Exercise


def lines_of(exercises: Sequence[Exercise], *, solutions: bool) -> list[str]:
    """One after the other, then what is right."""
    lines: list[str] = []
    for number, exercise in enumerate(exercises, 1):
        lines += [*question_of(exercise, number), ""]
    if solutions:
        lines.append("Solutions")
        for number, exercise in enumerate(exercises, 1):
            lines += textwrap.wrap(f"{number}. {exercise.solution}", WIDTH, subsequent_indent="   ")
    return lines


def question_of(exercise: Exercise, number: int) -> list[str]:
    """What is known, what is asked, and the choices."""
    lines = textwrap.wrap(f"{number}. {exercise.asks}", WIDTH, subsequent_indent="   ")
    lines += [f"   {line}" for line in exercise.given]
    for letter, choice in zip(LETTERS, exercise.choices, strict=False):
        lines += textwrap.wrap(f"{letter}  {choice.plain}", WIDTH, initial_indent="   ", subsequent_indent="      ")
    return lines


def how_of(exercise: Exercise) -> str:
    """How it is answered."""
    rows, columns = exercise.shape
    if exercise.form == "numbers":
        return "a number" if rows * columns == 1 else f"{rows * columns} numbers, row by row"
    return "a letter" if exercise.form == "choice" else "all letters, in order"
