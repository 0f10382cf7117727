"""check_backward: a backward function of one's own, arrays in and arrays out, against differences of its forward function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..formulas.catalogue import Array
from ..validation import whole_number
from .backward_report import BackwardCheck, InputCheck
from .report import Verdict

ROUNDING = 64.0
"""Rounding of a sum of a function's outputs, in units of its type's epsilon and of the sum's size."""
TOLERANCE = {np.dtype(np.float64): 1e-6, np.dtype(np.float32): 1e-2}
"""How far a right gradient may be from a difference of values of that type, relative to its size."""


def check_backward(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    *inputs: Any,
    names: Sequence[str] | None = None,
    upstream: npt.ArrayLike | None = None,
    entries: int = 100,
    seed: int = 0,
) -> BackwardCheck:
    """Whether your `backward` gives the derivatives of your `forward`; and if not, for which input and where not.

    `forward(*inputs)` gives an array, or an array and a cache. `backward(dL_dout, *inputs)`, or `backward(dL_dout, cache)`
    where there is a cache, gives dL/dinput for each input of floating-point numbers, in their order: one array, a tuple, or a
    dictionary by `names`; None for one that is not to be checked. Other inputs, such as labels, are handed on as they are.

    L is sum(upstream * out), with `upstream` in the shape of `out`, drawn by `seed` where it is not given: with ones alone, a
    mistake that cancels in the sum would not be seen. Up to `entries` entries of each input are compared with central
    differences. At a kink an entry is wrong where it is not between the derivatives to the two sides; else it cannot be told.

    ValueError where there is nothing to differentiate, where `forward` gives other numbers for the same inputs, or where
    `backward` gives too few gradients.

    >>> forward = lambda x, W: x @ W
    >>> check = check_backward(forward, lambda dL_dy, x, W: (dL_dy @ W.T, x.T @ dL_dy), np.ones((2, 3)), np.ones((3, 1)))
    >>> check.ok, [each.name for each in check.inputs]
    (True, ['input 1', 'input 2'])
    """
    entries = whole_number(entries, 1, "entries")
    problem = _Problem.of(forward, inputs, names, upstream, seed)
    given, notes = problem.gradients(backward)
    rng = np.random.default_rng(seed)
    checks = [_checked(problem, place, gradient, entries, rng) for place, gradient in given.items()]
    return BackwardCheck(_verdict([each.verdict for each in checks]), problem.tolerance, tuple(checks), tuple(notes))


@dataclass
class _Problem:
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
    ) -> _Problem:
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

    def loss(self, place: int, index: tuple[int, ...], by: float) -> float:
        """L with one entry of one input moved."""
        moved = _copied(self.inputs, self.places)
        moved[place][index] += by
        return float(np.sum(np.asarray(self.upstream, np.float64) * _output(self.forward(*moved))))

    def gradients(self, backward: Callable[..., Any]) -> tuple[dict[int, Array], list[str]]:
        """What `backward` gives for each input, by its place, and what else is to be said of the two functions."""
        own, notes = _copied(self.inputs, self.places), []
        result = self.forward(*own)
        notes += self._changed(own, "forward")
        arguments = (result[1],) if isinstance(result, tuple) else tuple(own)
        given = self._by_place(backward(self.upstream.copy(), *arguments))
        return given, notes + self._changed(own, "backward")

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
            found = [given.get(self.names[place]) for place in self.places]
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
            raise ValueError(
                f"the gradient of {self.names[place]} must have its shape {wanted}; given {gradient.shape}"
            )
        return gradient


def _copied(inputs: list[Any], places: list[int]) -> list[Any]:
    return [each.copy() if i in places else each for i, each in enumerate(inputs)]


def _output(result: Any) -> Array:
    """The array that `forward` gives, without its cache."""
    out = np.asarray(result[0] if isinstance(result, tuple) else result)
    return out if out.dtype in TOLERANCE else out.astype(np.float64)


