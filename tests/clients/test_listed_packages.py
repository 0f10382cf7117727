"""The list of client packages is one: what is installed, what is run, and what continuous integration asks for."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from .packages import MODULES, NEEDED

ROOM, ROOT = Path(__file__).parent, Path(__file__).parents[2]
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]


def names_of(group: str) -> set[str]:
    return {re.split(r"[<>=!~\[ ]", each)[0] for each in GROUPS[group] if isinstance(each, str)}


def test_the_packages_installed_are_those_that_tests_need() -> None:
    assert names_of("clients") == {package for packages in NEEDED.values() for package in packages}


@pytest.mark.parametrize("path", sorted(ROOM.glob("test_*.py")), ids=lambda path: path.name)
def test_a_file_that_imports_such_a_package_is_listed(path: Path) -> None:
    imported = {
        (name or "").partition(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in modules_of(node)
    }
    packages = {MODULES.get(module, module) for module in imported} & names_of("clients")
    assert packages <= set(NEEDED.get(path.name, ()))
    assert packages or path.name not in NEEDED


def modules_of(node: ast.AST) -> list[str | None]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
        return [str(ast.literal_eval(node.args[0]))]
    return [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []


def test_continuous_integration_installs_and_runs_them() -> None:
    assert "make clients" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nclients:")[2].partition("\n\n")[0]
    assert "--group clients" in recipe
    assert "pytest -n 2 --dist loadfile --clients tests/clients" in recipe
