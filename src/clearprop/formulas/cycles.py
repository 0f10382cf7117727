"""Schedules in which the step size also rises: restarts, one cycle, many cycles, and a warm-up before another schedule."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from .catalogue import Array, hyper, part_hyper, register
from .decays import half_cosine
from .schedules import Constant, FiniteSchedule, Listener, Schedule, as_schedule


@register
@dataclass(frozen=True)
class CosineRestarts(Schedule):
    """Cosine decay with restarts: half a cosine from start to end, then again, each time over `growth` times as many steps.

    PyTorch's CosineAnnealingWarmRestarts, counted in steps.
    """

    name = "cosine_restarts"
    other_names = ("cosine_annealing_warm_restarts", "cosine_decay_restarts", "sgdr", "warm_restarts")
    formula = "η(t) = end + (start − end) (1 + cos πx) / 2, x = the fraction of this period that is over"
    latex = r"\eta(t) = \eta_T + (\eta_1 - \eta_T) \frac{1 + \cos \pi x}{2}, \quad x = \frac{t - t_i}{T g^i}"
    source = "Loshchilov and Hutter 2017"
    start: float = hyper(0.1, low=0.0, high=math.inf, about="the step size after each restart")
    period: int = hyper(1000, low=1, high=2**31, about="steps before the first restart")
    growth: int = hyper(2, low=1, high=2**31, about="how many times longer each period is than the one before")
    end: float = hyper(0.0, low=0.0, high=math.inf, about="the step size that each period falls towards")

    def eta(self, t: Array) -> Array:
        left = half_cosine(self._progress(np.asarray(t - 1, float)))
        return self.start * left + self.end * (1 - left)

    def _progress(self, taken: Array) -> Array:
        """The fraction of its period that is over after `taken` steps."""
        if self.growth == 1:
            return taken % self.period / self.period
        begins, length = [0.0], float(self.period)
        while begins[-1] + length <= taken.max(initial=0):
            begins.append(begins[-1] + length)
            length *= self.growth
        which = np.searchsorted(begins, taken, side="right") - 1
        return (taken - np.array(begins)[which]) / (self.period * float(self.growth) ** which)


@register
@dataclass(frozen=True)
class OneCycle(FiniteSchedule):
    """One rise to the peak and one fall to almost 0, along half cosines; after `steps` the last value stays.

    PyTorch's OneCycleLR with its defaults, without its change of momentum. Smith's rise and fall are linear, with a third
    phase.
    """

    name = "one_cycle"
    other_names = ("one_cycle_lr", "cosine_onecycle", "super_convergence")
    formula = (
        "η(t): peak / below at 1, peak at rise · steps, peak / below / beneath from t = steps on, half cosines between"
    )
    latex = r"\eta(1) = \frac{\eta_{\max}}{b}, \quad \eta(\rho T) = \eta_{\max}, \quad \eta(t \ge T) = \frac{\eta_{\max}}{b b'}"
    source = "Smith and Topin 2018"
    peak: float = hyper(0.1, low=0.0, high=math.inf, about="the largest step size")
    steps: int = hyper(1000, low=0, high=math.inf, about="steps of the cycle; 0: as many as the training has")
    rise: float = hyper(0.3, low=0.0, high=1.0, about="the fraction of the steps in which it rises")
    below: float = hyper(25.0, low=1.0, high=math.inf, about="how many times smaller the start is than the peak")
    beneath: float = hyper(1e4, low=1.0, high=math.inf, about="how many times smaller the end is than the start")

    def eta(self, t: Array) -> Array:
        start = self.peak / self.below
        end = start / self.beneath
        steps = self.length()
        top = max(self.rise * steps, 1.0)
        risen = np.minimum((t - 1) / (top - 1), 1.0) if top > 1 else np.ones(t.shape)
        fallen = np.clip((t - top) / (steps - top or 1.0), 0.0, 1.0)
        up, left = half_cosine(risen), half_cosine(fallen)
        return np.where(t < top, start * up + self.peak * (1 - up), self.peak * left + end * (1 - left))


@register
@dataclass(frozen=True)
class CosLog4(FiniteSchedule):
    """Four cycles from 0 up to the peak and back, each about twice as long as the one before; then it stays at 0.

    The step size reaches 0 after four different numbers of steps, so the best weights on a validation set can be found
    whether the data need few steps or many. RealMLP's default.
    """

    name = "coslog4"
    formula = "η(t) = peak (1 − cos(2π log₂(1 + 15x))) / 2, x = min((t − 1) / steps, 1)"
    latex = r"\eta(t) = \eta_{\max} \frac{1 - \cos(2 \pi \log_2(1 + 15 x))}{2}, \quad x = \min(\tfrac{t - 1}{T}, 1)"
    source = "Holzmüller, Grinsztajn and Steinwart 2024, section 3"
    peak: float = hyper(0.04, low=0.0, high=math.inf, about="the largest step size, reached four times")
    steps: int = hyper(1000, low=0, high=math.inf, about="steps of all four cycles; 0: as many as the training has")

    def eta(self, t: Array) -> Array:
        x = np.minimum((t - 1) / self.length(), 1.0)
        return self.peak * (1 - half_cosine(2 * np.log2(1 + 15 * x)))


@register
@dataclass(frozen=True)
class Cyclic(Schedule):
    """Linear rise and fall between two step sizes, repeated. PyTorch's CyclicLR, "triangular"."""

    name = "cyclic"
    other_names = ("cyclic_lr", "cyclical", "triangular")
    formula = "η(t) = low + (high − low) (1 − |2x − 1|), x = ((t − 1) mod period) / period"
    latex = r"\eta(t) = \eta_{\min} + (\eta_{\max} - \eta_{\min}) (1 - |2x - 1|), \quad x = \frac{(t - 1) \bmod T}{T}"
    source = "Smith 2017"
    low: float = hyper(0.01, low=0.0, high=math.inf, about="the step size at t = 1")
    high: float = hyper(0.1, low=0.0, high=math.inf, about="the step size half a period later")
    period: int = hyper(1000, low=2, high=math.inf, about="steps of one rise and fall")

    def eta(self, t: Array) -> Array:
        up = 1 - abs(2 * ((t - 1) % self.period) / self.period - 1)
        return self.low * (1 - up) + self.high * up


