"""How far each parameter moves in a step, as a factor for each: frozen layers, masks, a step size for each layer or array."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..formulas.catalogue import Array, nearest
from ..formulas.optimizers import Optimizer, Outer
from ..formulas.parametrizations import ScalingLayer
from ..formulas.schedules import StepSize
from ..network import Network
from ..validation import as_numbers

Name: TypeAlias = int | str
"""Of arrays of a network: a layer, `2`; one array, `"W[2]"`; or those of all layers, `"W0"`."""
Frozen: TypeAlias = Name | Iterable[Name] | None
Mask: TypeAlias = Mapping[Name, npt.ArrayLike] | None
"""For weights, 1 where one is there and 0 where it is 0 and stays so: by layer, `{1: ...}`, or by array, `{"W[1]": ...}`."""
EtaOfEach: TypeAlias = Mapping[Name, float]
"""A step size for each array, by `Name`; the one of "else" is for all that are not named."""
Factors: TypeAlias = Mapping[Name, float] | None

ELSE = "else"
MASKED = ("W", "W0")
"""The arrays that a mask is for."""


@dataclass(frozen=True)
class Moves:
    """What is left of `frozen`, `mask`, `eta` and `eta_factors` once they are checked."""

    network: Network
    """The network to begin with, whose weights are 0 where a mask says so: the given one where there is no mask."""
    eta: StepSize | None
    factors: Array | None
    """Of each parameter's step, (p,) from 0 to 1; None where all are 1."""
    masked: Array | None
    """Which parameters a mask holds at 0, (p,); None without one."""


def checked_moves(
    net: Network,
    optimizer: Optimizer,
    *,
    eta: StepSize | EtaOfEach | None,
    eta_factors: Factors,
    frozen: Frozen,
    mask: Mask,
) -> Moves:
    """The factor of each parameter's step. ValueError or TypeError for what names no array, or leaves nothing to train."""
    if frozen is None and mask is None and eta_factors is None and not isinstance(eta, Mapping):
        return Moves(net, eta, None, None)
    arrays = Arrays(net)
    held, masked = arrays.frozen(frozen), None if mask is None else arrays.masked(mask)
    base: StepSize | None
    if isinstance(eta, Mapping):
        if eta_factors is not None:
            raise ValueError("eta has a step size for each array already; leave eta_factors out")
        base, of_steps = arrays.step_sizes(eta)
    else:
        base, of_steps = eta, arrays.factors({} if eta_factors is None else eta_factors)
    _require_factors_for(optimizer, of_steps)
    if masked is not None:
        held = held | masked
    factors = np.where(held, 0, of_steps).astype(net.dtype)
    if not factors.any():
        raise ValueError("no parameter is left to train: frozen, mask and step sizes of 0 hold all of them")
    if _scales_inputs(optimizer) and (factors[: net.W[1].size] != 1).any():
        raise ValueError(
            "scaling_layer moves the weights of layer 1 by a scale of each input, so W[1] cannot be frozen, masked or have a "
            "step size of its own; give the optimiser that is in it"
        )
    if masked is not None and masked.any():
        net = net.copy()
        net.parameters[masked] = 0
    return Moves(net, base, None if (factors == 1).all() else factors, masked)


def factors_given(factors: Array, net: Network) -> Array:
    """Factors of steps (p,), such as a file holds, in the network's type. ValueError for what are none."""
    if factors.shape != net.parameters.shape or not ((factors >= 0) & (factors <= 1)).all() or not factors.any():
        raise ValueError("the factors of steps must be numbers from 0 to 1, one for each parameter")
    return factors.astype(net.dtype)


def _scales_inputs(optimizer: Optimizer) -> bool:
    while not isinstance(optimizer, ScalingLayer) and isinstance(optimizer, Outer):
        optimizer = optimizer.then
    return isinstance(optimizer, ScalingLayer)


def _require_factors_for(optimizer: Optimizer, factors: Array) -> None:
    between = (factors != 0) & (factors != 1)
    if between.any() and not optimizer.rule.steps_by_eta:
        name = optimizer.rule.name
        raise ValueError(
            f"{name} does not take steps in proportion to eta, so arrays cannot have step sizes of their own; with {name} they "
            "can be frozen or masked"
        )


