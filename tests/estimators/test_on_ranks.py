"""Ranks that fit an estimator together get the bits of one process that cuts its batches in the same way."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import clearprop as cp
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.engines.ranks import RankFailed
from clearprop.estimators import MLPClassifier, MLPRegressor
from tests.training.threads_as_ranks import Aborted, ThreadCommunicator, on_ranks

pytestmark = pytest.mark.filterwarnings("ignore")  # here, because filters are those of all threads

X, y = load_iris(return_X_y=True)
X, y = X[::3], y[::3]
OPTIONS = {"hidden_layer_sizes": (5,), "max_iter": 4, "random_state": 0, "batch_size": 16}


def bits(model: Any) -> list[bytes]:
    return [net.parameters.tobytes() + net.statistics.tobytes() for net in model.networks_]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (MLPClassifier, {}),
        (MLPClassifier, {"early_stopping": True, "calibration": "temperature"}),
        (MLPClassifier, {"solver": "lbfgs"}),
        (MLPClassifier, {"ensemble": 2, "dropout": 0.2}),
        (MLPClassifier, {"restarts": 2, "class_weight": "balanced", "dtype": "float32"}),
        (MLPClassifier, {"solver": "sgd", "learning_rate": "adaptive", "n_iter_no_change": 1, "tol": 1.0}),
        (MLPRegressor, {"standardize_target": True, "engine": "numpy"}),
        (MLPRegressor, {"shards": 16, "normalization": "layer", "last_batch": "even"}),
    ],
)
def test_any_number_of_ranks_gives_the_estimator_of_one_process(kind: type, options: dict[str, Any]) -> None:
    given = OPTIONS | options
    own = kind(**{"shards": 8} | given).fit(X, y)
    for size in (1, 2, 3):
        fitted = on_ranks(size, lambda c: kind(**given).fit(X, y, communicator=c))
        assert [bits(each) for each in fitted] == [bits(own)] * size, fitted
        assert fitted[0].loss_ == own.loss_
        assert fitted[-1].settings["shards"] == (given.get("shards", 8), "data")


@pytest.mark.parametrize("given", [X, csr_matrix(X)])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_each_rank_computes_its_own_part(given: Any, solver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if solver == "lbfgs" and given is not X:
        return  # which is refused
    computed: dict[int, int] = {}
    compute = NumpyEngine.loss_and_gradient

    def counted(engine: NumpyEngine, points: Any, *args: Any, **more: Any) -> Any:
        computed[threading.get_ident()] = computed.get(threading.get_ident(), 0) + len(points)
        return compute(engine, points, *args, **more)

    monkeypatch.setattr(NumpyEngine, "loss_and_gradient", counted)
    options = OPTIONS | {"engine": "numpy", "solver": solver}
    on_ranks(2, lambda c: MLPClassifier(**options).fit(given, y, communicator=c))
    one, other = computed.values()
    assert one == other
    assert solver == "lbfgs" or one + other == 4 * len(y)


def test_sparse_rows_and_a_set_that_is_looked_at_are_shared_out_too() -> None:
    given = OPTIONS | {"max_iter": 20, "n_iter_no_change": 2}
    own = MLPClassifier(**given, shards=8).fit(csr_matrix(X), y, validation_data=(X[::4], y[::4]))
    fitted = on_ranks(
        2,
        lambda c: MLPClassifier(**given).fit(csr_matrix(X), y, validation_data=(X[::4], y[::4]), communicator=c),
    )
    assert [bits(each) for each in fitted] == [bits(own)] * 2


def test_a_pipeline_hands_the_communicator_over() -> None:
    def fit(c: ThreadCommunicator) -> Any:
        return make_pipeline(StandardScaler(), MLPClassifier(**OPTIONS)).fit(X, y, mlpclassifier__communicator=c)[-1]

    own = MLPClassifier(**OPTIONS, shards=8).fit(StandardScaler().fit_transform(X), y)
    assert [bits(each) for each in on_ranks(2, fit)] == [bits(own)] * 2


def test_without_random_state_all_ranks_draw_what_the_first_draws() -> None:
    one, other = on_ranks(2, lambda c: MLPClassifier(**OPTIONS | {"random_state": None}).fit(X, y, communicator=c))
    assert bits(one) == bits(other)


def test_shards_go_on_by_steps_of_ones_own_and_with_warm_start() -> None:
    model = MLPClassifier(**OPTIONS, shards=8, warm_start=True).fit(X, y)
    model.fit(X, y).partial_fit(X[::6], y[::6])

    def learn(c: ThreadCommunicator) -> Any:
        begun = MLPClassifier(**OPTIONS, warm_start=True).fit(X, y, communicator=c).fit(X, y, communicator=c)
        return begun.set_params(shards=8).partial_fit(X[::6], y[::6])

    again = on_ranks(2, learn)
    assert [bits(each) for each in again] == [bits(model)] * 2


def test_the_first_rank_alone_prints_and_has_callbacks(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[int] = []

    def fit(c: ThreadCommunicator) -> Any:
        def stop_soon(report: cp.Report) -> bool:
            told.append(c.rank)
            return report.epoch >= 2

        return MLPClassifier(**OPTIONS, verbose=True, callbacks=stop_soon).fit(X, y, communicator=c)

    assert [each.n_iter_ for each in on_ranks(2, fit)] == [2, 2]
    assert told == [0, 0]
    assert capsys.readouterr().out.count("Iteration 2") == 1


@pytest.mark.parametrize(
    ("parameters", "changes", "said"),
    [
        ({"alpha": 0.5}, {}, r"rank 1 on .* has alpha 0.5, and rank 0 .* has 0.0001"),
        ({"alpha": -1}, {}, r"rank 1 on .*: The 'alpha' parameter"),
        ({"shards": 16}, {}, "rank 1 on .* has shards 16, and rank 0 .* has 8"),
        ({"random_state": 3}, {}, "rank 1 on .* has other random numbers"),
        ({}, {"X": X + 1e-12}, "rank 1 on .* has other points X"),
        ({}, {"y": y[::-1]}, "rank 1 on .* has other targets Y"),
        ({}, {"sample_weight": np.arange(len(y)) + 1.0}, "rank 1 on .* has other weights of points"),
        ({}, {"validation_data": (X + 1, y)}, "rank 1 on .* has other validation points"),
    ],
)
def test_ranks_that_were_not_called_alike_are_refused_by_name(
    parameters: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    def fit(c: ThreadCommunicator) -> Any:
        given = {"X": X, "y": y, "validation_data": (X, y), **(changes if c.rank == 1 else {})}
        return MLPClassifier(**OPTIONS | (parameters if c.rank == 1 else {})).fit(communicator=c, **given)

    first, second = on_ranks(2, fit)
    assert isinstance(first, RankFailed), first
    with pytest.raises(RankFailed, match=said):
        raise first
    assert isinstance(second, ValueError)


def test_a_fit_that_diverges_is_an_error_on_every_rank_and_the_first_says_what_helps() -> None:
    options = OPTIONS | {"solver": "sgd", "learning_rate_init": 1e300}
    first, second = on_ranks(2, lambda c: MLPClassifier(**options).fit(X, y, communicator=c))
    assert "Training diverged in epoch" in str(first)
    assert "non-finite" in str(second)


def test_a_rank_that_fails_alone_ends_all(capfd: pytest.CaptureFixture[str]) -> None:
    def stumble(report: cp.Report) -> None:
        raise RuntimeError("no paper")

    first, second = on_ranks(2, lambda c: MLPClassifier(**OPTIONS, callbacks=stumble).fit(X, y, communicator=c))
    assert isinstance(first, Aborted)
    assert not isinstance(second, MLPClassifier)
    assert "no paper" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("parameters", "given", "said"),
    [
        ({"shards": 6}, {}, "a power of two, such as 8 or 16; given 6"),
        ({}, {"communicator": 4}, "one of mpi4py"),
    ],
)
def test_what_is_no_way_to_share_is_refused(parameters: dict[str, Any], given: dict[str, Any], said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        MLPClassifier(**OPTIONS | parameters).fit(**{"X": X, "y": y} | given)


def test_lbfgs_on_sparse_points_is_that_of_the_array_on_shards_and_on_ranks() -> None:
    options = {"hidden_layer_sizes": (6,), "solver": "lbfgs", "max_iter": 15, "random_state": 0, "shards": 4}
    dense = MLPClassifier(**options).fit(X, y)
    alone = MLPClassifier(**options).fit(csr_matrix(X), y)
    assert alone.loss_ == pytest.approx(dense.loss_, rel=1e-6)
    for each in on_ranks(2, lambda c: MLPClassifier(**options).fit(csr_matrix(X), y, communicator=c)):
        assert np.array_equal(each._net().parameters, alone._net().parameters)


@pytest.mark.parametrize("engine", ["auto", "numpy"])
def test_lbfgs_on_sparse_points_makes_no_array_of_them(engine: str) -> None:
    sparse = csr_matrix(X)
    sparse.toarray = sparse.todense = None
    wide = MLPClassifier(hidden_layer_sizes=(6,), solver="lbfgs", max_iter=15, random_state=0, engine=engine).fit(
        sparse, y
    )
    dense = MLPClassifier(hidden_layer_sizes=(6,), solver="lbfgs", max_iter=15, random_state=0, engine=engine).fit(X, y)
    assert wide.loss_ == pytest.approx(dense.loss_, rel=1e-6)
