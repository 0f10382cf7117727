"""Folded networks compute the same function, on many random networks; what has no plain layers is refused with the reason."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from clearprop.folding import CannotFold, folded
from clearprop.formulas.activations import ReLU
from clearprop.formulas.catalogue import CATALOGUE, find
from clearprop.formulas.learnt_activations import Learnt
from clearprop.formulas.scalings import Scaling
from clearprop.network import Network

ACTIVATIONS = [name for name, part in CATALOGUE["activation"].items() if not issubclass(part, Learnt)]
FOLDABLE = [
    *ACTIVATIONS,
    "prelu",
    "parametric(of=relu)",
    "parametric(of=leaky_relu(slope=0.3))",
    "parametric(of=identity)",
]


def random_network(seed: int, dtype: str = "float64") -> Network:
    """Up to three hidden layers of parts drawn at random; every number that is trained is drawn too."""
    rng = np.random.default_rng(seed)
    L = int(rng.integers(1, 5))
    widths = [int(n) for n in rng.integers(1, 6, L + 1)]
    norms = [None if rng.random() < 0.5 else "batch_norm" for _ in range(L)]
    net = Network(widths, list(rng.choice(FOLDABLE, L)), normalization=norms, seed=seed, dtype=dtype)
    net.parameters += 0.3 * rng.normal(size=net.parameters.size)
    for l in net.running_mean:
        net.running_mean[l] = rng.normal(size=net.widths[l])
        net.running_variance[l] = rng.uniform(0.2, 3, net.widths[l])
    return net


def terms(net: Network, A: np.ndarray) -> float:
    """How large the terms of the largest sum in the network are: rounding moves outputs by units in the last place of these."""
    largest = 1.0
    for l in net.layers:
        largest = max(largest, float((abs(A) @ abs(net.W[l]) + abs(net.W0[l])).max()))
        _, A = net.predict_layer(l, A)
    return largest


@pytest.mark.parametrize("seed", range(200))
def test_a_folded_network_computes_the_same_function(seed: int) -> None:
    net, rng = random_network(seed), np.random.default_rng([seed, 1])
    part = find(Scaling, ["standard", "robust"][seed % 2])
    X = rng.normal(rng.uniform(-3, 3, net.widths[0]), rng.uniform(0.1, 4, net.widths[0]), (40, net.widths[0]))
    centre, factor = part.learnt(X)
    mean, scale = rng.normal(size=net.widths[-1]), rng.uniform(0.5, 20, net.widths[-1])
    plain = folded(net, (part, centre, factor), (mean, scale))
    assert not plain.normalization
    assert not plain.alpha
    wanted = net.predict(part.scaled(X, centre, factor)) * scale + mean
    steep = 1 + sum(
        abs(plain.W[l]).sum() for l in plain.layers
    )  # how much later layers may enlarge what is rounded earlier
    if "step" in map(str, net.activations):
        jumps = np.isclose(plain.predict(X), wanted, rtol=1e-9, atol=1e-9).all(axis=1)
        assert jumps.mean() > 0.9, "a sum near 0 may fall to the other side"
        return
    np.testing.assert_allclose(
        plain.predict(X), wanted, rtol=1e-9, atol=1e-15 * steep * terms(plain, X), err_msg=str(net)
    )


def test_a_network_of_single_precision_folds_to_what_it_computes() -> None:
    net = random_network(3, "float32")
    X = np.random.default_rng(0).normal(size=(20, net.widths[0])).astype(np.float32)
    plain = folded(net)
    assert plain.dtype == np.float64
    np.testing.assert_allclose(plain.predict(X.astype(float)), net.predict(X), rtol=1e-4, atol=1e-5)


def test_equal_slopes_stay_one_layer_and_others_become_pairs_of_relus() -> None:
    net = Network((2, 3, 1), ("prelu", "identity"), seed=0)
    assert [str(f) for f in folded(net).activations] == ["leaky_relu(slope=0.25)", "identity"]
    net.alpha[1] = [0.1, -2.0, 0.5]
    pairs = folded(net)
    assert pairs.widths == (2, 6, 1)
    assert isinstance(pairs.f[1], ReLU)
    X = np.random.default_rng(0).normal(size=(9, 2))
    np.testing.assert_allclose(pairs.predict(X), net.predict(X), rtol=1e-12)


@pytest.mark.parametrize(
    ("activation", "normalization", "scaling", "reason"),
    [
        ("tanh", "layer_norm", None, "layer 1 is normalised by layer_norm.*of the point itself"),
        ("parametric(of=selu)", None, None, "parametric has a trained alpha for each unit"),
        ("tanh", None, "smooth_clip", "inputs are scaled by smooth_clip.*not a linear map"),
    ],
)
def test_what_no_plain_layers_compute_is_refused_with_the_reason(
    activation: str, normalization: str | None, scaling: str | None, reason: str
) -> None:
    net = Network((2, 3, 1), (activation, "identity"), normalization=normalization, seed=0)
    for alpha in net.alpha.values():
        alpha[...] = 0.5
    X = np.random.default_rng(0).normal(size=(9, 2))
    part = None if scaling is None else find(Scaling, scaling)
    with pytest.raises(CannotFold, match=reason):
        folded(net, None if part is None else (part, *part.learnt(X)))


def test_the_folded_network_is_a_copy() -> None:
    net = Network((2, 3, 1), ("tanh", "identity"), seed=0)
    folded(net).parameters[:] = 0
    assert all(abs(net.W[l]).all() for l in net.layers)
    assert [m for m, _ in pairwise(folded(net).widths)] == [2, 3]
