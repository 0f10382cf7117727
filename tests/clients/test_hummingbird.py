"""hummingbird turns fitted estimators into PyTorch modules that predict the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import neural_network

pytest.importorskip("torch")
hummingbird_ml = pytest.importorskip("hummingbird.ml")

from clearprop.estimators import register_converters  # noqa: E402 - after the libraries are there
from clearprop.estimators.exports.for_hummingbird import IN_TORCH  # noqa: E402
from tests.clients.models import REGRESSORS, SETTINGS, SPECIES, X, documented, fitted  # noqa: E402
from tests.operators.in_numpy import IN_NUMPY  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture(autouse=True)
def _registered() -> None:
    assert "hummingbird" in register_converters()


def test_control_scikit_learn_s_own_class_is_converted() -> None:
    model = neural_network.MLPClassifier((9, 6), max_iter=15, random_state=0).fit(X, SPECIES)
    there = hummingbird_ml.convert(model, "torch")
    np.testing.assert_allclose(there.predict_proba(X), model.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize("backend", ["torch", "torch.jit"])
@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("task", ["three classes", "two classes"])
def test_a_classifier_s_labels_and_probabilities_are_its_own(task: str, options: dict[str, Any], backend: str) -> None:
    model, points = fitted(task, **options)
    there = hummingbird_ml.convert(model, backend, points[:4])
    wanted = model.predict_proba(points.astype(float))
    np.testing.assert_allclose(there.predict_proba(points), wanted, rtol=1e-5, atol=1e-6)
    clear = (abs(wanted - 0.5) > 1e-3).all(axis=1)
    np.testing.assert_array_equal(there.predict(points)[clear], model.predict(points.astype(float))[clear])


@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("task", REGRESSORS)
def test_a_regressor_s_values_are_its_own(task: str, options: dict[str, Any]) -> None:
    model, points = fitted(task, **options)
    wanted = model.predict(points.astype(float))
    found = hummingbird_ml.convert(model, "torch").predict(points).reshape(wanted.shape)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5 * abs(wanted).max())


@pytest.mark.parametrize(("task", "reason"), [("labels", "one label for each row"), ("text", "hold no text")])
def test_labels_that_it_has_no_place_for_are_refused(task: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        hummingbird_ml.convert(fitted(task)[0], "torch")


def test_the_documented_lines_run() -> None:
    skl2onnx = pytest.importorskip("skl2onnx")
    import hummingbird.ml

    model, points = fitted("three classes", scaling="standard")
    made = {"clf": model, "X": points, "skl2onnx": skl2onnx, "hummingbird": hummingbird}
    exec(documented("register_converters"), made)
    np.testing.assert_allclose(
        made["module"].predict_proba(points), model.predict_proba(points.astype(float)), atol=1e-5
    )
    assert made["model"].graph.node


def test_every_operator_has_a_function_of_pytorch() -> None:
    assert set(IN_TORCH) == set(IN_NUMPY)
