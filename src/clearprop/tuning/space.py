"""A search space: the values that are tried for choices of a recipe. Ranges stand in braces, also inside the text of a part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import count
from typing import Any

from ..fitting.recipe import Recipe
from ..formulas.catalogue import nearest
from ..runs.configuration import line_of, read_toml
from .ranges import Range

NOT_SEARCHED: Mapping[str, str] = {
    **dict.fromkeys(("target", "task", "kinds", "ignore", "na"), "it says what is to be learnt from the table"),
    **dict.fromkeys(("validation", "test", "fold", "seed"), "trials are compared on the same rows, from the same seed"),
    **dict.fromkeys(
        ("ensemble", "restarts"), "a trial trains one network; the best trial is then trained as often as asked"
    ),
    "class_weight": "it decides which rows count, and trials are compared on rows that count alike",
    "calibration": "it changes the best network after its training",
    "eta_factors": "it has a number for each layer; search eta, or frozen",
    "refit": "it follows the best training",
    **dict.fromkeys(("engine", "threads"), "it changes the time and not the result"),
}
"""Choices of a recipe that no space has, and why."""
SEARCHED = tuple(each.name for each in fields(Recipe) if each.name not in NOT_SEARCHED)
NO_PART = {"frozen": None, "normalization": None, "averaging": None, "stop": ()}
"""What "none" stands for where a recipe has no such word itself."""
BRACES = re.compile(r"\{([^{}]*)\}")
DRAWN = "number"

Draw = Callable[[str, "Range | tuple[str, ...]"], Any]
"""Of a name, and a range or texts to choose from: the number, or one of the texts."""


@dataclass(frozen=True)
class Alternative:
    """One of the values of a choice, which may have ranges in it."""

    written: Any
    ranges: tuple[tuple[str, Range], ...] = ()
    """Each with its name, in the order of the text."""

    def made(self, numbers: Mapping[str, float]) -> Any:
        """The value with a number in place of each range."""
        if not self.ranges:
            return self.written
        text = str(self.written)
        shown = iter(numbers[name] for name, _ in self.ranges)
        if BRACES.fullmatch(text.strip()):
            return next(shown)
        return BRACES.sub(lambda _: repr(next(shown)), text)

    def tries(self) -> Iterator[dict[str, float]]:
        """Numbers with which a value is tried before the search: all lowest, all highest, ones between, the first."""
        for which in ("low", "high", "between", "first"):
            numbers = {name: getattr(each, which) for name, each in self.ranges}
            if None not in numbers.values():
                yield numbers


@dataclass(frozen=True)
class Dimension:
    """A choice of a recipe and its alternatives."""

    key: str
    alternatives: tuple[Alternative, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The alternatives as they are written."""
        return tuple(str(each.written) for each in self.alternatives)

    def value(self, draw: Draw) -> Any:
        """A value for the recipe."""
        chosen = self.alternatives[0]
        if len(self.alternatives) > 1:
            chosen = self.alternatives[self.texts.index(draw(self.key, self.texts))]
        return as_choice(self.key, chosen.made({name: draw(name, each) for name, each in chosen.ranges}))


