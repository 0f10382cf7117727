"""check_backward: a backward function of one's own, arrays in and arrays out, against differences of its forward function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..formulas.catalogue import Array
from ..validation import as_generator, whole_number
from .backward_report import BackwardCheck, InputCheck
from .functions import Function, derivative
from .report import Verdict

HIDDEN = 0.1
"""Rounding of more than this share of a derivative hides whether it is right."""


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

    ValueError where there is nothing to differentiate, where `forward` gives other numbers for the same inputs or one that
    is not finite, or where `backward` gives too few gradients, or one of another shape or name. An entry cannot be told
    either where `forward` has no finite value beside it, or where rounding hides what it changes.

    >>> forward = lambda x, W: x @ W
    >>> def backward(dL_dy, x, W):
    ...     return dL_dy @ W.T, x.T @ dL_dy
    >>> check = check_backward(forward, backward, np.ones((2, 3)), np.ones((3, 1)))
    >>> check.ok, [each.name for each in check.inputs]
    (True, ['input 1', 'input 2'])
    """
    entries = whole_number(entries, 1, "entries")
    function = Function.of(forward, inputs, names, upstream, seed)
    given, notes = function.gradients(backward)
    rng = as_generator(seed)
    checks = [_checked(function, place, gradient, entries, rng) for place, gradient in given.items()]
    return BackwardCheck(_verdict([each.verdict for each in checks]), function.tolerance, tuple(checks), tuple(notes))


def _checked(function: Function, place: int, gradient: Array, entries: int, rng: np.random.Generator) -> InputCheck:
    shape = function.inputs[place].shape
    chosen = np.sort(rng.choice(gradient.size, min(entries, gradient.size), replace=False))
    indices = [tuple(int(i) for i in np.unravel_index(each, shape)) for each in chosen]
    given = np.array([gradient[index] for index in indices])
    found = [derivative(function, place, index, value) for index, value in zip(indices, given, strict=True)]
    numeric, noise = np.array([each.numeric for each in found]), np.array([each.noise for each in found])
    told = np.array([not each.untold for each in found])
    size = np.fmax.reduce([abs(given), abs(numeric), np.full(len(given), _mean_square_root(numeric[told]))])
    difference = np.where(np.isnan(given), np.inf, abs(given - numeric))
    told &= (noise <= HIDDEN * size) | (difference > noise) | (difference == 0)
    if not told.any():
        return InputCheck(
            function.names[place], shape, "cannot be told", 0, int((~told).sum()), 0.0, None, np.nan, np.nan
        )
    difference[~told] = 0.0
    wrong = difference > np.maximum(function.tolerance * size, noise)
    worst = int(np.argmax(np.where(wrong, difference, 0.0) if wrong.any() else difference))
    largest = float(np.fmax(np.linalg.norm(given[told]), np.linalg.norm(numeric[told])))
    return InputCheck(
        name=function.names[place],
        shape=shape,
        verdict="differs" if wrong.any() else "agrees",
        checked=int(told.sum()),
        untold=int((~told).sum()),
        error=float(np.linalg.norm(difference)) / largest if largest > 0 else 0.0,
        index=indices[worst],
        given=float(given[worst]),
        numeric=float(numeric[worst]),
        note=_in_common(given, numeric, told, gradient, function.tolerance) if wrong.any() else "",
    )


def _in_common(given: Array, numeric: Array, told: Array, gradient: Array, tolerance: float) -> str:
    """What all entries have in common that are wrong: a factor, or that the gradient lies the other way."""
    square = gradient.ndim == 2 and gradient.shape[0] == gradient.shape[1]
    whole = square and told.all() and len(given) == gradient.size
    if whole and np.linalg.norm(gradient.T.ravel() - numeric) <= 10 * tolerance * np.linalg.norm(numeric):
        return "it is the transpose of the numeric one"
    given, numeric = given[told], numeric[told]
    size = float(numeric @ numeric)
    factor = float(given @ numeric) / size if size > 0 else np.nan
    if not np.isfinite(factor) or abs(factor - 1) <= 10 * tolerance:
        return ""
    off = float(np.linalg.norm(given - factor * numeric))
    if factor == 0 or off > 10 * tolerance * float(np.linalg.norm(given)):
        return "all entries are 0" if not given.any() else ""
    return f"every entry is {factor:.6g} times the numeric one"


def _mean_square_root(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2))) if len(values) else 0.0


def _verdict(all_of: list[Verdict]) -> Verdict:
    if "differs" in all_of:
        return "differs"
    return "agrees" if "agrees" in all_of else "cannot be told"
