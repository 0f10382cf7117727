"""The parameter `class_weight` of a classifier as a weight for each point. Its checks are those of `train`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..advice.warned import warn
from ..formulas.catalogue import Array
from ..training.class_weights import weight_of_each
from .targets import Labels


def weights_of_classes(given: Any, labels: Labels, y: Any, sample_weight: Array | None) -> list[Array]:
    """The weight of each class, (classes,); with several labels, of no and yes of each of them, (2,).

    "balanced" gives every class of the training points with targets y the same sum of weights. ValueError for what are no
    weights, or not of these classes.
    """
    if labels.kind == "multilabel-indicator":
        return _of_several(given, _indicators(y))
    indices, classes = labels.indices(y), labels.classes.tolist()
    counts = np.bincount(indices, sample_weight, len(classes))
    return [weight_of_each(_of_these(given, classes), classes, counts, counts.sum())]


def weights_by_class(of_classes: list[Array], labels: Labels, y: Any) -> Array:
    """What each point with target y counts for by its class, (n,); with several labels, the product over them."""
    if labels.kind != "multilabel-indicator":
        return of_classes[0][labels.indices(y)]
    columns = zip(of_classes, _indicators(y).T, strict=True)
    return np.prod([of_label[column] for of_label, column in columns], axis=0)


def _indicators(y: Any) -> Array:
    """Labels as 0 and 1, (n, labels)."""
    return (np.asarray(y.toarray() if hasattr(y, "toarray") else y) != 0).astype(int)


def _of_these(given: Any, classes: list[Any]) -> Any:
    """The weights without those of classes that y does not have, which may be in the rows of another split."""
    if not isinstance(given, Mapping) or not all(label in given for label in classes):
        return given
    others = [label for label in given if label not in classes]
    if others:
        warn(f"class_weight has {others}, which are none of the classes {classes} of y")
    return {label: given[label] for label in classes}


def _of_several(given: Any, Y: Array) -> list[Array]:
    """The weights of a no and a yes (2,) for each label of an indicator matrix Y (n, labels)."""
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
    pairs = zip(given, Y.T, strict=True)
    return [weight_of_each(each, [0, 1], np.bincount(column, minlength=2), n) for each, column in pairs]