def _checked(problem: _Problem, place: int, gradient: Array, entries: int, rng: np.random.Generator) -> InputCheck:
    shape = problem.inputs[place].shape
    chosen = np.sort(rng.choice(gradient.size, min(entries, gradient.size), replace=False))
    indices = [tuple(int(i) for i in np.unravel_index(each, shape)) for each in chosen]
    given = np.array([gradient[index] for index in indices])
    found = [_derivative(problem, place, index, value) for index, value in zip(indices, given, strict=True)]
    numeric, noise = np.array([each.numeric for each in found]), np.array([each.noise for each in found])
    told = np.array([not each.untold for each in found])
    if not told.any():
        return InputCheck(
            problem.names[place], shape, "cannot be told", 0, int((~told).sum()), 0.0, None, np.nan, np.nan
        )
    difference = np.where(told, abs(given - numeric), 0.0)
    difference[np.isnan(difference)] = np.inf
    size = np.fmax.reduce([abs(given), abs(numeric), np.full(len(given), _mean_square_root(numeric[told]))])
    wrong = difference > np.maximum(problem.tolerance * size, noise)
    worst = int(np.argmax(np.where(wrong, difference, 0.0) if wrong.any() else difference))
    largest = float(np.fmax(np.linalg.norm(given[told]), np.linalg.norm(numeric[told])))
    return InputCheck(
        name=problem.names[place],
        shape=shape,
        verdict="differs" if wrong.any() else "agrees",
        checked=int(told.sum()),
        at_kink=int((~told).sum()),
        error=float(np.linalg.norm(difference)) / largest if largest > 0 else 0.0,
        index=indices[worst],
        given=float(given[worst]),
        numeric=float(numeric[worst]),
        note=_in_common(given[told], numeric[told], problem.tolerance) if wrong.any() else "",
    )


@dataclass(frozen=True)
class _Found:
    numeric: float
    noise: float
    untold: bool = False


def _derivative(problem: _Problem, place: int, index: tuple[int, ...], given: float) -> _Found:
    """By one entry; where the differences to its two sides do not meet, what is nearest to `given` between them."""
    h = problem.eps ** (1 / 3) * max(1.0, abs(float(problem.inputs[place][index])))
    here = problem.loss(place, index, 0.0)

    def sides(step: float) -> tuple[float, float]:
        ahead, behind = problem.loss(place, index, step), problem.loss(place, index, -step)
        return (here - behind) / step, (ahead - here) / step

    (behind, ahead), (behind_near, ahead_near) = sides(h), sides(h / 16)
    numeric, noise = (behind + ahead) / 2, ROUNDING * problem.eps * max(abs(here), abs(given) * h) / h
    apart, still = abs(ahead - behind), abs(ahead_near - behind_near)
    if not still > max(apart / 2, 16 * noise, problem.tolerance * max(abs(behind), abs(ahead))):
        return _Found(numeric, noise)
    slack = noise + problem.tolerance * max(abs(behind), abs(ahead))
    nearest = float(np.clip(given, min(behind, ahead), max(behind, ahead)))
    return _Found(nearest, noise, untold=abs(given - nearest) <= slack)


def _in_common(given: Array, numeric: Array, tolerance: float) -> str:
    """The factor by which all entries are off, where it is one."""
    size = float(numeric @ numeric)
    factor = float(given @ numeric) / size if size > 0 else np.nan
    if not np.isfinite(factor) or abs(factor - 1) <= 10 * tolerance:
        return ""
    off = float(np.linalg.norm(given - factor * numeric))
    if factor == 0 or off > 10 * tolerance * float(np.linalg.norm(given)):
        return "all entries are 0" if not given.any() else ""
    return f"every entry is {factor:.6g} times the numeric one"


def _mean_square_root(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _verdict(all_of: list[Verdict]) -> Verdict:
    if "differs" in all_of:
        return "differs"
    return "agrees" if "agrees" in all_of else "cannot be told"
