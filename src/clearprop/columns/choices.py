"""Categories as a network takes them: an input for each, by the categories of the training rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from . import texts
from .categories import MISSING, OTHER, kept_categories
from .cells import DATES, TIMES, Cells
from .kinds import MOST_CATEGORIES, RARE_ROWS, shown
from .spellings import respelled

_TRUTH_OF = {"true": True, "false": False}


@dataclass(frozen=True)
class ChoiceColumn:
    """A one-hot column: for each category an input, 1 for the row's category, else 0; then one for others, one for gaps."""

    name: str
    categories: tuple[Any, ...]
    """Texts, truth values or numbers; sorted."""
    grouped: bool = False
    """Whether rare categories share an input, which new ones then have too; else a new one is 0 in every input."""
    marked: bool = False
    """Whether the training rows had gaps."""
    spellings: tuple[tuple[str, str], ...] = ()
    """Texts that are other spellings of a category, and that category."""
    words: tuple[str, str] | None = None
    """How the training rows' file writes false and true."""

    @classmethod
    def fitted(
        cls,
        name: str,
        cells: Cells,
        *,
        told: bool = False,
        most: int = MOST_CATEGORIES,
        spellings: tuple[tuple[str, str], ...] = (),
    ) -> ChoiceColumn:
        """With the categories of the cells (n,); of many, the rare ones together unless a person said that it is one."""
        cells = respelled(cells, spellings)
        kept, grouped = kept_categories(cells, rare=1 if told else RARE_ROWS, most=most)
        return cls(name, kept, bool(grouped), bool(cells.gaps.any()), spellings, cells.words)

    @classmethod
    def of_classes(cls, name: str, cells: Cells, spellings: tuple[tuple[str, str], ...] = ()) -> ChoiceColumn:
        """With every value as a class; for a target, which has no gaps."""
        different, _ = respelled(cells, spellings).codes
        classes = tuple(shown(each) if isinstance(each, np.datetime64) else each for each in different)
        return cls(name, classes, spellings=spellings, words=cells.words)

    @property
    def labels(self) -> tuple[Any, ...]:
        """The categories as the training rows' table writes them: truth values in its own words."""
        return tuple(self.label(each) for each in self.categories)

    def label(self, category: Any) -> Any:
        """A category as the training rows' table writes it."""
        return (
            self.words[bool(category)] if self.words is not None and isinstance(category, bool | np.bool_) else category
        )

    @property
    def width(self) -> int:
        """The number of inputs or outputs that it becomes."""
        return len(self.categories) + self.grouped + self.marked

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its inputs."""
        suffixes = [*(f" = {each}" for each in self.labels), *[OTHER] * self.grouped, *[MISSING] * self.marked]
        return tuple(f"{self.name}{suffix}" for suffix in suffixes)

    @property
    def is_text(self) -> bool:
        """Whether a file's texts must be kept for it."""
        return not self.categories or isinstance(self.categories[0], str)

    def places(self, cells: Cells) -> Array:
        """The input of each cell, (n,): that of its category or gap, or -1 for none."""
        different, codes = respelled(cells, self.spellings).codes
        of = {category: index for index, category in enumerate(self.categories)}
        new = len(self.categories) if self.grouped else -1
        found = [of.get(self.as_category(value, cells.holds), new) for value in different]
        return np.array([*found, self.width - 1 if self.marked else -1])[codes]  # the last one is that of gaps, -1

    def as_category(self, value: Any, holds: str) -> Any:
        """A value as training had it: a column of "1" and "2" may look numeric in another file."""
        if holds in {DATES, TIMES}:
            return shown(value)
        if not self.categories or isinstance(self.categories[0], str):
            return str(value)
        if isinstance(value, str):
            truth, number = _TRUTH_OF.get(value.lower()), texts.number(value)
            return truth if number is None else int(number) if number.is_integer() else number
        return value

    def encode(self, cells: Cells) -> Array:
        """One-hot rows, (n, width)."""
        places = self.places(cells)
        made = np.zeros((len(places), self.width))
        known = np.flatnonzero(places >= 0)
        made[known, places[known]] = 1.0
        return made

    def decode(self, A: Array) -> Array:
        """The category of each row's largest number, (n,)."""
        return np.array(self.categories)[A.argmax(axis=1)]

    def strays(self, cells: Cells) -> tuple[int, tuple[str, ...]]:
        """How many cells have a category that training did not have, or that was rare there, and which."""
        different, codes = respelled(cells, self.spellings).codes
        known = set(self.categories)
        news = [j for j, value in enumerate(different) if self.as_category(value, cells.holds) not in known]
        named = tuple(str(self.as_category(different[j], cells.holds)) for j in news)
        return int(np.isin(codes, news).sum()), named
