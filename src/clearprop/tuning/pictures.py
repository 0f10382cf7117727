"""Pictures of a search: the trials in their order, their choices side by side, and which choices decide."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..amounts import number
from ..formulas.catalogue import Array
from ..io.pictures import Picture, drawn, largest_of, legend, plain_axes
from ..io.plots import INK, LINE, LOG_FROM, QUIET
from ..tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER
from .ranges import Range
from .space import BRACES, Space
from .study import COMPLETE, PRUNED, Tried

MOST_LINES = 400
SHARE = 0.1
"""The share of the trials that are drawn as the best."""
LONGEST = 22


def history(trials: Sequence[Tried], what: str, *, maximize: bool) -> Picture | None:
    """What each trial reached, in the order of the trials, and the best so far; None where no trial is complete."""
    complete = [each for each in trials if each.state == COMPLETE and each.value is not None]
    if not complete:
        return None
    pruned = [each for each in trials if each.state == PRUNED and each.value is not None and not maximize]
    x, y = np.array([[each.number, each.value] for each in complete]).T
    best = np.maximum.accumulate(y) if maximize else np.minimum.accumulate(y)
    alt = (
        f"{len(complete)} trials are complete. The best {what} after the first of them is {number(best[0])}, after the last "
        f"{number(best[-1])}; it was found in trial {int(x[int(np.argmax(y) if maximize else np.argmin(y))])}."
    )

    def draw(axes: Any) -> None:
        if pruned:
            places = [[each.number, each.value] for each in pruned]
            axes.plot(*np.array(places).T, "x", color=QUIET, markersize=4, alpha=0.6, label="pruned")
        axes.plot(x, y, "o", color=BACKWARD_ON_PAPER, markersize=4, alpha=0.6, markeredgewidth=0, label="complete")
        axes.step(x, best, where="post", color=FORWARD_ON_PAPER, linewidth=1.8, label="the best so far")
        _scale(axes, y)
        plain_axes(axes, "trial", what)
        legend(axes)

    return drawn("The course of the search", alt, draw)


def _scale(axes: Any, y: Array) -> None:
    """Logarithmic where the values need it; else up to the worst but one in twenty, which may be far away."""
    if y.min() > 0 and y.max() > LOG_FROM * y.min():
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: number(value, 3))


def parallel(trials: Sequence[Tried], space: Space, what: str, *, maximize: bool) -> Picture | None:
    """A line for each complete trial, across an axis for each thing that is drawn; the best are drawn strongly."""
    complete = [each for each in trials if each.state == COMPLETE and each.value is not None][-MOST_LINES:]
    if len(complete) < 2:
        return None
    order = sorted(complete, key=lambda each: (each.value or 0.0) * (-1 if maximize else 1))
    few = max(1, math.ceil(SHARE * len(order)))
    values = np.array([each.value for each in order])
    axes_of = {name: _Axis.named(name, space) for name in space.names}
    best = ", ".join(f"{name} {_short(value)}" for name, value in order[0].drawn.items())
    alt = (
        f"The best trial, {order[0].number}: {best}. The lines of the best {few} of {len(order)} trials are strong. "
        "A line leaves out what a trial does not have."
    )

    def draw(axes: Any) -> None:
        for place, trial in reversed([*enumerate(order)]):
            had = [
                (k, axis, trial.drawn[name]) for k, (name, axis) in enumerate(axes_of.items()) if name in trial.drawn
            ]
            x = [axis.place(value) for _, axis, value in had] + [_between(values, place)]
            line, width, alpha = (FORWARD_ON_PAPER, 1.6, 0.9) if place < few else (QUIET, 0.8, 0.25)
            y = [*(k for k, _, _ in had), len(axes_of)]
            axes.plot(x, y, "o-", color=line, alpha=alpha, linewidth=width, markersize=3)
        _draw_axes(axes, axes_of, what, values)

    return drawn("Choices side by side", alt, draw, height=max(2.4, 0.55 * (len(axes_of) + 1)))


def _between(values: Array, place: int) -> float:
    """Where a value is between the worst, 0, and the best, 1. The values are in order, the best first."""
    best, worst = values[0], values[-1]
    return 1.0 if worst == best else float((values[place] - worst) / (best - worst))


def _draw_axes(axes: Any, axes_of: Mapping[str, _Axis], what: str, values: Array) -> None:
    ends = [(0.0, number(values[-1], 3)), (1.0, number(values[0], 3))]
    for k, ticks in enumerate([*(axis.ticks() for axis in axes_of.values()), ends]):
        axes.axhline(k, color=LINE, linewidth=1, zorder=0)
        for at, text in ticks:
            where = "left" if at == 0 else "right" if at == 1 else "center"
            axes.text(at, k - 0.12, text, color=INK, fontsize=7, ha=where, va="bottom")
    plain_axes(axes, "", "", grid="y")
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set_yticks(range(len(axes_of) + 1), [*map(_short, axes_of), _short(what)])
    axes.set_xticks([])
    axes.set(xlim=(-0.02, 1.02), ylim=(len(axes_of) + 0.3, -0.6))


class _Axis:
    """Where the values of one name are, from 0 to 1."""

    def __init__(self, of: Range | Sequence[str]) -> None:
        self.of = of

    @classmethod
    def named(cls, name: str, space: Space) -> _Axis:
        for each in space.dimensions:
            if each.key == name and len(each.alternatives) > 1:
                return cls(each.texts)
            for alternative in each.alternatives:
                for own, found in alternative.ranges:
                    if own == name:
                        return cls(found)
        raise KeyError(name)

    def place(self, value: Any) -> float:
        if not isinstance(self.of, Range):
            return self.of.index(str(value)) / (len(self.of) - 1)
        ends = self.of.low, self.of.high
        low, high, at = (math.log(each) for each in (*ends, value)) if self.of.log else (*ends, value)
        return (at - low) / (high - low)

    def ticks(self) -> list[tuple[float, str]]:
        if isinstance(self.of, Range):
            return [(0.0, number(self.of.low, 3)), (1.0, number(self.of.high, 3))]
        return [(self.place(text), _short(text, 16) or "(none)") for text in self.of]


def importances(found: Mapping[str, float], what: str) -> Picture | None:
    """Bars of how much of the difference between trials each choice makes; None where there is nothing to say."""
    if not found or not any(found.values()):
        return None
    names, shares = list(found), np.array(list(found.values()))
    said = largest_of(names, shares, 2)
    alt = f"What tells the better trials from the others (PED-ANOVA, which adds up to 1): {said}."

    def draw(axes: Any) -> None:
        places = np.arange(len(names))
        axes.barh(places, shares, color=FORWARD_ON_PAPER, alpha=0.7, height=0.6)
        axes.set_yticks(places, [_short(name, 28) for name in names])
        axes.invert_yaxis()
        plain_axes(axes, f"share of the difference in {what}", "", grid="x")

    return drawn("Which choices decide", alt, draw, height=max(1.6, 0.9 + 0.27 * len(names)))


def _short(value: object, most: int = LONGEST) -> str:
    """A name or a value with an ellipsis where it is long, ranges as a dot, without matplotlib's signs for formulas."""
    text = number(value, 3) if isinstance(value, float) else BRACES.sub("·", str(value)).replace("$", r"\$")
    return text if len(text) <= most else text[: most - 1] + "…"
