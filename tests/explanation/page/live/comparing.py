"""Two documents beside each other: where they differ, in keys, texts, order or numbers; and what rounding alone may change."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import numpy as np

CLOSE = 1e-12
"""Relative to the larger number, or to 1 where both are smaller than that."""
EPS = float(np.finfo(np.float64).eps)
ROUNDING = re.compile(
    r"\.check\.(max_error|verdict|arrays\[\d+\]\.(error|kinks\[\d+\]\.(behind|ahead)))$"
    r"|^\.values\.numeric_\w+:\d+\.(values|summary|picture)"
)
"""What a check reports is the rounding of two ways to one number, in a difference divided by a small step."""
CHECKED = 1e-6
"""How close the numbers of a check by differences are: what it asks of a gradient itself."""

FUNCTIONS = ("exp", "expm1", "log", "log1p", "log2", "tanh", "sinh", "cosh", "arctan", "sin", "cos", "logaddexp")
"""Those that libraries round in different ways; sums, products, quotients and roots are rounded alike everywhere."""

Document = dict[str, Any]


def differences(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every difference: where it is, and the two values."""
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            yield path, f"keys {list(one)} and {list(other)}"
        for key in one.keys() & other.keys():
            yield from differences(one[key], other[key], f"{path}.{key}")
    elif _are_lints(one) and _are_lints(other):
        yield from differences(
            *({f"{each['code']} {each['l']}": each for each in lints} for lints in (one, other)), path
        )
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield path, f"{len(one)} and {len(other)} elements"
        for index, (left, right) in enumerate(zip(one, other, strict=False)):
            yield from differences(left, right, f"{path}[{index}]")
    elif not _same(one, other, CHECKED if ROUNDING.search(path) else CLOSE):
        yield path, f"{one!r} and {other!r}"


def _are_lints(value: Any) -> bool:
    """Whether a list's elements have names, by which they are told apart: one of them may be missing."""
    return isinstance(value, list) and all(isinstance(each, dict) and {"code", "l"} <= each.keys() for each in value)


def _same(one: Any, other: Any, close: float) -> bool:
    if _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=close, abs_tol=close)
    if close == CHECKED and isinstance(one, str) and isinstance(other, str):
        return _without_rounding(one) == _without_rounding(other)
    return type(one) is type(other) and one == other


def _without_rounding(verdict: str) -> str:
    """A verdict without the size of the largest error and its place, which rounding decides."""
    return re.sub(r"largest relative error .*(?=, \S+ allowed)", "", verdict)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def undetermined(document: Callable[[Document], Document], given: Document) -> set[str]:
    """Where Python's own document changes when weights and inputs are moved by as much as rounding moves them."""
    here, rng, found = document(given), np.random.default_rng(0), set()
    for least in 4 * (0.0, 1.0):  # a sum of terms around 1 is rounded as 1 is, even where it is 0
        with other_functions(rng):
            moved = document(given | {name: rounded(given[name], least, rng) for name in ("parameters", "X")})
        assert "error" not in moved, moved  # a target stays as it is: a label has no neighbour
        found |= {place_of(path) for path, _ in differences(here, moved)}
    return found


@contextmanager
def other_functions(rng: np.random.Generator) -> Iterator[None]:
    """NumPy's elementary functions as another library may give them: each result moved by one unit in its last place, or not.

    Where a unit is saturated this is what decides: 1 - a² of an output a that is 1 but for a few such units.
    """

    def near(exact: Any) -> Any:
        return np.nextafter(exact, exact + rng.integers(-1, 2, np.shape(exact)))

    def moved(function: Any) -> Any:
        def apply(x: Any, *given: Any, **named: Any) -> Any:
            exact = function(x, *given, **named)
            if np.iscomplexobj(exact):  # a check by a complex step
                return near(exact.real) + 1j * near(exact.imag)
            return near(exact)

        return apply

    with ExitStack() as stack:
        for name in FUNCTIONS:
            stack.enter_context(mock.patch.object(np, name, moved(getattr(np, name))))
        yield


def place_of(path: str) -> str:
    """Where a difference is; of a number in an array, of its summary or its picture, the array."""
    return ".".join(path.split(".")[:3]) if path.startswith(".values.") else path


def rounded(values: Any, least: float, rng: np.random.Generator) -> Any:
    """Numbers moved by as much as rounding moves them, and at least by that of `least`."""
    array = np.asarray(values)
    return (array + EPS * np.maximum(abs(array), least) * rng.integers(-1, 2, array.shape)).tolist()


def plain(document: Any) -> Any:
    """A document as it comes out of JSON."""
    return json.loads(json.dumps(document, allow_nan=False))
