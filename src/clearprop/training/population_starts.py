"""The networks with which a population begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from ..formulas.catalogue import Array
from ..network import Network
from ..validation import as_generator
from .restarts import Start, starting_points

Seeds: TypeAlias = int | np.random.Generator | Sequence[int]
"""One for the whole population, or one for each network."""


def population_starts(net: Network, K: int, seed: Seeds, held: Array | None) -> list[Start]:
    """The networks before their first step, each with a generator of its own. What is `held` (p,) is that of `net` in all."""
    if isinstance(seed, int | np.integer | np.random.Generator):
        return starting_points(net, K, as_generator(seed), held)
    seeds = seed.tolist() if isinstance(seed, np.ndarray) else seed
    if not isinstance(seeds, Sequence) or isinstance(seeds, str) or len(seeds) != K:
        raise ValueError(f"seed must be one for the population, or a list of {K}, one for each network; given {seed!r}")
    return [
        starting_points(net, 2, as_generator(each), held)[1] for each in seeds
    ]  # the first of two is the given network
