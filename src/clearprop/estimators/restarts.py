"""The best of several fits from other random weights. It fits nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..advice.warned import warn
from ..engines.ranks import RankFailed
from ..training.best import judged
from .calls import INTERRUPTED, Call


def best_of(estimator: Any, call: Call, begin: Callable[[], None], learn: Callable[[], None]) -> None:
    """Learn from where the estimator stands and, `restarts` times in all, from new random weights; the best stays.

    Each of the others draws from a generator of its own, so that it does not depend on how long the others ran. A fit that
    diverges loses; where all do, the last one's error is raised. Ctrl-C ends them all: the best of those that were begun
    stays. `restart_losses_` says what each was judged by.
    """
    seeds = estimator._random_state.randint(np.iinfo(np.int32).max, size=estimator.restarts - 1)
    losses: list[float] = []
    kept: dict[str, Any] = {}
    failure: ValueError | None = None
    for seed in (None, *seeds):
        vars(estimator).pop("loss_", None)  # of another restart
        try:
            if seed is not None:
                estimator._random_state = np.random.RandomState(seed)
                begin()
            learn()
        except RankFailed:
            raise
        except ValueError as error:
            failure = error
            losses.append(np.inf)
            continue
        except KeyboardInterrupt:  # where nothing of this one is to be kept: while it begins, or in L-BFGS
            if not kept:
                raise
            warn(INTERRUPTED)
            break
        losses.append(judged(float(vars(estimator).get("loss_", np.inf)), vars(estimator).get("_best")))
        if not kept or losses[-1] < min(losses[:-1]):
            kept = dict(vars(estimator))
        if call.interrupted:
            break
    if failure is not None and not kept:
        raise failure
    vars(estimator).update(kept)
    estimator.restart_losses_ = np.array(losses)
