"""The network of a trace as SVG: one picture that needs nothing beside it, in dark and in light.

It brings its ground, which turns dark with it: the page around it may be light while the reader's system is dark.
"""

from __future__ import annotations

import math
from html import escape

from ...tones import BACKWARD_ON_DARK, BACKWARD_ON_PAPER, FORWARD_ON_DARK, FORWARD_ON_PAPER
from ..notation.numbers import number
from ..trace.record import Step
from .drawing import RADIUS, Drawing, Unit, Weight, drawing_of


def _colours(ink: str, quiet: str, paper: str, forward: str, back: str) -> str:
    """Each class in its colour; written out, for not every reader of SVG knows variables."""
    return (
        f"text{{fill:{ink}}}.q,.w{{fill:{quiet}}}.p{{fill:{paper}}}.f{{fill:{forward}}}.b{{fill:{back}}}"
        f"line{{stroke:{ink}}}circle,.loss{{fill:{paper};stroke:{ink}}}.off{{stroke:{quiet}}}"
        f".saturated{{stroke:{back}}}.input,.to{{stroke:{forward}}}"
    )


SHAPES = (
    "text{font:12px Charter,Georgia,serif;text-anchor:middle}"
    '.n{font:11.5px ui-monospace,"JetBrains Mono",monospace}'
    ".w{font-size:10px}.p{stroke:none}"
    "line{stroke-linecap:round;opacity:.6}.neg{stroke-dasharray:5 4}"
    "circle,.loss{stroke-width:1.3}.off{stroke-dasharray:2 3}.to{stroke-width:1.4;opacity:.8}"
)
LIGHT = _colours("#1d2330", "#6d7484", "#ffffff", FORWARD_ON_PAPER, BACKWARD_ON_PAPER)
DARK = _colours("#e8e6df", "#9aa1b0", "#14171d", FORWARD_ON_DARK, BACKWARD_ON_DARK)
STYLE = f"{SHAPES}{LIGHT}@media (prefers-color-scheme:dark){{{DARK}}}"


def as_svg(trace: Step) -> str:
    """The network with its weights: values forward in blue, what comes back in rust; dashed lines are negative weights."""
    drawing = drawing_of(trace)
    L, loss = trace.header.point_letter.plain, number(trace.header.point_loss)
    title = f"Network {trace.header.network} at one point, loss {loss}"
    frame = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}" width="{drawing.width:g}" height="{drawing.height:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame} role="img" aria-label="{escape(title, quote=True)}">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<rect class="p" width="{drawing.width:g}" height="{drawing.height:g}" rx="6"/>',
        *(_line(weight) for weight in drawing.weights),
        *_to_loss(drawing),
        *(_label(weight) for weight in drawing.weights if weight.label),
        *(_unit(unit) for unit in drawing.units),
        *(f'<text class="q" x="{note.x:g}" y="{note.y:g}">{escape(note.text.plain)}</text>' for note in drawing.notes),
        _loss(drawing, L, loss),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _line(weight: Weight) -> str:
    (x1, y1), (x2, y2) = weight.start, weight.end
    sign = ' class="neg"' if weight.negative else ""
    width = 0.5 + 2.5 * weight.heaviness
    return f'<line{sign} x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke-width="{width:.2f}"/>'


def _label(weight: Weight) -> str:
    (x1, y1), (x2, y2) = weight.start, weight.end
    x, y = x1 + weight.along * (x2 - x1), y1 + weight.along * (y2 - y1)
    angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
    turn = f"rotate({angle:.1f} {x:.1f} {y:.1f})"
    text = f'<text class="n w" x="{x:.1f}" y="{y + 3.5:.1f}">{escape(weight.label)}</text>'
    return f'<g transform="{turn}">{_plate(x, y, weight.label)}{text}</g>'


def _plate(x: float, y: float, text: str) -> str:
    """The ground under a text, so that no line runs through it."""
    width = 6.1 * len(text) + 3
    return f'<rect class="p" x="{x - width / 2:.1f}" y="{y - 6:.1f}" width="{width:.1f}" height="12" rx="2"/>'


def _unit(unit: Unit) -> str:
    below, low = "", unit.y + RADIUS + 13
    if unit.gradient:
        plate = _plate(unit.x, low - 4, unit.gradient)
        below = f'{plate}<text class="n b" x="{unit.x:g}" y="{low:g}">{unit.gradient}</text>'
    return (
        f'<circle class="{unit.zone}" cx="{unit.x:g}" cy="{unit.y:g}" r="{RADIUS:g}"/>'
        f'<text x="{unit.x:g}" y="{unit.y - RADIUS - 5:g}">{escape(unit.symbol.plain)}</text>'
        f'<text class="n f" x="{unit.x:g}" y="{unit.y + 4:g}">{unit.value}</text>{below}'
    )


def _to_loss(drawing: Drawing) -> list[str]:
    x, y = drawing.loss
    last = max(unit.x for unit in drawing.units)
    ends = [unit for unit in drawing.units if unit.x == last]
    return [f'<line class="to" x1="{unit.x:g}" y1="{unit.y:g}" x2="{x:g}" y2="{y:g}"/>' for unit in ends]


def _loss(drawing: Drawing, L: str, value: str) -> str:
    x, y = drawing.loss
    return (
        f'<rect class="loss" x="{x - 10:g}" y="{y - 20:g}" width="104" height="40" rx="18"/>'
        f'<text x="{x + 42:g}" y="{y + 4:g}"><tspan font-style="italic">{escape(L)}</tspan> = '
        f'<tspan class="n">{value}</tspan></text>'
    )
