"""Given arrays as arrays by name and layer, and the ways in which their axes can be meant. Nothing is compared here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from ..network import Network
from ..validation import as_numbers

Given = dict[str, dict[int, Array]]
"""Arrays by name (`dL_dW`) and layer, in `backprop`'s axes: points are rows, W is (m, n), W0 is (n,)."""
LEAST_DECIMALS, MOST_DECIMALS = 3, 6
LARGEST_WRITTEN = 1e6
"""Larger numbers are not taken for rounded ones: in them every number would look so."""


@dataclass(frozen=True)
class Reading:
    """One way to read the arrays, with the conventions that it stands for."""

    arrays: Given
    conventions: tuple[str, ...] = ()
    unusual: int = 0
    """How many of its choices the shapes do not force."""
    rounded: Mapping[tuple[str, int], float] = field(default_factory=dict)
    """By how much numbers that were rounded may be off."""
    written: Given = field(default_factory=dict)
    """The arrays as they were given, where exact numbers stand for finite differences in `arrays`."""


def layers_of(given: Any, name: str, net: Network, *, first: int = 1) -> dict[int, Any]:
    """What was given for each layer: a mapping by layer, a list in the order 1..L, or one array where L is 1."""
    if given is None:
        return {}
    if isinstance(given, str | bytes):
        raise ValueError(
            f"{name} is text, {given!r}; give a list with an array for each layer, or a dict {{layer: array}}"
        )
    if isinstance(given, Mapping):
        return _by_number(given, name, net, first)
    if isinstance(given, np.ndarray) and given.dtype.kind in "SUT":
        raise ValueError(f"{name} is text; give a list with an array of numbers for each layer")
    if isinstance(given, np.ndarray) and given.dtype.kind != "O" and (net.L == 1 and given.ndim <= 2):
        return {1: given}
    try:
        each = list(given)
    except TypeError:
        raise ValueError(f"{name} must be a list with an array for each layer; given {given!r}") from None
    start = first if len(each) == net.L + 1 - first else 1
    if len(each) != net.L + 1 - start:
        also = f" ({net.L + 1} with that of the input)" if first == 0 else ""
        raise ValueError(
            f"{name} has {len(each)} layers, the network has {net.L}{also}: give a list in the order 1..{net.L}, "
            f"or a dict {{layer: array}} for some of them"
        )
    return {l: array for l, array in enumerate(each, start) if array is not None}


def _by_number(given: Mapping[Any, Any], name: str, net: Network, first: int) -> dict[int, Any]:
    numbers = {}
    for l, array in given.items():
        whole = isinstance(l, int | np.integer) and not isinstance(l, bool)
        if not whole or not first <= l <= net.L:
            counted = "; layers count from 1" if l == 0 else ""
            raise ValueError(f"{name} has layer {l!r}; the network has layers {first} to {net.L}{counted}")
        if array is not None:
            numbers[int(l)] = array
    return numbers


def numbers_of(layers: Mapping[int, Any], name: str) -> dict[int, Array]:
    """Each as an array of floating-point numbers of 64 bits; NaN may be in it, for a mistake may have made it."""
    return {l: as_numbers(array, f"{name}[{l}]").astype(np.float64) for l, array in layers.items()}


def of_points(arrays: Mapping[int, Array], name: str, net: Network, points: int) -> list[tuple[dict[int, Array], str]]:
    """dL/dZ or dL/dA with points in rows: as they are, or as columns; both where shapes allow both."""
    rows: dict[int, Array] = {}
    columns: dict[int, Array] = {}
    for l, array in arrays.items():
        width = net.widths[l]
        if points == 1 and array.size == width and array.ndim <= 2:
            rows[l] = columns[l] = array.reshape(1, width)
            continue
        if width == 1 and array.shape == (points,):
            rows[l] = columns[l] = array[:, None]
            continue
        if array.shape == (points, width):
            rows[l] = array
        if array.shape == (width, points):
            columns[l] = array.T
        if l not in rows and l not in columns:
            raise ValueError(
                f"{name}[{l}] must be ({points}, {width}), points in rows, or ({width}, {points}), points in columns; "
                f"given shape {array.shape}"
            )
    whole = [(each, side) for each, side in ((rows, "rows"), (columns, "columns")) if len(each) == len(arrays)]
    if not whole:
        raise ValueError(f"{name}: some layers have points in rows and others in columns; give them all in one way")
    return whole


