"""Synthetic data sets in the plane: points (x1, x2) and their class, drawn from a seed."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from ...formulas.catalogue import Array, hyper, register
from .named import Dataset
from .table import Table


@dataclass(frozen=True)
class Planar(Dataset):
    """Points drawn from `seed`, the same number for each class, with Gaussian `noise` on both coordinates.

    >>> from clearprop.formulas.catalogue import find
    >>> find(Dataset, "moons(points=200, seed=1)").load()
    Table of 200 rows: x1, x2, class (text)
    """

    task = "classification"
    source = "drawn from a seed"
    points: int = hyper(400, low=4, high=10_000_000, about="number of points")
    noise: float = hyper(0.1, low=0.0, high=10.0, about="standard deviation added to each coordinate")
    seed: int = hyper(0, low=0, high=2**32 - 1, about="same seed, same points")

    def load(self) -> Table:
        rng = np.random.default_rng(self.seed)
        shares = np.array_split(np.arange(self.points), len(self.classes))
        X = np.concatenate([self.of_class(k, len(share), rng) for k, share in enumerate(shares)])
        X += rng.normal(0.0, self.noise, X.shape)
        labels = np.repeat(np.array(self.classes), [len(share) for share in shares])
        order = rng.permutation(len(X))
        columns = {"x1": X[order, 0], "x2": X[order, 1], "class": labels[order]}
        return Table.of(columns, source=str(self), target="class", task=self.task)

    @property
    @abstractmethod
    def classes(self) -> tuple[str, ...]:
        """The classes' names."""

    @abstractmethod
    def of_class(self, k: int, n: int, rng: np.random.Generator) -> Array:
        """Class k without noise: n points, (n, 2)."""


@register
@dataclass(frozen=True)
class Xor(Planar):
    """Two classes in opposite corners: the smallest problem that needs a hidden layer."""

    name, formula = "xor", "class = x₁ xor x₂"
    classes = ("equal", "different")
    noise: float = hyper(0.15, low=0.0, high=10.0, about="standard deviation added to each coordinate")

    def of_class(self, k: int, n: int, rng: np.random.Generator) -> Array:
        x1 = rng.integers(0, 2, n)
        return np.stack([x1, x1 ^ k], axis=1).astype(float)


@register
@dataclass(frozen=True)
class Moons(Planar):
    """Two half circles, one inside the other's opening."""

    name, formula = "moons", "(cos t, sin t) and (1 − cos t, ½ − sin t), 0 ≤ t ≤ π"
    other_names = ("make_moons", "two_moons")
    classes = ("upper", "lower")

    def of_class(self, k: int, n: int, rng: np.random.Generator) -> Array:
        t = rng.uniform(0.0, np.pi, n)
        x1, x2 = np.cos(t), np.sin(t)
        return np.stack([1 - x1, 0.5 - x2] if k else [x1, x2], axis=1)


@register
@dataclass(frozen=True)
class Circles(Planar):
    """A circle around a smaller one."""

    name, formula = "circles", "r (cos t, sin t), r = 1 and ½"
    other_names = ("make_circles",)
    classes = ("outer", "inner")

    def of_class(self, k: int, n: int, rng: np.random.Generator) -> Array:
        t, r = rng.uniform(0.0, 2 * np.pi, n), (1.0, 0.5)[k]
        return r * np.stack([np.cos(t), np.sin(t)], axis=1)


@register
@dataclass(frozen=True)
class Spiral(Planar):
    """Three arms wound around each other: the hardest of these."""

    name, formula = "spiral", "s (cos(4.5 s + φ), sin(4.5 s + φ)), φ = 0, 2π/3, 4π/3"
    other_names = ("spirals",)
    source = "after CS231n, Karpathy 2015"
    classes = ("first", "second", "third")
    noise: float = hyper(0.03, low=0.0, high=10.0, about="standard deviation added to each coordinate")

    def of_class(self, k: int, n: int, rng: np.random.Generator) -> Array:
        s = np.sqrt(rng.uniform(0.0, 1.0, n))  # the same density of points everywhere
        angle = 4.5 * s + 2 * np.pi * k / 3
        return s[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


@register
@dataclass(frozen=True)
class Blobs(Planar):
    """Three round clouds: straight lines almost separate them."""

    name, formula = "blobs", "N(centre, noise²)"
    other_names = ("make_blobs",)
    classes = ("left", "top", "right")
    noise: float = hyper(0.5, low=0.0, high=10.0, about="standard deviation of a cloud")

    def of_class(self, k: int, n: int, rng: np.random.Generator) -> Array:
        return np.tile([(-1.0, -0.5), (0.0, 1.2), (1.0, -0.5)][k], (n, 1))
