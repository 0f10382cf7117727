"""Exercise: what is asked, what is right, what each wrong answer computed, and hints that reveal one link at a time."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

WIDTH = 100
"""Letters on a line of text."""
Answer: TypeAlias = int | list[int] | list[float]
"""The place of a choice, from 0; an order of places; or numbers, row by row."""


@dataclass(frozen=True)
class Choice:
    """One of several answers, and what is said of it."""

    plain: str
    says: str
    right: bool = False


@dataclass(frozen=True)
class Wrong:
    """Numbers that are wrong in a way that is known."""

    values: tuple[float, ...]
    says: str


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and what it computed where it is not."""

    right: bool
    says: str

    def __str__(self) -> str:
        """In lines that fit; each mistake that it may be begins one."""
        said = f"{'right' if self.right else 'not right'}: {self.says}".replace(" Or: ", "\nOr: ")
        return "\n".join(line for part in said.split("\n") for line in textwrap.wrap(part, WIDTH))


@dataclass(frozen=True)
class Exercise:
    """One question with its answer; of `choices`, `order` and `numbers` one is there."""

    kind: str
    asks: str
    given: tuple[str, ...]
    """Lines with what is known."""
    solution: str
    hints: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    order: tuple[int, ...] = ()
    """The places of `choices` in their right order, where they are to be ordered."""
    steps: Mapping[str, str] = ()  # type: ignore[assignment]
    """What is said where one item follows another wrongly: "1,3" for item 3 after item 1, "-1,3" for item 3 first."""
    numbers: tuple[float, ...] = ()
    shape: tuple[int, int] = (0, 0)
    wrong: tuple[Wrong, ...] = ()

    @property
    def form(self) -> str:
        """How it is answered: `order`, `choice` or `numbers`."""
        return "order" if self.order else "choice" if self.choices else "numbers"

    def judge(self, answer: Any) -> Verdict:
        """What an answer is worth. ValueError for one that is no answer to this question."""
        if self.form == "choice":
            chosen = self.choices[_place(answer, len(self.choices))]
            return Verdict(chosen.right, chosen.says)
        if self.form == "order":
            return self._ordered(answer)
        values = _numbers(answer, self.shape)
        if all(abs(given - right) < TOLERANCE for given, right in zip(values, self.numbers, strict=True)):
            return Verdict(True, self.solution)
        for known in self.wrong:
            if all(abs(given - value) < TOLERANCE for given, value in zip(values, known.values, strict=True)):
                return Verdict(False, known.says)
        return Verdict(False, self._first_wrong(values))

    def _ordered(self, answer: Any) -> Verdict:
        if not isinstance(answer, Sequence) or sorted(answer) != list(range(len(self.choices))):
            raise ValueError(
                f"an order of {len(self.choices)} pieces names each once: {', '.join(LETTERS[: len(self.choices)])}"
            )
        before = -1
        for given, right in zip(answer, self.order, strict=True):
            if given != right:
                return Verdict(False, self.steps[f"{before},{given}"])
            before = given
        return Verdict(True, self.solution)

    def _first_wrong(self, values: Sequence[float]) -> str:
        at = next(i for i, value in enumerate(values) if abs(value - self.numbers[i]) >= TOLERANCE)
        row, column = divmod(at, self.shape[1])
        place = f"the entry in row {row + 1}, column {column + 1}" if len(values) > 1 else "it"
        return f"No mistake that is known gives these numbers; {place} is wrong. Take a hint, and go on link by link."

    def read(self, text: str) -> Answer:
        """An answer as it is typed: a letter, letters in an order, or numbers such as `1.5 -2; 1/2 0`."""
        letters = re.sub(r"[\s,;]", "", text).upper()
        if self.form != "numbers":
            places = [LETTERS.find(letter) for letter in letters]
            if not places or not all(0 <= place < len(self.choices) for place in places):
                raise ValueError(f"answer with {', '.join(LETTERS[: len(self.choices)])}; given {text!r}")
            if self.form == "order":
                return places
            return places[0] if len(places) == 1 else _one_letter(text)
        words = re.split(r"[\s,;]+", text.strip().replace("−", "-").strip("[]()"))
        try:
            return _numbers([float(Fraction(word)) for word in words if word], self.shape)
        except (ValueError, ZeroDivisionError) as error:
            if "numbers" in str(error):
                raise
            raise ValueError(f"numbers are written as 2, -1.5 or 3/2; given {text!r}") from None

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON, for the page."""
        return {
            "kind": self.kind, "form": self.form, "asks": self.asks, "given": list(self.given), "hints": list(self.hints),
            "solution": self.solution, "choices": [{"plain": c.plain, "says": c.says, "right": c.right} for c in self.choices],
            "order": list(self.order), "steps": dict(self.steps), "numbers": list(self.numbers), "shape": list(self.shape),
            "wrong": [{"values": list(w.values), "says": w.says} for w in self.wrong],
        }  # fmt: skip


LETTERS = "ABCDEFGH"
TOLERANCE = 1e-6


def _one_letter(text: str) -> int:
    raise ValueError(f"answer with one letter; given {text!r}")


def _place(answer: Any, count: int) -> int:
    if type(answer) is not int or not 0 <= answer < count:
        raise ValueError(f"an answer is the place of a choice, 0 to {count - 1}; given {answer!r}")
    return answer


def _numbers(answer: Any, shape: tuple[int, int]) -> list[float]:
    rows, columns = shape
    fits = isinstance(answer, Sequence) and all(type(each) in (int, float) and abs(each) < 1e12 for each in answer)
    if not fits or len(answer) != rows * columns:
        count = len(answer) if isinstance(answer, Sequence) else 1
        raise ValueError(f"{rows * columns} numbers are asked for, {rows} × {columns}, row by row; given {count}")
    return [float(each) for each in answer]


def short(value: float) -> str:
    """A whole number or a half as it is written by hand."""
    return f"{value + 0.0:g}".replace("-", "−")


def rows(values: Any) -> str:
    """A matrix on one line, row by row."""
    return "[" + "; ".join(" ".join(short(float(each)) for each in row) for row in values) + "]"
