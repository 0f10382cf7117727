"""The ticks of a picture's axes: as many as have room beside one another, with labels that are short and tell them apart."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..amounts import COMMAS_FROM

INCHES = 0.9
"""What a tick takes of the width, with its label and the space beside it."""
SMALLEST, LARGEST = 1e-3, 1e15
"""Between these a label is written out; else as a power of ten."""
UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
MOST_PLACES = 1
"""Decimals of a label in thousands or millions; values that need more take the next smaller unit."""


def tick_labels(values: Sequence[float]) -> list[str]:
    """The labels of an axis: all in one unit, with the digits that tell each from the next.

    >>> tick_labels([0, 100_000, 200_000]), tick_labels([2000, 2005, 2010]), tick_labels([-2.5e6, 0, 2.5e6])
    (['0', '100k', '200k'], ['2000', '2005', '2010'], ['−2.5M', '0', '2.5M'])
    """
    finite = sorted({float(each) for each in values})
    largest = max(map(abs, finite), default=0.0)
    gap = min((after - before for before, after in itertools.pairwise(finite)), default=largest)
    if largest and not SMALLEST <= largest < LARGEST:
        return [_power(float(each), gap) for each in values]
    fitting = (each for each in UNITS if largest >= max(each[0], COMMAS_FROM) and _places(gap / each[0]) <= MOST_PLACES)
    unit, letter = next(fitting, (1.0, ""))
    places = _places(gap / unit)
    comma = "," if largest >= COMMAS_FROM else ""
    return [f"{each / unit:{comma}.{places}f}{letter}".replace("-", "−") if each else "0" for each in values]


def _places(gap: float) -> int:
    """The decimals that a distance between ticks needs."""
    return next((n for n in range(7) if abs(gap * 10**n - round(gap * 10**n)) < 1e-6 * gap * 10**n), 7)


def _power(value: float, gap: float) -> str:
    if not value:
        return "0"
    tens = int(np.floor(np.log10(abs(value)) + 1e-9))
    places = min(_places(gap / 10.0**tens), 6)
    return f"{value / 10.0**tens:.{places}f}e{tens}".replace("-", "−")


def readable_ticks(axes: Any) -> None:
    """Few enough ticks for the width, and labels by `tick_labels`. Logarithmic axes and labels that were given stay."""
    from matplotlib.ticker import AutoLocator, FuncFormatter, ScalarFormatter

    class Labels(FuncFormatter):
        def format_ticks(self, values: Sequence[float]) -> list[str]:
            return tick_labels(values)

    for axis in (axes.xaxis, axes.yaxis):
        if isinstance(axis.get_major_formatter(), ScalarFormatter):
            axis.set_major_formatter(Labels(lambda value, _: tick_labels([value])[0]))
    if isinstance(axes.xaxis.get_major_locator(), AutoLocator):
        axes.xaxis.get_major_locator().set_params(nbins=max(3, int(axes.figure.get_figwidth() / INCHES)))
