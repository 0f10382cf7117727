"""What is taken only if it is asked for: targets with gaps, and weights of points below 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..formulas.catalogue import Array, find, require_choice
from ..formulas.known_targets import KnownTargets
from ..formulas.losses import Loss

IGNORE = "; missing_targets='ignore' leaves such targets out of the loss"
"""What mends a NaN among the targets."""


@dataclass(frozen=True)
class Unusual:
    """The two options, checked."""

    missing_targets: str = "refuse"
    negative_weights: bool = False

    def __post_init__(self) -> None:
        require_choice(self.missing_targets, ("refuse", "ignore"), "missing_targets")
        if not isinstance(self.negative_weights, bool):
            raise TypeError(f"negative_weights must be True or False; given {self.negative_weights!r}")

    @property
    def ignores(self) -> bool:
        return self.missing_targets == "ignore"

    def loss(self, given: str | Loss) -> Loss:
        """The loss that is minimised."""
        loss = find(Loss, given)
        return KnownTargets(loss) if self.ignores and not isinstance(loss, KnownTargets) else loss

    def require_known(self, Y: Array) -> None:
        """ValueError where all targets of an output are missing in the whole set Y (n, targets)."""
        missing = np.isnan(Y).all(axis=0) if self.ignores else np.zeros(1, bool)
        if missing.any():
            raise ValueError(
                f"Y has no target for output {missing.argmax()}, in any row; leave that output out of the network"
            )

    @property
    def any(self) -> bool:
        """Whether a training is not judged by what holds for whole targets and weights of 0 or more."""
        return self.ignores or self.negative_weights

    def require_alone(self, class_weight: object, metrics: object = (), record: object = None) -> None:
        """ValueError for what has no meaning beside them."""
        if self.ignores and metrics:
            raise ValueError(
                "metrics need all targets; with missing_targets='ignore' compute them on the rows that have them"
            )
        if self.ignores and record is not None:
            raise ValueError("record explains steps on whole targets; leave it out, or missing_targets='ignore'")
        for name, given in (
            ("missing_targets='ignore'", self.ignores),
            ("negative_weights=True", self.negative_weights),
        ):
            if given and class_weight is not None:
                raise ValueError(f"class_weight does not go with {name}; multiply the weights of points yourself")


USUAL = Unusual()
