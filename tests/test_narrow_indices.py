"""Where addresses have 32 bits, as in Pyodide and on 32-bit ARM, NumPy refuses int64 for some indices. Acted out on 64 bits.

There, `np.intp` is int32, and what is explicitly int64 is of another type. Here both are one type, but NumPy has a second
one of 64 bits, `np.longlong`: it takes the place of `np.int64`, and the functions that would refuse int64 refuse it.
`Generator.integers` and `choice` give int64 on every platform.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import clearprop as cp
from clearprop.engines import NonFinite, Task, compiled
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.estimators import MLPClassifier
from clearprop.formulas.losses import Square
from clearprop.formulas.optimizers import SGD
from tests.cli import conftest
from tests.test_readme import BLOCKS

INDICES = {"take": 1, "bincount": 0, "repeat": 1, "put": 1, "choose": 0, "compress": 0}
"""Functions that cast an argument to `np.intp` by the rule "safe", and its place."""


def refusing(function: Callable[..., Any], place: int) -> Callable[..., Any]:
    @wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        index = given[place] if place < len(given) else named.get("indices", named.get("repeats"))
        if isinstance(index, np.ndarray | np.generic) and index.dtype.char == "q":
            raise TypeError("Cannot cast array data from dtype('int64') to dtype('int32') according to the rule 'safe'")
        return function(*given, **named)

    return called


PLAIN = np.random.Generator


class Generator(PLAIN):
    """Whose explicitly 64-bit numbers are of the other type."""

    def integers(self, *given: Any, **named: Any) -> Any:
        drawn = super().integers(*given, **named)
        return drawn.astype(np.longlong) if isinstance(drawn, np.ndarray) and drawn.dtype == np.int64 else drawn

    def choice(self, *given: Any, **named: Any) -> Any:
        drawn = super().choice(*given, **named)
        return drawn.astype(np.longlong) if isinstance(drawn, np.ndarray) and drawn.dtype == np.int64 else drawn


def generator_of(seed: Any = None) -> np.random.Generator:
    return seed if isinstance(seed, PLAIN) else Generator(np.random.PCG64(seed))


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform of 32 bits, which has no compiled kernels."""
    for name, place in INDICES.items():
        monkeypatch.setattr(np, name, refusing(getattr(np, name), place))
    monkeypatch.setattr(np, "int64", np.longlong)
    monkeypatch.setattr(np.random, "Generator", Generator)
    monkeypatch.setattr(np.random, "default_rng", generator_of)
    monkeypatch.setattr(compiled, "KERNELS", None)


shell = conftest.shell

X, Y = np.arange(24.0).reshape(12, 2) / 24, np.arange(12.0)[:, None] / 12


def test_the_simulation_refuses_what_such_a_platform_refuses() -> None:
    for call in (
        lambda: np.take(X, np.array([0], np.int64), axis=0),
        lambda: np.bincount(np.random.default_rng(1).integers(0, 3, 5)),
        lambda: np.repeat(X, np.random.default_rng(1).choice(3, 12), axis=0),
    ):
        with pytest.raises(TypeError, match="Cannot cast"):
            call()
    assert len(np.take(X, np.arange(2), axis=0)) == 2


@pytest.mark.parametrize("sampling", ["shuffle", "with_replacement", "shuffle(last=drop)"])
@pytest.mark.parametrize("batch_size", [1, 5])
@pytest.mark.parametrize("restarts", [1, 2])
def test_training_runs(sampling: str, batch_size: int, restarts: int) -> None:
    net = cp.Network((2, 3, 1), ("tanh", "identity"), seed=1)
    run = cp.train(
        net, X, Y, loss="square", eta=0.1, epochs=3, batch_size=batch_size, sampling=sampling, restarts=restarts
    )
    assert run.engine.name == "numpy"


def test_steps_on_points_that_a_caller_names_run() -> None:
    net = cp.Network((2, 3, 1), ("tanh", "identity"), seed=1)
    engine = NumpyEngine(Task(net, Square(), SGD(), X, Y))
    points = np.array([3, 1], np.int64)
    _, gradient = engine.loss_and_gradient(points, 1)
    engine.apply(gradient, 0.1, 1)
    engine.run(points[None], np.array([0.1]), 2)
    net.learn_one(X[0], Y[0], loss="square", eta=0.1)
    with pytest.raises(NonFinite):
        engine.run(np.tile(points, (3, 1)), np.array([1e300, 1e300, 1e300]), 3)


def test_a_table_of_texts_is_split_prepared_trained_and_evaluated(shell: conftest.Shell, tmp_path: Path) -> None:
    rows = [f"{'red' if i % 3 else 'blue'},{i % 7},{'yes' if i % 2 else 'no'}" for i in range(60)]
    (tmp_path / "table.csv").write_text("\n".join(["colour,size,bought", *rows]))
    trained = shell(
        "train", "table.csv", "--target", "bought", "--epochs", "3", "--batch-size", "8", "-o", "model.clearprop"
    )
    assert (trained.status, trained.err) == (0, "")
    assert "accuracy" in shell("evaluate", "model.clearprop", "table.csv").out


def test_classifiers_learn_with_weights_of_classes() -> None:
    labels = np.array(["a", "b", "b"] * 4)
    model = MLPClassifier(max_iter=3, batch_size=4, class_weight="balanced", random_state=1)
    with pytest.warns(ConvergenceWarning):
        model.fit(np.tile(X, (3, 1)), np.tile(labels, 3))
    assert model.score(X, labels) >= 0
    MLPClassifier(random_state=1).partial_fit(X[:1], labels[:1], classes=["a", "b"])


@pytest.mark.lengthy
def test_the_readme_s_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), names)
    assert "gradients agree" in capsys.readouterr().out
