"""Regularisation during training: dropout, input noise, max-norm and label smoothing. Predictions do not use it.

Random numbers are a pure function of seed, step, layer, row of the batch and unit, so that a step that is taken again, by
another engine or on other threads, gets the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from .catalogue import Array, Part, find, hyper, register
from .counter_random import words
from .domains import UNIT, Interval, Simplex

SHARES = 2**24
"""The number of values that a word's upper 24 bits can have; float32 represents each of them exactly."""


class Regularizer(Part):
    """A way to reduce overfitting during training; predictions do not use it."""

    kind = "regularizer"


@register
@dataclass(frozen=True)
class Dropout(Regularizer):
    """Each unit is left out of a step with probability `rate`, for each point separately; the others are divided by 1 − rate.

    This division (inverted dropout) keeps the mean of every sum, so predictions need no change; in the paper they are scaled
    instead. One rate is for every hidden layer. Several rates are for A⁰ .. A^(L−1), the inputs first: the paper has 0.2 for
    inputs and 0.5 for hidden layers. A^L is never dropped. PyTorch and Keras divide in the same way, and have a layer for it.

    >>> kept = Dropout(rates=(0.5,)).factors((3, 4, 1), 2, step=1, seed=0, dtype=np.float64)
    >>> kept[1]
    array([[2., 2., 0., 2.],
           [2., 0., 2., 0.]])
    """

    name = "dropout"
    other_names = ("inverted_dropout",)
    formula, derivative = "m a / (1 − rate), m ~ Bernoulli(1 − rate)", "m / (1 − rate)"
    latex, latex_derivative = r"\frac{m\, a}{1 - p}, \quad m \sim \mathrm{Bernoulli}(1 - p)", r"\frac{m}{1 - p}"
    source = "Srivastava et al. 2014, section 4"
    rates: tuple[float, ...] = hyper((0.5,), low=0.0, high=0.99, about="of every hidden layer, or of A⁰ .. A^(L−1)")

    def of_layers(self, L: int) -> dict[int, float]:
        """The rate of each A^l with dropout, l = 0 .. L−1; ValueError where there are neither 1 nor L rates."""
        if len(self.rates) not in {1, L}:
            raise ValueError(f"dropout: give one rate, or {L}, for A[0] .. A[{L - 1}]; given {self.rates}")
        spread = self.rates if len(self.rates) == L else (0.0, *self.rates * (L - 1))
        return {l: rate for l, rate in enumerate(spread) if rate}

    def factors(
        self, widths: Sequence[int], points: int, *, step: int, seed: int, dtype: np.dtype[Any] | type
    ) -> dict[int, Array]:
        """What A[l] (points, widths[l]) is multiplied by in a step: 0 where a unit is left out, else 1 / (1 − rate).

        A unit is kept where the upper 24 bits of its word are rate · 2^24, rounded, or more.
        """
        rates = self.of_layers(len(widths) - 1)
        return {l: self._factor(rate, words(seed, step, l, points, widths[l]), dtype) for l, rate in rates.items()}

    @staticmethod
    def _factor(rate: float, words: Array, dtype: np.dtype[Any] | type) -> Array:
        mask = words >> np.uint32(8) >= np.uint32(round(rate * SHARES))
        return mask.astype(dtype) * np.asarray(1 / (1 - rate), dtype)


@register
@dataclass(frozen=True)
class InputNoise(Regularizer):
    """Normal noise of standard deviation `std` is added to every input, anew in each step; standardise the inputs first.

    For small noise and the square loss it is a penalty on the slope of the outputs by the inputs. Keras' GaussianNoise.

    >>> InputNoise(std=0.5).noise(1, 2, step=1, seed=0, dtype=np.float64).shape
    (1, 2)
    """

    name = "input_noise"
    other_names = ("gaussian_noise", "noise")
    formula, derivative = "x + std·e, e ~ N(0, 1)", "1"
    latex, latex_derivative = r"x + \sigma \varepsilon, \quad \varepsilon \sim N(0, 1)", "1"
    source = "Bishop 1995"
    std: float = hyper(0.1, low=0.0, high=math.inf, about="standard deviation, in the unit of the inputs")

    def noise(self, points: int, inputs: int, *, step: int, seed: int, dtype: np.dtype[Any] | type) -> Array:
        """What is added to A[0] in a step, (points, inputs)."""
        bits = np.random.Philox(key=seed, counter=[0, step, 0, 0])  # counter-based, so no step depends on another
        return (self.std * np.random.Generator(bits).standard_normal((points, inputs))).astype(dtype)


