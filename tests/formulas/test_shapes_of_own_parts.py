"""A part of one's own that gives another shape than its kind asks for is refused: NumPy would make a wrong number of it."""

from __future__ import annotations

import numpy as np
import pytest

import clearprop as cp
from tests.parts import EachWeight

X = np.random.default_rng(0).normal(size=(6, 2))
Y = np.random.default_rng(1).normal(size=(6, 2))


class Own(cp.Loss):
    """The square loss, which gives what it is told to."""

    name = "own"
    of_L = staticmethod(lambda each: each.sum(axis=1))
    of_dL_dA = staticmethod(lambda each: each)

    def L(self, A, Y):
        return type(self).of_L((A - Y) ** 2)

    def dL_dA(self, A, Y):
        return type(self).of_dL_dA(2 * (A - Y))


class Unsummed(Own):
    of_L = staticmethod(lambda each: each)


class Column(Own):
    of_L = staticmethod(lambda each: each.sum(axis=1, keepdims=True))


class Scalar(Own):
    of_L = staticmethod(lambda each: each.mean())


class Spread(Own):
    of_dL_dA = staticmethod(lambda each: each.sum(axis=1, keepdims=True))


class Mean(cp.Elementwise):
    name = "mean_of_units"

    def A(self, Z):
        return Z.mean(axis=1, keepdims=True)

    def dA_dZ(self, Z, A):
        return np.ones_like(Z)


class Flat(cp.Elementwise):
    name = "flat"

    def A(self, Z):
        return 2 * Z

    def dA_dZ(self, Z, A):
        return np.full((len(Z), 1), 2.0)


class OneNumber(cp.Penalty):
    name = "one_number"

    def R(self, W):
        return (W**2).sum()

    def dR_dW(self, W):
        return np.float64(2.0)


def with_loss(loss):
    return cp.Network((2, 3, 2), ("tanh", "identity")), {"loss": loss}


ONE_LAYER = cp.Network((2, 2), ("identity",))
CASES = [
    (
        *with_loss(Unsummed()),
        r"loss 'own': L must have shape \(\d,\), a number for each point.*; it has shape \(\d, 2\)",
    ),
    (*with_loss(Column()), r"loss 'own': L must have shape .*; it has shape \(\d, 1\)"),
    (*with_loss(Scalar()), r"loss 'own': L must have shape .*; it has shape \(\)"),
    (*with_loss(Spread()), r"loss 'own': dL_dA must have shape \(\d, 2\).*; it has shape \(\d, 1\)"),
    (
        cp.Network((2, 3, 2), (Mean(), "identity")),
        {"loss": "square"},
        r"activation 'mean_of_units': A must have shape \(\d, 3\),.*each unit of each point; it has shape \(\d, 1\)",
    ),
    (
        cp.Network((2, 3, 2), (Flat(), "identity")),
        {"loss": "square"},
        r"activation 'flat': dA_dZ must have shape \(\d, 3\)",
    ),
    (
        cp.Network((2, 2), ("identity",)),
        {"loss": "square", "penalty": EachWeight()},
        r"penalty 'each_weight': R must have shape \(\)",
    ),
    (
        cp.Network((2, 2), ("identity",)),
        {"loss": "square", "penalty": OneNumber()},
        r"'one_number': dR_dW must have shape \(2, 2\)",
    ),
]


@pytest.mark.parametrize(("net", "given", "message"), CASES, ids=lambda case: str(case)[:20])
def test_a_wrong_shape_is_named_with_the_one_that_is_wanted(net, given, message):
    with pytest.raises(ValueError, match=message):
        cp.back_propagate(net, cp.forward_pass(net, X, Y, **given))
    for more in ({"batch_size": 4}, {"batch_size": None, "sample_weight": np.arange(1.0, 7)}, {"batch_size": 1}):
        with pytest.raises(ValueError, match=message):
            cp.train(net, X, Y, steps=3, eta=0.01, **given, **more)
    if "penalty" not in given:
        with pytest.raises(ValueError, match=message):
            net.copy().learn_one(X[0], Y[0], loss=given["loss"], eta=0.1)


def test_a_loss_of_the_right_shape_is_taken_by_both():
    net = cp.Network((2, 3, 2), ("tanh", "identity"))
    ours, theirs = (cp.forward_pass(net, X, Y, loss=loss) for loss in (Own(), "square"))
    assert ours.loss == theirs.loss
    assert np.array_equal(cp.back_propagate(net, ours).flat, cp.back_propagate(net, theirs).flat)
