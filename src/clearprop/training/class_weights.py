"""Class weights: a weight for each class becomes a weight for each of its points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ..formulas.catalogue import Array
from ..formulas.domains import SIGNS, UNIT, Simplex
from ..formulas.losses import Loss
from ..validation import Targets, of_mean_1

ClassWeight: TypeAlias = Literal["balanced"] | Mapping[Any, float] | Sequence[float] | npt.NDArray[Any]


def weights_by_class(given: ClassWeight, targets: Targets, loss: Loss) -> Array:
    """The weight of each point, (n,), by its class. A target that is a mix of classes gets the weighted mean.

    "balanced" gives each class the same sum, n / (classes · count) for each point. In PyTorch a loss's weights divide its mean
    by their sum in the batch; here weights are scaled to mean 1 over the whole set, once. ValueError for targets that are not
    classes, and for what `weight_of_each` refuses.

    >>> from clearprop.formulas.losses import NLLM
    >>> Y = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> weights_by_class("balanced", Targets(Y), NLLM())
    array([0.66666667, 0.66666667, 0.66666667, 2.        ])
    """
    weights = by_these(weights_of_classes(given, targets, loss), targets.Y, loss)
    if not weights.any():
        raise ValueError(f"class_weight is 0 for the class of every point; given {given!r}")
    return weights


def weights_of_classes(given: ClassWeight, targets: Targets, loss: Loss) -> Array:
    """The weight of each class, (classes,); "balanced" counts the points of these targets, those that are trained on."""
    shares = _shares(targets.Y, loss)
    labels = list(range(shares.shape[1])) if targets.classes is None else targets.classes.tolist()
    return weight_of_each(given, labels, shares.sum(axis=0), len(shares))


def by_these(of_classes: Array, Y: Array, loss: Loss) -> Array:
    """The weight of each point (n,) with targets Y (n, n^L), by the weights of the classes (classes,)."""
    return np.asarray(_shares(Y, loss) @ of_classes)


def of_validation(weights: Array, dtype: npt.DTypeLike) -> Array:
    """Weights (n,) of points by their classes, as they count in the loss on a set that is only looked at: of mean 1 there.

    The validation loss is the loss that training lowers, on other points: a class that counts five times there counts five
    times here. Weights of classes are those that the training points gave. ValueError where they are 0 on all points.
    """
    return of_mean_1(weights, what="of the validation set")[0].astype(dtype)


def weight_of_each(given: ClassWeight, labels: Sequence[Any], counts: Array, total: float) -> Array:
    """The weight of each of the classes, (classes,).

    `given` is "balanced", a weight for each label (1 where it has none), or weights in the order of the labels; `counts` says
    how many points each class has, of `total`. ValueError for weights that are negative, not finite or all 0, for a label that
    is no class, and for a number of weights that is not the number of classes.
    """
    if isinstance(given, str):
        if given != "balanced":
            raise ValueError(f"class_weight must be 'balanced', a dict or a weight for each class; given {given!r}")
        # A class without points has weight 0, without a division by 0.
        return np.asarray(total / (np.count_nonzero(counts) * np.where(counts > 0, counts, np.inf)))
    if isinstance(given, Mapping):
        unknown = [label for label in given if label not in labels]
        if unknown:
            raise ValueError(f"class_weight has {unknown[0]!r}, which is none of the classes {list(labels)}")
        pairs = [(label, given.get(label, 1.0)) for label in labels]
    elif np.shape(np.asarray(given, object)) == (len(labels),):
        pairs = list(zip(labels, given, strict=True))
    else:
        raise ValueError(f"class_weight must have {len(labels)} weights, one for each class; given {given!r}")
    weights = np.array([_weight(label, weight) for label, weight in pairs])
    if not weights.any():
        raise ValueError(f"class_weight is 0 for every class; given {given!r}")
    return weights


def _weight(label: Any, given: Any) -> float:
    """One class's weight; ValueError for what is no finite number, or is negative."""
    try:
        weight = math.nan if isinstance(given, str) else float(given)
    except (TypeError, ValueError):
        weight = math.nan
    if not (math.isfinite(weight) and weight >= 0):
        raise ValueError(f"class_weight must be finite numbers, not negative; class {label!r} has {given!r}")
    return weight


def _shares(Y: Array, loss: Loss) -> Array:
    """The share of each class in each target, (n, classes); ValueError where targets are not classes."""
    if isinstance(loss.domain_Y, Simplex):
        return Y
    if loss.domain_Y == UNIT and Y.shape[1] == 1:
        return np.hstack([1 - Y, Y])
    if loss.domain_Y == SIGNS:
        yes = (Y + 1) / 2
        if Y.shape[1] == 1:
            return np.hstack([1 - yes, yes])
        if (yes.sum(axis=1) == 1).all():
            return yes
    what = "several yes or no at once" if loss.domain_Y in {UNIT, SIGNS} else f"targets in {loss.domain_Y}"
    raise ValueError(
        f"class_weight is for targets of one class each, and {loss.name} has {what} here; give sample_weight"
    )
