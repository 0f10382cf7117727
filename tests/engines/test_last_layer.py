"""Outputs for scores: the kernels give what the formulas give, with any number of threads, and NumPy where it was asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse

import clearprop as cp
from clearprop.engines import LastLayer, last_layer
from clearprop.engines.levels import KERNELS
from clearprop.engines.predictor import frozen_kernels
from clearprop.formulas.activations import Activation
from clearprop.formulas.catalogue import CATALOGUE
from clearprop.training.evaluation import HeldOut

RNG = np.random.default_rng(0)
NORMALIZATIONS = (None, *CATALOGUE["normalization"])
needs_kernels = pytest.mark.skipif(KERNELS is None, reason="without kernels NumPy computes everything")


def moved(net: cp.Network) -> cp.Network:
    """The network with running statistics as a training leaves them."""
    net.statistics[...] = RNG.uniform(0.5, 2, net.statistics.shape)
    return net


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CATALOGUE[Activation.kind])
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("n", [1, 3, 70])
def test_the_kernels_agree_with_the_formulas(name: str, normalization: str | None, dtype: Any, n: int) -> None:
    net = moved(cp.Network((4, 9, 3), ("tanh", name), dtype=dtype, normalization=normalization, seed=3))
    X = RNG.normal(size=(n, 4)).astype(dtype)
    by_kernels, by_formulas = LastLayer(net, n).of(X), LastLayer(net, n, "numpy").of(X)
    for own, formula in zip(by_kernels, by_formulas, strict=True):
        assert (own.dtype, own.shape) == (formula.dtype, formula.shape)
        atol = 64 * np.finfo(dtype).eps  # the same sums in another order
        np.testing.assert_allclose(own, formula, rtol=atol, atol=atol)


@needs_kernels
def test_every_number_of_threads_gives_the_same_bits() -> None:
    net = cp.Network((30, 64, 64, 2), ("relu", "tanh", "softmax"), seed=1)
    X = RNG.normal(size=(3000, 30))
    first, *others = (LastLayer(net, 3000, threads=threads).of(X)[0] for threads in (1, 2, 3))
    assert all((other == first).all() for other in others)


@needs_kernels
@pytest.mark.parametrize("engine", ["auto", "compiled"])
def test_no_product_of_numpy_is_left_in_the_scores_of_an_epoch(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("NumPy computes a layer")

    monkeypatch.setattr(cp.Network, "pre_activation", refuse)
    X, Y = RNG.normal(size=(20, 3)), RNG.normal(size=(20, 1))
    net = cp.Network((3, 5, 1), ("relu", "identity"), seed=0)
    run = cp.train(net, X, Y, loss="square", epochs=2, validation=(X, Y), metrics="r2", engine=engine, progress=False)
    assert len(run.history["validation_loss"]) == 2


@needs_kernels
@pytest.mark.parametrize(("engine", "threads"), [("compiled", 1), ("auto", 3), ("numpy", 3)])
def test_who_takes_the_steps_computes_the_scores_with_as_many_threads(
    engine: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def told(net: cp.Network, activations: Any, threads: int) -> Any:
        asked.append(threads)
        return frozen_kernels(net, activations, threads)

    monkeypatch.setattr(last_layer, "frozen_kernels", told)
    X, Y = RNG.normal(size=(50, 6)), RNG.normal(size=(50, 1))
    net = cp.Network((6, 40, 1), ("tanh", "identity"), seed=0)
    cp.train(net, X, Y, loss="square", epochs=2, validation=(X, Y), engine=engine, threads=threads, progress=False)
    assert asked == ([] if engine == "numpy" else [threads] * 2)


@pytest.mark.parametrize("engine", ["auto", "numpy"])
def test_parameters_that_are_not_finite_give_outputs_that_are_not(engine: str) -> None:
    net = cp.Network((3, 4, 2), ("relu", "softmax"), seed=0)
    net.W[1][...] = np.nan
    _, A = HeldOut(np.ones((5, 3)), np.zeros((5, 2)), engine=engine).outputs(net)
    assert np.isnan(A).all()


def test_a_sparse_matrix_has_its_outputs() -> None:
    X = RNG.binomial(1, 0.2, (9, 6)).astype(float)
    net = cp.Network((6, 4, 2), ("relu", "softmax"), seed=0)
    for own, dense in zip(LastLayer(net, 9).of(sparse.csr_array(X)), LastLayer(net, 9).of(X), strict=True):
        np.testing.assert_allclose(own, dense, rtol=1e-13, atol=1e-14)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="engine"):
        LastLayer(cp.Network((2, 1), ("identity",)), 1, "gpu")
