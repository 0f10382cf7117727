"""A column of very many categories: inputs of the most frequent ones, and the mean target of the training rows with each.

A mean is drawn towards the mean of all rows, as if SMOOTHING more rows had that (Micci-Barreca 2001). A training row gets the
mean over the other parts of the training rows, never of its own target, because a network would overfit to that. So the
inputs of training rows are not those of the same rows in a prediction; `out_of_fold` gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from .cells import Cells
from .choices import ChoiceColumn
from .spellings import respelled

SMOOTHING = 10.0
"""So many rows of the mean of all are added to those of a category."""
FOLDS = 5
"""Row i is in part i mod FOLDS of the training rows."""
MOST_OWN = 100
"""The most categories with an input of their own beside the means. docs/design.md has the measurement."""
LEAST_ROWS = 2
"""A category of fewer rows has no mean: for a row that is alone with it there is none without its own target."""


@dataclass(frozen=True)
class MeanColumn:
    """The inputs of `choice`, then for each of `of` the mean of that target over the category's rows, standardised."""

    name: str
    choice: ChoiceColumn
    """The most frequent categories, rare ones, gaps."""
    categories: tuple[Any, ...]
    """Those with a mean, sorted."""
    means: tuple[tuple[float, ...], ...]
    """For each of `of` the mean of every category."""
    otherwise: tuple[float, ...]
    """For each of `of` what stands for any other category, and for a gap: the mean of all rows."""
    of: tuple[str, ...]
    """What the means are of."""

    @classmethod
    def fitted(
        cls,
        name: str,
        cells: Cells,
        Y: Array,
        of: Sequence[str],
        *,
        told: bool = False,
        spellings: tuple[tuple[str, str], ...] = (),
    ) -> MeanColumn:
        """With the categories of the cells (n,) and the means of the targets Y (n, k)."""
        cells = respelled(cells, spellings)
        different, codes = cells.codes
        counts, sums = _sums(codes, len(different), Y)
        prior = Y.mean(axis=0, dtype=np.float64)
        _, centre, scale = _parted(cells, Y)
        means = ((sums + SMOOTHING * prior) / (counts + SMOOTHING)[:, None] - centre) / scale
        known = np.flatnonzero(counts >= LEAST_ROWS)
        choice = ChoiceColumn.fitted(name, cells, told=told, most=MOST_OWN, spellings=spellings)
        categories = tuple(choice.as_category(different[place], cells.holds) for place in known.tolist())
        by_target = tuple(tuple(column.tolist()) for column in means[known].T)
        return cls(name, choice, categories, by_target, tuple(((prior - centre) / scale).tolist()), tuple(of))

    @property
    def width(self) -> int:
        """The number of inputs that it becomes."""
        return self.choice.width + len(self.of)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its inputs."""
        return (*self.choice.names, *(f"{self.name}{mean_of(each)}" for each in self.of))

    @property
    def is_text(self) -> bool:
        """Whether a file's texts must be kept for it."""
        return self.choice.is_text

    def encode(self, cells: Cells) -> Array:
        """One-hot rows, and the means, (n, width)."""
        different, codes = respelled(cells, self.choice.spellings).codes
        table = np.array(self.means).reshape(len(self.of), -1)
        place = {category: index for index, category in enumerate(self.categories)}
        found = [place.get(self.choice.as_category(value, cells.holds), -1) for value in different]
        with_other = np.concatenate([table, np.array(self.otherwise)[:, None]], axis=1)
        return np.hstack([self.choice.encode(cells), with_other[:, np.array([*found, -1])[codes]].T])

    def out_of_fold(self, cells: Cells, Y: Array, fitted_on: Array | None = None) -> Array:
        """The means (n, k) of rows to learn from, each without the targets of the row's own part.

        It was fitted on those that `fitted_on` (n,) marks, on all where that is None; the means are standardised as by these.
        """
        cells = respelled(cells, self.choice.spellings)
        means, centre, scale = _parted(cells, Y)
        if fitted_on is not None and not fitted_on.all():
            _, centre, scale = _parted(cells.rows(fitted_on), Y[fitted_on])
        made: Array = (means - centre) / scale
        return made

    def strays(self, cells: Cells) -> tuple[int, tuple[str, ...]]:
        """How many cells have a category of which there is no mean, and which."""
        different, codes = respelled(cells, self.choice.spellings).codes
        known = {*self.categories, *self.choice.categories}
        news = [j for j, value in enumerate(different) if self.choice.as_category(value, cells.holds) not in known]
        named = tuple(str(self.choice.as_category(different[j], cells.holds)) for j in news)
        return int(np.isin(codes, news).sum()), named


def mean_of(what: str) -> str:
    """What is added to a column's name to name the input with a mean."""
    return f": mean of {what}"


def _sums(codes: Array, categories: int, Y: Array) -> tuple[Array, Array]:
    """The rows of each category (categories,), and the sums of their targets (categories, k)."""
    places = codes + 1  # gaps are counted too, and left out
    counts = np.bincount(places, minlength=categories + 1)[1:]
    sums = [np.bincount(places, weights=y, minlength=categories + 1)[1:] for y in Y.T]
    return counts, np.array(sums).T.reshape(categories, Y.shape[1])


def _parted(cells: Cells, Y: Array) -> tuple[Array, Array, Array]:
    """For each row the mean of its category over the rows of the other parts, (n, k), with their mean and deviation (k,)."""
    different, codes = cells.codes
    means, part = np.empty(Y.shape), np.resize(np.arange(FOLDS, dtype=np.int8), len(Y))
    for k in range(FOLDS):
        others, own = part != k, slice(k, None, FOLDS)
        prior = Y[others].mean(axis=0, dtype=np.float64) if others.any() else np.zeros(Y.shape[1])
        counts, sums = _sums(codes[others], len(different), Y[others])
        of_part = (sums + SMOOTHING * prior) / (counts + SMOOTHING)[:, None]
        means[own] = np.concatenate([of_part, prior[None]])[codes[own]]
    scale = means.std(axis=0)
    return means, means.mean(axis=0), np.where(scale > 0, scale, 1.0)
