"""The network of a trace as a drawing: where each unit stands, what is written at it, and how heavy each line is.

It knows places and texts, and neither SVG nor TikZ; both draw the same drawing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...formulas.catalogue import Array
from ..notation.symbols import Written
from ..trace.record import Step

UNITS = 8
"""A layer of more units is drawn by so many of those that matter most, with a gap for the rest."""
LABELLED = 24
"""Lines between two layers that have their weights written on them, at most."""
ACROSS, DOWN, RADIUS, MARGIN = 190.0, 86.0, 21.0, 46.0
ALONG = (0.3, 0.22, 0.4, 0.5, 0.6, 0.7, 0.78)
"""Where along a line its weight may be written: best near its start, where the lines of one unit have parted."""
ROOM = (34.0, 13.0)
"""How far apart two such texts must be, across or down."""


@dataclass(frozen=True)
class Unit:
    """A circle: its symbol above, its value inside, and below what the loss would say to it."""

    x: float
    y: float
    symbol: Written
    value: str
    gradient: str
    """dL/dz, or dL/da of the input; empty for an input."""
    zone: str
    """active, off or saturated; "input" for an input."""


@dataclass(frozen=True)
class Weight:
    """A line from unit to unit."""

    start: tuple[float, float]
    end: tuple[float, float]
    negative: bool
    heaviness: float
    """0..1: |w| by the largest in its layer."""
    label: str
    """The weight, where there is room for it."""
    along: float
    """Where on the line it is written, 0 at the start and 1 at the end."""


@dataclass(frozen=True)
class Note:
    """A text at a place."""

    x: float
    y: float
    text: Written
    tone: str


@dataclass(frozen=True)
class Drawing:
    """All of it, in a frame of that size; y grows downward."""

    width: float
    height: float
    units: tuple[Unit, ...]
    weights: tuple[Weight, ...]
    notes: tuple[Note, ...]
    loss: tuple[float, float]


def drawing_of(trace: Step) -> Drawing:
    """Layers from left to right, the loss at the end."""
    shown = {l: _shown(trace, l) for l in range(trace.L + 1)}
    tallest = max(len(units) + (len(units) < trace.header.widths[l]) for l, units in shown.items())
    height = 2 * MARGIN + (tallest - 1) * DOWN + 40
    places = {l: _places(trace, l, units, height) for l, units in shown.items()}
    units = [unit for l in shown for unit in _units(trace, l, shown[l], places[l])]
    notes = [note for l in shown for note in _notes(trace, l, shown[l], places[l], height)]
    loss = (MARGIN + (trace.L + 1) * ACROSS, height / 2)
    return Drawing(
        width=loss[0] + 120,
        height=height,
        units=tuple(units),
        weights=tuple(weight for l in trace.forward for weight in _weights(trace, l, shown, places)),
        notes=tuple(notes),
        loss=loss,
    )


def short(value: float, decimals: int) -> str:
    """A number that fits into a circle; what is exactly 0 is bare."""
    if not np.isfinite(value) or value == 0:
        return f"{value + 0.0:g}"
    return f"{value:.{decimals}f}" if abs(value) < 1000 else f"{value:.0e}"


def _shown(trace: Step, l: int) -> list[int]:
    ranked = trace.ranked[l]
    return sorted(ranked[:UNITS]) if len(ranked) > UNITS + 2 else sorted(ranked)


def _places(trace: Step, l: int, units: list[int], height: float) -> list[tuple[float, float]]:
    rows = len(units) + (len(units) < trace.header.widths[l])
    top = height / 2 - (rows - 1) * DOWN / 2
    return [(MARGIN + l * ACROSS, top + row * DOWN) for row in range(len(units))]


def _units(trace: Step, l: int, units: list[int], places: list[tuple[float, float]]) -> list[Unit]:
    symbols = trace.header.symbols
    a = trace.header.x if l == 0 else trace.forward[l].A
    slopes: Array = np.zeros(0) if l == 0 else trace.backward[l].dL_dZ.ravel()
    return [
        Unit(
            x=x,
            y=y,
            symbol=symbols.entry("X" if l == 0 else "A", l, (unit + 1,)),
            value=short(float(a[unit, 0]), 2),
            gradient="" if l == 0 else short(float(slopes[unit]), 3),
            zone="input" if l == 0 else trace.forward[l].zones[unit].zone,
        )
        for unit, (x, y) in zip(units, places, strict=True)
    ]


def _notes(trace: Step, l: int, units: list[int], places: list[tuple[float, float]], height: float) -> list[Note]:
    x, width = places[0][0], trace.header.widths[l]
    notes = []
    if len(units) < width:
        left_out = f"⋮ {width - len(units)} more"
        notes.append(Note(x, places[-1][1] + DOWN * 0.8, Written(left_out, left_out), "quiet"))
    name = "x" if l == 0 else trace.forward[l].activation.partition("(")[0]
    notes.append(Note(x, height - 14, Written(name, name), "quiet"))
    return notes


def _weights(
    trace: Step, l: int, shown: dict[int, list[int]], places: dict[int, list[tuple[float, float]]]
) -> list[Weight]:
    W = trace.forward[l].W.T if trace.header.symbols.notation.out_in else trace.forward[l].W
    part = W[shown[l - 1]][:, shown[l]]
    largest = float(np.abs(part[np.isfinite(part)]).max(initial=0.0)) or 1.0
    taken: list[tuple[float, float]] = []
    weights = []
    for i, start in enumerate(places[l - 1]):
        for j, end in enumerate(places[l]):
            w = float(part[i, j])
            along = _free(start, end, taken) if part.size <= LABELLED else None
            weights.append(
                Weight(
                    start=start,
                    end=end,
                    negative=w < 0,
                    heaviness=abs(w) / largest if np.isfinite(w) else 1.0,
                    label="" if along is None else short(w, 2),
                    along=along or 0.0,
                )
            )
    return weights


def _free(start: tuple[float, float], end: tuple[float, float], taken: list[tuple[float, float]]) -> float | None:
    """A place along a line where no other text stands, which it then takes; None where there is none."""
    for along in ALONG:
        x, y = (a + along * (b - a) for a, b in zip(start, end, strict=True))
        if all(abs(x - other) >= ROOM[0] or abs(y - another) >= ROOM[1] for other, another in taken):
            taken.append((x, y))
            return along
    return None
