"""An ensemble says the mean of what its networks say, and says which of them is meant or asks."""

from __future__ import annotations

import numpy as np
import pytest

import clearprop as cp
from clearprop.ensemble import Ensemble, mean_of, networks_of, one_of, output_of

rng = np.random.default_rng(0)
X = rng.normal(size=(30, 4))


def networks(output: str, outputs: int = 3, K: int = 5, **more: object) -> list[cp.Network]:
    return [cp.Network((4, 6 + k, outputs), ("tanh", output), seed=k, **more) for k in range(K)]


@pytest.mark.parametrize("output", ["softmax", "sigmoid", "identity", "tanh", "exp"])
def test_its_prediction_is_the_mean_of_theirs(output: str) -> None:
    nets = networks(output)
    np.testing.assert_allclose(
        Ensemble(nets).predict(X), np.mean([net.predict(X) for net in nets], axis=0), rtol=1e-13, atol=1e-15
    )


def test_logarithms_of_probabilities_give_the_logarithm_of_their_mean() -> None:
    nets = networks("log_softmax")
    nets[0].parameters[...] *= 400  # whose smallest probabilities are too small for a number
    A = Ensemble(nets).predict(X)
    np.testing.assert_allclose(np.exp(A), np.mean([np.exp(net.predict(X)) for net in nets], axis=0), rtol=1e-12)
    far = [np.array([[-2000.0, 0.0]]), np.array([[-1999.0, 0.0]])]
    expected = [[-1999 + np.log1p(np.exp(-1.0)) - np.log(2), 0.0]]
    np.testing.assert_allclose(mean_of(far, nets[0].f[2]), expected, rtol=1e-15)


def test_one_network_is_an_ensemble_too() -> None:
    (net,) = networks("softmax", K=1)
    np.testing.assert_array_equal(Ensemble([net]).predict(X), net.predict(X))


def test_it_is_a_sequence_of_its_networks() -> None:
    nets = networks("softmax")
    both = Ensemble(nets)
    assert len(both) == 5
    assert list(both) == nets
    assert both[3] is nets[3]
    assert output_of(both) == output_of(nets[0]) == nets[0].f[2]
    assert networks_of(both) == tuple(nets)
    assert networks_of(nets[0]) == (nets[0],)


@pytest.mark.parametrize(
    "other",
    [
        cp.Network((3, 2, 3), ("tanh", "softmax")),
        cp.Network((4, 2, 2), ("tanh", "softmax")),
        cp.Network((4, 2, 3), ("tanh", "sigmoid")),
        cp.Network((4, 2, 3), ("tanh", "softmax"), dtype="float32"),
    ],
    ids=["inputs", "outputs", "activation", "type"],
)
def test_networks_that_do_not_go_together_are_refused_by_number(other: cp.Network) -> None:
    with pytest.raises(ValueError, match=r"networks\[2\] is"):
        Ensemble([*networks("softmax", K=2), other])
    with pytest.raises(ValueError, match="at least one"):
        Ensemble([])


def test_one_is_given_only_where_it_is_said_which() -> None:
    nets = networks("softmax")
    both = Ensemble(nets)
    assert one_of(both, 4) is nets[4]
    assert one_of(nets[0]) is nets[0]
    with pytest.raises(ValueError, match=r"mean of 5 networks.*--member 0 is the first, and 4"):
        one_of(both, how="--member 0")
    for member in (5, -1):
        with pytest.raises(ValueError, match=rf"no network {member}: .* 0 to 4"):
            one_of(both, member)
