"""A function of a user's own, arrays in and an array out: what is asked of it, and its derivatives by differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ..formulas.catalogue import Array

ROUNDING = 64.0
"""Rounding of a sum of a function's outputs, in units of its type's epsilon and of the sum's size."""
TOLERANCE = {np.dtype(np.float64): 1e-6, np.dtype(np.float32): 1e-2}
"""How far a right gradient may be from a difference of values of that type, relative to its size."""


@dataclass
class Function:
    """A function of several arrays, and what its outputs are multiplied by."""

    forward: Callable[..., Any]
    inputs: list[Any]
    names: list[str]
    places: list[int]
    """Which of the inputs are floating-point numbers."""
    out: Array
    upstream: Array

    @classmethod
    def of(
        cls, forward: Callable[..., Any], inputs: Sequence[Any], names: Sequence[str] | None, upstream: Any, seed: int
    ) -> Function:
        if names is not None and len(names) != len(inputs):
            raise ValueError(f"names must have one for each of the {len(inputs)} inputs; given {len(names)}")
        places = [i for i, each in enumerate(inputs) if np.issubdtype(np.asarray(each).dtype, np.floating)]
        if not places:
            raise ValueError("no input has floating-point numbers, so there is nothing to differentiate by")
        made = [np.array(each) if i in places else each for i, each in enumerate(inputs)]
        out = _output(forward(*_copied(made, places)))
        if not np.array_equal(out, _output(forward(*_copied(made, places))), equal_nan=True):
            raise ValueError(
                "forward gives other numbers for the same inputs; draw its random numbers before, or seed them"
            )
        if not np.isfinite(out).all():
            place = tuple(int(i) for i in np.argwhere(~np.isfinite(out))[0])
            raise ValueError(
                f"forward gives {out[place]} at {list(place)}, where there is no derivative to compare with"
            )
        if upstream is None:  # other numbers than `seed` alone may have drawn for the inputs
            upstream = np.random.default_rng((seed, 1)).normal(size=out.shape)
        weights = np.asarray(upstream, np.float64)
        if weights.shape != out.shape:
            raise ValueError(f"upstream must have the shape of forward's output, {out.shape}; given {weights.shape}")
        own = list(names) if names is not None else [f"input {i + 1}" for i in range(len(inputs))]
        return cls(forward, made, own, places, out, weights.astype(out.dtype))

    @property
    def tolerance(self) -> float:
        return TOLERANCE[self.out.dtype]

    @property
    def eps(self) -> float:
        return float(np.finfo(self.out.dtype).eps)

    @cached_property
    def here(self) -> float:
        """L at the inputs as they are."""
        return self._loss(self.out)

    def loss(self, place: int, index: tuple[int, ...], by: float) -> float:
        """L with one entry of one input moved."""
        moved = _copied(self.inputs, self.places)
        moved[place][index] += by
        return self._loss(_output(self.forward(*moved)))

    def _loss(self, out: Array) -> float:
        return float(np.sum(np.asarray(self.upstream, np.float64) * out))

    def gradients(self, backward: Callable[..., Any]) -> tuple[dict[int, Array], list[str]]:
        """What `backward` gives for each input, by its place, and what else is to be said of the two functions."""
        own, notes = _copied(self.inputs, self.places), []
        result = self.forward(*own)
        notes += self._changed(own, "forward")
        arguments = (result[1],) if isinstance(result, tuple) else tuple(own)
        given = self._by_place(backward(self.upstream.copy(), *arguments))
        notes += self._changed(own, "backward")
        return given, notes + [
            f"{self.names[place]} is not checked: backward gives nothing for it"
            for place in self.places
            if place not in given
        ]

    def _changed(self, own: list[Any], who: str) -> list[str]:
        """Which of the caller's arrays a function would have changed; they are as they were afterwards."""
        notes = []
        for place in self.places:
            if not np.array_equal(own[place], self.inputs[place], equal_nan=True):
                notes.append(f"{who} changes {self.names[place]} in place")
                own[place][...] = self.inputs[place]
        return notes

    def _by_place(self, given: Any) -> dict[int, Array]:
        if isinstance(given, Mapping):
            names = [self.names[place] for place in self.places]
            for name in given:
                _require_known(name, names)
            found = [given.get(name) for name in names]
        else:
            found = list(given) if isinstance(given, (tuple, list)) else [given]
            if len(found) == len(self.inputs) != len(self.places):
                found = [found[place] for place in self.places]
        if len(found) != len(self.places):
            named = ", ".join(self.names[place] for place in self.places)
            raise ValueError(f"backward must give a gradient for each of {named}; given {len(found)}")
        return {
            place: self._in_shape(np.asarray(each, np.float64), place)
            for place, each in zip(self.places, found, strict=True)
            if each is not None
        }

    def _in_shape(self, gradient: Array, place: int) -> Array:
        wanted = self.inputs[place].shape
        if gradient.shape != wanted:
            turned = ", its transpose" if gradient.T.shape == wanted else ""
            raise ValueError(
                f"the gradient of {self.names[place]} must have its shape {wanted}; given {gradient.shape}{turned}"
            )
        return gradient


