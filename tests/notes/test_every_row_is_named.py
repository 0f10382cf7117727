"""Every row of the notes is named by a test: in its name or in its docstring. The rows are listed here, and only here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tests

ROWS = (
    *(f"7.{number}" for number in range(1, 51)),
    *(f"Concept {number}" for number in (2, 3, 6, 7, 8, 9, 10, 19, 20)),
    *(f"Definition {number}" for number in (4, 5)),
    *(f"Notation {number}" for number in range(11, 18)),
    "Clarification 18",
    "softmax",
    "NLLM",
    *(f"Pseudocode, point {number}" for number in range(1, 6)),
)
"""Numbered equations and boxes of the notes, chapter 7.5-7.6, that say something; and the two formulas without a number."""

EQUATION = re.compile(r"(?<![\d.])7\.(\d+)(?!\d|\.\d)(?:-7\.(\d+)(?!\d|\.\d))?")
NUMBERED = re.compile(r"(Concept|Definition|Notation|Clarification|Pseudocode, point)s? (\d+)(?:-(\d+))?")


def rows_in(text: str) -> set[str]:
    """The rows that a text names, ranges such as 7.2-7.7 included."""
    found = {"softmax", "NLLM"} & set(re.findall(r"\w+", text))
    for first, last in EQUATION.findall(text):
        found |= {f"7.{number}" for number in range(int(first), int(last or first) + 1)}
    for kind, first, last in NUMBERED.findall(text):
        found |= {f"{kind} {number}" for number in range(int(first), int(last or first) + 1)}
    return found


def docstrings_of_tests() -> Iterator[tuple[str, str]]:
    """Each test and its docstring, from the sources: nothing needs to run for it."""
    for path in sorted(Path(tests.__file__).parent.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{path.name}::{node.name}", ast.get_docstring(node) or ""


NAMED = {row for _, docstring in docstrings_of_tests() for row in rows_in(docstring)}


@pytest.mark.parametrize("row", ROWS)
def test_a_test_names_the_row(row: str) -> None:
    assert row in NAMED, f"no test's docstring names {row}"


@pytest.mark.parametrize("row", ROWS)
def test_the_page_of_mathematics_names_the_row(row: str) -> None:
    page = Path(tests.__file__).parents[1] / "docs" / "mathematics.md"
    assert row in rows_in(page.read_text()), f"docs/mathematics.md does not name {row}"


def test_the_tests_that_the_page_names_exist() -> None:
    page = (Path(tests.__file__).parents[1] / "docs" / "mathematics.md").read_text()
    promised = set(re.findall(r"`(test_[\w/]+\.py::test_\w+)`", page))
    assert promised
    assert promised <= {name for name, _ in docstrings_of_tests()}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("7.2, 7.4-7.6", {"7.2", "7.4", "7.5", "7.6"}),
        ("section 7.6.2 and 17.5 name nothing", set()),
        ("Notations 15-16, Concept 8", {"Notation 15", "Notation 16", "Concept 8"}),
        ("Pseudocode, points 1-2", {"Pseudocode, point 1", "Pseudocode, point 2"}),
    ],
)
def test_rows_are_read_from_text(text: str, rows: set[str]) -> None:
    assert rows_in(text) == rows
