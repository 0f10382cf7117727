"""The best of several fits from other random weights. It fits nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..training.best import judged


def best_of(estimator: Any, begin: Callable[[], None], learn: Callable[[], None]) -> None:
    """Learn from where the estimator stands and, `restarts` times in all, from new random weights; the best stays.

    Each of the others draws from a generator of its own, so that it does not depend on how long the others ran. A fit that
    diverges loses; where all do, the last one's error is raised. `restart_losses_` says what each was judged by.
    """
    seeds = estimator._random_state.randint(np.iinfo(np.int32).max, size=estimator.restarts - 1)
    losses: list[float] = []
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
            losses.append(np.inf)
            continue
        losses.append(judged(float(estimator.loss_), vars(estimator).get("_best")))
        if not kept or losses[-1] < min(losses[:-1]):
            kept = dict(vars(estimator))
    if failure is not None and not kept:
        raise failure
    vars(estimator).update(kept)
    estimator.restart_losses_ = np.array(losses)
