"""Curves as SVG, the same bytes anywhere: to a tenth of a pixel, in tones that read on a light ground and on a dark one."""

from __future__ import annotations

from html import escape

from clearprop.cards import Curve
from clearprop.tones import BACKWARD, FORWARD

WIDTH, HEIGHT = 300, 190
LETTER, GAP, RIGHT = 6.2, 8, 18
"""Pixels of a digit, between a number and its axis, and to the right of the frame, where half of the last number stands."""
QUIET = "#737373"
"""Axes and numbers: what reads best on white and on black at once. The site has its own tone in its place, for each theme."""
TONES = {"forward": "#{:02x}{:02x}{:02x}".format(*FORWARD), "backward": "#{:02x}{:02x}{:02x}".format(*BACKWARD)}


def picture(curves: list[Curve], title: str) -> str:
    """Curves side by side, each in a frame of its own with its axes, its kinks as dots on the side that is taken."""
    frames = "\n".join(_frame(curve, number * WIDTH) for number, curve in enumerate(curves))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(curves)} {HEIGHT}" '
        f'width="{WIDTH * len(curves)}" height="{HEIGHT}" role="img" font-family="sans-serif" font-size="11">\n'
        f"<title>{escape(title)}</title>\n{frames}\n</svg>\n"
    )


def _frame(curve: Curve, left: float) -> str:
    """One curve, from its first x to its last, from its least value (or 0) to its largest (or 0)."""
    x, y = curve.x, curve.y
    low, high = min(float(y.min()), 0.0), max(float(y.max()), 0.0)
    high = high if high > low else low + 1
    first, last = float(x[0]), float(x[-1])

    shown = {value: f"{value:.3g}" for value in sorted({low, 0.0, high})}
    margin = max(34.0, GAP + LETTER * max(map(len, shown.values())))

    def across(value: float) -> float:
        return left + margin + (value - first) / (last - first) * (WIDTH - margin - RIGHT)

    def down(value: float) -> float:
        return 24 + (high - value) / (high - low) * (HEIGHT - 24 - 26)

    def line(x1: float, y1: float, x2: float, y2: float) -> str:
        return f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{QUIET}" stroke-width="0.7"/>'

    def text(at_x: float, at_y: float, words: str, anchor: str, tone: str = QUIET) -> str:
        return f'<text x="{_n(at_x)}" y="{_n(at_y)}" fill="{tone}" text-anchor="{anchor}">{escape(words)}</text>'

    tone = TONES[curve.tone]
    parts = [line(across(first), down(0), across(last), down(0))]
    if first < 0 < last:
        parts.append(line(across(0), down(low), across(0), down(high)))
    parts += [
        text(across(first), 14, curve.title, "start", tone),
        text(across(first), HEIGHT - 8, f"{first:g}", "middle"),
        text(across(last), HEIGHT - 8, f"{last:g}", "middle"),
        text((across(first) + across(last)) / 2, HEIGHT - 8, curve.of, "middle"),
        *(text(left + margin - 5, down(value) + 4, said, "end") for value, said in shown.items()),
    ]
    for px, py in curve.pieces:
        path = " ".join(f"{_n(across(float(a)))},{_n(down(float(b)))}" for a, b in _thinned(px, py))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{tone}" stroke-width="1.8"/>')
    for kink, value in curve.kinks:
        parts.append(f'<circle cx="{_n(across(kink))}" cy="{_n(down(value))}" r="2.8" fill="{tone}"/>')
    return "\n".join(parts)


def _thinned(x: object, y: object) -> list[tuple[float, float]]:
    """Every eighth point, and the last: enough for the eye, and a fraction of the file."""
    points = list(zip(x, y, strict=True))  # type: ignore[call-overload]  # arrays
    return [*points[:-1:8], points[-1]]


def _n(value: float) -> str:
    """A tenth of a pixel: rounding of another machine's exponential does not show."""
    return f"{value + 0.0:.1f}".removesuffix(".0")
