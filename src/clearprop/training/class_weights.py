"""Class weights: a weight for each class becomes a weight for each of its points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ..formulas.catalogue import Array
from ..formulas.domains import SIGNS, UNIT, Simplex
from ..formulas.losses import Loss
from ..validation import Targets

ClassWeight: TypeAlias = Literal["balanced"] | Mapping[Any, float] | Sequence[float] | npt.NDArray[Any]


def weights_by_class(given: ClassWeight, targets: Targets, loss: Loss) -> Array:
    """The weight of each point, (n,), by its class. A target that is a mix of classes gets the weighted mean.

    "balanced" gives each class the same sum, n / (classes · count) for each point. In PyTorch a loss's weights divide its mean
    by their sum in the batch; here weights are scaled to mean 1 over the whole set, once. ValueError for targets that are not
    classes, for an unknown label, and for a number of weights that is not the number of classes.

    >>> from clearprop.formulas.losses import NLLM
    >>> Y = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> weights_by_class("balanced", Targets(Y), NLLM())
    array([0.66666667, 0.66666667, 0.66666667, 2.        ])
    """
    shares = _shares(targets.Y, loss)
    if isinstance(given, str):
        if given != "balanced":
            raise ValueError(f"class_weight must be 'balanced', a dict or a weight for each class; given {given!r}")
        counts = shares.sum(axis=0)
        # A class without points has weight 0, without a division by 0.
        weights = len(shares) / (np.count_nonzero(counts) * np.where(counts > 0, counts, np.inf))
    elif isinstance(given, Mapping):
        weights = _by_label(given, shares.shape[1], targets.classes)
    else:
        weights = np.asarray(given, float)
        if weights.shape != (shares.shape[1],):
            raise ValueError(f"class_weight must have {shares.shape[1]} weights, one for each class; given {given!r}")
    return np.asarray(shares @ weights)


def _shares(Y: Array, loss: Loss) -> Array:
    """The share of each class in each target, (n, classes); ValueError where targets are not classes."""
    if isinstance(loss.domain_Y, Simplex):
        return Y
    if loss.domain_Y == UNIT and Y.shape[1] == 1:
        return np.hstack([1 - Y, Y])
    if loss.domain_Y == SIGNS:
        yes = (Y + 1) / 2
        return np.hstack([1 - yes, yes]) if Y.shape[1] == 1 else yes
    what = "several yes or no at once" if loss.domain_Y == UNIT else f"targets in {loss.domain_Y}"
    raise ValueError(
        f"class_weight is for targets of one class each, and {loss.name} has {what} here; give sample_weight"
    )


def _by_label(given: Mapping[Any, float], count: int, classes: Array | None) -> Array:
    labels = list(range(count)) if classes is None else classes.tolist()
    unknown = [label for label in given if label not in labels]
    if unknown:
        raise ValueError(f"class_weight has {unknown[0]!r}, which is none of the classes {labels}")
    return np.array([float(given.get(label, 1.0)) for label in labels])
