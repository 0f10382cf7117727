"""Networks from scikit-learn's perceptrons and from Keras's arrays; PyTorch's modules are in `tests/clients/test_torch.py`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import clearprop as cp

RNG = np.random.default_rng(4)
X = RNG.normal(size=(40, 3))
Y = X @ RNG.normal(size=(3, 2))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("activation", ["relu", "logistic", "tanh", "identity"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["values", "counts", "two", "three", "several"])
def test_a_perceptron_becomes_a_network_with_its_outputs(activation: str, dtype: str, kind: str) -> None:
    neural = pytest.importorskip("sklearn.neural_network")
    targets = {
        "values": Y,
        "counts": Y**2,
        "two": Y[:, 0] > 0,
        "three": np.digitize(Y[:, 0], [-1, 1]),
        "several": Y > 0,
    }[kind]
    made = neural.MLPRegressor if kind in ("values", "counts") else neural.MLPClassifier
    more = {"loss": "poisson"} if kind == "counts" else {}
    estimator = made(hidden_layer_sizes=(5, 4), activation=activation, max_iter=5, random_state=0, **more)
    estimator.fit(X.astype(dtype), targets)
    net = cp.from_sklearn(estimator)
    assert net.dtype == dtype
    values = kind in ("values", "counts")
    theirs = estimator.predict(X.astype(dtype)) if values else estimator.predict_proba(X.astype(dtype))
    ours = net.predict(X.astype(dtype))
    np.testing.assert_allclose(
        ours, theirs[:, 1:] if kind == "two" else theirs, rtol=1e-5 if dtype == "float32" else 1e-12
    )
    before = estimator.coefs_[0].copy()
    net.W[1][...] = 0
    assert (estimator.coefs_[0] == before).all()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_an_estimator_of_this_package_gives_its_network() -> None:
    estimators = pytest.importorskip("clearprop.estimators")
    estimator = estimators.MLPRegressor(hidden_layer_sizes=(5,), max_iter=3, activation="swish", random_state=0)
    estimator.fit(X, Y)
    net = cp.from_sklearn(estimator)
    assert (net.parameters == estimator.network_.parameters).all()
    assert net is not estimator.network_


def test_other_estimators_are_refused() -> None:
    pytest.importorskip("sklearn")
    from sklearn.linear_model import LinearRegression
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline

    with pytest.raises(TypeError, match="given LinearRegression"):
        cp.from_sklearn(LinearRegression())
    with pytest.raises(TypeError, match=r"give its last step, pipeline\[-1\]"):
        cp.from_sklearn(make_pipeline(MLPRegressor()))
    with pytest.raises(ValueError, match="not fitted yet"):
        cp.from_sklearn(MLPRegressor())
    with pytest.raises(TypeError, match="given list"):
        cp.from_sklearn([])


def test_arrays_of_keras_become_a_network_and_come_back() -> None:
    arrays = [RNG.normal(size=shape).astype("float32") for shape in ((3, 5), (5,), (5, 2), (2,))]
    net = cp.from_keras(arrays, ["relu", "softmax"])
    assert net.dtype == "float32"
    back = [array for l in net.layers for array in (net.W[l], net.W0[l])]
    assert all((a == b).all() for a, b in zip(arrays, back, strict=True))


class Layer:
    def __init__(self, name: str, *arrays: np.ndarray, **config: Any) -> None:
        self.name, self._arrays, self._config = name, arrays, config

    def get_weights(self) -> list[np.ndarray]:
        return list(self._arrays)

    def get_config(self) -> dict[str, Any]:
        return self._config


class Dense(Layer): ...


class Dropout(Layer): ...


class Activation(Layer): ...


class Conv1D(Layer): ...


class Sequential(SimpleNamespace):
    def get_weights(self) -> list[np.ndarray]:
        return [array for layer in self.layers for array in layer.get_weights()]


W, W0, U = RNG.normal(size=(3, 4)), RNG.normal(size=4), RNG.normal(size=(4, 2))


def test_a_model_tells_its_layers() -> None:
    layers = [
        Dense("a", W, W0, activation="leaky_relu"),
        Dropout("b", rate=0.2),
        Dense("c", U, activation="linear"),
        Activation("d", activation="softmax"),
    ]
    with pytest.warns(UserWarning, match=r"layer 'b' \(Dropout\) is not part of a network; give dropout=0.2"):
        net = cp.from_keras(Sequential(layers=layers))
    assert [str(f) for f in net.activations] == ["leaky_relu(slope=0.2)", "softmax"]
    assert (net.W[2] == U).all()
    assert (net.W0[2] == 0).all()


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([Conv1D("conv", W)], r"layer 'conv' \(Conv1D\): a network cannot hold it"),
        ([Dense("a", W, W0, activation="hard_sigmoid")], "layer 'a' .*: activation 'hard_sigmoid' is none of those"),
        ([Activation("a", activation="relu")], "layer 'a' .* comes before the first layer of weights"),
        (
            [Dense("a", W, W0, activation="relu"), Activation("b", activation="relu")],
            "layer 'b' .* follows another activation",
        ),
        ([], "there is no layer of weights"),
    ],
)
def test_what_a_network_cannot_hold_is_refused_with_its_name(layers: list[Layer], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cp.from_keras(Sequential(layers=layers))


@pytest.mark.parametrize(
    ("given", "activations", "message"),
    [
        ([W, W0], None, "arrays do not say what activations they go with"),
        ([W0, W], ["relu"], r"arrays must be W \(m, n\) and W0 \(n,\) of each layer in turn"),
        ([W], ["relu"], "arrays must be W"),
        (SimpleNamespace(layers=[], get_weights=list), None, "SimpleNamespace may have branches"),
        (SimpleNamespace(layers=[], get_weights=list), ["relu"], "a model has activations of its own"),
        (3, None, "from_keras takes a Keras model"),
    ],
)
def test_wrong_calls_are_told(given: Any, activations: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        cp.from_keras(given, activations)


def test_without_torch_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    net = cp.Network((2, 1), ("identity",))
    for call in (net.to_torch, lambda: cp.from_torch(None)):
        with pytest.raises(ModuleNotFoundError, match="pip install torch"):
            call()
