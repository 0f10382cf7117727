"""What early stopping looks at: `score`, the loss, a metric of the catalogue, or a scorer of scikit-learn. More is better."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from sklearn.metrics import check_scoring, r2_score

from ..formulas.catalogue import CATALOGUE, Array, find
from ..formulas.domains import PROBABILITIES, LogSimplex
from ..formulas.metrics import R2, Metric
from ..training.evaluation import HeldOut
from .given import Given
from .offered import NotOffered
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


def r2(in_units: Callable[[Array], Array], held_out: HeldOut) -> Score:
    """R², averaged over targets, in the user's units."""
    Y = in_units(held_out.Y)

    def score(A: Array, _: float) -> float:
        if held_out.weights is None:
            return R2().value(in_units(A), Y)
        return float(r2_score(Y, in_units(A), sample_weight=held_out.weights))

    return score


def scorer(scoring: Any, estimator: Any, held_out: HeldOut, rows: Given | None) -> Score:
    """What the parameter `scoring` names; `rows` are those held out, as the user gave them.

    A metric compares outputs and targets in the user's units. A scorer gets the estimator and the rows before any
    preparation, as it will with the fitted model.
    """
    if scoring == "loss":
        return lambda _, loss: -loss
    if isinstance(scoring, str) and scoring.partition("(")[0] in CATALOGUE["metric"]:
        metric, Y, answers = find(Metric, scoring), estimator._truth(held_out.Y), estimator._answers()
        sign = 1 if metric.better == "higher" else -1
        net = estimator._net()
        metric.require(answers, net.f[net.L])
        metric.require_points(Y, answers)
        output = net.f[net.L].range
        output = PROBABILITIES if isinstance(output, LogSimplex) else output  # these units are probabilities already
        return lambda A, _: sign * metric.of_outputs(estimator._in_units(A), Y, answers, output)
    assert rows is not None
    check = check_scoring(estimator, scoring)

    def score(_A: Array, _: float) -> float:
        with warnings.catch_warnings():  # the names of the features were looked at before
            warnings.filterwarnings("ignore", "X does not have valid feature names")
            estimator._prepare_once(rows.X)
            try:
                return float(check(estimator, rows.X, rows.y))
            except AttributeError as error:
                if "predict_proba" not in str(error) or hasattr(estimator, "predict_proba"):
                    raise
                raise NotOffered(
                    f"scoring={scoring!r} needs probabilities, and outputs with loss={estimator.loss!r} are none; take "
                    "scoring='loss', 'accuracy' or 'roc_auc', or a loss of probabilities, such as 'log_loss'"
                ) from None

    return score
