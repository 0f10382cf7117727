"""The curves of a part as points: a function and its derivative, or a step size. Nothing is drawn here.

A piece ends at a kink, so that a jump looks like a jump; the value at the kink is a point of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from ..formulas import Array, Part
from ..formulas.activations import Elementwise
from ..formulas.domains import POSITIVE, REALS, SIGNS
from ..formulas.losses import Loss
from ..formulas.schedules import Schedule

Tone = Literal["forward", "backward"]
POINTS = 801
STEPS = 3000
"""A schedule is drawn up to this t; default periods are a thousand steps."""


@dataclass(frozen=True)
class Curve:
    """A function of one number, in pieces between its kinks."""

    title: str
    of: str
    """Its variable."""
    tone: Tone
    """The colour: that of values, or that of gradients."""
    pieces: tuple[tuple[Array, Array], ...]
    """x and y, (points,) each."""
    kinks: tuple[tuple[float, float], ...] = ()
    """x and the function's value there."""

    @property
    def x(self) -> Array:
        """All points, in order."""
        return np.concatenate([x for x, _ in self.pieces])

    @property
    def y(self) -> Array:
        """The values at all points."""
        return np.concatenate([y for _, y in self.pieces])


def curves_of(part: Part) -> list[Curve]:
    """A function and its derivative, or a schedule's step size; empty for a part that is not a function of one number."""
    if isinstance(part, Elementwise):
        reach = max(4.0, *(abs(kink) + 2 for kink in (*part.kinks, 0.0)))
        return _both("f(z)", "f′(z)", "z", part.A, lambda z: part.dA_dZ(z, part.A(z)), (-reach, reach), part.kinks)
    if isinstance(part, Loss) and part.outputs_per_target == 1:
        y, low, high = _pictured_target(part)
        kinks = tuple(y + kink for kink in part.kinks)

        def at(a: Array) -> Array:
            return part.L(a[:, None], np.full((len(a), 1), y))

        def slope(a: Array) -> Array:
            return part.dL_dA(a[:, None], np.full((len(a), 1), y))[:, 0]

        return _both(f"L(a), y = {y:g}", f"∂L/∂a, y = {y:g}", "a", at, slope, (low, high), kinks)
    if isinstance(part, Schedule):
        return [_step_sizes(part)]
    return []


def _pictured_target(loss: Loss) -> tuple[float, float, float]:
    """A target, and the smallest and largest prediction to draw, within the loss's domain."""
    if loss.domain_A == POSITIVE:
        return 1.0, 0.2, 4.0
    if loss.domain_A.high == 1:
        return 1.0, 0.05, 0.95
    if loss.domain_A.high == 0:
        return 1.0, -4.0, 0.0
    return (0.0 if loss.domain_Y == REALS else 1.0), -3.0, 3.0 if loss.domain_Y in (REALS, SIGNS) else 2.0


def _both(
    title: str,
    title_of_derivative: str,
    of: str,
    function: Callable[[Array], Array],
    derivative: Callable[[Array], Array],
    ends: tuple[float, float],
    kinks: tuple[float, ...],
) -> list[Curve]:
    inside = tuple(kink for kink in sorted(kinks) if ends[0] < kink < ends[1])
    return [
        _curve(title, of, "forward", function, ends, inside),
        _curve(title_of_derivative, of, "backward", derivative, ends, inside),
    ]


def _curve(
    title: str,
    of: str,
    tone: Tone,
    function: Callable[[Array], Array],
    ends: tuple[float, float],
    kinks: tuple[float, ...],
) -> Curve:
    borders = (ends[0], *kinks, ends[1])
    density = POINTS / (ends[1] - ends[0])
    pieces = []
    for low, high in pairwise(borders):
        x = np.linspace(low, high, max(3, round(density * (high - low))))
        just_inside = x.copy()
        if high in kinks:
            just_inside[-1] -= 1e-9  # the value at a kink may be that of the other piece
        if low in kinks:
            just_inside[0] += 1e-9
        pieces.append((x, function(just_inside)))
    at_kinks = function(np.array(kinks)) if kinks else np.empty(0)
    return Curve(title, of, tone, tuple(pieces), tuple(zip(kinks, at_kinks.tolist(), strict=True)))


def _step_sizes(schedule: Schedule) -> Curve:
    t = np.arange(1, STEPS + 1)
    return Curve("η(t)", "t", "forward", ((t.astype(float), schedule.eta(t)),))
