"""Values: every array that a trace shows, under one name, with the units that its rows and columns stand for; and folding.

All renderings take arrays from here, so that each number exists once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..formulas.catalogue import Array
from .trace import Trace

Axis: TypeAlias = int | str | None
"""The layer 0..L whose units these are, "points" of the batch, or None for an axis of length 1."""


@dataclass(frozen=True)
class Value:
    """An array as it is shown, (rows, columns), and what its axes are."""

    array: Array
    rows: Axis
    columns: Axis


@dataclass(frozen=True)
class Folded:
    """The rows and columns of an array that are shown, counted from 0; None where all are."""

    rows: tuple[int, ...] | None
    columns: tuple[int, ...] | None
    array: Array


class Values(Mapping[str, Value]):
    """By id, `dL_dZ:2` for dL/dZ of layer 2."""

    def __init__(self, values: Mapping[str, Value], ranked: Mapping[int, Sequence[int]], at: int) -> None:
        self._values, self._ranked, self._at = values, ranked, at

    def __getitem__(self, key: str) -> Value:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def kept(self, layer: int, limit: int, kept: int) -> tuple[int, ...] | None:
        """The units of a layer that are shown: the `kept` ones that matter most where it has more than `limit`."""
        ranked = self._ranked[layer]
        return None if len(ranked) <= limit else tuple(sorted(ranked[:kept]))

    def fold(self, key: str, limit: int | None, kept: int) -> Folded:
        """An array cut down to the units that matter; whole where no layer is wider than the limit, or there is none."""
        value = self._values[key]
        if limit is None:
            return Folded(None, None, value.array)
        rows, columns = (self._shown(axis, size, limit, kept) for axis, size in _sides(value))
        array = value.array if rows is None else value.array[list(rows)]
        return Folded(rows, columns, array if columns is None else array[:, list(columns)])

    def _shown(self, axis: Axis, size: int, limit: int, kept: int) -> tuple[int, ...] | None:
        if axis is None or size <= limit:
            return None
        if axis == "points":
            return tuple(sorted({self._at, *range(kept)}))[:kept] if self._at < kept else (*range(kept - 1), self._at)
        assert isinstance(axis, int)
        return self.kept(axis, limit, kept)


def _sides(value: Value) -> tuple[tuple[Axis, int], tuple[Axis, int]]:
    return (value.rows, value.array.shape[0]), (value.columns, value.array.shape[1])


def key_of(name: str, l: int) -> str:
    """The id of a quantity of a layer."""
    return f"{name}:{l}"


def values_of(trace: Trace) -> Values:
    """Every array of a trace."""
    header, L = trace.header, trace.L
    turned = header.layout == "numerator"  # columns lie as rows
    out_in = header.symbols.notation.out_in
    found: dict[str, Value] = {}

    def column(name: str, l: int, array: Array, units: int) -> None:
        found[key_of(name, l)] = Value(array, units, None)

    def derivative(name: str, l: int, array: Array, below: Axis, above: Axis) -> None:
        """dv/du: a row for each u, a column for each v; in numerator layout the other way about."""
        found[key_of(name, l)] = Value(array, above, below) if turned else Value(array, below, above)

    def weights(name: str, l: int, array: Array, *, gradient: bool) -> None:
        flip = out_in != (turned and gradient)
        found[key_of(name, l)] = Value(array, l, l - 1) if flip else Value(array, l - 1, l)

    column("A", 0, header.x, 0)
    column("Y", L, header.y, L)
    for l, forward in trace.forward.items():
        weights("W", l, forward.W, gradient=False)
        column("W0", l, forward.W0, l)
        column("Z", l, forward.Z, l)
        column("A", l, forward.A, l)
    for l, layer in trace.backward.items():
        for link in layer.links:
            below, above = {"dL_dA": (l, None), "dA_dZ": (l, l), "dZ_dA": (l, l + 1)}[link.name]
            derivative(link.name, link.l, link.value, below, above)
        derivative("dZ_dW", l, layer.weight_link.value, l - 1, None)
        derivative("dL_dA", l, layer.dL_dA, l, None)
        derivative("dL_dZ", l, layer.dL_dZ, l, None)
        if layer.elementwise is not None:
            derivative("slopes", l, layer.elementwise.slopes, l, None)
        if layer.shortcut is not None:
            derivative("long_way", l, layer.shortcut.long_way, l, None)
        if layer.dR_dW is not None:
            weights("dR_dW", l, layer.dR_dW, gradient=True)
        weights("dL_dW", l, layer.dL_dW, gradient=True)
        weights("point_dL_dW", l, layer.weights.value, gradient=True)
        derivative("dL_dW0", l, layer.dL_dW0, l, None)
    for l, update in trace.update.items():
        weights("step_dW", l, update.dW, gradient=False)
        weights("W_after", l, update.W_after, gradient=False)
        column("step_dW0", l, update.dW0, l)
        column("W0_after", l, update.W0_after, l)
        for state in update.state:
            weights(f"{state.name}_before", l, state.before, gradient=False)
            weights(f"{state.name}_after", l, state.after, gradient=False)
    for l, what in trace.what_if.items():
        weights("wrong_dL_dW", l, what.wrong, gradient=True)
        weights("wrong_difference", l, what.difference, gradient=True)
    for each in trace.check.arrays if trace.check else ():
        if each.name == "dL_dW":
            weights("numeric_dL_dW", each.l, each.numeric, gradient=True)
        else:
            derivative("numeric_dL_dW0", each.l, each.numeric, each.l, None)
    for l, batch in trace.batch.layers.items() if trace.batch else ():
        found[key_of("batch_A", l - 1)] = Value(batch.A_prev, l - 1, "points")
        found[key_of("batch_dL_dZ", l)] = Value(batch.dL_dZ, l, "points")
    return Values(found, trace.ranked, trace.batch.at if trace.batch else 0)
