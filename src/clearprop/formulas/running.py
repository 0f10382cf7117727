"""What several optimisers share: the count of steps and the running mean."""

from __future__ import annotations

import numpy as np

from .catalogue import Array


def count_in_place(state: dict[str, Array]) -> int:
    """t, the number of the step that begins, counted from 1 and kept in the state."""
    state["t"] += 1
    return int(state["t"][0])


def average_in_place(average: Array, value: Array, beta: float, spare: Array) -> None:
    """Update a running mean: average ← β average + (1 − β) value, all (p,); `spare` is overwritten."""
    average *= beta
    average += np.multiply(value, 1 - beta, out=spare)
