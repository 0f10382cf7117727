"""The parameter `class_weight` of a classifier as a weight for each point. Its checks are those of `train`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..advice.warned import warn
from ..formulas.catalogue import Array
from ..training.class_weights import weight_of_each
from .targets import Labels


def weights_by_class(given: Any, labels: Labels, y: Any, sample_weight: Array | None) -> Array:
    """What each point with target y counts for by its class, (n,).

    "balanced" gives every class the same sum of weights. With several labels the weights of a point's labels are multiplied.
    ValueError for what are no weights, or not of these classes.
    """
    if labels.kind == "multilabel-indicator":
        return _of_several(given, np.asarray(y.toarray() if hasattr(y, "toarray") else y))
    indices, classes = labels.indices(y), labels.classes.tolist()
    counts = np.bincount(indices, sample_weight, len(classes))
    of_class: Array = weight_of_each(_of_these(given, classes), classes, counts, counts.sum())
    return of_class[indices]


def _of_these(given: Any, classes: list[Any]) -> Any:
    """The weights without those of classes that y does not have, which may be in the rows of another split."""
    if not isinstance(given, Mapping) or not all(label in given for label in classes):
        return given
    others = [label for label in given if label not in classes]
    if others:
        warn(f"class_weight has {others}, which are none of the classes {classes} of y")
    return {label: given[label] for label in classes}


def _of_several(given: Any, Y: Array) -> Array:
    """The product of the weights of a yes or a no over the labels of an indicator matrix Y (n, labels)."""
    n, count = Y.shape
    if isinstance(given, str):
        given = [given] * count
    if not (
        isinstance(given, list | tuple)
        and len(given) == count
        and all(isinstance(each, Mapping | str) for each in given)
    ):
        raise ValueError(
            f"class_weight for {count} labels must be 'balanced' or a list of {count} dicts, such as {{0: 1, 1: 2}}: "
            f"one for each label, with the weights of no and yes; given {given!r}"
        )
    product = np.ones(n)
    for each, column in zip(given, (Y != 0).T.astype(int), strict=True):
        product *= weight_of_each(each, [0, 1], np.bincount(column, minlength=2), n)[column]
    return product
