"""The choice between engines: which one, and why."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import Task, choose_engine
from clearprop.formulas.losses import Square
from clearprop.formulas.optimizers import SGD


def task() -> Task:
    return Task(Network((2, 1), ("identity",)), Square(), SGD(), np.ones((3, 2)), np.ones((3, 1)))


def test_numpy_is_taken_as_asked() -> None:
    engine, choice = choose_engine(task(), "numpy")
    assert (engine.name, str(choice)) == ("numpy", "numpy (as asked)")


def test_auto_takes_an_engine_and_says_why() -> None:
    engine, choice = choose_engine(task())
    assert choice.name == engine.name
    assert choice.reason


@pytest.mark.parametrize(
    ("given", "hint"), [("numpi", "did you mean 'numpy'"), ("xyz", "there are auto"), (None, "auto")]
)
def test_an_unknown_engine_is_refused_with_what_there_is(given: str, hint: str) -> None:
    with pytest.raises(ValueError, match=f"unknown engine {given!r}; .*{hint}"):
        choose_engine(task(), given)


def test_every_engine_that_takes_a_task_takes_steps_on_it() -> None:
    given = task()
    engine, _ = choose_engine(given)
    before = given.network.parameters.copy()
    assert np.isfinite(engine.run(np.array([[0, 1]]), np.array([0.1]), 1))
    assert not np.array_equal(given.network.parameters, before)
