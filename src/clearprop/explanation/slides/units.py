"""The units of a step from left to right (Notation 15), as far as one phase of it: places, symbols and values, for paper.

It knows neither TikZ nor SVG; both draw the same. The page has a layout of its own, which scrolls and is dragged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ...formulas.catalogue import Array
from ...validation import whole_number
from ..notation.symbols import Written
from ..page.diagram import Box, boxes_of, ends_of
from ..page.phases import phases_of
from ..pictures.drawing import short
from ..trace.passes import Link
from ..trace.record import Step
from ..trace.values import key_of

State: TypeAlias = Literal["done", "now", "ahead"]
Tone: TypeAlias = Literal["forward", "backward"]
Point: TypeAlias = tuple[float, float]

WIDTHS = {"linear": 104.0, "norm": 74.0, "scale": 74.0, "loss": 58.0}
WIDEST, LETTER, SMALL = 210.0, 6.2, 5.8
"""A linear unit's width at most; that of a letter in it, and of one in the name of a gradient."""
ROUND, HEIGHT, GAP = 56.0, 44.0, 72.0
INPUT, MARGIN = 34.0, 6.0
AXIS = 84.0
"""The line on which units stand: values above it, gradients below."""
CURVE, SIGN, VALUE, END, FOOT = 52.0, 68.0, 98.0, 122.0, 158.0
"""Below the axis: how far an arrow back bends, its symbol, its value; where an arrow to weights ends; the picture's foot."""
SHOWN = 3
"""Entries of a vector that are written; of more, the two largest."""
LINE = 13.0


@dataclass(frozen=True)
class Unit:
    """A box, its middle and its size."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    label: Written
    shape: str
    """Of a linear unit's weights; empty for others."""
    state: State


@dataclass(frozen=True)
class Vector:
    """Values at a place: the middle of the last line above the axis, of the first one below it."""

    x: float
    y: float
    up: bool
    name: Written | None
    lines: tuple[str, ...]
    cut: bool
    """Whether there are more of them."""


@dataclass(frozen=True)
class Arrow:
    """From one unit to another; with two more points where it bends."""

    points: tuple[Point, ...]
    tone: Tone
    to_weights: bool
    state: State
    symbol: Written | None
    place: Point
    value: Vector | None


@dataclass(frozen=True)
class Scene:
    """All of it; y grows downward."""

    width: float
    height: float
    units: tuple[Unit, ...]
    arrows: tuple[Arrow, ...]
    input: tuple[Point, Written, str]
    target: Vector
    result: tuple[Point, Written, str, State]
    """The loss, written L = 0.12."""


def scene_of(trace: Step, phase: int | None = None) -> Scene:
    """The drawing when that phase of the step is computed, counted from 1; None for the whole step."""
    return _Drawn(trace, phase).scene()


