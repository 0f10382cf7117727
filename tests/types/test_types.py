"""What type checkers and completion see of the package: the public names, with their types, and nothing else."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from rlcompleter import Completer

import pytest

import clearprop
from tests.types import right

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCE = ROOT / "src" / "clearprop" / "__init__.py"


def mypy(program: Path, _scratch: Path) -> list[int]:
    """The lines in which mypy --strict finds a fault, as for someone who installed the package."""
    command = [*tool("mypy"), "--strict", "--config-file=", "--follow-imports=silent", "--no-pretty", str(program)]
    done = run(command, env=os.environ | {"MYPYPATH": str(ROOT / "src")})
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found = [line.partition(f"{program.name}:")[2] for line in done.stdout.splitlines() if ": error:" in line]
    return [int(line.partition(":")[0]) for line in found]


def pyright(program: Path, scratch: Path) -> list[int]:
    """The lines in which pyright, strict, finds a fault; basedpyright is the same checker in one wheel."""
    told = {"include": [str(program)], "extraPaths": [str(ROOT / "src")], "typeCheckingMode": "strict"}
    project = scratch / "pyrightconfig.json"
    project.write_text(json.dumps(told))
    done = run([*tool("basedpyright"), "--outputjson", "--pythonpath", sys.executable, "-p", str(project)])
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["summary"]["filesAnalyzed"] == 1, found
    return [each["range"]["start"]["line"] + 1 for each in found["generalDiagnostics"] if each["severity"] == "error"]


def tool(name: str) -> list[str]:
    """The command of a type checker that `make check` installs."""
    beside = Path(sys.executable).parent / name
    command = str(beside) if beside.exists() else shutil.which(name)
    if command is None:
        (pytest.fail if os.environ.get("CLEARPROP_CI") else pytest.skip)(f"{name} is not installed: make .venv/.tools")
    return [command]


def run(command: list[str], env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=env)


both = pytest.mark.parametrize("checker", [mypy, pyright])


@pytest.mark.lengthy
@both
def test_nothing_is_found_in_a_right_program(checker, tmp_path):
    assert checker(HERE / "right.py", tmp_path) == []


def test_the_right_program_runs(tmp_path):
    assert right.main(tmp_path) > 0


WRONG = """
cp.nonsense
cp.Any
cp.import_module
cp.Netwrok
cp.find("optimizer", "adam")
cp.Network(widths=2, activations=("tanh",))
cp.Network(widths=(2, 1), activations=("tanh",)).learn_one([1.0, 2.0], [1.0], loss="square", eta="cosine")
"""


@pytest.mark.lengthy
@both
def test_every_wrong_line_is_found(checker, tmp_path):
    program = tmp_path / "wrong.py"
    program.write_text(f"import clearprop as cp{WRONG}")
    assert sorted(set(checker(program, tmp_path))) == list(range(2, 1 + len(WRONG.splitlines())))


@pytest.mark.lengthy
@both
def test_every_public_name_is_exported_to_checkers(checker, tmp_path):
    program = tmp_path / "every_name.py"
    names = "".join(f"print(cp.{name})\n" for name in clearprop.__all__)
    program.write_text(f"import clearprop as cp\n{names}")
    assert checker(program, tmp_path) == []


def test_the_list_for_checkers_is_the_table_that_names_are_fetched_from():
    (written,) = [
        node.value
        for node in ast.parse(SOURCE.read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    assert set(ast.literal_eval(written)) == {"__version__", *clearprop._ROOM_OF}  # literal: checkers do not run it
    assert len(clearprop.__all__) == len(set(clearprop.__all__))


def test_completion_offers_the_public_names_and_nothing_else():
    assert sorted(dir(clearprop)) == sorted(clearprop.__all__)
    offered = {each.removeprefix("cp.").rstrip("()") for each in Completer({"cp": clearprop}).attr_matches("cp.")}
    assert offered == {name for name in clearprop.__all__ if not name.startswith("_")}


def test_every_name_can_be_imported_with_a_star():
    names = {}
    exec("from clearprop import *", names)
    assert set(clearprop.__all__) <= set(names)
