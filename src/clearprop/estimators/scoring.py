"""What early stopping looks at: `score`, the loss, a metric of the catalogue, or a scorer of scikit-learn. More is better."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from sklearn.metrics import check_scoring, r2_score

from ..formulas.catalogue import CATALOGUE, Array, find
from ..formulas.metrics import R2, Metric
from ..training.evaluation import HeldOut
from .targets import Labels

Score: TypeAlias = Callable[[Array, float], float]
"""Of outputs A on the set held out, and the loss there."""


def accuracy(labels: Labels, held_out: HeldOut) -> Score:
    """The share of points whose label is right, or whose labels all are."""
    truth = labels.chosen(held_out.Y)

    def score(A: Array, _: float) -> float:
        right = labels.chosen(A) == truth
        return float(np.average(right if right.ndim == 1 else right.all(axis=1), weights=held_out.weights))

    return score


def r2(held_out: HeldOut) -> Score:
    """R², averaged over outputs."""

    def score(A: Array, _: float) -> float:
        if held_out.weights is None:
            return R2().value(A, held_out.Y)
        return float(r2_score(held_out.Y, A, sample_weight=held_out.weights))

    return score


def scorer(scoring: Any, estimator: Any, held_out: HeldOut, y: Any) -> Score:
    """What the parameter `scoring` names; y are the targets held out, as the user gave them."""
    if scoring == "loss":
        return lambda _, loss: -loss
    if isinstance(scoring, str) and scoring.partition("(")[0] in CATALOGUE["metric"]:
        metric = find(Metric, scoring)
        sign = 1 if metric.better == "higher" else -1
        answers = estimator._answers()
        metric.require(answers)
        return lambda A, _: sign * metric.measured(A, held_out.Y, answers)
    check = check_scoring(estimator, scoring)

    def score(_A: Array, _: float) -> float:
        with warnings.catch_warnings():  # the names of the features were looked at before
            warnings.filterwarnings("ignore", "X does not have valid feature names")
            return float(check(estimator, held_out.X, y))

    return score
