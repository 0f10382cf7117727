"""The arrows of the house: which file imports which. `python -m tests.house [ROOM]` counts them.

Imports inside functions and those for type checkers count as any other: who knows of whom is the question.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import clearprop

SOURCE = Path(clearprop.__file__).parent
SUB_ROOMS: Mapping[str, tuple[str, ...]] = {
    "explanation": ("notation", "trace", "findings", "account", "text", "latex", "pictures", "page", "slides", ""),
    "io": ("tables", "", "exports", "frameworks"),
}
"""The sub-rooms of a room, lowest first: a file imports only from those before its own. "" are the files of the room itself."""

Arrow = tuple[Path, Path]


def arrows_of(room: str, source: Path = SOURCE) -> list[Arrow]:
    """Every import of a file of this room from another one of it, importer first."""
    files = sorted((source / room).rglob("*.py"))
    found = ((file, to) for file in files for to in _imported(file) if to.is_relative_to(source / room))
    return sorted({(file.relative_to(source), to.relative_to(source)) for file, to in found if file != to})


def _imported(file: Path) -> Iterable[Path]:
    """The files that relative imports of a file lead to."""
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = file.parents[node.level - 1]
        for part in (node.module or "").split(".") if node.module else ():
            base /= part
        if base.with_suffix(".py").is_file():
            yield base.with_suffix(".py")
            continue
        names = [alias.name for alias in node.names]
        modules = [base / f"{name}.py" for name in names if (base / f"{name}.py").is_file()]
        yield from modules
        if len(modules) < len(names) and not all((base / name).is_dir() for name in names):
            yield base / "__init__.py"


def sub_room_of(file: Path) -> str:
    """The sub-room of a file, "" for one of the room itself."""
    return file.parts[1] if len(file.parts) > 2 else ""


def upward(room: str, arrows: Iterable[Arrow]) -> list[Arrow]:
    """Arrows from a sub-room to one that comes after it."""
    order = SUB_ROOMS[room]
    return [each for each in arrows if order.index(sub_room_of(each[0])) < order.index(sub_room_of(each[1]))]


def circles(arrows: Iterable[tuple[Path, Path]]) -> list[set[Path]]:
    """Groups of files each of which leads to every other one of its group (Tarjan 1972 finds the same ones faster)."""
    leads_to: dict[Path, set[Path]] = {}
    for start, end in arrows:
        leads_to.setdefault(start, set()).add(end)
    reached = {start: _reached(start, leads_to) for start in leads_to}
    groups: list[set[Path]] = []
    for start in leads_to:
        group = {end for end in reached[start] if start in reached.get(end, set())}
        if group and group not in groups:
            groups.append(group)
    return groups


def _reached(start: Path, leads_to: Mapping[Path, set[Path]]) -> set[Path]:
    found: set[Path] = set()
    to_see = list(leads_to[start])
    while to_see:
        here = to_see.pop()
        if here not in found:
            found.add(here)
            to_see += leads_to.get(here, set())
    return found


def main() -> None:
    """Files, lines, arrows, arrows upward and circles of a room."""
    room = sys.argv[1] if len(sys.argv) > 1 else "explanation"
    arrows, files = arrows_of(room), sorted((SOURCE / room).rglob("*.py"))
    lines = sum(len(file.read_text().splitlines()) for file in files)
    rising = upward(room, arrows) if room in SUB_ROOMS else []
    said = [f"{len(files)} files, {lines:,} lines, {len(arrows)} arrows, {len(rising)} upward"]
    said.append(f"files in circles: {[len(group) for group in circles(arrows)]}")
    sys.stdout.write("\n".join([*said, *(f"upward: {start} -> {end}" for start, end in rising)]) + "\n")


if __name__ == "__main__":
    main()
