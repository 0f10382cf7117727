"""The best of several fits from other random weights. It fits nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def judged_by(estimator: Any) -> float:
    """What a fit is judged by, the less the better: the score on a set held out, or the last loss."""
    score = vars(estimator).get("best_validation_score_")
    value = estimator.loss_ if score is None else -score
    return float(value) if np.isfinite(value) else np.inf


def best_of(estimator: Any, begin: Callable[[], None], learn: Callable[[], None]) -> None:
    """Fit again and again from new random weights, `restarts` times with the first fit, and leave the best as the fitted.

    `restart_losses_` then says what each was judged by.
    """
    judged, kept = [judged_by(estimator)], dict(vars(estimator))
    for _ in range(estimator.restarts - 1):
        begin()
        learn()
        judged.append(judged_by(estimator))
        if judged[-1] == min(judged):
            kept = dict(vars(estimator))
    vars(estimator).update(kept)
    estimator.restart_losses_ = np.array(judged)
