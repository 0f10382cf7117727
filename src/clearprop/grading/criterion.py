"""Criterion: a method of the interface, for which a rubric gives points: its script, what is right, how a mistake is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

import numpy as np

from ..diagnosis import Diagnosis, Found
from ..formulas.catalogue import Array
from .script import Steps

Given: TypeAlias = Mapping[str, Array]
"""The numbers that a script begins with."""
Answers: TypeAlias = Mapping[str, Array]
"""Arrays by name, as a script gives them."""


@dataclass(frozen=True)
class Slip:
    """A wrong way to go forward, or to order the steps, as a formula and as code; those of links back are the catalogue's."""

    name: str
    about: str
    formula: str
    lesson: str
    computed: Callable[[Given], Answers]


@dataclass(frozen=True)
class Finding:
    """A mistake in a submission."""

    name: str
    about: str
    computed: str = ""
    right: str = ""
    lesson: str = ""
    entry: str = ""
    """The first entry that differs, without its value."""
    carried: bool = False
    """Whether it follows from another that has been counted."""

    @classmethod
    def of(cls, found: Found) -> Finding:
        """From a diagnosis; what cannot be told apart is one finding with its likeliest name."""
        about = " Or: ".join((found.about, *(each.about for each in found.alternatives)))
        names = " or ".join(found.names)
        return cls(names, about, found.computed, f"{found.right} ({found.equation})", found.lesson)


class Criterion:
    """One method of the interface. A subclass writes its script and says how a wrong answer is named."""

    name: ClassVar[str]
    """`Linear.backward`."""
    about: ClassVar[str]
    """What is judged, for the person who is graded."""
    rule: ClassVar[str]
    """What is right, as a formula with its equation."""
    slips: ClassVar[tuple[Slip, ...]] = ()
    stands_on: ClassVar[str] = ""
    """The criterion whose method is called before, so that an error there is carried forward."""

    def given(self, rng: np.random.Generator) -> dict[str, Array]:
        """The numbers of a person."""
        raise NotImplementedError

    def script(self, given: Given) -> Steps:
        """The calls."""
        raise NotImplementedError

    def square(self, given: Given) -> dict[str, Array] | None:
        """Numbers for which a transposed matrix still multiplies; None where there are no matrices."""
        return None

    def right(self, given: Given, answers: Answers) -> Answers:
        """What the interface gives. An error that a submission carries forward from its own forward pass is taken over."""
        return self.script(given).followed()

    def diagnosis(self, given: Given, answers: Answers) -> Diagnosis | None:
        """The links back against the chain rule; None for what is no link."""
        return None

    def named(self, given: Given, answers: Answers, wrong: list[str]) -> Iterator[Finding]:
        """The slips that give just these wrong answers."""
        for slip in self.slips:
            try:
                with np.errstate(all="ignore"):
                    made = slip.computed(given)
            except (ValueError, IndexError):
                continue
            if all(name in made and agree(made[name], answers[name]) for name in wrong if name in answers):
                yield Finding(slip.name, slip.about, slip.formula, self.rule, slip.lesson)
                return


def agree(one: Array, two: Array) -> bool:
    """Whether two arrays are the same numbers but for rounding; a number is as good as an array of one."""
    if one.size == 1 == two.size:
        one, two = one.reshape(()), two.reshape(())
    if one.shape != two.shape:
        return False
    largest = float(np.max(np.abs(two[np.isfinite(two)]), initial=0.0))
    return bool(np.allclose(one, two, rtol=1e-6, atol=1e-8 * max(largest, 1e-3), equal_nan=True))


@dataclass
class Catalogue:
    """All criteria by their names, in the order of the interface."""

    criteria: dict[str, Criterion] = field(default_factory=dict)

    def add(self, kind: type[Criterion]) -> type[Criterion]:
        """Register a criterion."""
        self.criteria[kind.name] = kind()
        return kind


CRITERIA = Catalogue()


def draw(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers with two decimals, none of them near 0, where a ReLU has its kink and a product hides."""
    values = rng.uniform(0.2, 1.9, size=shape) * rng.choice((-1.0, 1.0), size=shape)
    return np.round(values, 2)
