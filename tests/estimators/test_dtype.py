"""`dtype=`: the type of the network and of its training, whatever X is of; what goes in and comes out stays X's and y's own."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning

from clearprop.estimators import MLPClassifier, MLPRegressor

IRIS, DIABETES = load_iris(return_X_y=True), load_diabetes(return_X_y=True)
KINDS = pytest.mark.parametrize(("kind", "data"), [(MLPClassifier, IRIS), (MLPRegressor, DIABETES)])
SMALL: dict[str, Any] = {"hidden_layer_sizes": (6,), "max_iter": 20, "random_state": 0, "scaling": "standard"}


@pytest.fixture(autouse=True)
def _few_epochs() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@KINDS
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("of_X", ["float32", "float64"])
def test_the_network_has_it_and_outputs_are_of_the_type_of_X(kind: Any, data: Any, dtype: str, of_X: str) -> None:
    X = data[0].astype(of_X)
    model = kind(dtype=dtype, **SMALL).fit(X, data[1])
    assert model.network_.dtype == model.coefs_[0].dtype == dtype
    outputs = model.predict(X) if kind is MLPRegressor else model.predict_proba(X)
    assert outputs.dtype == of_X
    assert np.isfinite(outputs).all()
    if kind is MLPClassifier:
        np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-14 if of_X == "float64" else 1e-6)


@KINDS
def test_it_trains_what_points_of_that_type_do(kind: Any, data: Any) -> None:
    X, y = data
    one = kind(dtype="float32", **SMALL | {"scaling": None}).fit(X, y)
    other = kind(**SMALL | {"scaling": None}).fit(X.astype("float32"), y)
    np.testing.assert_array_equal(one.network_.parameters, other.network_.parameters)
    np.testing.assert_array_equal(one.predict(X), other.predict(X.astype("float32")))


@KINDS
def test_settings_say_which_it_is_and_why(kind: Any, data: Any) -> None:
    X, y = data
    assert kind(**SMALL).fit(X.astype("float32"), y).settings["dtype"] == ("float32", "data")
    assert kind(**SMALL).fit(X, y).settings["dtype"] == ("float64", "data")
    assert kind(dtype="float32").settings["dtype"] == ("float32", "written")
    copied = pickle.loads(pickle.dumps(clone(kind(dtype="float32", **SMALL)).fit(X, y)))
    assert copied.network_.dtype == "float32"


@KINDS
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_dense_sparse_and_a_set_held_out_agree(kind: Any, data: Any, engine: str) -> None:
    X, y = data
    options = SMALL | {"scaling": None, "dtype": "float32", "engine": engine}
    dense = kind(**options).fit(X, y, validation_data=(X[::2], y[::2]))
    sparse = kind(**options).fit(csr_matrix(X), y, validation_data=(csr_matrix(X[::2]), y[::2]))
    np.testing.assert_allclose(dense.validation_scores_, sparse.validation_scores_, atol=0.03)
    np.testing.assert_allclose(dense.predict(X[:9]), sparse.predict(csr_matrix(X[:9])), rtol=1e-3)


def test_numbers_too_large_for_it_are_refused() -> None:
    X, y = IRIS[0] * 1e100, IRIS[1]
    with pytest.raises(
        ValueError, match="X has numbers that are too large for float32; give dtype='float64', or scale X"
    ):
        MLPClassifier(dtype="float32", **SMALL | {"scaling": None}).fit(X, y)
    model = MLPClassifier(dtype="float32", **SMALL).fit(X, y)  # which are scaled first, in their own type
    with pytest.raises(ValueError, match="too large for float32"):
        model.predict(X * 1e60)


def test_a_target_keeps_the_digits_that_float32_has_not() -> None:
    X, y = DIABETES[0], DIABETES[1] / 1e3 + 1e9
    options = SMALL | {"max_iter": 200, "learning_rate_init": 0.01, "standardize_target": True}
    model = MLPRegressor(dtype="float32", **options).fit(X, y)
    assert model.predict(X).dtype == "float64"
    assert model.score(X, y) > 0.4
    assert MLPRegressor(**options).fit(X.astype("float32"), y).score(X.astype("float32"), y) > 0.4


@KINDS
def test_where_learning_goes_on_it_cannot_change(kind: Any, data: Any) -> None:
    model = kind(dtype="float32", warm_start=True, **SMALL).fit(*data)
    assert model.fit(*data).network_.dtype == "float32"
    with pytest.raises(ValueError, match="dtype was 'float32' where this network began, and is now 'float64'"):
        model.set_params(dtype="float64").fit(*data)


@KINDS
def test_pieces_and_single_rows_are_of_that_type(kind: Any, data: Any) -> None:
    X, y = data
    model = kind(dtype="float32", **SMALL | {"scaling": None})
    first = {"classes": [0, 1, 2]} if kind is MLPClassifier else {}
    model.partial_fit(X[:20], y[:20], **first)
    for i in range(20, 24):
        model.partial_fit(X[i : i + 1], y[i : i + 1])
    assert model.network_.dtype == "float32"


@KINDS
def test_it_is_explained_and_checked(kind: Any, data: Any) -> None:
    model = kind(dtype="float32", **SMALL).fit(*data)
    assert model.check_gradients().ok
    assert model.explain(data[0][0], data[1][0]).text()
    assert kind(dtype="float32", **SMALL).initialize(*data).network_.dtype == "float32"
