"""The rows of a step of several networks: the same for all, or each its own; checked by the rules of single steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..formulas.catalogue import Array
from ..validation import as_array
from .step_rows import StepRows


class PopulationRows:
    """Arrays of a step of K networks: X (n, m^1), Y (n, n^L) and weights (n,) for all, or (K, ...) for each its own."""

    def __init__(self, rows: StepRows, networks: int) -> None:
        self.rows, self.K = rows, networks

    def arrays(self, X: Any, Y: Any, sample_weight: Any) -> tuple[Array, Array, Array | None]:
        """As the networks take them: all three for all networks, or each (K, ...). ValueError with the words of `train`."""
        X, Y = as_array(X, "X"), as_array(Y, "Y")
        weights = None if sample_weight is None else as_array(sample_weight, "sample_weight")
        if X.ndim == 3 and len(X) != self.K:
            raise ValueError(self._wrong(X, "X", "(n, inputs)"))
        points = X.shape[-2] if X.ndim in {2, 3} else 0
        own = X.ndim == 3, self._has_own_targets(Y, points), weights is not None and weights.ndim == 2
        if not any(own):
            return self.rows.arrays(X, Y, weights)
        if own[2] and weights is not None and weights.shape != (self.K, points):
            raise ValueError(self._wrong(weights, "sample_weight", "(n,)"))
        if points == 0:
            return self.rows.arrays(X, Y, weights)  # which says what is wrong
        each = [self._of_each(array, mine) for array, mine in zip((X, Y, weights), own, strict=True)]
        return self._checked(points, *each)

    def points(self, X: npt.ArrayLike) -> tuple[Array, bool]:
        """X (n, m^1) or (K, n, m^1) as an array, not checked further, and whether it is each network's own."""
        given = as_array(X, "X")
        if given.ndim == 3 and len(given) != self.K:
            raise ValueError(self._wrong(given, "X", "(n, inputs)"))
        return given, given.ndim == 3

    def _has_own_targets(self, Y: Array, points: int) -> bool:
        """Whether targets are (K, n, n^L), or (K, n) labels or targets of one output; ValueError where that cannot be told."""
        if Y.ndim == 3:
            if len(Y) != self.K:
                raise ValueError(self._wrong(Y, "Y", "(n, outputs)"))
            return True
        if Y.ndim != 2 or Y.shape != (self.K, points):
            return False
        of_all = Y.shape == (points, self.rows.outputs // self.rows.loss.outputs_per_target)
        if of_all and self.K == 1:
            return False
        if of_all:
            raise ValueError(
                f"Y is {Y.shape}, which is a row of targets for each point and a list of labels for each network: give targets "
                f"(K, n, outputs), for all networks numpy.broadcast_to(Y, {(self.K, *Y.shape)})"
            )
        return True

    def _of_each(self, array: Array | None, own: bool) -> Array | None:
        return array if array is None or own else np.broadcast_to(array, (self.K, *array.shape))

    def _checked(self, points: int, X: Any, Y: Any, weights: Any) -> tuple[Array, Array, Array | None]:
        """The arrays (K, n, ...), checked at once; where they are wrong, network by network, to say in which."""
        if Y.shape[:2] != (self.K, points):
            raise ValueError(
                f"Y must have a row for each of the {points} points; given {Y.shape} for {self.K} networks"
            )
        x, y, w = (None if array is None else array.reshape(-1, *array.shape[2:]) for array in (X, Y, weights))
        try:
            made = self.rows.arrays(x, y, w)  # type: ignore[arg-type]  # X is there
        except ValueError:
            for k in range(self.K):
                try:
                    self.rows.arrays(X[k], Y[k], None if weights is None else weights[k])
                except ValueError as error:
                    raise ValueError(f"network {k}: {error}") from None
            raise
        if made[2] is not None and not made[2].reshape(self.K, points).any(axis=1).all():
            k = int(np.argmin(made[2].reshape(self.K, points).any(axis=1)))
            raise ValueError(f"network {k}: sample_weight is 0 for every point")
        points_of, targets_of = (array.reshape(self.K, points, *array.shape[1:]) for array in made[:2])
        return points_of, targets_of, None if made[2] is None else made[2].reshape(self.K, points)

    def _wrong(self, array: Array, name: str, for_all: str) -> str:
        each = for_all.replace("(", "(K, ").replace(",)", ")")
        return f"{name} must be {for_all} for all networks, or {each} with K = {self.K}; given {array.shape}"
