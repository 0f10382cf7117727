"""What fitting takes beyond the data: targets once, one order of the rows, and a few vectors as long as the parameters."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from clearprop.engines.compiled import padded
from clearprop.estimators import MLPClassifier, MLPRegressor

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
    targets = 8 * N * model.n_outputs_
    order = 8 * N
    vectors = 20 * 8 * model._net().parameters.size
    trial = 256 * 8 * X.shape[1]
    assert peak < targets + order + vectors + trial + 100_000


@pytest.mark.parametrize("targets", ["classes", "yes or no"])
def test_encoded_targets_are_laid_out_for_the_kernels(targets: str) -> None:
    labels = {"classes": y, "yes or no": y > 1}[targets]
    model = MLPClassifier().initialize(X[:9000], labels[:9000])
    Y = model._encoded(labels[:9000], np.float64, incremental=False)
    assert padded(Y) is Y.base
    expected = labels[:9000, None] == model.classes_ if Y.shape[1] > 1 else labels[:9000, None] == model.classes_[1]
    np.testing.assert_array_equal(Y, expected)
