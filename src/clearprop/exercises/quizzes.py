"""quiz: exercises drawn from a seed, with their renderings and their result."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..formulas.catalogue import nearest
from ..validation import whole_number
from . import by_hand, of_trace, slips
from .codes import code_of, read_code
from .exercise import Exercise, Verdict

KINDS: dict[str, Callable[[np.random.Generator, Sequence[Exercise]], Exercise]] = {
    "factor": lambda rng, _: of_trace.asked("factor", rng),
    "shape": lambda rng, _: of_trace.asked("shape", rng),
    "transpose": lambda rng, _: of_trace.asked("transpose", rng),
    "entry": lambda rng, _: by_hand.entry(rng),
    "order": lambda rng, _: of_trace.ordering(rng),
    "gradient": lambda rng, _: by_hand.gradient(rng),
    "mistake": lambda rng, _: by_hand.planted(rng),
    "slip": slips.slip,
}
"""What is asked, from a single link to the whole; drawn with the exercises before it in view."""
HINT_COSTS = 0.25
"""Of a point, for each hint."""
MOST = 50


@dataclass(frozen=True, repr=False)
class Quiz:
    """Exercises in their order; the same seed and kinds give the same ones."""

    seed: int
    exercises: tuple[Exercise, ...]

    def __len__(self) -> int:
        return len(self.exercises)

    def __repr__(self) -> str:
        return f"Quiz of {len(self)} exercises (seed {self.seed}): {', '.join(self.kinds)}"

    def __str__(self) -> str:
        return self.text()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each."""
        return tuple(each.kind for each in self.exercises)

    def answer(self, number: int, given: Any) -> Verdict:
        """What an answer to exercise `number`, counted from 1, is worth, and what it computed: a letter, letters, or numbers.

        >>> quiz(seed=1, kinds=["slip"]).answer(1, "A").says != ""
        True
        """
        if type(number) is not int or not 1 <= number <= len(self):
            raise ValueError(f"there are exercises 1 to {len(self)}; given {number!r}")
        exercise = self.exercises[number - 1]
        if isinstance(given, str):
            return exercise.judge(exercise.read(given))
        if exercise.form == "numbers":
            return exercise.judge(np.ravel(np.asarray(given, dtype=float)).tolist())
        return exercise.judge(given)

    def hint(self, number: int, count: int = 1) -> str:
        """The first hints of an exercise; each reveals one link more."""
        return "\n".join(self.exercises[number - 1].hints[:count]) or "There is no hint here."

    def text(self, *, solutions: bool = False) -> str:
        """The exercises as text."""
        from .text import lines_of

        return "\n".join(lines_of(self.exercises, solutions=solutions))

    def latex(self, *, title: str = "Back-propagation", solutions: bool = True) -> str:
        """A sheet, a LaTeX document that compiles as it is, with its solutions on a page of their own."""
        from .latex import sheets

        return sheets([self], title, solutions=solutions)

    @property
    def fingerprint(self) -> str:
        """Eight digits that tell these exercises from others, and do not say the seed."""
        text = json.dumps(
            [[each.asks, each.given, [choice.plain for choice in each.choices]] for each in self.exercises]
        )
        return f"{zlib.crc32(text.encode()):08x}"

    def html(self, *, title: str = "Back-propagation", exam: bool = False) -> str:
        """One HTML file that needs no internet connection; it judges answers, gives hints and the code of the result.

        That of an exam has no hints, judges nothing, and holds neither answers nor the seed that they follow from.
        """
        from .page import exam_of, page_of

        return exam_of(self.exercises, self.fingerprint, title) if exam else page_of(self.exercises, self.seed, title)

    def qti(self, *, title: str = "Back-propagation") -> bytes:
        """A zip of QTI 1.2 for Canvas's classic quizzes, the bytes of a file."""
        from .qti import qti_of

        return qti_of(self.exercises, title)

    def _repr_html_(self) -> str:
        from .page import fragment_of

        return fragment_of(self.html())

    def code(self, answers: Sequence[Any], hints: Sequence[int] | None = None) -> str:
        """The code of a result, which `clearprop grade --quiz` reads; None for an exercise that was left out."""
        if len(answers) != len(self):
            raise ValueError(f"there are {len(self)} exercises; given {len(answers)} answers")
        return code_of(self.seed, self.kinds, answers, [0] * len(self) if hints is None else hints)


