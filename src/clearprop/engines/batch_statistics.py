"""Means over the points of a batch within the two passes: where a pass needs one it stops, and whoever runs it answers.

A batch in one piece answers by the part's own formulas; of a batch in several pieces, sums are added up over all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from ..formulas.catalogue import Array
from ..formulas.normalizations import Normalization


@dataclass(frozen=True)
class Moments:
    """Asks for the mean and the variance of Z (n, units), each with the axis of the points kept."""

    part: Normalization
    Z: Array

    def of_these(self) -> tuple[Array, Array]:
        """Those of the points at hand."""
        return self.part.moments(self.Z)

    @staticmethod
    def together(asked: dict[int, Moments], of: int, units: int, total: Total) -> tuple[Array, Array]:
        """Those of a batch `of` points, from its pieces that are here."""
        mean = total({piece: each.Z.sum(axis=0) for piece, each in asked.items()}, units) / of
        squares = {piece: ((each.Z - mean) ** 2).sum(axis=0) for piece, each in asked.items()}
        variance = total(squares, units) / of
        return mean[None], variance[None]


@dataclass(frozen=True)
class Link:
    """Asks for dL/dZ (n, units) from dL/dẐ: every ẑ depends on all z of its unit, through mean and variance."""

    part: Normalization
    dL_dZ_hat: Array
    Z_hat: Array
    variance: Array

    def of_these(self) -> Array:
        """That of a batch of the points at hand."""
        return self.part.dL_dZ(self.dL_dZ_hat, self.Z_hat, self.variance)

    @staticmethod
    def together(asked: dict[int, Link], of: int, units: int, total: Total) -> dict[int, Array]:
        """That of a batch `of` points, for each of its pieces: `Normalization.dL_dZ` with the means of the whole batch."""
        sums = {
            piece: np.concatenate([each.dL_dZ_hat.sum(axis=0), (each.Z_hat * each.dL_dZ_hat).sum(axis=0)])
            for piece, each in asked.items()
        }
        mean, mean_with_Z_hat = np.split(total(sums, 2 * units) / of, 2)
        return {
            piece: (each.dL_dZ_hat - mean - each.Z_hat * mean_with_Z_hat) / np.sqrt(each.variance + each.part.epsilon)
            for piece, each in asked.items()
        }


Passes: TypeAlias = Generator[Any, Any, Any]
"""Yields `Moments` and `Link`, is sent what they ask for, and returns the loss of its points."""
Total: TypeAlias = Callable[[dict[int, Array], int], Array]
"""Gives the sum over all pieces of a batch, (k,), from those that are here, by piece, and k."""


def of_batch(asked: Moments | Link) -> Passes:
    """What is asked for: of one point after another at once, over the points of a batch by whoever runs the passes."""
    if asked.part.axis == 0:
        return (yield asked)
    return asked.of_these()


def alone(passes: Passes) -> float:
    """The loss of a batch that is in one piece."""
    answer: Any = None
    while True:
        try:
            asked = passes.send(answer)
        except StopIteration as end:
            return float(end.value)
        answer = asked.of_these()


def why_not_in_pieces(part: Normalization) -> str:
    """Why sums over pieces of a batch would not be this part; empty where they are."""
    own = type(part).moments is Normalization.moments and type(part).dL_dZ is Normalization.dL_dZ
    return "" if own else f"{part.name} has formulas of its own for the mean, the variance or the derivative"
