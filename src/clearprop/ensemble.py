"""Ensemble: several trained networks as one function, the mean of their outputs. It trains nothing.

Networks that began elsewhere, or saw other points, are wrong in different places, so their mean is wrong less often (Hansen and
Salamon 1990, "Neural network ensembles").
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .formulas.activations import Activation
from .formulas.catalogue import Array
from .formulas.domains import LogSimplex
from .network import Network


@dataclass(frozen=True, repr=False)
class Ensemble:
    """Networks with the same inputs and the same kind of outputs; `ensemble[k]` is one of them, counted from 0.

    >>> nets = [Network((2, 3, 1), ("tanh", "sigmoid"), seed=seed) for seed in range(4)]
    >>> both = Ensemble(nets)
    >>> both
    Ensemble of 4: Network 2-3-1 (tanh, sigmoid), 13 parameters, float64
    >>> mean = np.mean([net.predict([[0.5, 1.0]]) for net in nets], axis=0)
    >>> bool(np.allclose(both.predict([[0.5, 1.0]]), mean))
    True
    """

    networks: tuple[Network, ...]

    def __init__(self, networks: Iterable[Network]) -> None:
        held = tuple(networks)
        object.__setattr__(self, "networks", held)
        if not held:
            raise ValueError("an ensemble needs at least one network")
        first = _kind_of(held[0])
        for k, net in enumerate(held):
            if _kind_of(net) != first:
                raise ValueError(
                    f"networks of an ensemble have the same inputs, outputs, output activation and type: networks[0] is "
                    f"{held[0]}, and networks[{k}] is {net}"
                )

    def __len__(self) -> int:
        return len(self.networks)

    def __iter__(self) -> Iterator[Network]:
        return iter(self.networks)

    def __getitem__(self, k: int) -> Network:
        """Network k, counted from 0."""
        return self.networks[k]

    def __repr__(self) -> str:
        several = {str(net) for net in self.networks}
        return f"Ensemble of {len(self)}: {', '.join(sorted(several))}"

    @property
    def output(self) -> Activation:
        """The activation of the last layer, which all have."""
        return output_of(self.networks[0])

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of values, float64 or float32."""
        return self.networks[0].dtype

    def predict(self, X: npt.ArrayLike) -> Array:
        """The mean of the networks' outputs, (n, n^L), for points X (n, m^1)."""
        return mean_of((net.predict(X) for net in self.networks), self.output)

    def predict_each(self, X: npt.ArrayLike) -> Array:
        """The outputs of all networks, (K, n, n^L), for points X (n, m^1)."""
        return np.stack([net.predict(X) for net in self.networks])


Function: TypeAlias = Network | Ensemble
"""What makes predictions: one network, or the mean of several."""


def output_of(function: Function) -> Activation:
    """The activation of the last layer."""
    return function.output if isinstance(function, Ensemble) else function.f[function.L]


def networks_of(function: Function) -> tuple[Network, ...]:
    """The networks, one or several."""
    return function.networks if isinstance(function, Ensemble) else (function,)


def one_of(function: Function, member: int | None = None, *, how: str = "member=0") -> Network:
    """The network, or that with the number `member` of an ensemble. ValueError where it is not said which; `how` says it."""
    nets = networks_of(function)
    if member is None:
        if isinstance(function, Ensemble):
            raise ValueError(
                f"this is the mean of {len(nets)} networks, and this is about one of them: {how} is the first, and "
                f"{len(nets) - 1} the number of the last"
            )
        return nets[0]
    if not 0 <= member < len(nets):
        raise ValueError(f"there is no network {member}: they are counted from 0 to {len(nets) - 1}")
    return nets[member]


def mean_of(outputs: Iterable[Any], output: Activation) -> Any:
    """The mean of outputs (n, n^L) of several networks with this output activation; of logarithms, that of what they are of.

    It takes one after another, so that no more than two are held.
    """
    K, total = 0, None
    for A in outputs:
        K, total = K + 1, A if total is None else added(total, A, output)
    return mean_from(total, K, output)


def added(total: Any, A: Any, output: Activation) -> Any:
    """The sum so far, (n, n^L), and the outputs A (n, n^L) of one network more; of logarithms, the logarithm of the sum."""
    return _log_sum(total, A) if _are_logarithms(output) else total + A


def mean_from(total: Any, K: int, output: Activation) -> Any:
    """The mean of the outputs of K networks, by their sum."""
    return total - math.log(K) if _are_logarithms(output) else total / K


def _are_logarithms(output: Activation) -> bool:
    return isinstance(output.range, LogSimplex)


def _log_sum(one: Any, other: Any) -> Any:
    """log(e^one + e^other), by the larger of the two: neither exponential overflows."""
    top = np.maximum(one, other)
    return top + np.log(np.exp(one - top) + np.exp(other - top))


def _kind_of(net: Network) -> tuple[Any, ...]:
    return net.widths[0], net.widths[-1], net.activations[-1], net.dtype
