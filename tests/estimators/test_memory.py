"""What fitting takes beyond the data: targets once, one order of the rows, and a few vectors as long as the parameters."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from clearprop.engines import Task, choose_engine
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.formulas.losses import NLLM
from clearprop.formulas.optimizers import SGD

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

N, CLASSES = 100_000, 5
X = np.random.default_rng(0).normal(size=(N, 6))
y = np.argmax(X[:, :CLASSES], axis=1)


def peak_of_fit(model: MLPClassifier | MLPRegressor, y: np.ndarray) -> int:
    """Bytes that NumPy and Python hold at most while a model like one already fitted is fitted."""
    model.fit(X[:1000], y[:1000])  # which imports and caches
    tracemalloc.start()
    model.fit(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_fitting_holds_targets_and_row_numbers_once(kind: type) -> None:
    model = kind(hidden_layer_sizes=10, max_iter=3, random_state=0)
    peak = peak_of_fit(model, y if kind is MLPClassifier else X[:, 0] + X[:, 1])
    targets = 3 * 8 * N if kind is MLPClassifier else 8 * N  # a classifier sorts labels to see which there are
    order = 8 * N
    vectors = 20 * 8 * model._net().parameters.size
    trial = 256 * 8 * X.shape[1]
    assert peak < targets + order + vectors + trial + 100_000


@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_a_row_for_each_class_is_all_that_there_is_of_targets(engine: str) -> None:
    """Labels become int32, and the rows that they stand for are looked up; the steps are those on targets written out."""
    labels = y[:900]
    model = MLPClassifier(hidden_layer_sizes=4, random_state=0).initialize(X[:900], labels)
    Y, which = model._targets(labels, np.float64)
    assert Y.tolist() == np.eye(CLASSES).tolist()
    assert which is not None
    assert which.dtype == np.int32
    np.testing.assert_array_equal(Y[which], model._encoded(labels, np.float64))
    written_out = Task(model._net().copy(), NLLM(), SGD(), X[:900], Y[which])
    looked_up = Task(model._net().copy(), NLLM(), SGD(), X[:900], Y, which=which)
    for task in (written_out, looked_up):
        choose_engine(task, engine, 30)[0].run(np.arange(900).reshape(30, 30), np.full(30, 0.1), 1)
    np.testing.assert_array_equal(written_out.network.parameters, looked_up.network.parameters)


@pytest.mark.parametrize("options", [{}, {"early_stopping": True}], ids=str)
def test_an_ensemble_holds_points_and_targets_once(options: dict[str, bool]) -> None:
    one, eight = (
        peak_of_fit(MLPClassifier(hidden_layer_sizes=10, max_iter=2, random_state=0, ensemble=K, **options), y)
        for K in (1, 8)
    )
    assert eight < one + 8 * N + 100_000  # the order of rows, once more while the next one is drawn
