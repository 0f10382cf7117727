"""The drawing of a phase as SVG: one picture that needs nothing beside it, in dark and in light, its ground with it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ...tones import BACKWARD_ON_DARK, BACKWARD_ON_PAPER, FORWARD_ON_DARK, FORWARD_ON_PAPER
from ..notation.symbols import Written
from ..trace.record import Step
from .units import LETTER, LINE, Arrow, Scene, Unit, Vector, scene_of


def _colours(ink: str, paper: str, forward: str, back: str) -> str:
    return (
        f"text{{fill:{ink}}}.ground{{fill:{paper}}}.box{{stroke:{ink};fill:{paper}}}.target path{{stroke:{ink}}}"
        f".forward text,.forward .head{{fill:{forward}}}.forward path,.forward line{{stroke:{forward}}}"
        f".backward text,.backward .head{{fill:{back}}}.backward path,.backward line{{stroke:{back}}}"
        ".head{stroke:none!important}"
    )


SHAPES = (
    "text{font:13px Charter,Georgia,serif;text-anchor:middle}.small{font-size:10.5px}"
    '.n{font:11px ui-monospace,"JetBrains Mono",monospace;text-anchor:end}'
    "path,line{fill:none;stroke-width:1.3}.box{stroke-width:1.2}.now>path,.now .box{stroke-width:2.4}.ahead{opacity:.35}"
    ".weights path{stroke-dasharray:5 3}.head{fill-rule:nonzero}"
)
LIGHT = _colours("#1d2330", "#ffffff", FORWARD_ON_PAPER, BACKWARD_ON_PAPER)
DARK = _colours("#e8e6df", "#14171d", FORWARD_ON_DARK, BACKWARD_ON_DARK)
STYLE = f"{SHAPES}{LIGHT}@media (prefers-color-scheme:dark){{{DARK}}}"
FIGURE = 6.7
"""The width of a figure of a value."""


def units_svg(trace: Step, phase: int | None = None) -> str:
    """The units from left to right; what is computed by that phase in its colour, what comes after it pale."""
    scene = scene_of(trace, phase)
    title = f"Network {trace.header.network}, unit by unit" + ("" if phase is None else f", phase {phase}")
    frame = f'viewBox="0 0 {scene.width:g} {scene.height:g}" width="{scene.width:g}" height="{scene.height:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame} role="img" aria-label="{escape(title, quote=True)}">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<rect class="ground" width="{scene.width:g}" height="{scene.height:g}" rx="6"/>',
        *_drawn(scene),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _drawn(scene: Scene) -> Iterator[str]:
    (x, y), symbol, shape = scene.input
    yield _text(symbol.plain, x, y - 3) + _text(shape, x, y + 12, "small")
    yield from map(_arrow, scene.arrows)
    yield from map(_unit, scene.units)
    own = scene.target
    yield f'<g class="target"><path d="M{own.x:g} {own.y + 9:g}v11"/>{_vector(own)}</g>'
    (x, y), symbol, value, state = scene.result
    said = f"{symbol.plain} = {value}" if value else symbol.plain
    yield f'<g class="{state}"><text style="text-anchor:start" x="{x:g}" y="{y + 4:g}">{escape(said)}</text></g>'


def _text(text: str, x: float, y: float, kind: str = "", *, room: float | None = None) -> str:
    fits = f' textLength="{room:g}" lengthAdjust="spacingAndGlyphs"' if room and len(text) * LETTER > room else ""
    own = f' class="{kind}"' if kind else ""
    return f'<text{own} x="{x:g}" y="{y:g}"{fits}>{escape(text)}</text>'


def _unit(unit: Unit) -> str:
    left, top = unit.x - unit.width / 2, unit.y - unit.height / 2
    corner = 6 if unit.kind == "linear" else unit.height / 2
    label = _text(unit.label.plain, unit.x, unit.y + (-2 if unit.shape else 4), room=unit.width - 10)
    shape = _text(unit.shape, unit.x, unit.y + 15, "small") if unit.shape else ""
    return (
        f'<g class="{unit.state}"><rect class="box" x="{left:g}" y="{top:g}" width="{unit.width:g}" '
        f'height="{unit.height:g}" rx="{corner:g}"/>{label}{shape}</g>'
    )


def _arrow(arrow: Arrow) -> str:
    first, *others = (f"{x:g} {y:g}" for x, y in arrow.points)
    way = f"M{first}C{' '.join(others)}" if len(others) > 1 else f"M{first}L{others[0]}"
    x, y = arrow.points[-1]
    turn = {"forward": 0, "backward": 90 if arrow.to_weights else -90}[arrow.tone]
    head = f'<path class="head" transform="translate({x:g} {y:g}) rotate({turn})" d="M1 0-7-3.6V3.6z"/>'
    kind = f"{arrow.tone} {arrow.state}" + (" weights" if arrow.to_weights else "")
    symbol = "" if arrow.symbol is None else _symbol(arrow.symbol, *arrow.place)
    value = "" if arrow.value is None else _vector(arrow.value)
    return f'<g class="{kind}"><path d="{way}"/>{head}{symbol}{value}</g>'


def _symbol(symbol: Written, x: float, y: float) -> str:
    """A symbol; a derivative as a fraction."""
    if symbol.parts is None:
        return _text(symbol.plain, x, y + 4)
    top, bottom = (each.plain for each in symbol.parts)
    half = 3.6 * max(len(top), len(bottom)) + 2
    bar = f'<line x1="{x - half:g}" y1="{y:g}" x2="{x + half:g}" y2="{y:g}"/>'
    return f"{_text(top, x, y - 4)}{bar}{_text(bottom, x, y + 13)}"


def _vector(own: Vector) -> str:
    """Values under one another, in brackets, their name before them."""
    lines = [*own.lines, *(["⋮"] if own.cut else [])]
    width = FIGURE * max(map(len, lines))
    top = own.y - (len(lines) - 1) * LINE if own.up else own.y
    name = "" if own.name is None else f"{own.name.plain} ="
    shift = 3.4 * len(name)
    right = own.x + width / 2 + shift
    texts = "".join(_text(line, right, top + 4 + at * LINE, "n") for at, line in enumerate(lines))
    middle = top + (len(lines) - 1) * LINE / 2 + 4
    named = (
        f'<text class="small" style="text-anchor:end" x="{right - width - 8:g}" y="{middle:g}">{escape(name)}</text>'
    )
    if len(lines) == 1:
        return texts + (named if name else "")
    low, high = top - LINE / 2, top + (len(lines) - 0.5) * LINE
    brackets = "".join(
        f'<path d="M{x + inward:g} {low:g}H{x:g}V{high:g}H{x + inward:g}"/>'
        for x, inward in ((right - width - 4, 4), (right + 4, -4))
    )
    return texts + brackets + (named if name else "")