def of_weights(arrays: Mapping[int, Array], name: str, net: Network) -> list[tuple[dict[int, Array], bool]]:
    """Arrays of the weights' shape as (m, n), and whether they were given as (n, m); both ways where shapes allow both.

    A layer that is the other way round than most others stays so.
    """
    straight = {l for l, array in arrays.items() if array.shape == net.W[l].shape}
    turned = {l for l, array in arrays.items() if array.shape == net.W[l].shape[::-1]}
    for l, array in arrays.items():
        if l in straight | turned:
            continue
        m, n = net.W[l].shape
        if array.size != m * n or array.ndim > 2 or 1 not in {m, n}:
            raise ValueError(f"{name}[{l}] must be ({m}, {n}), or its transpose ({n}, {m}); given shape {array.shape}")
        straight.add(l)
        turned.add(l)
    sure, other = len(straight - turned), len(turned - straight)
    ways = [False, True] if sure == other == 0 else [False] if sure >= other else [True]
    ways = [False, True] if sure == other > 0 else ways
    found = []
    for turn in ways:
        shaped = {}
        for l, array in arrays.items():
            m, n = net.W[l].shape
            known = array if array.ndim == 2 else array.reshape(m, n)
            shaped[l] = known.T if turn and array.ndim == 2 else known
        found.append((shaped, turn))
    return found


def of_biases(arrays: Mapping[int, Array], name: str, net: Network, points: int) -> tuple[dict[int, Array], str]:
    """Arrays of the biases' shape as (n,), and how they were given; others, such as one for every point, stay as they are."""
    shaped, ways = {}, set()
    for l, array in arrays.items():
        n = net.widths[l]
        if array.size == n and array.ndim <= 2:
            shaped[l] = array.ravel()
            ways.add({2: "column" if array.shape == (n, 1) else "row"}.get(array.ndim, "flat") if n > 1 else "")
        elif array.size in {1, points, points * n} and array.ndim <= 2:
            shaped[l] = _odd(array, points, n)
        else:
            raise ValueError(
                f"{name}[{l}] must have a number for each of {n} units: ({n},), ({n}, 1) or (1, {n}); given shape {array.shape}"
            )
    ways -= {""}
    return shaped, ways.pop() if len(ways) == 1 else ""


def _odd(array: Array, points: int, n: int) -> Array:
    """Biases' gradients of a shape that is wrong: a number for each point, for all units, or for each point and unit."""
    if n == 1:
        return array.reshape(points, 1)
    return array if array.size == points * n else array.ravel()


def with_biases_inside(arrays: Mapping[int, Array], net: Network) -> bool:
    """Whether the weights' arrays have a row, or a column, more: that of the biases."""

    def inside(l: int, array: Array) -> bool:
        m, n = net.W[l].shape
        return array.shape in {(m + 1, n), (n, m + 1)} and array.shape not in {(m, n), (n, m)}

    return bool(arrays) and all(inside(l, array) for l, array in arrays.items())


def split(arrays: Mapping[int, Array], *, first: bool, turned: bool) -> tuple[dict[int, Array], dict[int, Array]]:
    """Weights (m, n) and biases (n,) out of arrays that hold both, the biases in the first or in the last row."""
    weights, biases = {}, {}
    for l, array in arrays.items():
        rows = array.T if turned else array
        weights[l], biases[l] = (rows[1:], rows[0]) if first else (rows[:-1], rows[-1])
    return weights, biases


def rounding(array: Array) -> float:
    """By how much an entry may be off because it was written with 3 to 6 decimals; 0 where it was not."""
    finite = array[np.isfinite(array)]
    for decimals in range(LEAST_DECIMALS, MOST_DECIMALS + 1):
        if not finite.size or abs(finite).max() > LARGEST_WRITTEN:
            return 0.0
        scaled = finite * 10.0**decimals
        if np.all(abs(scaled - np.rint(scaled)) < 1e-6):
            fewer = finite * 10.0 ** (LEAST_DECIMALS - 1)
            return 0.0 if np.all(abs(fewer - np.rint(fewer)) < 1e-6) else 0.51 * 10.0**-decimals
    return 0.0


