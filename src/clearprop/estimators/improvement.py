"""Whether training still improves, by scikit-learn's rule, and the best so far. What it finds stands on the estimator.

It ends nothing: the epochs do, where patience is at its end.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..formulas.patience import Patience
from ..network import Network
from ..training.best import Best

HISTORY = ("loss_curve_", "best_loss_", "validation_scores_", "validation_loss_curve_", "best_validation_score_")
"""What an estimator shows of its epochs; after `solver="lbfgs"` there is none of it."""

LONGEST_CURVE = 10_000
"""Losses that calls of `partial_fit` leave, at most; each of `fit` leaves as many as it has epochs."""


class ExactPatience(Patience):
    """scikit-learn's rule: an improvement by exactly the tolerance counts as one, and NaN starts the count anew."""

    def improves(self, value: float) -> bool:
        return not value > self.best - self.tolerance


class LatestBest(Best):
    """Of several networks that are equally good, the last is kept."""

    def is_better(self, loss: float) -> bool:
        return loss <= self.loss


BEST = {"first": Best, "last": LatestBest}
"""By the parameter `best_epoch`."""


def record_loss(estimator: Any, loss: float) -> None:
    """The loss of one more epoch, as NumPy's number, which scikit-learn's is too."""
    estimator.loss_ = np.float64(loss)
    estimator.loss_curve_.append(estimator.loss_)


def shorten_curve(estimator: Any) -> None:
    """Where `loss_curve_` has the losses of very many calls, every two become their mean: a stream has no end."""
    curve = estimator.loss_curve_
    if len(curve) >= LONGEST_CURVE:
        curve[:] = (
            list(np.array(curve[: len(curve) // 2 * 2]).reshape(-1, 2).mean(axis=1)) + curve[len(curve) // 2 * 2 :]
        )


def forget(estimator: Any) -> None:
    """Nothing is known of earlier epochs."""
    for name in (*HISTORY, "_no_improvement_count", "_best"):
        vars(estimator).pop(name, None)


def begin(estimator: Any, net: Network, *, held_out: bool) -> None:
    """The count begins: of scores, where a set is held out, or of losses. As in scikit-learn, the others are None."""
    estimator._no_improvement_count = 0
    estimator.best_loss_ = None if held_out else math.inf
    estimator.validation_scores_ = [] if held_out else None
    estimator.validation_loss_curve_ = [] if held_out else None
    estimator.best_validation_score_ = -math.inf if held_out else None
    estimator._best = None
    if held_out:
        estimator._best = Best()
        estimator._best.keep(math.inf, net)  # what is given back where no score was a number


class Improvement:
    """The count of one call of `fit` or `partial_fit`: it goes on from what the estimator shows of earlier calls."""

    def __init__(self, estimator: Any, net: Network, *, held_out: bool) -> None:
        made = vars(estimator)
        if "_best" not in made or (made["_best"] is not None) != held_out:
            begin(estimator, net, held_out=held_out)
        lowest = -estimator.best_validation_score_ if held_out else estimator.best_loss_
        self.estimator = estimator
        self.patience = ExactPatience(estimator.tol, lowest, estimator._no_improvement_count)
        if held_out:
            best = BEST[estimator.best_epoch]()
            best.restore(estimator._best.state())
            estimator._best = best

    def look_at_loss(self, loss: float) -> None:
        """Count one more epoch by its training loss."""
        est, patience = self.estimator, self.patience
        est._no_improvement_count = patience.look(loss)
        est.best_loss_ = patience.best

    def look_at_score(self, score: float, loss: float, net: Network) -> None:
        """Count one more epoch by its score on the set held out, where the network's loss is `loss`; keep the best network."""
        est, patience = self.estimator, self.patience
        est.validation_scores_.append(score)
        est.validation_loss_curve_.append(loss)
        est._no_improvement_count = patience.look(-score)
        est.best_validation_score_ = -patience.best
        est._best.look(-score, net)

    def start_anew(self) -> None:
        """Count from 0 again, from the best so far."""
        self.patience.waited = self.estimator._no_improvement_count = 0
