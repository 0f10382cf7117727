"""`net.predictor()`: the network's function as it was, whatever becomes of the network, and from any thread."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas.activations import Activation
from clearprop.formulas.catalogue import CATALOGUE

RNG = np.random.default_rng(0)
NETWORKS = {
    "plain": cp.Network((5, 30, 7, 3), ("tanh", "relu", "softmax"), seed=1),
    "single": cp.Network((784, 30, 10), ("tanh", "softmax"), dtype="float32", seed=1),
    "narrow": cp.Network((3, 40, 1), ("gelu", "sigmoid"), seed=2),
    "one layer": cp.Network((4, 2), ("identity",), seed=2),
    "softmax inside": cp.Network((4, 6, 2), ("softmax", "identity"), seed=2),
    "normalised": cp.Network((4, 6, 2), ("tanh", "identity"), normalization="batch_norm", seed=2),
}
EACH = pytest.mark.parametrize("net", NETWORKS.values(), ids=NETWORKS)


def points(net: cp.Network, n: int) -> Any:
    return RNG.normal(size=(n, net.widths[0])).astype(net.dtype)


@EACH
@pytest.mark.parametrize("n", [1, 2, 3, 4, 33, 200])
def test_its_predictions_are_the_networks(net: cp.Network, n: int) -> None:
    X, predictor = points(net, n), net.predictor()
    A = predictor.predict(X)
    assert A.shape == (n, net.widths[-1])
    assert A.dtype == net.dtype
    atol = 16 * np.finfo(net.dtype).eps  # the same sums in another order
    np.testing.assert_allclose(A, net.predict(X), rtol=atol, atol=atol)
    assert (predictor(X) == A).all()
    assert (predictor.predict(X.tolist()) == A).all()
    assert (predictor.predict(X[:, ::-1][:, ::-1]) == A).all()


@pytest.mark.parametrize("name", CATALOGUE[Activation.kind])
def test_every_activation_has_its_predictions(name: str) -> None:
    net = cp.Network((4, 9, 3), (name, name), seed=3)
    X = RNG.normal(size=(2, 4))
    np.testing.assert_allclose(net.predictor().predict(X), net.predict(X), rtol=1e-14, atol=1e-14)


@EACH
def test_later_changes_of_the_network_do_not_reach_it(net: cp.Network) -> None:
    own, X = net.copy(), points(net, 6)
    predictor = own.predictor()
    few, many = predictor.predict(X[:1]), predictor.predict(X)
    own.parameters[...] = 7
    own.statistics[...] = 2
    assert (predictor.predict(X[:1]) == few).all()
    assert (predictor.predict(X) == many).all()
    predictor.network.parameters[...] = 7  # a copy
    assert (predictor.predict(X) == many).all()


@EACH
def test_it_pickles(net: cp.Network) -> None:
    X, predictor = points(net, 5), net.predictor()
    later = pickle.loads(pickle.dumps(predictor))
    assert (later.predict(X) == predictor.predict(X)).all()
    assert (later.predict(X[:1]) == predictor.predict(X[:1])).all()
    assert repr(later) == f"Predictor of {net!r}"


def test_threads_may_use_it_at_a_time() -> None:
    """Some ask for one point, which keeps Python's lock, and some for many, which lets go of it."""
    net = cp.Network((64, 200, 10), ("tanh", "softmax"), dtype="float32", seed=0)
    predictor = net.predictor()
    tables = [points(net, n) for n in (1, 300) * 3]
    expected = [predictor.predict(X) for X in tables]
    wrong: list[int] = []

    def ask(k: int) -> None:
        if not all((predictor.predict(tables[k]) == expected[k]).all() for _ in range(200)):
            wrong.append(k)

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@EACH
def test_what_does_not_fit_is_refused_in_the_networks_words(net: cp.Network) -> None:
    predictor, X = net.predictor(), points(net, 5)
    bad = [X[:, :2], X[0], X[:0], None, "x", np.where(np.arange(5)[:, None] == 2, np.nan, X), X[:1] * np.inf]
    for given in bad:
        with pytest.raises(ValueError) as ours:  # noqa: PT011 - the words are compared
            predictor.predict(given)
        with pytest.raises(ValueError) as theirs:  # noqa: PT011
            net.predict(given)
        assert str(ours.value) == str(theirs.value)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(TypeError, match="net must be a Network"):
        cp.Predictor("net")  # type: ignore[arg-type]
