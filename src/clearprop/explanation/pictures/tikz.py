r"""The network of a trace as a TikZ picture, to put into a text of one's own; it needs tikz and xcolor."""

from __future__ import annotations

from ...tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER
from ..latex.pieces import sentence
from ..notation.numbers import number
from ..trace.record import Step
from .drawing import Drawing, Unit, Weight, drawing_of

SCALE = 0.0215
"""Centimetres for a step of the drawing."""


def picture(trace: Step) -> str:
    """A tikzpicture: values forward in blue, what comes back in rust; dashed lines are negative weights."""
    drawing = drawing_of(trace)
    width = drawing.width * SCALE
    fit = min(1.0, 16.0 / width)  # centimetres: the width of a page
    colours = [
        rf"\definecolor{{clearpropf}}{{HTML}}{{{FORWARD_ON_PAPER[1:].upper()}}}",
        rf"\definecolor{{clearpropb}}{{HTML}}{{{BACKWARD_ON_PAPER[1:].upper()}}}",
    ]
    styles = (
        r"unit/.style={circle, draw=black!80, fill=white, minimum size=8.4mm, inner sep=0pt, font=\scriptsize,"
        r" text=clearpropf},"
        r"off/.style={unit, densely dotted, draw=black!50}, saturated/.style={unit, draw=clearpropb},"
        r"input/.style={unit, draw=clearpropf}, active/.style={unit},"
        r"weight/.style={font=\tiny, sloped, fill=white, inner sep=0.6pt, text=black!65}"
    )
    lines = [
        *colours,
        rf"\begin{{tikzpicture}}[x={SCALE * fit:.5f}cm, y=-{SCALE * fit:.5f}cm, {styles}]",
        *(_line(weight) for weight in drawing.weights),
        *_to_loss(drawing),
        *(_unit(unit) for unit in drawing.units),
        *(
            rf"\node[font=\scriptsize, text=black!55] at ({note.x:g}, {note.y:g}) {{{_note(note.text.plain)}}};"
            for note in drawing.notes
        ),
        _loss(drawing, trace),
        r"\end{tikzpicture}",
    ]
    return "\n".join(lines) + "\n"


def _line(weight: Weight) -> str:
    (x1, y1), (x2, y2) = weight.start, weight.end
    dashed = ", dashed" if weight.negative else ""
    label = f" node[weight, pos={weight.along:g}] {{${weight.label}$}}" if weight.label else ""
    width = 0.25 + 1.2 * weight.heaviness
    return rf"\draw[line width={width:.2f}pt, black!55{dashed}] ({x1:g}, {y1:g}) -- ({x2:g}, {y2:g}){label};"


def _unit(unit: Unit) -> str:
    below = (
        rf", label={{[font=\tiny, text=clearpropb, label distance=-1pt]below:${unit.gradient}$}}"
        if unit.gradient
        else ""
    )
    above = rf"label={{[font=\scriptsize, label distance=-1pt]above:${unit.symbol.latex}$}}"
    return rf"\node[{unit.zone}, {above}{below}] at ({unit.x:g}, {unit.y:g}) {{${unit.value}$}};"


def _to_loss(drawing: Drawing) -> list[str]:
    x, y = drawing.loss
    last = max(unit.x for unit in drawing.units)
    ends = [unit for unit in drawing.units if unit.x == last]
    return [rf"\draw[clearpropf, line width=0.6pt] ({unit.x:g}, {unit.y:g}) -- ({x:g}, {y:g});" for unit in ends]


def _loss(drawing: Drawing, trace: Step) -> str:
    x, y = drawing.loss
    L, value = trace.header.point_letter.latex, number(trace.header.point_loss)
    style = (
        r"draw=black!80, fill=white, rounded corners=3mm, minimum height=8mm, inner xsep=3mm, font=\small, anchor=west"
    )
    return rf"\node[{style}] at ({x - 10:g}, {y:g}) {{${L} = {value}$}};"


def _note(text: str) -> str:
    return r"$\vdots$ " + sentence(text.removeprefix("⋮ ")) if text.startswith("⋮") else sentence(text)
