"""The kernels' objects behind single predictions and steps: made once for a network, and let go of with it."""

from __future__ import annotations

import gc
import pickle

import numpy as np

from clearprop import Network
from clearprop.engines import single_points


def test_a_network_s_kernels_are_made_once_and_go_with_it() -> None:
    net = Network((2, 3, 1), ("tanh", "identity"), seed=0)
    key, made = id(net), single_points.kernels_of(net)
    assert single_points.kernels_of(net) is made
    net.learn_one(np.zeros(2), np.zeros(1), loss="square", eta=0.1)
    assert single_points.kernels_of(net, "square") is not made
    del net, made
    gc.collect()
    assert key not in single_points._MADE


def test_a_copy_predicts_from_its_own_parameters() -> None:
    net = Network((2, 3, 1), ("tanh", "identity"), seed=0)
    X = np.ones((1, 2))
    before = net.predict(X)
    for other in (net.copy(), pickle.loads(pickle.dumps(net))):
        other.parameters[...] = 0
        assert other.predict(X).tolist() == [[0.0]]
    assert net.predict(X).tolist() == before.tolist()