class Arrays:
    """The arrays of a network by name, and where they are in the flat vector."""

    def __init__(self, net: Network) -> None:
        self._net = net
        ends = np.cumsum([math.prod(shape) for _, _, shape in net.shapes])
        starts = [0, *ends[:-1].tolist()]
        self._places = {
            f"{name}[{l}]": (l, name, slice(start, end), shape)
            for (l, name, shape), start, end in zip(net.shapes, starts, ends.tolist(), strict=True)
        }

    def at(self, place: int) -> str:
        """The array that has this place of the flat vector, such as W[2]."""
        return next(key for key, (_, _, where, _) in self._places.items() if place < where.stop)

    def frozen(self, given: Frozen) -> Array:
        """Which parameters are frozen, (p,)."""
        held = np.zeros(self._net.parameters.shape, bool)
        names: Iterable[Any] = () if given is None else [given] if isinstance(given, int | str) else given
        if not isinstance(names, Iterable) or isinstance(names, Mapping):
            raise TypeError(f"frozen must be layers or arrays, such as [1, 2] or ['W0[1]']; given {given!r}")
        for name in names:
            for key in self._of(name, "frozen"):
                held[self._places[key][2]] = True
        return held

    def masked(self, given: Mapping[Name, npt.ArrayLike]) -> Array:
        """Which parameters a mask holds at 0, (p,)."""
        if not isinstance(given, Mapping):
            raise TypeError(f"mask must be a dict from a layer or an array to zeros and ones; given {given!r}")
        held = np.zeros(self._net.parameters.shape, bool)
        for name, values in given.items():
            key = self._of_mask(name)
            _, _, place, shape = self._places[key]
            there = as_numbers(values, f"mask[{name!r}]")
            if there.shape != shape:
                raise ValueError(f"mask[{name!r}] must be {shape}, as {key}; given {there.shape}")
            if not np.isin(there, (0, 1)).all():
                raise ValueError(f"mask[{name!r}] must be 0 where a weight stays 0, and else 1; given other numbers")
            held[place] = there.ravel() == 0
        return held

    def step_sizes(self, given: EtaOfEach) -> tuple[float, Array]:
        """The largest step size, and the others as parts of it, (p,)."""
        chosen = self._chosen(given, "eta", "a step size, 0 or more", math.inf)
        lacking = [key for key in self._places if key not in chosen]
        if lacking:
            raise ValueError(
                f"eta has no step size for {', '.join(lacking)}; name them, or give one for all others: {{..., 'else': 0.01}}"
            )
        largest = max(chosen.values())
        if not largest > 0:
            raise ValueError("eta: every step size is 0, so nothing would be trained")
        return largest, self._spread({key: value / largest for key, value in chosen.items()})

    def factors(self, given: Mapping[Name, float]) -> Array:
        """The factor of each parameter's step size, (p,), 1 for what is not named."""
        if not isinstance(given, Mapping):
            raise TypeError(f"eta_factors must be a dict from a layer or an array to a factor; given {given!r}")
        return self._spread(self._chosen(given, "eta_factors", "from 0 to 1: give the largest step size as eta", 1.0))

    def _spread(self, values: Mapping[str, float]) -> Array:
        factors = np.ones(self._net.parameters.shape)
        for key, value in values.items():
            factors[self._places[key][2]] = value
        return factors

    def _chosen(self, given: Mapping[Name, float], what: str, allowed: str, most: float) -> dict[str, float]:
        """The number of each array: an array's own name counts before that of its layer, or of arrays of all layers."""
        exact: dict[str, float] = {}
        broad: dict[str, dict[Name, float]] = {}
        otherwise: dict[str, float] = {}
        for name, value in given.items():
            if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value <= most or value == math.inf:
                raise ValueError(f"{what}[{name!r}] must be a number, {allowed}; given {value!r}")
            if name == ELSE:
                otherwise = dict.fromkeys(self._places, float(value))
            elif name in self._places:
                exact[str(name)] = float(value)
            else:
                for key in self._of(name, what):
                    broad.setdefault(key, {})[name] = float(value)
        for key, named in broad.items():
            if len(named) > 1 and key not in exact:
                twice = " and by ".join(map(repr, named))
                raise ValueError(f"{what} names {key} twice, by {twice}; name it by {key!r}")
        return otherwise | {key: next(iter(named.values())) for key, named in broad.items()} | exact

    def _of_mask(self, name: Any) -> str:
        keys = [key for key in self._of(name, "mask") if self._places[key][1] in MASKED]
        if isinstance(name, Integral):
            return f"W[{int(name)}]"
        if name not in keys:
            has = ", ".join(key for key, place in self._places.items() if place[1] in MASKED)
            raise ValueError(f"mask is for one array each; {name!r} is not one of {has}")
        return str(name)

    def _hint(self, name: Name) -> str:
        known = [*self._places, *{name for _, name, _, _ in self._places.values()}]
        hint = nearest(name, known) if isinstance(name, str) else ""
        return hint if "did you mean" in hint else ""

    def _of(self, name: Any, what: str) -> list[str]:
        """The arrays of a name. ValueError where there are none."""
        if isinstance(name, Integral) and not isinstance(name, bool):
            found = [key for key, place in self._places.items() if place[0] == name]
        elif isinstance(name, str):
            found = [key for key, place in self._places.items() if name in (key, place[1])]
        else:
            raise TypeError(f"{what} names layers, such as 1, or arrays, such as 'W[1]'; given {name!r}")
        if not found:
            has = f"layers 1..{self._net.L} and the arrays {', '.join(self._places)}"
            raise ValueError(f"{what}: this network has {has}; given {name!r}{self._hint(name)}")
        return found