@register
@dataclass(frozen=True)
class MaxNorm(Regularizer):
    """After each step the weights into a unit, a column of W, are scaled down to the norm `largest` if theirs is larger.

    In every layer, without the biases. Keras' MaxNorm(max_value) with axis=0, which adds 1e-7 to the length.

    >>> W = np.array([[3.0, 0.3], [4.0, 0.4]])
    >>> MaxNorm(largest=1.0).shorten_in_place(W)
    >>> W.round(3)
    array([[0.6, 0.3],
           [0.8, 0.4]])
    """

    name = "max_norm"
    other_names = ("max_norm_constraint",)
    formula = "w ← w largest / ‖w‖ where ‖w‖ > largest"
    latex = r"w \leftarrow w \min\left(1, \frac{c}{\lVert w \rVert}\right)"
    source = "Srebro and Shraibman 2005; Srivastava et al. 2014, section 5.1"
    largest: float = hyper(3.0, low=0.0, high=math.inf, about="the largest norm of the weights into a unit")

    def shorten_in_place(self, W: Array) -> None:
        """W (m, n) with no column longer than `largest`."""
        length = np.linalg.norm(W, axis=0)
        W *= np.divide(self.largest, length, out=np.ones_like(length), where=length > self.largest)


@register
@dataclass(frozen=True)
class LabelSmoothing(Regularizer):
    """Softer targets: the fraction `rate` of each is spread evenly over the classes, in training and validation.

    With one binary output each of the two classes gets half of it. For losses with class or binary targets. As in PyTorch's
    CrossEntropyLoss(label_smoothing) and Keras' losses; the paper spreads in proportion to the frequency of the classes.

    >>> LabelSmoothing(rate=0.3).smoothed(np.array([[0.0, 1.0, 0.0]]), Simplex(0, 1))
    array([[0.1, 0.8, 0.1]])
    """

    name = "label_smoothing"
    other_names = ("smooth_labels",)
    formula = "y ← (1 − rate) y + rate / classes"
    latex = r"y \leftarrow (1 - \epsilon) y + \frac{\epsilon}{K}"
    source = "Szegedy et al. 2016, section 7"
    rate: float = hyper(0.1, low=0.0, high=1.0, about="the fraction of a target that is spread")

    def smoothed(self, Y: Array, domain: Interval) -> Array:
        """Y (n, outputs) smoothed; ValueError where `domain`, the loss's, is not one of classes."""
        if isinstance(domain, Simplex):
            classes = Y.shape[1]
        elif domain == UNIT:
            classes = 2
        else:
            raise ValueError(f"label_smoothing is for targets that are classes, and these are in {domain}")
        return (1 - self.rate) * Y + self.rate / classes


R = TypeVar("R", bound=Regularizer)


def as_regularizer(kind: type[R], given: float | Sequence[float] | str | R | None) -> R | None:
    """The part that a number, several numbers, a text or a part stands for; None and "none" give None.

    >>> as_regularizer(Dropout, 0.5), as_regularizer(Dropout, "0.2, 0.5"), as_regularizer(MaxNorm, "max_norm(largest=2)")
    (Dropout(rates=(0.5,)), Dropout(rates=(0.2, 0.5)), MaxNorm(largest=2))
    """
    if given is None or isinstance(given, kind):
        return given
    if not isinstance(given, str):
        return _of_numbers(kind, list(given) if isinstance(given, Sequence | np.ndarray) else [given])
    if given == "none":
        return None
    numbers = _numbers(given)
    if numbers is not None:
        return _of_numbers(kind, numbers)
    found = find(Regularizer, given)
    if not isinstance(found, kind):
        raise ValueError(f"{found} is not {kind.name}")
    return found


def _of_numbers(kind: type[R], numbers: list[Any]) -> R:
    """Dropout takes any number of rates, the others one number each."""
    if kind is Dropout:
        return kind(tuple(numbers))  # type: ignore[call-arg]  # a Regularizer has no field, a Dropout has
    if len(numbers) != 1:
        raise ValueError(f"{kind.name} takes one number, given {numbers!r}")
    return kind(numbers[0])  # type: ignore[call-arg]  # the same


def _numbers(text: str) -> list[float] | None:
    try:
        return [float(piece) for piece in text.split(",")]
    except ValueError:
        return None
