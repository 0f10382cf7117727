"""The drawing of a phase as a TikZ picture; it needs tikz, amsmath and xcolor."""

from __future__ import annotations

from collections.abc import Iterator

from ...tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER
from ..pictures.tikz import SCALE
from ..trace.record import Step
from .units import Arrow, Scene, Unit, Vector, scene_of

INK = {"done": "black!80", "now": "black", "ahead": "black!30"}
PAINT = {"forward": "clearpropf", "backward": "clearpropb"}


def units_picture(trace: Step, phase: int | None = None) -> str:
    """A tikzpicture: what is computed by that phase in its colour, the phase itself strong, what comes after it pale."""
    scene = scene_of(trace, phase)
    colours = [
        rf"\definecolor{{clearpropf}}{{HTML}}{{{FORWARD_ON_PAPER[1:].upper()}}}",
        rf"\definecolor{{clearpropb}}{{HTML}}{{{BACKWARD_ON_PAPER[1:].upper()}}}",
    ]
    size = rf"x={SCALE:.5f}cm, y=-{SCALE:.5f}cm, >=stealth, font=\footnotesize"
    return "\n".join([*colours, rf"\begin{{tikzpicture}}[{size}]", *_drawn(scene), r"\end{tikzpicture}"]) + "\n"


def _drawn(scene: Scene) -> Iterator[str]:
    yield rf"\useasboundingbox (0, 0) rectangle ({scene.width:g}, {scene.height:g});"
    (x, y), symbol, shape = scene.input
    yield rf"\node at ({x:g}, {y - 7:g}) {{${symbol.latex}$}};"
    yield rf"\node[font=\tiny, black!60] at ({x:g}, {y + 8:g}) {{${_shape(shape)}$}};"
    for arrow in scene.arrows:
        yield from _arrow(arrow)
    for unit in scene.units:
        yield from _unit(unit)
    yield rf"\draw[->, black!60] ({scene.target.x:g}, {scene.target.y + 9:g}) -- +(0, 13);"
    yield _vector(scene.target, "black!80")
    (x, y), symbol, value, state = scene.result
    said = rf"{symbol.latex} = {value}" if value else symbol.latex
    yield rf"\node[anchor=west, text={INK[state]}, inner sep=1pt] at ({x:g}, {y:g}) {{${said}$}};"


def _unit(unit: Unit) -> Iterator[str]:
    corners = "rounded corners=2pt" if unit.kind == "linear" else "rounded corners=4.5mm"
    strong = ", line width=1.1pt" if unit.state == "now" else ""
    fill = "fill=black!6" if unit.state == "now" else "fill=white"
    left, top = unit.x - unit.width / 2, unit.y - unit.height / 2
    yield (
        rf"\draw[{corners}, draw={INK[unit.state]}, {fill}{strong}] ({left:g}, {top:g}) rectangle "
        rf"+({unit.width:g}, {unit.height:g});"
    )
    room = f"{(unit.width - 8) * SCALE:.2f}cm"
    label = rf"\resizebox{{\ifdim\width>{room} {room}\else\width\fi}}{{!}}"
    y = unit.y - 6 if unit.shape else unit.y
    yield rf"\node[inner sep=0pt, text={INK[unit.state]}] at ({unit.x:g}, {y:g}) {{{label}{{${unit.label.latex}$}}}};"
    if unit.shape:
        yield rf"\node[font=\tiny, text={INK[unit.state]}] at ({unit.x:g}, {unit.y + 12:g}) {{${_shape(unit.shape)}$}};"


def _arrow(arrow: Arrow) -> Iterator[str]:
    colour = PAINT[arrow.tone] if arrow.state != "ahead" else f"{PAINT[arrow.tone]}!35"
    width = "1.3pt" if arrow.state == "now" else "0.7pt"
    dashed = ", densely dashed" if arrow.to_weights else ""
    first, *bends, last = (f"({x:g}, {y:g})" for x, y in arrow.points)
    way = f"{first} .. controls {bends[0]} and {bends[1]} .. {last}" if bends else f"{first} -- {last}"
    yield rf"\draw[->, line width={width}, {colour}{dashed}] {way};"
    if arrow.symbol is not None:
        x, y = arrow.place
        yield rf"\node[text={colour}, inner sep=0pt] at ({x:g}, {y:g}) {{${arrow.symbol.latex}$}};"
    if arrow.value is not None:
        yield _vector(arrow.value, colour)


def _vector(own: Vector, colour: str) -> str:
    lines = [*own.lines, *([r"\vdots"] if own.cut else [])]
    below = r" \\ ".join(lines)
    body = lines[0] if len(lines) == 1 else rf"\left[\begin{{smallmatrix}}{below}\end{{smallmatrix}}\right]"
    named = f"{own.name.one_line} = {body}" if own.name is not None else body
    anchor = "south" if own.up else "north"
    y = own.y + 6 if own.up else own.y - 6
    return (
        rf"\node[anchor={anchor}, text={colour}, inner sep=0pt, font=\scriptsize] at ({own.x:g}, {y:g}) {{${named}$}};"
    )


def _shape(shape: str) -> str:
    return shape.replace("×", r"\times")
