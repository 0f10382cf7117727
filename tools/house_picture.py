"""`python -m tools.house_picture`: the rooms of the house, and the way of one step through them, as docs/pictures/house.svg.

A room imports only from the floors above its own, and from rooms to its left. `tests/test_house.py` holds the picture to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

TARGET = Path(__file__).parent.parent / "docs" / "pictures" / "house.svg"


class Floor(NamedTuple):
    """Some rooms that stand beside each other, and what they are for."""

    name: str
    rooms: tuple[tuple[str, str], ...]
    """Each room, and what it does in a few words."""


FLOORS = (
    Floor("Mathematics", (
        ("formulas", "a record for each part, in NumPy"),
    )),
    Floor("Used by many", (
        ("sparse_rows", "few inputs not 0"), ("validation", "arrays checked"), ("callers", "whose words"),
        ("amounts", "numbers as words"), ("layer_views", "of one vector"), ("tones", "three colours"),
    )),
    Floor("The reference", (
        ("network", "one flat vector"), ("ensemble", "their mean"), ("backprop", "the chain rule"),
        ("jacobians", "links as matrices"), ("folding", "plain layers"), ("operators", "as a graph"),
    )),
    Floor("Steps", (
        ("engines", "NumPy, compiled kernels, ranks"),
    )),
    Floor("Training", (
        ("advice", "what to warn of"), ("training", "the loop of steps"),
    )),
    Floor("The chain rule, shown", (
        ("checks", "numeric derivatives"), ("derivatives", "products, by input"), ("explanation", "a step as text, page"),
    )),
    Floor("Tables and models", (
        ("columns", "what a column is"), ("io", "tables, models, exports"), ("fitting", "from a table to a model"),
    )),
    Floor("Teaching", (
        ("diagnosis", "the mistake, by name"), ("course", "the course's modules"), ("exercises", "from real steps"),
        ("grading", "in a sandbox"), ("live", "the page that trains"),
    )),
    Floor("Many trainings", (
        ("runs", "trainings in folders"), ("tuning", "a search of choices"),
    )),
    Floor("Doors", (
        ("estimators", "scikit-learn's interface"), ("cards", "a part, described"), ("cli", "the command line"),
    )),
)  # fmt: skip
SMALL = {"__init__", "__main__"}
"""Files that are no room."""

STOPS = (
    ("cli", "a table and its options are read; or a program calls cp.train"),
    ("fitting", "a recipe is filled in, the table becomes X and Y"),
    ("training", "the loop draws rows and asks for steps"),
    ("engines", "the engine is chosen; kernels take the steps"),
    ("formulas", "the formulas that a kernel is tested against"),
)
"""The way of one step, from a door to the mathematics."""

WIDTH, LEFT, FLOOR, GAP = 960, 190, 52, 8
INK, PALE, LINE, WAY = "#1b1f24", "#f3f5f8", "#c3cad3", "#b3261e"


def rooms() -> list[str]:
    """All rooms of the picture: one imports only from those before it."""
    return [room for floor in FLOORS for room, _ in floor.rooms]


def text(
    x: float, y: float, words: str, *, size: int = 13, weight: int = 400, fill: str = INK, anchor: str = "start"
) -> str:
    """Words at a place."""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def drawn() -> str:
    """The picture."""
    height = 70 + len(FLOORS) * (FLOOR + GAP) + 30 + 22 * len(STOPS)
    parts, centres = [], {}
    for row, floor in enumerate(FLOORS):
        y = 50 + row * (FLOOR + GAP)
        parts.append(text(LEFT - 16, y + FLOOR / 2 + 5, floor.name, weight=600, anchor="end"))
        count = len(floor.rooms)
        width = (WIDTH - LEFT - 10 - GAP * (count - 1)) / count
        for place, (room, does) in enumerate(floor.rooms):
            x = LEFT + place * (width + GAP)
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{FLOOR}" rx="6" fill="{PALE}" stroke="{LINE}"/>'
            )
            parts.append(text(x + 12, y + 22, room, size=14, weight=600))
            parts.append(text(x + 12, y + 40, does, size=11))
            centres[room] = x + width - 18, y + 18
    points = [centres[room] for room, _ in STOPS]
    path = " L ".join(f"{x:.1f} {y:.1f}" for x, y in points)
    parts.append(
        f'<path d="M {path}" fill="none" stroke="{WAY}" stroke-width="2" stroke-dasharray="5 4" opacity="0.55"/>'
    )
    below = 50 + len(FLOORS) * (FLOOR + GAP) + 24
    for number, ((x, y), (room, what)) in enumerate(zip(points, STOPS, strict=True), 1):
        parts.append(badge(x, y, number))
        parts.append(badge(LEFT + 10, below + 22 * (number - 1) - 4, number))
        parts.append(text(LEFT + 28, below + 22 * (number - 1), f"{room}: {what}", size=12))
    parts.append(text(LEFT - 16, below, "One step's way", weight=600, anchor="end"))
    title = "The house: a room imports only from floors above, and from rooms to its left"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="system-ui, sans-serif"><title>{title}</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
        + text(LEFT, 30, title, size=15, weight=600)
        + "".join(parts)
        + "</svg>\n"
    )


def badge(x: float, y: float, number: int) -> str:
    """A numbered stop of the way."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="{WAY}"/>' + text(
        x, y + 4, str(number), size=11, weight=700, fill="#ffffff", anchor="middle"
    )


if __name__ == "__main__":
    TARGET.write_text(drawn())
    print(f"written: {TARGET}")