def quiz(seed: int = 0, *, kinds: Sequence[str] | None = None, count: int | None = None) -> Quiz:
    """Exercises on back-propagation, drawn from `seed`: `kinds` in turn, until there are `count`; one of each by default.

    Kinds are factor, shape, transpose, entry, order, gradient, mistake and slip. Numbers are whole or halves, for paper.
    No slip comes twice before all have come.
    """
    seed = whole_number(seed, 0, "seed", most=2**32 - 1)
    chosen = list(KINDS) if kinds is None else [kinds] if isinstance(kinds, str) else list(kinds)
    for kind in chosen:
        if kind not in KINDS:
            raise ValueError(
                f"unknown kind of exercise {kind!r}{nearest(str(kind), list(KINDS))}; there are {', '.join(KINDS)}"
            )
    if not chosen:
        raise ValueError(f"kinds is empty; give some of {', '.join(KINDS)}")
    number = whole_number(len(chosen) if count is None else count, 1, "count", most=MOST)
    drawn: list[Exercise] = []
    for place in range(number):
        drawn.append(KINDS[chosen[place % len(chosen)]](np.random.default_rng([seed, place]), drawn))
    return Quiz(seed, tuple(drawn))


def variants(
    seed: int = 0, number: int = 3, *, kinds: Sequence[str] | None = None, count: int | None = None
) -> list[Quiz]:
    """Quizzes of the same kinds in the same order, with networks that are as hard: for neighbours in an exam."""
    number = whole_number(number, 1, "number", most=26)
    return [quiz((seed + VARIANT * place) % 2**32, kinds=kinds, count=count) for place in range(number)]


VARIANT = 1_000_003
"""Between the seeds of two variants, so that those of neighbouring seeds are not the same."""


@dataclass(frozen=True)
class Marked:
    """A result, computed anew from its code."""

    points: float
    most: int
    right: tuple[bool, ...]
    says: tuple[str, ...]


def mark(code: str, *, seed: int | None = None) -> Marked:
    """The points of a code: each right answer one, less a quarter for each hint. `seed` is that of the quiz that was set.

    ValueError for a code that is not whole, for one of another quiz, and for that of an exam without its seed.
    """
    result = read_code(code)
    if seed is None and isinstance(result.seed, str):
        raise ValueError("the code is of an exam, which does not say its seed; give the seed of the quiz")
    if seed is not None and isinstance(result.seed, int) and result.seed != seed:
        raise ValueError(f"the code is of the quiz with seed {result.seed}, and not {seed}")
    if not 0 < len(result.kinds) <= MOST:
        raise ValueError(f"the code has {len(result.kinds)} exercises; a quiz has 1 to {MOST}")
    asked = quiz(result.seed if isinstance(result.seed, int) else seed or 0, kinds=result.kinds)
    if isinstance(result.seed, str) and result.seed != asked.fingerprint:
        raise ValueError(f"the code is of another exam than the one with seed {seed}")
    return marked(asked, result.answers, result.hints)


def marked(asked: Quiz, answers: Sequence[Any], hints: Sequence[int]) -> Marked:
    """The points of answers, None for an exercise that was left out, each right one less what its hints cost."""
    verdicts = [_judged(each, answer) for each, answer in zip(asked.exercises, answers, strict=True)]
    points = [max(1 - HINT_COSTS * taken, 0.0) if v.right else 0.0 for v, taken in zip(verdicts, hints, strict=True)]
    return Marked(sum(points), len(asked), tuple(v.right for v in verdicts), tuple(v.says for v in verdicts))


def _judged(exercise: Exercise, answer: Any) -> Verdict:
    if answer is None:
        return Verdict(False, "left out")
    try:
        return exercise.judge(answer)
    except ValueError as error:
        return Verdict(False, str(error))
