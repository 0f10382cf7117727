"""Synthetic data sets on a line: points x and a value y, drawn from a seed; the regression beside `planar`."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from ...formulas.catalogue import Array, hyper, register
from .named import Dataset
from .table import Table


@dataclass(frozen=True)
class Curve(Dataset):
    """Points x drawn evenly from -1 to 1 by `seed`, and y with Gaussian `noise`.

    >>> from clearprop.formulas.catalogue import find
    >>> find(Dataset, "sine(points=200, seed=1)").load()
    Table of 200 rows: x, y
    """

    task = "regression"
    source = "drawn from a seed"
    points: int = hyper(200, low=4, high=10_000_000, about="number of points")
    noise: float = hyper(0.1, low=0.0, high=10.0, about="standard deviation added to y")
    seed: int = hyper(0, low=0, high=2**32 - 1, about="same seed, same points")

    def load(self) -> Table:
        rng = np.random.default_rng(self.seed)
        x = rng.uniform(-1.0, 1.0, self.points)
        y = self.value(x) + rng.normal(0.0, self.noise, self.points)
        return Table.of({"x": x, "y": y}, source=str(self), target="y", task=self.task)

    @abstractmethod
    def value(self, x: Array) -> Array:
        """The curve without noise, of the shape of x."""


@register
@dataclass(frozen=True)
class Line(Curve):
    """A straight line: a network without a hidden layer learns it."""

    name, formula = "line", "y = x / 2 + 1 / 4"

    def value(self, x: Array) -> Array:
        return 0.5 * x + 0.25


@register
@dataclass(frozen=True)
class Sine(Curve):
    """One and a half waves of a sine: a curve that needs a hidden layer."""

    name, formula = "sine", "y = sin(3/2 π x)"

    def value(self, x: Array) -> Array:
        return np.asarray(np.sin(1.5 * np.pi * x))


@register
@dataclass(frozen=True)
class Steps(Curve):
    """Three steps: flat pieces with jumps, which smooth units can only round off."""

    name, formula = "steps", "y = -1, 0, 1 for x < -1/3, x < 1/3, x ≥ 1/3"
    noise: float = hyper(0.05, low=0.0, high=10.0, about="standard deviation added to y")

    def value(self, x: Array) -> Array:
        return np.where(x < -1 / 3, -1.0, np.where(x < 1 / 3, 0.0, 1.0))
