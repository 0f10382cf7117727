"""Values: every array that a trace shows, under one name, with the units that its rows and columns stand for; and folding.

All renderings take arrays from here, so that each number exists once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ...formulas.catalogue import Array
from .around import Batch, Check, Header, Update, WhatIf
from .passes import BackwardLayer, ForwardLayer, Link, Normalized, ToInput

KEPT = 16
"""Units of a folded layer that a document shows."""

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
            kept = min(kept, size)
            return tuple(range(kept)) if self._at < kept else (*range(kept - 1), self._at)
        assert isinstance(axis, int)
        if size != len(self._ranked[axis]):  # targets of a loss with several outputs for each
            return tuple(range(min(kept, size)))
        return self.kept(axis, limit, kept)


def _sides(value: Value) -> tuple[tuple[Axis, int], tuple[Axis, int]]:
    return (value.rows, value.array.shape[0]), (value.columns, value.array.shape[1])


def key_of(name: str, l: int) -> str:
    """The id of a quantity of a layer."""
    return f"{name}:{l}"


class Store:
    """Arrays being collected, each with its axes: how it lies follows from the layout and the notation."""

    def __init__(self, header: Header, L: int) -> None:
        self.header, self.L, self.found = header, L, dict[str, Value]()
        self.turned = header.layout == "numerator"  # columns lie as rows
        self.out_in = header.symbols.notation.out_in

    def column(self, name: str, l: int, array: Array, units: int) -> None:
        """A vector of values."""
        self.found[key_of(name, l)] = Value(array, units, None)

    def derivative(self, name: str, l: int, array: Array, below: Axis, above: Axis) -> None:
        """dv/du: a row for each u, a column for each v; in numerator layout the other way about."""
        self.found[key_of(name, l)] = Value(array, above, below) if self.turned else Value(array, below, above)

    def weights(self, name: str, l: int, array: Array) -> None:
        """W, or something that lies as W does."""
        self.found[key_of(name, l)] = Value(array, l, l - 1) if self.out_in else Value(array, l - 1, l)

    def gradient(self, name: str, l: int, array: Array) -> None:
        """dL/dW, or something that lies as it does."""
        self.found[key_of(name, l)] = Value(array, l, l - 1) if self.out_in != self.turned else Value(array, l - 1, l)

    def forward(self, layers: Mapping[int, ForwardLayer], kept: Array | None) -> None:
        """The values of the forward pass."""
        x = self.header.x
        self.column("A", 0, x, 0)
        self.column("Y", self.L, self.header.y, self.L)
        for l, layer in layers.items():
            self.weights("W", l, layer.W)
            self.column("W0", l, layer.W0, l)
            self.column("Z", l, layer.Z, l)
            self.column("A", l, layer.A, l)
            if layer.normalized is not None:
                self.normalized(l, layer.normalized)
            if layer.alpha is not None:
                self.column("alpha", l, layer.alpha, l)
            if layer.kept is not None:
                self.column("kept", l, layer.kept, l)
                self.column("A_taken", l, layer.kept * layer.A, l)
        if kept is not None:
            self.column("kept", 0, kept, 0)
            self.column("A_taken", 0, kept * x, 0)

    def normalized(self, l: int, own: Normalized) -> None:
        """What stands between Z and A in a layer that is normalised."""
        for name in ("mean", "variance"):
            moment = getattr(own, name)
            self.found[key_of(name, l)] = Value(moment, l if len(moment) > 1 else None, None)
        for name in ("Z_hat", "gain", "shift", "V"):
            self.column(name, l, getattr(own, name), l)

    def backward(self, layers: Mapping[int, BackwardLayer]) -> None:
        """Links, products and gradients."""
        for l, layer in layers.items():
            for link in (*layer.whole, *layer.links, layer.weight_link):
                self.link(link)
            for step in layer.steps:
                if not (layer.shortcut and step.name == layer.result):
                    self.derivative(step.name, l, step.value, l, None)
            if layer.shortcut is not None:
                self.derivative(layer.result, l, layer.shortcut.value, l, None)
            self.derivative("dL_dA", l, layer.dL_dA, l, None)
            self.derivative("dL_dZ", l, layer.dL_dZ, l, None)
            if layer.elementwise is not None:
                self.derivative("slopes", l, layer.elementwise.slopes, l, None)
            if layer.shortcut is not None:
                self.derivative("long_way", l, layer.shortcut.long_way, l, None)
            if layer.dR_dW is not None:
                self.gradient("dR_dW", l, layer.dR_dW)
            self.gradient("dL_dW", l, layer.dL_dW)
            self.gradient("point_dL_dW", l, layer.weights.value)
            self.derivative("dL_dW0", l, layer.dL_dW0, l, None)
            self.learnt(l, layer)

    def link(self, link: Link) -> None:
        """One factor of the chain rule."""
        k = link.l
        axes: dict[str, tuple[Axis, Axis]] = {
            "dL_dA": (k, None),
            "dZ_dA": (k - 1, k),
            "dZ_dA_taken": (k - 1, k),
            "dZ_dW": (k - 1, None),
        }
        self.derivative(link.name, k, link.value, *axes.get(link.name, (k, k)))

    def to_input(self, own: ToInput) -> None:
        """The links to the input, and the derivatives by it."""
        for link in own.links:
            self.link(link)
        for step in own.steps:
            self.derivative(step.name, 0, step.value, 0, None)
        self.derivative("dL_dX", 0, own.whole, 0, None)

    def learnt(self, l: int, layer: BackwardLayer) -> None:
        """The gradients of what a layer learns beside W and W0."""
        if layer.alpha is not None:
            self.derivative("dA_dalpha", l, layer.alpha.link.value, l, l)
            self.derivative("point_dL_dalpha", l, layer.alpha.product.value, l, None)
        for name, array in layer.others:
            self.derivative(name, l, array, l, None)

    def step(self, updates: Mapping[int, Update], what_ifs: Mapping[int, WhatIf]) -> None:
        """What the step changes, and what a wrong order of updates would have made of the gradients."""
        for l, update in updates.items():
            self.weights("step_dW", l, update.dW)
            self.weights("W_after", l, update.W_after)
            self.column("step_dW0", l, update.dW0, l)
            self.column("W0_after", l, update.W0_after, l)
            for state in update.state:
                self.weights(f"{state.name}_before", l, state.before)
                self.weights(f"{state.name}_after", l, state.after)
            for change in update.others:
                self.column(f"step_d{change.name}", l, change.gradient, l)
                self.column(f"{change.name}_after", l, change.after, l)
        for l, what in what_ifs.items():
            self.gradient("wrong_dL_dW", l, what.wrong)
            self.gradient("wrong_difference", l, what.difference)

    def around(self, check: Check | None, batch: Batch | None) -> None:
        """Numeric derivatives, and the arrays of the batch."""
        for each in check.arrays if check else ():
            if each.name == "dL_dW":
                self.gradient("numeric_dL_dW", each.l, each.numeric)
            else:
                self.derivative(f"numeric_{each.name}", each.l, each.numeric, each.l, None)
        for l, layer in batch.layers.items() if batch else ():
            self.found[key_of("batch_A", l - 1)] = Value(layer.A_prev, l - 1, "points")
            self.found[key_of("batch_dL_dZ", l)] = Value(layer.dL_dZ, l, "points")
