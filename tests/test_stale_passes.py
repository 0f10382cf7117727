"""A forward pass is of one network and of its points: `back_propagate` refuses it once either has changed, and says which."""

from __future__ import annotations

import numpy as np
import pytest

import clearprop as cp

X = np.random.default_rng(0).normal(size=(4, 2))
Y = np.random.default_rng(1).normal(size=(4, 1))
WIDTHS = (2, 3, 1)


def network(seed: int = 0, activation: str = "tanh", **more) -> cp.Network:
    return cp.Network(WIDTHS, (activation, "identity"), seed=seed, **more)


def passed(net: cp.Network, **more) -> cp.ForwardPass:
    return cp.forward_pass(net, X.copy(), Y.copy(), loss="square", **more)


def test_the_same_network_and_a_copy_of_it_are_taken():
    net = network()
    fwd = passed(net)
    assert np.array_equal(cp.back_propagate(net, fwd).flat, cp.back_propagate(net.copy(), fwd).flat)


def test_weights_that_have_changed_are_named():
    for l, name in ((1, "W"), (2, "W"), (1, "W0"), (2, "W0")):
        net = network()
        fwd = passed(net)
        getattr(net, name)[l][...] += 1e-15
        with pytest.raises(
            ValueError, match=rf"{name}\[{l}\] is not that of the forward pass.*call forward_pass again"
        ):
            cp.back_propagate(net, fwd)


def test_a_step_makes_a_forward_pass_stale():
    net = network()
    fwd = passed(net)
    net.learn_one(X[0], Y[0], loss="square", eta=0.1)
    with pytest.raises(ValueError, match=r"W\[1\] is not that of the forward pass"):
        cp.back_propagate(net, fwd)


def test_another_network_of_the_same_shape_is_refused():
    with pytest.raises(ValueError, match=r"W\[1\] is not that of the forward pass"):
        cp.back_propagate(network(seed=1), passed(network()))
    with pytest.raises(ValueError, match=r"another network, Network 2-3-1 \(tanh, identity\).*\(relu, identity\)"):
        cp.back_propagate(network(activation="relu"), passed(network()))


def test_another_shape_is_our_error():
    with pytest.raises(ValueError, match=r"another network, Network 2-3-1 .* given is Network 2-5-1"):
        cp.back_propagate(cp.Network((2, 5, 1), ("tanh", "identity")), passed(network()))


@pytest.mark.parametrize("which", ["X", "Y", "sample_weight", r"factors\[1\]"])
def test_points_that_have_changed_are_named(which: str):
    net, given = network(), {"X": X.copy(), "Y": Y.copy(), "sample_weight": np.ones(4)}
    factors = np.ones((4, 3))
    points, targets, weights = given.values()
    fwd = cp.forward_pass(net, points, targets, loss="square", sample_weight=weights, factors={1: factors})
    (given | {r"factors\[1\]": factors})[which][2] += 1
    with pytest.raises(ValueError, match=f"{which} has changed since the forward pass"):
        cp.back_propagate(net, fwd)


def test_normalised_layers_and_trainable_activations_are_compared_too():
    net = cp.Network(WIDTHS, ("prelu", "identity"), normalization="batch_norm")
    for name in ("gain", "shift", "alpha"):
        fwd = passed(net)
        getattr(net, name)[1][...] += 0.5
        with pytest.raises(ValueError, match=rf"{name}\[1\] is not that of the forward pass"):
            cp.back_propagate(net, fwd)
