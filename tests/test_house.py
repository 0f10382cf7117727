"""The house: imports go one way, names are exported once, and every file says what it is."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import clearprop
from tests.house import SOURCE, SUB_ROOMS, arrows_of, circles, sub_room_of, upward
from tools import house_picture

# From the mathematics down to the doors: a module imports only from rows above its own, and from its own room.
ROWS = (
    {"formulas"},
    {"sparse_rows"},
    {"validation", "callers", "tones", "layer_views", "amounts"},
    {"network"},
    {"ensemble"},
    {"backprop", "folding", "operators"},
    {"jacobians"},
    {"engines"},
    {"advice"},
    {"training"},
    {"checks"},
    {"derivatives"},
    {"explanation"},
    {"columns"},
    {"io"},
    {"fitting"},
    {"diagnosis"},
    {"course", "live"},
    {"exercises"},
    {"grading"},
    {"runs"},
    {"tuning"},
    {"cards"},
    {"cli", "estimators"},
    {"__main__"},
)
# Methods of an object that a person holds may reach a later room, on use: importer and what it imports inside a function.
DOORS = {("network", "io"), ("network", "engines"), ("training", "io")}

MODULES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")


def room_of(module: Path) -> str:
    return module.parts[0].removesuffix(".py")


def row_of(room: str) -> int:
    return next(index for index, rooms in enumerate(ROWS) if room in rooms)


def imported_rooms(module: Path) -> list[tuple[str, bool]]:
    """Rooms of this package that a module imports from, and whether it does so inside a function."""
    tree = ast.parse((SOURCE / module).read_text())
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = module.parts[: len(module.parts) - node.level]
            rooms = [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]
            found += [((base[0] if base else room), node in inside) for room in rooms]
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            assert not any(name.split(".")[0] == "clearprop" for name in names), f"{module}: import relatively"
    return found


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_only_from_rooms_above_its_own(module: Path) -> None:
    here = room_of(module)
    for room, in_function in imported_rooms(module):
        if room == here or (in_function and (here, room) in DOORS):
            continue
        assert row_of(room) < row_of(here), f"{module} (room {here}) must not import from {room}"


@pytest.mark.parametrize("room", sorted({room_of(module) for module in MODULES if len(module.parts) > 1}))
def test_no_files_of_a_room_import_one_another_in_a_circle(room: str) -> None:
    assert circles(arrows_of(room)) == []


@pytest.mark.parametrize("room", list(SUB_ROOMS))
def test_a_file_imports_only_from_sub_rooms_before_its_own(room: str) -> None:
    assert upward(room, arrows_of(room)) == []


@pytest.mark.parametrize("room", list(SUB_ROOMS))
def test_the_sub_rooms_of_a_room_are_its_folders(room: str) -> None:
    inside = {sub_room_of(module) for module in MODULES if room_of(module) == room}
    assert inside == set(SUB_ROOMS[room])
    mirrored = {path.name for path in (Path(__file__).parent / room).iterdir() if list(path.glob("test_*.py"))}
    assert mirrored == inside - {""}


def test_a_circle_and_an_arrow_upward_are_seen(tmp_path: Path) -> None:
    for name, text in {
        "explanation/text/setting.py": "def set():\n    from ..page.html import file\n",
        "explanation/page/html.py": "from ..trace import record\nfrom ..text.setting import set\n",
        "explanation/trace/record.py": "import numpy\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    arrows = arrows_of("explanation", tmp_path)
    html, setting, record = (
        Path("explanation", *each) for each in (("page", "html.py"), ("text", "setting.py"), ("trace", "record.py"))
    )
    assert arrows == [(html, setting), (html, record), (setting, html)]
    assert upward("explanation", arrows) == [(setting, html)]
    assert circles(arrows) == [{html, setting}]


def test_every_room_has_a_row() -> None:
    assert {room_of(module) for module in MODULES} <= set().union(*ROWS)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_begins_by_saying_what_it_is(module: Path) -> None:
    doc = ast.get_docstring(ast.parse((SOURCE / module).read_text()))
    assert doc, f"{module} has no docstring"
    assert doc.splitlines()[0].endswith((".", ",")) or len(doc.splitlines()) > 1


def test_the_names_for_type_checkers_are_the_names_that_are_fetched() -> None:
    tree = ast.parse((SOURCE / "__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert typed == clearprop._ROOM_OF


@pytest.mark.parametrize("name", clearprop.__all__)
def test_every_exported_name_is_there(name: str) -> None:
    assert getattr(clearprop, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Netwrok'"):
        clearprop.Netwrok  # noqa: B018


@pytest.mark.parametrize("costly", ["sklearn", "matplotlib", "rich", "scipy", "pandas"])
def test_training_from_python_imports_nothing_costly(costly: str) -> None:
    program = f"import sys, clearprop as cp; cp.train, cp.Network; sys.exit({costly!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("costly", ["numpy", "rich", "clearprop.training"])
def test_the_shell_shows_its_help_without_importing_anything_costly(costly: str) -> None:
    program = f"import sys, clearprop.cli; sys.exit({costly!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_picture_has_every_room_of_the_house() -> None:
    rooms = {room for row in ROWS for room in row} - house_picture.SMALL
    assert sorted(house_picture.rooms()) == sorted(rooms)
    assert house_picture.TARGET.read_text() == house_picture.drawn(), "python -m tools.house_picture draws it anew"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_the_picture_has_each_room_below_or_beside_what_it_imports_from(module: Path) -> None:
    places = {
        room: (row, place)
        for row, floor in enumerate(house_picture.FLOORS)
        for place, (room, _) in enumerate(floor.rooms)
    }
    here = room_of(module)
    for other, inside in imported_rooms(module):
        if {here, other} <= places.keys() and not (inside and (here, other) in DOORS):
            assert places[other] <= places[here], f"{module} imports from {other}"