class _Drawn:
    def __init__(self, trace: Step, phase: int | None) -> None:
        phases = phases_of(trace)
        if phase is not None:
            phase = whole_number(phase, 1, "phase", most=len(phases))
        self.trace, self.own = trace, trace.header.own
        self.at = len(phases) if phase is None else phase - 1
        self.known = {key: index for index, each in enumerate(phases) for key in each["shows"]}
        names = [self.own.of(f"dL_d{name}", l).plain for l in trace.forward for name in ("Z", trace.taken(l))]
        self.gap = max(GAP, SMALL * max(map(len, names)) + 66 - ROUND)  # a named vector has as much room as its arrow
        self.loss_at = next(index for index, each in enumerate(phases) if each["kind"] == "loss")

    def scene(self) -> Scene:
        boxes = boxes_of(self.trace)
        units: dict[tuple[str, int], Unit] = {}
        arrows, x = [], MARGIN + INPUT
        before = boxes[0].gives
        for box in boxes[1:]:
            arrows.append(self._forward(before, x))
            units[box.gives] = self._unit(box, x + self.gap)
            x += self.gap + units[box.gives].width
            before = box.gives
        arrows.append(self._forward(before, x))
        width = WIDTHS["loss"]
        loss = self.trace.header.loss.partition("(")[0]
        name = Written(loss, rf"\mathrm{{{loss}}}".replace("_", r"\_"))
        state = self._state(self.loss_at)
        end = Unit(x + self.gap + width / 2, AXIS, width, HEIGHT, "loss", name, "", state)
        x += self.gap + width
        arrows.append(Arrow(((x, AXIS), (x + 16, AXIS)), "forward", False, state, None, (x, AXIS), None))
        arrows += self._back(units, end)
        L = self.trace.L
        value = "" if state == "ahead" else f"{self.trace.header.point_loss:.4g}"
        return Scene(
            width=x + 28 + 7.6 * len(f"{self.trace.header.point_letter.plain} = {self.trace.header.point_loss:.4g}"),
            height=AXIS + FOOT,
            units=(*units.values(), end),
            arrows=tuple(arrows),
            input=((MARGIN + INPUT / 2, AXIS), self.trace.header.symbols.of("X"), boxes[0].shape),
            target=self._vector(key_of("Y", L), end.x, AXIS - HEIGHT / 2 - 24, up=True, name=self.own.of("Y")),
            result=((x + 20, AXIS), self.trace.header.point_letter, value, state),
        )

    def _state(self, index: int) -> State:
        return "done" if index < self.at else "now" if index == self.at else "ahead"

    def _when(self, key: str) -> State:
        return self._state(self.known.get(key, -1))

    def _unit(self, box: Box, left: float) -> Unit:
        width = WIDTHS.get(box.kind, ROUND)
        if box.kind == "linear":
            width = max(width, min(LETTER * len(box.label.plain) + 12, WIDEST))
        shape = box.shape if box.kind == "linear" else ""
        return Unit(left + width / 2, AXIS, width, HEIGHT, box.kind, box.label, shape, self._when(key_of(*box.gives)))

    def _forward(self, gives: tuple[str, int], x: float) -> Arrow:
        """What a unit gives, on its way."""
        key, middle = key_of(*gives), x + self.gap / 2 - 2
        state = self._when(key)
        value = None if state == "ahead" else self._vector(key, middle, AXIS - 26, up=True)
        symbol = self.trace.header.symbols.of(*gives)
        ends = ((x + 2, AXIS), (x + self.gap - 2, AXIS))
        return Arrow(ends, "forward", False, state, symbol, (middle, AXIS - 10), value)

    def _back(self, units: dict[tuple[str, int], Unit], loss: Unit) -> list[Arrow]:
        """An arrow for each link, and one to the weights of each layer."""
        arrows = []
        for l in range(self.trace.L, 0, -1):
            layer = self.trace.backward[l]
            arrows += [self._link(link, l, units, loss) for link in layer.links]
            unit, key = units["Z", l], key_of("dL_dW", l)
            ends = ((unit.x, AXIS + HEIGHT / 2 + 2), (unit.x, AXIS + END))
            symbol, place = self.own.of("dL_dW", l), (unit.x, AXIS + END + 18)
            arrows.append(Arrow(ends, "backward", True, self._when(key), symbol, place, None))
        return [each for each in arrows if each.points]

    def _link(self, link: Link, l: int, units: dict[tuple[str, int], Unit], loss: Unit) -> Arrow:
        (top, bottom), k = ends_of(link)
        start, end = units.get((top, link.l), loss), units.get((bottom, k))
        reached = key_of(f"dL_d{bottom}", l)
        state = self._when(reached)
        symbol = self.own.of(link.name, link.l)
        if end is None:  # it leads to what nobody learns from: the data point
            return Arrow((), "backward", False, state, symbol, (0, 0), None)
        x1, x2, y = start.x - start.width / 5, end.x + end.width / 5, AXIS + HEIGHT / 2
        middle = (x1 + x2) / 2
        value = None
        if state != "ahead":
            value = self._vector(
                reached, middle, AXIS + VALUE, up=False, name=self.own.of(f"dL_d{bottom}", k), decimals=3
            )
        points = ((x1, y + 2), (x1 - 8, AXIS + CURVE), (x2 + 8, AXIS + CURVE), (x2, y + 4))
        return Arrow(points, "backward", False, state, symbol, (middle, AXIS + SIGN), value)

    def _vector(
        self, key: str, x: float, y: float, *, up: bool, name: Written | None = None, decimals: int = 2
    ) -> Vector:
        values: Array = self.trace.values[key].array.ravel()
        chosen = range(values.size)
        if values.size > SHOWN:
            sizes = np.nan_to_num(np.abs(values), nan=np.inf)
            chosen = sorted(np.argsort(-sizes, kind="stable")[: SHOWN - 1].tolist())  # type: ignore[assignment]
        lines = tuple(short(float(values[index]), decimals) for index in chosen)
        return Vector(x, y, up, name, lines, len(lines) < values.size)
