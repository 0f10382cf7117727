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
    """Learn from where the estimator stands and, `restarts` times in all, from new random weights; the best stays.

    Each of the others draws from a generator of its own, so that it does not depend on how long the others ran. A fit that
    diverges loses; where all do, the last one's error is raised. `restart_losses_` says what each was judged by.
    """
    seeds = estimator._random_state.randint(np.iinfo(np.int32).max, size=estimator.restarts - 1)
    judged: list[float] = []
    kept: dict[str, Any] = {}
    failure: ValueError | None = None
    for seed in (None, *seeds):
        if seed is not None:
            estimator._random_state = np.random.RandomState(seed)
            begin()
        try:
            learn()
        except ValueError as error:
            failure = error
            judged.append(np.inf)
            continue
        judged.append(judged_by(estimator))
        if not kept or judged[-1] < min(judged[:-1]):
            kept = dict(vars(estimator))
    if failure is not None and not kept:
        raise failure
    vars(estimator).update(kept)
    estimator.restart_losses_ = np.array(judged)
