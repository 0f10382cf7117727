"""`fit` on several ranks: what must be the same on all of them, and what only the first one does. Engines add the gradients."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..engines import Ranks, Sharing, Task
from ..engines.shard_tree import require_shards
from ..engines.sharing import default_shards, sharing_of
from ..training.evaluation import HeldOut
from ..training.together import digest_of_numbers, require_same, taking_part, versions
from .settings import found_in_data
from .weights import PointWeights

OF_EACH = {"callbacks", "verbose", "threads", "random_state", "shards"}
"""Parameters that ranks need not have alike, or that are compared otherwise."""


@contextmanager
def fitting_on(ranks: Ranks) -> Iterator[None]:
    """A block in which ranks fit one estimator: only the first one warns, and an error of one of them ends all."""
    with taking_part(ranks), warnings.catch_warnings():
        if not ranks.is_first:
            warnings.simplefilter("ignore")
        try:
            yield
        except KeyboardInterrupt:  # in a search of L-BFGS, which no other rank hears of
            if ranks.launched:
                ranks.end_all(130)
            raise


@contextmanager
def taking_steps(ranks: Ranks) -> Iterator[None]:
    """A block of steps: a rank that fails alone in it leaves the others waiting, and so ends them."""
    ranks.launched = ranks.size > 1
    yield
    ranks.launched = False


def shards_of(estimator: Any, ranks: Ranks | None) -> int | None:
    """Into how many micro-shards each batch is cut; None where it is taken as one."""
    shards: int | None = estimator.shards
    if shards is not None:
        require_shards(shards)
    return default_shards(ranks.size) if shards is None and ranks is not None else shards


def sharing_for(estimator: Any, ranks: Ranks | None, task: Task) -> Sharing | None:
    """How the steps of a task are shared out; None where they are not. ValueError for one that cannot be."""
    return sharing_of(task, shards_of(estimator, ranks), 1, ranks)


def agree(estimator: Any, ranks: Ranks, X: Any, Y: Any, weights: PointWeights | None, *, begins: bool) -> None:
    """Let all ranks draw the same numbers. RankFailed, on all of them, where one has other data, parameters or versions.

    Without a `random_state` the numbers are those that rank 0 draws.
    """
    found_in_data(estimator, shards=shards_of(estimator, ranks))
    if ranks.size == 1:
        return
    if estimator.random_state is None:
        drawn = ranks.of_first(estimator._random_state.get_state())
        if not ranks.is_first:
            estimator._random_state = np.random.RandomState()
            estimator._random_state.set_state(drawn)
    _, key, *place = estimator._random_state.get_state()
    net = None if begins else np.concatenate([each.parameters for each in estimator.networks_])
    require_same(
        ranks,
        {
            **versions(),
            "estimator": type(estimator).__name__,
            **_texts(estimator.get_params(deep=False)),
            "shards": shards_of(estimator, ranks),
            "random": f"{digest_of_numbers(key)} {place}",
            "X": _of_points(X),
            "Y": digest_of_numbers(Y),
            "weights": digest_of_numbers(None if weights is None else weights.values),
            "parameters": digest_of_numbers(net),
        },
    )


def require_same_held_out(ranks: Ranks, held_out: HeldOut) -> None:
    """RankFailed, on all ranks, where one of them was given another set to look at."""
    if ranks.size > 1:
        of_targets = " ".join(map(digest_of_numbers, (held_out.Y, held_out.weights)))
        require_same(ranks, {"validation": f"{_of_points(held_out.X)} {of_targets}"})


def require_same_weights(ranks: Ranks, task: Task, epoch: int) -> None:
    """RankFailed where ranks have come to different weights."""
    if ranks.size > 1:
        require_same(ranks, {f"weights after epoch {epoch}:": digest_of_numbers(task.network.parameters)})


def _of_points(X: Any) -> str:
    if hasattr(X, "tocsr"):
        rows = X.tocsr()
        return " ".join(map(digest_of_numbers, (rows.data, rows.indices, rows.indptr)))
    return digest_of_numbers(X)


def _texts(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in parameters.items() if name not in OF_EACH}


def _text(value: Any) -> str:
    """A parameter's value as the same text on every rank."""
    if isinstance(value, np.ndarray):
        return f"array {digest_of_numbers(value)}"
    return getattr(value, "__qualname__", None) or repr(value)