def readings(
    net: Network,
    points: int,
    *,
    dL_dW: Mapping[int, Array],
    dL_dW0: Mapping[int, Array],
    dL_dZ: Mapping[int, Array],
    dL_dA: Mapping[int, Array],
    W_after: Mapping[int, Array],
    W0_after: Mapping[int, Array],
) -> list[Reading]:
    """Every way to read the arrays that their shapes allow, the likeliest first."""
    values = (dL_dZ, "dL_dZ"), (dL_dA, "dL_dA")
    sides = [
        {"rows", "columns"} & {side for _, side in of_points(a, n, net, points)} if a else set() for a, n in values
    ]
    allowed = set.intersection(*[each for each in sides if each] or [{"rows"}])
    if not allowed:
        raise ValueError("dL_dZ and dL_dA: one has points in rows and the other in columns; give both in one way")
    found = []
    for side in sorted(allowed, reverse=True):
        Z, A = (next((x for x, s in of_points(a, n, net, points) if s == side), {}) for a, n in values)
        for W, W0, said, unusual in _weights_read(net, points, "dL_dW", dL_dW, dL_dW0):
            for after, after0, said_after, unusual_after in _weights_read(net, points, "W_after", W_after, W0_after):
                arrays = {"dL_dA": A, "dL_dZ": Z, "dL_dW": W, "dL_dW0": W0, "W_after": after, "W0_after": after0}
                of_side = _said_of_side(side, [*dL_dZ.values(), *dL_dA.values()], points)
                open_ = len(allowed) > 1 and side == "columns" and points > 1
                found.append(
                    Reading(
                        arrays,
                        (*of_side, *said, *(each for each in said_after if each not in said)),
                        unusual + unusual_after + open_,
                        {(name, l): r for name, x in arrays.items() for l, a in x.items() if (r := rounding(a))},
                    )
                )
    return sorted(found, key=lambda each: each.unusual)


def _said_of_side(side: str, arrays: Sequence[Array], points: int) -> tuple[str, ...]:
    if not arrays:
        return ()
    if points == 1:
        columns = any(array.ndim == 2 and array.shape[1] == 1 < array.shape[0] for array in arrays)
        return ("the point's values are columns",) if columns else ()
    return (f"points are {side}",)


def _weights_read(
    net: Network, points: int, name: str, W: Mapping[int, Array], W0: Mapping[int, Array]
) -> list[tuple[dict[int, Array], dict[int, Array], tuple[str, ...], int]]:
    """Weights and biases, what is said of how they were given, and how far that is a guess."""
    name0 = name.replace("W", "W0")
    if not W0 and with_biases_inside(W, net):
        return _split_ways(W, net)
    biases, way = of_biases(W0, name0, net, points)
    said = {"column": ("biases are columns",), "row": ("biases are rows",)}.get(way, ())
    ways = of_weights(W, name, net) if W else [({}, False)]
    both = len(ways) > 1 and any(1 not in net.W[l].shape for l in W)
    if len(ways) > 1 and not both:
        ways = ways[:1]
    turned = (
        f"{'gradients of W' if name == 'dL_dW' else 'weights'} have a row for each unit, the transpose of W (m, n)",
    )
    return [(each, biases, (*said, *(turned if turn else ())), int(turn and both)) for each, turn in ways]


def _split_ways(
    W: Mapping[int, Array], net: Network
) -> list[tuple[dict[int, Array], dict[int, Array], tuple[str, ...], int]]:
    """Every way to find weights and biases in arrays that hold both."""
    straight = all(array.shape == (net.W[l].shape[0] + 1, net.W[l].shape[1]) for l, array in W.items())
    turned = all(array.shape == (net.W[l].shape[1], net.W[l].shape[0] + 1) for l, array in W.items())
    if not (straight or turned):
        raise ValueError("arrays of W with the biases inside must all be (m + 1, n), or all (n, m + 1)")
    found: list[tuple[dict[int, Array], dict[int, Array], tuple[str, ...], int]] = []
    for turn in [each for each, fits in ((False, straight), (True, turned)) if fits]:
        for first in (False, True):
            said = f"biases are the {'first' if first else 'last'} {'column' if turn else 'row'} of W"
            found.append((*split(W, first=first, turned=turn), (said,), int(first) + int(turn and straight)))
    return found
