"""Rankings of points by an output: the curves that each threshold gives, and the area under one. Pure functions of arrays.

A point is said to be of the class where its output is at the threshold or above. Outputs (n,), truth (n,) bool, weights (n,).
"""

from __future__ import annotations

import numpy as np

from .catalogue import Array


def cumulated(outputs: Array, truth: Array, weights: Array | None = None) -> tuple[Array, Array]:
    """Weights of right and of wrong points at or above each threshold, from the highest output down: (thresholds + 1,) each,
    both beginning at 0.
    """
    w = np.ones(len(outputs)) if weights is None else np.asarray(weights, np.float64)
    order = np.argsort(-outputs, kind="stable")
    # Of points with one output, all are above a threshold or none is.
    last = np.append(np.diff(outputs[order]) != 0, True)
    right, wrong = np.cumsum((w * truth)[order])[last], np.cumsum((w * ~truth)[order])[last]
    return np.append(0.0, right), np.append(0.0, wrong)


def roc(outputs: Array, truth: Array, weights: Array | None = None) -> tuple[Array, Array]:
    """The ROC curve: the shares of the other points and of the class's points that are at or above each threshold."""
    right, wrong = cumulated(outputs, truth, weights)
    return wrong / wrong[-1], right / right[-1]


def precision_recall(outputs: Array, truth: Array, weights: Array | None = None) -> tuple[Array, Array]:
    """Recall and precision at each threshold, from the highest output down."""
    right, wrong = cumulated(outputs, truth, weights)
    said = right + wrong
    some = said > 0
    return right[some] / right[-1], right[some] / said[some]


def area_under_roc(outputs: Array, truth: Array, weights: Array | None = None) -> float:
    """The area under the ROC curve; NaN where all points are of the class, or none is."""
    right, wrong = cumulated(outputs, truth, weights)
    if right[-1] <= 0 or wrong[-1] <= 0:
        return float("nan")
    return float(np.trapezoid(right, wrong) / (right[-1] * wrong[-1]))


def average_precision(outputs: Array, truth: Array, weights: Array | None = None) -> float:
    """Σ (rise of recall) · precision, over thresholds: the area under the precision-recall curve as steps."""
    recall, precision = precision_recall(outputs, truth, weights)
    return float((np.diff(recall, prepend=0.0) * precision).sum())