def _require_known(name: object, names: list[str]) -> None:
    """ValueError for the name of a gradient that no input has."""
    if name not in names:
        raise ValueError(f"backward gives {name!r}, which is no input; inputs are {', '.join(names)}; see names=")


def _copied(inputs: list[Any], places: list[int]) -> list[Any]:
    return [each.copy() if i in places else each for i, each in enumerate(inputs)]


def _output(result: Any) -> Array:
    """The array that `forward` gives, without its cache."""
    out = np.asarray(result[0] if isinstance(result, tuple) else result)
    return out if out.dtype in TOLERANCE else out.astype(np.float64)


@dataclass(frozen=True)
class Found:
    """A derivative, how far it may be off, and whether what was given can be neither right nor wrong."""

    numeric: float
    noise: float
    untold: bool = False


@dataclass(frozen=True)
class _Differences:
    """To both sides of an entry, over one step."""

    behind: float
    ahead: float
    noise: float

    @property
    def central(self) -> float:
        return (self.behind + self.ahead) / 2

    @property
    def apart(self) -> float:
        return abs(self.ahead - self.behind)


STEPS = 5
"""So often a step is made 16 times smaller, where the function is not defined or bends much within it."""


def derivative(function: Function, place: int, index: tuple[int, ...], given: float) -> Found:
    """By one entry; where the differences to its two sides do not meet, what is nearest to `given` between them."""
    found: list[_Differences] = []
    h = function.eps ** (1 / 3) * max(1.0, abs(float(function.inputs[place][index])))
    for k in range(STEPS):
        each = _differences(function, place, index, h / 16**k, given)
        if np.isfinite(each.apart):
            found.append(each)
        if len(found) > 1 and _agree(found[-2], found[-1], function.tolerance):
            break
    if len(found) < 2:
        return Found(np.nan, 0.0, untold=True)
    wide, narrow = found[:2]
    slope = function.tolerance * max(abs(wide.behind), abs(wide.ahead))
    if not narrow.apart > max(wide.apart / 2, 16 * wide.noise, slope):
        errors = [abs(one.central - other.central) + one.noise for one, other in pairwise(found)]
        best = int(np.argmin(errors))
        return Found(found[best].central, errors[best])
    nearest = float(np.clip(given, min(wide.behind, wide.ahead), max(wide.behind, wide.ahead)))
    return Found(nearest, wide.noise, untold=abs(given - nearest) <= wide.noise + slope)


def _differences(function: Function, place: int, index: tuple[int, ...], h: float, given: float) -> _Differences:
    with np.errstate(all="ignore"):  # outside the function's domain
        ahead, behind = (function.loss(place, index, by) for by in (h, -h))
    here = function.here
    noise = ROUNDING * function.eps * max(abs(here), abs(given) * h) / h
    return _Differences((here - behind) / h, (ahead - here) / h, noise)


def _agree(one: _Differences, other: _Differences, tolerance: float) -> bool:
    """Whether a smaller step has changed the derivative by no more than rounding, or a hundredth of what is allowed."""
    return abs(one.central - other.central) <= max(tolerance / 100 * abs(one.central), other.noise)
