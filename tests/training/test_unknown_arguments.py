"""An argument by a name that a function does not have is answered with the one that was meant."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import pytest

import clearprop as cp
from clearprop.training.unknown_arguments import ELSEWHERE

NET = cp.Network((2, 3, 1), ("tanh", "sigmoid"), seed=1)
CALLS: dict[str, Any] = {
    "train": lambda **given: cp.train(NET, [[1.0, 2.0]], [[1.0]], loss="nll", **given),
    "Trainer": lambda **given: cp.Trainer(NET, loss="nll", **given),
    "Population": lambda **given: cp.Population(NET, 2, loss="nll", **given),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_nearest_argument_or_what_it_is_called_here_is_named(name: str) -> None:
    with pytest.raises(TypeError, match=f"^{name} has no argument 'lr'; it is called 'eta' here$"):
        CALLS[name](lr=0.1)
    with pytest.raises(TypeError, match=f"^{name} has no argument 'optimiser'; did you mean 'optimizer'\\?$"):
        CALLS[name](optimiser="adam")
    with pytest.raises(TypeError, match="there are net, "):
        CALLS[name](zzzzz=1)


def test_a_fit_names_them_too() -> None:
    with pytest.raises(TypeError, match="fit has no choice 'lr'; it is called 'eta' here"):
        cp.fit({"x": [1.0, 2.0], "y": [1.0, 2.0]}, target="y", lr=0.1)


def test_what_it_is_called_here_is_an_argument_of_train() -> None:
    parameters = inspect.signature(cp.train).parameters
    assert set(ELSEWHERE.values()) <= parameters.keys()
    assert not ELSEWHERE.keys() & parameters.keys()
    assert pickle.loads(pickle.dumps(cp.train)) is cp.train
