"""The fixed problem on which optimisers are compared: a quadratic with a moving minimum, its gradient exact in any library."""

from __future__ import annotations

from typing import Any

import numpy as np

STEPS = 50
RECORDED = (1, 2, 3, 5, 8, 13, 20, 30, 40, 50)
"""After these steps; the gradient depends on the parameters, so an error in any other shows in the next of them."""

START = np.array([1.0, -2.0, 0.5, 3.0, -0.25, 1.0])
# The last but one has gradients of about 1e-7, so that it matters where epsilon stands; the last has none in the first steps.
CURVATURE = np.array([1.0, 0.1, 10.0, 0.5, 1e-7, 0.0])
_T = np.arange(1, STEPS + 1)
PULL = np.round(np.sin(np.outer(_T, [0.7, 1.3, 2.1, 0.3, 1.9, 0.9])) * [0.5, 0.2, 3.0, 1.0, 3e-7, 0.5], 12)
PULL[:10, 5] = 0.0

BASE_ETA = {"adadelta": 1.0, "adam": 0.05, "lion": 0.02}
"""Large enough to move in 50 steps; others take 0.01."""


def eta(name: str, t: int) -> float:
    """A step size that changes with t, so that it matters whether a sum holds it."""
    return BASE_ETA.get(name, 0.01) * (1 - t / 100)


def gradient(theta: Any, t: int) -> Any:
    """dL/dtheta (6,) of step t, for NumPy and for JAX: a product and a difference for each entry, rounded the same anywhere."""
    return CURVATURE * theta - PULL[t - 1]