@register
@dataclass(frozen=True)
class Warmup(Schedule):
    """A linear rise from near 0 to the start of another schedule, and then that schedule from its own t = 1.

    For Adam and its variants, whose running means are unreliable in the first steps, and for large batches. PyTorch's LinearLR
    before another schedule in a SequentialLR; Keras' CosineDecay has a warm-up of its own.
    """

    name = "warmup"
    other_names = ("linear_warmup", "lr_warmup")
    formula = "η(t) = then(1) t / (steps + 1) where t ≤ steps, else then(t − steps)"
    latex = r"\eta(t) = \begin{cases} \frac{t}{T + 1} \eta'(1) & t \le T \\ \eta'(t - T) & t > T \end{cases}"
    source = "Goyal et al. 2017, section 2.2"
    steps: int = hyper(100, low=0, high=math.inf, about="steps of the rise")
    then: Schedule = part_hyper(Schedule, Constant(), about="the schedule after it")  # noqa: RUF009 - a field

    def __post_init__(self) -> None:
        object.__setattr__(self, "then", as_schedule(self.then))  # a number or a function of t is a schedule too
        super().__post_init__()

    def over(self, steps: int) -> Schedule:
        return replace(self, then=self.then.over(max(steps - self.steps, 1)))

    def listener(self) -> Listener | None:
        return self.then.listener()

    def eta(self, t: Array) -> Array:
        after = t > self.steps
        eta = np.empty(t.shape)
        eta[after] = self.then.eta(t[after] - self.steps)
        if not after.all():
            eta[~after] = self.then.eta(np.ones(1, t.dtype)) * (t[~after] / (self.steps + 1))
        return eta
