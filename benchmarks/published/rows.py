"""What a row of a published table is: the figure, where it stands, how it is measured again, and what the comparison says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Given:
    """What a person has at hand: folders of data that no package has, None where there is none."""

    mnist: Path | None = None
    proben1: Path | None = None
    fashion: Path = Path("/usr/share/datasets/fashion-mnist")


@dataclass(frozen=True)
class Row:
    """A published figure and what measures it again, from a seed."""

    name: str
    published: str
    """As it is printed, so that its rounding is known; empty where `beside` is measured, or where none is at hand."""
    measure: Callable[[int], float]
    runs: int = 1
    """The number of runs that the published figure is the mean of."""
    less_is_better: bool = False
    beside: Callable[[int], float] | None = None
    """What measures the other software on the same seed, where it is installed."""
    remark: str = ""
    """What differs from the publication, or why the figure is missed."""


@dataclass(frozen=True)
class Group:
    """Rows of one publication."""

    name: str
    title: str
    source: str
    settings: str
    rows: Callable[[Given], Sequence[Row]]
    lacking: Callable[[Given], str | None] = field(default=lambda _: None)
    """What is not at hand, and how to get it; None where all is."""


@dataclass(frozen=True)
class Comparison:
    """A row after it was measured."""

    row: Row
    values: tuple[float, ...]
    others: tuple[float, ...] = ()

    @property
    def mean(self) -> float:
        return float(np.mean(self.values))

    @property
    def deviation(self) -> float:
        """The standard deviation over the seeds; 0 of one seed."""
        return float(np.std(self.values, ddof=1)) if len(self.values) > 1 else 0.0

    @property
    def published(self) -> float | None:
        if self.others:
            return float(np.mean(self.others))
        return float(self.row.published) if self.row.published else None

    @property
    def uncertainty(self) -> float:
        """One standard error of the difference, and half a unit of the last digit that was published.

        Where the spread of the published runs is not known, it is taken to be that of the runs here.
        """
        if self.others:
            differences = np.subtract(self.values, self.others)
            return float(np.std(differences, ddof=1) / math.sqrt(len(differences))) if len(differences) > 1 else 0.0
        return self.deviation * math.sqrt(1 / len(self.values) + 1 / self.row.runs) + half_a_unit(self.row.published)

    @property
    def verdict(self) -> str:
        """`better`, `equal` or `below`; empty where there is nothing to compare with."""
        if self.published is None:
            return ""
        gain = (self.mean - self.published) * (-1 if self.row.less_is_better else 1)
        if abs(gain) <= self.uncertainty * (1 + 1e-9):
            return "equal"
        return "better" if gain > 0 else "below"


def half_a_unit(printed: str) -> float:
    """Half a unit of the last digit of a printed number.

    >>> half_a_unit("0.871")
    0.0005
    """
    _, _, decimals = printed.partition(".")
    return float(f"0.5e-{len(decimals)}")
