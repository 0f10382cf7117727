"""Schedules: the step size eta as a function of t, the step's number, which counts from 1."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from .catalogue import CATALOGUE, Array, Part, find, hyper, of_shape, register

Listener: TypeAlias = Callable[[float], float]
"""A function that gets every reported loss and gives the factor of eta(t) from then on.

A listener with a state is a `Stateful`, so that training can be continued; a plain function has no state.
"""


class Schedule(Part):
    """eta(t) for every step of an array of them."""

    kind = "schedule"

    def eta(self, t: Array) -> Array:
        """The step size at each t, same shape, float64."""
        raise NotImplementedError(f"schedule {self.name!r} must define eta")

    def over(self, steps: int) -> Schedule:
        """The schedule for a training of so many steps: one without a length of its own gets this length."""
        return self

    def listener(self) -> Listener | None:
        """A fresh listener for one training, of a schedule that follows the loss; None for a function of t alone."""
        return None


def etas_of(schedule: Schedule, t: Array) -> Array:
    """eta(t), of the shape of t. ValueError where a schedule of one's own gives no step sizes, or not one for each t."""
    etas = of_shape(schedule.eta(t), t.shape, schedule, "eta(t)", "a step size for each t")
    built_in = CATALOGUE["schedule"].get(schedule.name) is type(schedule)
    if not built_in and not (np.isfinite(etas) & (etas >= 0)).all():
        raise ValueError(
            f"schedule {schedule.name!r}: a step size is a finite number, 0 or more; eta(t) gave {etas.min()!r}"
        )
    return etas


class FiniteSchedule(Schedule):
    """A schedule with an end after `steps`; where that is 0, the end of the training that it is used in."""

    steps: int

    def over(self, steps: int) -> Schedule:
        length: dict[str, Any] = {"steps": max(steps, 1)}
        return self if self.steps else replace(self, **length)

    def length(self) -> int:
        """The number of steps. ValueError where it is still 0, for a training whose length is not known."""
        if not self.steps:
            raise ValueError(f"{self.name}: steps=0 is the length of the training, which is not known here; give steps")
        return self.steps


@register
@dataclass(frozen=True)
class Constant(Schedule):
    """The same step size at every step.

    What PyTorch, Keras and scikit-learn do when no schedule is given.
    """

    name = "constant"
    other_names = ("const", "fixed", "constant_lr")
    formula, latex = "η(t) = value", r"\eta(t) = \eta_1"
    source = "7.1"
    value: float = hyper(0.01, low=0.0, high=math.inf, about="the step size")

    def eta(self, t: Array) -> Array:
        return np.full(t.shape, float(self.value))


@register
@dataclass(frozen=True)
class InverseTime(Schedule):
    """start (1 + delay) / (t + delay): eta(1) = start, and with no delay plain start / t.

    Its sum diverges and the sum of its squares does not: the condition under which SGD converges. Keras' InverseTimeDecay
    is start / (1 + rate t / steps), the same curve with t counted from 0.
    """

    name = "inverse_time"
    other_names = ("inverse_time_decay", "robbins_monro")
    formula, latex = "η(t) = start (1 + delay) / (t + delay)", r"\eta(t) = \eta_1 \frac{1 + k}{t + k}"
    source = "Robbins and Monro 1951"
    start: float = hyper(1.0, low=0.0, high=math.inf, about="the step size at t = 1")
    delay: float = hyper(0.0, low=0.0, high=math.inf, about="steps by which the decay is delayed")

    def eta(self, t: Array) -> Array:
        return np.asarray(self.start * ((1 + self.delay) / (t + self.delay)), dtype=float)


@dataclass(frozen=True)
class FunctionSchedule(Schedule):
    """A function of your own, called once for every t."""

    name = "function"
    formula, latex = "η(t) = function(t)", r"\eta(t)"
    function: Callable[[int], float]

    def eta(self, t: Array) -> Array:
        return np.array([self._eta_at(int(each)) for each in t.ravel()]).reshape(t.shape)

    def _eta_at(self, t: int) -> float:
        value = self.function(t)
        try:
            eta = float(value)
        except (TypeError, ValueError):
            eta = math.nan
        if not (math.isfinite(eta) and eta >= 0):
            raise ValueError(f"eta({t}) = {value!r}; a step size is a finite number, 0 or more")
        return eta

    def __str__(self) -> str:
        return getattr(self.function, "__name__", "function")


StepSize: TypeAlias = float | str | Schedule | Callable[[int], float]


def as_schedule(eta: StepSize) -> Schedule:
    """A number, the text of a number or of a schedule, a schedule, or a function of t: as a schedule.

    >>> as_schedule(0.1), as_schedule("inverse_time(start=2)")
    (Constant(value=0.1), InverseTime(start=2, delay=0.0))
    """
    if isinstance(eta, str):
        try:
            eta = float(eta)
        except ValueError:
            return find(Schedule, str(eta))
    if isinstance(eta, Schedule):
        return eta
    if callable(eta) and not isinstance(eta, type):
        return FunctionSchedule(eta)
    return Constant(number_of_eta(eta, "a number, the text of a schedule or a function of t"))


def number_of_eta(eta: object, allowed: str = "a number: one step has no schedule") -> float:
    """A step size as a finite number, 0 or more; TypeError or ValueError for anything else, with what is allowed."""
    if isinstance(eta, bool) or not isinstance(eta, int | float | np.integer | np.floating):
        raise TypeError(f"eta must be {allowed}, given {eta!r}")
    if not (math.isfinite(eta) and eta >= 0):
        raise ValueError(f"eta must be a finite number, 0 or more, given {eta!r}")
    return float(eta)
