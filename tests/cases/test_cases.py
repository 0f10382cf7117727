"""Every case of README.md names tests that are there, in the form that the page describes."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    tuple(cell.strip() for cell in line.strip("| ").split(" | "))
    for line in (Path(__file__).parent / "README.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("| what people hit", "| ---"))
]


@cache
def declared_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_the_tests_of_a_case_are_there(row: tuple[str, ...]) -> None:
    assert len(row) == 2, "a case is one line of two cells; write | as \\|"
    names = re.findall(r"`([^`]+)`", row[1])
    assert names
    for name in names:
        path, _, test = name.partition("::")
        assert (ROOT / path).is_file(), name
        assert test in declared_in(path), name


def test_no_case_is_told_twice() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS) > 20
