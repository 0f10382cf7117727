"""A small network, small data and usual options, for tests that train."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop import Network, train

RNG = np.random.default_rng(0)
X = RNG.normal(size=(10, 2))
Y = np.sin(X[:, :1]) + 0.1 * RNG.normal(size=(10, 1))
LABELS = np.where(X[:, 0] > 0, "right", "left")


def a_net(dtype: str = "float64") -> Network:
    return Network((2, 4, 1), ("tanh", "identity"), seed=1, dtype=dtype)


def run(net: Network | None = None, **options: Any):
    """Training with small, usual options."""
    return train(net or a_net(), options.pop("X", X), options.pop("Y", Y), **{"loss": "square", "eta": 0.05} | options)