@dataclass(frozen=True)
class Space:
    """What is searched.

    >>> space = Space.of({"eta": "{0.001 to 0.1, log}", "penalty": ["none", "l2(strength={1e-6 to 0.01, log})"]})
    >>> space.names
    ('eta', 'penalty', 'penalty l2 strength')
    """

    dimensions: tuple[Dimension, ...]

    @classmethod
    def of(cls, given: Mapping[str, Any], place: Callable[[str], str] = str) -> Space:
        """The space of values by name. ValueError, with the `place` of the name, for what no recipe takes."""
        made = [_dimension(key.replace("-", "_"), value, place(key)) for key, value in given.items()]
        if not any(len(each.alternatives) > 1 or each.alternatives[0].ranges for each in made):
            raise ValueError(
                "the space leaves nothing to choose: give a list, or a range such as '{0.001 to 0.1, log}'"
            )
        _require_one_length([each.key for each in made], place)
        return cls(tuple(made))

    @classmethod
    def read(cls, text: str, name: str) -> Space:
        """The space of a TOML file's text; errors name the file and the line."""
        known = [each.name for each in fields(Recipe)]
        return cls.of(read_toml(text, known, name), lambda key: f"{name}{line_of(text, key)}: {key}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all that is drawn: of choices between several, and of ranges."""
        found: list[str] = []
        for each in self.dimensions:
            found += [each.key] * (len(each.alternatives) > 1)
            found += [name for alternative in each.alternatives for name, _ in alternative.ranges]
        return tuple(dict.fromkeys(found))

    @property
    def first(self) -> dict[str, Any]:
        """What the first trial takes: the first of the alternatives, and of ranges the number that is said to be first."""
        found: dict[str, Any] = {}
        for each in self.dimensions:
            chosen = each.alternatives[0]
            if len(each.alternatives) > 1:
                found[each.key] = each.texts[0]
            found |= {name: of.first for name, of in chosen.ranges if of.first is not None}
        return found

    def values(self, draw: Draw) -> dict[str, Any]:
        """Values for a recipe."""
        return {each.key: each.value(draw) for each in self.dimensions}

    def to_dict(self) -> dict[str, Any]:
        """The space as it is written."""
        return {each.key: [alternative.written for alternative in each.alternatives] for each in self.dimensions}


def as_choice(key: str, value: Any) -> Any:
    """A value as a recipe takes it: "none" where it has no word of its own for that, and several conditions as one list."""
    if value == "none" and key in NO_PART:
        return NO_PART[key]
    return (value,) if key == "stop" else value


def _dimension(key: str, value: Any, place: str) -> Dimension:
    if key in NOT_SEARCHED:
        raise ValueError(f"{place} is not searched: {NOT_SEARCHED[key]}")
    if key not in SEARCHED:
        raise ValueError(f"{place}: unknown choice {key!r}{nearest(key, list(SEARCHED))}")
    listed = list(value) if isinstance(value, list | tuple) else [value]
    if not listed or not all(isinstance(each, str | int | float) for each in listed):
        raise ValueError(f"{place} must be a value, a text with ranges in braces, or a list of these; given {value!r}")
    if len({str(each) for each in listed}) < len(listed):
        raise ValueError(f"{place} has one value twice; given {value!r}")
    named: dict[str, Range] = {}
    made = tuple(_alternative(key, each, place, named, alone=len(listed) == 1) for each in listed)
    for each in made:
        _require_possible(key, each, place)
    return Dimension(key, made)


def _alternative(key: str, written: Any, place: str, named: dict[str, Range], *, alone: bool) -> Alternative:
    """One value. `named` has the ranges of the choice so far; of two alternatives equal ranges share a name."""
    if not isinstance(written, str):
        return Alternative(written)
    if not written.count("{") == written.count("}") == len(BRACES.findall(written)):
        raise ValueError(f"{place}: a brace is open or closed alone in {written!r}")
    ranges: dict[str, Range] = {}
    for found in BRACES.finditer(written):
        try:
            one = Range.read(found[1])
        except ValueError as error:
            raise ValueError(f"{place}: {error}") from None
        names = _names(key, written, found, alone=alone)
        free = next(each for each in names if each not in ranges and named.get(each, one).same_as(one))
        named[free] = ranges[free] = one
    return Alternative(written, tuple(ranges.items()))


def _names(key: str, written: str, found: re.Match[str], *, alone: bool) -> Iterator[str]:
    """What a range may be called: by the choice, the part that the text begins with and the hyper-parameter, or a number."""
    if found[0] == written.strip():
        yield key if alone else f"{key} {DRAWN}"
    part = re.match(r"\s*([A-Za-z_]\w*)", written)
    hyper = re.search(r"(\w+)\s*=\s*\(?\s*$", written[: found.start()])
    words = [each[1] for each in (part, hyper) if each]
    if words:
        yield " ".join([key, *words])
    for k in count(2 if words else 1):
        yield " ".join([key, *words, str(k)])


def _require_possible(key: str, alternative: Alternative, place: str) -> None:
    """ValueError where a recipe would not take the lowest, the highest or the first of its values."""
    for numbers in alternative.tries():
        made = alternative.made(numbers)
        try:
            Recipe(**{key: as_choice(key, made)})
        except (ValueError, TypeError) as error:
            raise ValueError(f"{place}: {error}") from None


def _require_one_length(keys: list[str], place: Callable[[str], str]) -> None:
    if {"epochs", "steps"} <= {*keys}:
        raise ValueError(f"{place('steps')}: give epochs or steps, not both")
