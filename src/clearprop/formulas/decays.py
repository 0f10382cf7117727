"""Schedules in which the step size only falls: as a power of t, in jumps, exponentially, along a polynomial or a cosine."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .catalogue import Array, hyper, register
from .schedules import FiniteSchedule, Schedule


@dataclass(frozen=True)
class Decay(Schedule):
    """The base of the decays: eta(1) = start."""

    start: float = hyper(0.1, low=0.0, high=math.inf, about="the step size at t = 1")


@register
@dataclass(frozen=True)
class InverseScaling(Decay):
    """The step size falls as a power of t: slower than 1/t with a power below 1. scikit-learn's "invscaling"."""

    name = "inverse_scaling"
    other_names = ("invscaling",)
    formula, latex = "η(t) = start / t^power", r"\eta(t) = \eta_1 t^{-p}"
    source = "Polyak and Juditsky 1992"
    power: float = hyper(0.5, low=0.0, high=math.inf, about="the exponent")

    def eta(self, t: Array) -> Array:
        return self.start * np.asarray(t, float) ** -self.power


@register
@dataclass(frozen=True)
class StepDecay(Decay):
    """The step size is multiplied by a factor after each `every` steps. PyTorch's StepLR, counted in steps."""

    name = "step_decay"
    other_names = ("step", "step_lr")
    formula, latex = "η(t) = start · factor^⌊(t − 1) / every⌋", r"\eta(t) = \eta_1 f^{\lfloor (t - 1) / k \rfloor}"
    source = "Goodfellow, Bengio and Courville 2016, section 8.3.1"
    every: int = hyper(1000, low=1, high=math.inf, about="steps between two falls")
    factor: float = hyper(0.1, low=0.0, high=1.0, about="what the step size is multiplied by")

    def eta(self, t: Array) -> Array:
        return self.start * self.factor ** ((t - 1) // self.every).astype(float)


@register
@dataclass(frozen=True)
class MultiStep(Decay):
    """The step size is multiplied by a factor after each of the numbers of steps given. PyTorch's MultiStepLR."""

    name = "multi_step"
    other_names = ("multi_step_lr", "piecewise_constant", "piecewise_constant_decay")
    formula = "η(t) = start · factor^(how many of steps are < t)"
    latex = r"\eta(t) = \eta_1 f^{|\{s \in S : s < t\}|}"
    source = "He et al. 2016, section 3.4"
    steps: tuple[int, ...] = hyper((1000, 2000), low=1, high=math.inf, about="after which the step size falls")
    factor: float = hyper(0.1, low=0.0, high=1.0, about="what the step size is multiplied by")

    def eta(self, t: Array) -> Array:
        falls = np.searchsorted(np.sort(np.array(self.steps, float)), t, side="left")
        return self.start * self.factor ** falls.astype(float)


@register
@dataclass(frozen=True)
class Exponential(Decay):
    """The step size is multiplied by the same rate after every step. PyTorch's ExponentialLR, counted in steps."""

    name = "exponential"
    other_names = ("exponential_lr", "exponential_decay", "exp_decay")
    formula, latex = "η(t) = start · rate^(t − 1)", r"\eta(t) = \eta_1 r^{t - 1}"
    source = "Bottou 2012"
    rate: float = hyper(0.999, low=0.0, high=1.0, about="what each step multiplies the step size by")

    def eta(self, t: Array) -> Array:
        return self.start * self.rate ** np.asarray(t - 1, float)


@dataclass(frozen=True)
class DecayToEnd(FiniteSchedule, Decay):
    """The base of decays to an end value: eta(1) = start, eta(t) = end for every t > steps, and a curve between."""

    steps: int = hyper(1000, low=0, high=math.inf, about="steps until the end value; 0: as many as the training has")
    end: float = hyper(0.0, low=0.0, high=math.inf, about="the step size from then on")

    def eta(self, t: Array) -> Array:
        weight = self.weight_of_start(np.minimum((t - 1) / self.length(), 1.0))
        return self.start * weight + self.end * (1 - weight)

    def weight_of_start(self, progress: Array) -> Array:
        """The weight of `start` against `end`, from 1 at progress 0 to 0 at progress 1."""
        raise NotImplementedError(f"schedule {self.name!r} must define weight_of_start")


@register
@dataclass(frozen=True)
class Polynomial(DecayToEnd):
    """From start to end along a polynomial; power 1 is linear. PyTorch's PolynomialLR has end = 0."""

    name = "polynomial"
    other_names = ("linear", "linear_lr", "linear_decay", "polynomial_lr", "polynomial_decay", "poly")
    formula = "η(t) = end + (start − end) (1 − x)^power, x = min((t − 1) / steps, 1)"
    latex = r"\eta(t) = \eta_T + (\eta_1 - \eta_T) (1 - x)^p, \quad x = \min(\tfrac{t - 1}{T}, 1)"
    source = "Liu, Rabinovich and Berg 2015; Chen et al. 2017"
    power: float = hyper(1.0, low=0.0, high=math.inf, about="the exponent")

    def weight_of_start(self, progress: Array) -> Array:
        return (1 - progress) ** self.power


@register
@dataclass(frozen=True)
class Cosine(DecayToEnd):
    """From start to end along half a cosine: flat at both ends. PyTorch's CosineAnnealingLR rises again; this stays."""

    name = "cosine"
    other_names = ("cosine_annealing", "cosine_annealing_lr", "cosine_decay")
    formula = "η(t) = end + (start − end) (1 + cos πx) / 2, x = min((t − 1) / steps, 1)"
    latex = r"\eta(t) = \eta_T + (\eta_1 - \eta_T) \frac{1 + \cos \pi x}{2}, \quad x = \min(\tfrac{t - 1}{T}, 1)"
    source = "Loshchilov and Hutter 2017"

    def weight_of_start(self, progress: Array) -> Array:
        return half_cosine(progress)


def half_cosine(progress: Array) -> Array:
    """(1 + cos π progress) / 2: from 1 to 0 as `progress` goes from 0 to 1."""
    return (1 + np.cos(np.pi * progress)) / 2
