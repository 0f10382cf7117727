"""Arguments that `train` refuses are refused by `Trainer` and by `Population` with the same words, where they have them."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest

import clearprop as cp

X, LABELS = np.random.default_rng(5).normal(size=(12, 4)), np.arange(12) % 3
NET = cp.Network((4, 6, 3), ("tanh", "softmax"), seed=1)
BAD: list[dict[str, Any]] = [
    {"loss": "nlm"},
    {"loss": "cross_entropy"},
    {"loss": None},
    {"optimizer": "adm"},
    {"optimizer": "sgd(eta=0.1)"},
    {"optimizer": "momentum(beta=1.5)"},
    {"optimizer": 3},
    {"eta": -1},
    {"eta": math.nan},
    {"eta": True},
    {"eta": "cosin(start=0.1)"},
    {"eta": None, "optimizer": cp.Optimizer},
    {"eta_factors": {1: 2}},
    {"eta_factors": {"W[9]": 0.5}},
    {"eta_factors": 0.5},
    {"frozen": 9},
    {"frozen": {1: 2}},
    {"frozen": [1, 2]},
    {"mask": {1: np.ones((2, 2))}},
    {"mask": {1: np.full((4, 6), 0.5)}},
    {"mask": [1]},
    {"penalty": "l3"},
    {"penalty": "l2(strength=-1)"},
    {"penalty": 0.1},
    {"dropout": 1.5},
    {"dropout": (0.1, 0.2, 0.3, 0.4)},
    {"dropout": "much"},
    {"input_noise": -1},
    {"max_norm": 0},
    {"max_norm": "x"},
    {"label_smoothing": 2},
    {"class_weight": {7: 1.0}},
    {"class_weight": [1.0]},
    {"class_weight": "equal"},
    {"class_weight": {0: -1.0}},
    {"loss": "square", "class_weight": {0: 2.0}},
    {"loss": "square", "label_smoothing": 0.1},
    {"missing_targets": "drop"},
    {"negative_weights": 1},
    {"missing_targets": "ignore"},
    {"engine": "gpu"},
    {"engine": "compiled", "penalty": "elastic(strength=0.1)"},
    {"threads": 0},
    {"threads": 1.5},
    {"seed": -1},
    {"seed": "one"},
]


def words(call: Any, options: dict[str, Any]) -> str:
    """What is said, in one line; empty where nothing is refused."""
    try:
        call(**options)
    except (ValueError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


@pytest.mark.parametrize("options", BAD, ids=str)
def test_what_train_refuses_is_refused_with_its_words(options: dict[str, Any]) -> None:
    given = {"loss": "nllm"} | options

    def train(**all_of: Any) -> None:
        cp.train(NET, X, LABELS, steps=1, progress=False, **all_of)

    expected = words(train, given)
    for made in (cp.Trainer, cp.Population):
        if not options.keys() <= inspect.signature(made).parameters.keys() or (made, options) == (
            cp.Population,
            {"seed": "one"},
        ):
            continue  # a population may have a list of seeds, and says so
        count = () if made is cp.Trainer else (5,)
        found = words(lambda made=made, count=count, **all_of: made(NET, *count, **all_of), given)
        assert found == expected, made.__name__
