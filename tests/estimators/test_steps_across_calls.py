"""The number of a step goes on over calls of `partial_fit`, over epochs and over the pieces of a sparse table."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from clearprop import Network
from clearprop.engines import Batches, Task, choose_engine, compiled, sparse_engine
from clearprop.estimators import MLPRegressor
from clearprop.formulas.penalties import L2, OfSum
from clearprop.formulas.regularizers import Dropout
from tests.engines.closeness import apart_by_rounding, distance

rng = np.random.default_rng(0)
X = rng.normal(size=(30, 4))
y = X @ [1.0, 2.0, -1.0, 0.5]
ENGINES = pytest.mark.parametrize("engine", ["numpy", "compiled"])
SOLVERS = pytest.mark.parametrize("solver", ["sgd", "adam"])


def a_model(engine: str = "auto", **given: object) -> MLPRegressor:
    return MLPRegressor(
        hidden_layer_sizes=(32,),
        dropout=0.5,
        max_iter=3,
        activation="tanh",
        shuffle=False,
        random_state=0,
        engine=engine,
        **given,
    )


def weights(model: MLPRegressor) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in (*model.coefs_, *model.intercepts_)])


@ENGINES
def test_partial_fit_leaves_other_units_out_in_every_call(engine: str) -> None:
    """32 units, half of which are dropped: the same masks again would leave some of them unmoved for good."""
    model = a_model(engine, alpha=0, solver="sgd", momentum=0, learning_rate_init=1e-3).partial_fit(X[:2], y[:2])
    before = model.coefs_[0].copy()
    for _ in range(100):
        model.partial_fit(X[:2], y[:2])
    assert (model.coefs_[0] != before).any(axis=0).all()


def pickled(model: MLPRegressor) -> MLPRegressor:
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize("between", [lambda model: model, pickled, copy.deepcopy], ids=["itself", "pickled", "copied"])
@pytest.mark.parametrize("rows_a_call", [1, 5])
def test_every_unit_moves_whatever_happens_between_calls_and_engines_agree(
    between: Callable[[MLPRegressor], MLPRegressor], rows_a_call: int
) -> None:
    models = [a_model(engine, alpha=0, solver="sgd", learning_rate_init=1e-3) for engine in ("numpy", "compiled")]
    first = [model.initialize(X, y).coefs_[0].copy() for model in models]
    for call in range(100):
        rows = np.arange(rows_a_call) + call % 6 * rows_a_call
        models = [between(model).partial_fit(X[rows], y[rows]) for model in models]
    for model, before in zip(models, first, strict=True):
        assert (model.coefs_[0] != before).any(axis=0).all()
        assert model._optimizer.steps == 100
    np.testing.assert_allclose(weights(models[0]), weights(models[1]), rtol=1e-11, atol=1e-13, err_msg="100 steps")


def test_a_clone_begins_with_the_first_step() -> None:
    model = a_model(solver="sgd").partial_fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        assert weights(clone(model).fit(X, y)).tobytes() == weights(model.fit(X, y)).tobytes()
    assert model._optimizer.steps == 3


@ENGINES
@SOLVERS
@pytest.mark.parametrize("rows_a_call", [1, 2])
def test_partial_fit_row_by_row_takes_the_steps_of_one_engine(engine: str, solver: str, rows_a_call: int) -> None:
    """Single rows go a short way after the first, and a setting that is changed ends it: the steps are the same."""
    model = a_model(engine, solver=solver).initialize(X, y)
    net = model._net().copy()
    for call, first in enumerate(range(0, 30, rows_a_call)):
        model.verbose = call == 10  # which ends the short way
        model.partial_fit(X[first : first + rows_a_call], y[first : first + rows_a_call])
    steps = 30 // rows_a_call
    expected = by_one_engine(model, net, engine, Batches.joined([np.arange(30).reshape(steps, rows_a_call)]))
    np.testing.assert_allclose(weights(model), expected, rtol=1e-13, atol=1e-15)


@ENGINES
@SOLVERS
def test_epochs_with_a_short_last_batch_are_the_steps_of_one_engine(engine: str, solver: str) -> None:
    model = a_model(engine, solver=solver, batch_size=8).initialize(X, y)
    net = model._net().copy()
    model.partial_fit(X, y).partial_fit(X, y)
    expected = by_one_engine(
        model, net, engine, Batches.joined([np.arange(24).reshape(3, 8), np.arange(24, 30)[None]] * 2)
    )
    np.testing.assert_allclose(weights(model), expected, rtol=1e-13, atol=1e-15)


def by_one_engine(model: MLPRegressor, net: Network, engine: str, batches: Batches) -> np.ndarray:
    """The weights of `net` after all steps of a model, taken by one engine in one call."""
    solver = model._optimizer
    penalty, dropout = OfSum(L2(model.alpha / 2)), Dropout((0.5,))
    task = Task(
        net,
        model._loss(),
        solver.rule,
        X,
        y[:, None],
        penalty=penalty,
        dropout=dropout,
        seed=solver.seed,
    )
    choose_engine(task, engine, 8)[0].run(batches, np.full(len(batches), model.learning_rate_init), 1)
    return np.concatenate([np.ravel(array) for array in (*net.W.values(), *net.W0.values())])


def at_once(monkeypatch: pytest.MonkeyPatch, numbers: int) -> None:
    """How much of a sparse table engines are handed in one piece."""
    for engine in (compiled, sparse_engine):
        monkeypatch.setattr(engine, "DENSE_NUMBERS", numbers)


@ENGINES
@SOLVERS
@pytest.mark.parametrize("numbers_at_once", [1, 70, 2**18])
def test_a_fit_on_a_sparse_table_is_that_on_a_dense_one(
    monkeypatch: pytest.MonkeyPatch, engine: str, solver: str, numbers_at_once: int
) -> None:
    """In pieces of one batch, of two, and in one piece."""
    at_once(monkeypatch, numbers_at_once)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        dense, sparse = (a_model(engine, solver=solver, batch_size=8).fit(given, y) for given in (X, csr_matrix(X)))
    if engine == "numpy":
        assert weights(dense).tobytes() == weights(sparse).tobytes()
    else:  # sums of the inputs that are there alone are rounded otherwise
        np.testing.assert_allclose(weights(dense), weights(sparse), rtol=1e-10, atol=1e-12)


def test_both_engines_take_the_same_steps_across_calls() -> None:
    def after(engine: str, X: np.ndarray = X) -> np.ndarray:
        model = a_model(engine)
        for first in range(0, 28, 7):
            model.partial_fit(X[first : first + 7], y[first : first + 7])
        return weights(model)

    allowed = apart_by_rounding(lambda _, X: after("numpy", X), after("numpy"), X, steps=4)
    assert distance(after("compiled"), after("numpy")) <= allowed <= 1e-11


def test_input_noise_is_drawn_anew_in_every_call() -> None:
    model, moves = a_noisy_model(learning_rate_init=1e-9), []
    for _ in range(3):
        before = weights(model)
        model.partial_fit(X[:4], y[:4])
        moves.append(weights(model) - before)
    for move in moves[1:]:  # the network is the same but for 1e-9
        assert np.linalg.norm(move - moves[0]) > 0.1 * np.linalg.norm(moves[0])


def test_a_sparse_table_gets_the_noise_of_a_dense_one(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once(monkeypatch, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        dense, sparse = (a_noisy_model(batch_size=8).fit(given, y) for given in (X, csr_matrix(X)))
    assert weights(dense).tobytes() == weights(sparse).tobytes()


def a_noisy_model(**given: object) -> MLPRegressor:
    model = MLPRegressor(hidden_layer_sizes=(8,), input_noise=0.5, max_iter=3, random_state=0, solver="sgd", **given)
    return model.initialize(X, y)


@ENGINES
@pytest.mark.parametrize("table", [np.asarray, csr_matrix], ids=["dense", "sparse"])
@pytest.mark.parametrize("row", [0, 9, 29])
def test_a_step_that_cannot_be_taken_is_named_by_its_place_in_the_epoch(
    monkeypatch: pytest.MonkeyPatch, engine: str, table: type, row: int
) -> None:
    """In the first batch of 8, in a later one and in the short last one; a sparse table is taken batch by batch."""
    at_once(monkeypatch, 1)
    far = y.copy()
    far[row] = 1e200
    model = a_model(engine, solver="sgd", batch_size=8)
    with pytest.raises(ValueError, match=f"diverged in epoch 1, step {row // 8 + 1}:"):
        model.fit(table(X), far)
    assert model._optimizer.steps == row // 8
