"""A task as a notebook for otter-grader or nbgrader: solutions get all points, a mistake is named, stubs give nothing away."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from clearprop import course
from clearprop.cli import clearprop
from clearprop.grading import NbGrader, Otter, Task, of_notebook
from clearprop.grading.criterion import CRITERIA
from clearprop.grading.task import task_of

from .made import RIGHT

TASK = Task(points=dict.fromkeys(CRITERIA.criteria, 2.0))
REFERENCE = {name: getattr(course, name) for name in course.__all__}


def cells_of(notebook: str, kind: str = "code") -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"] if cell["cell_type"] == kind]


def run(cells: list[str], **instead: Any) -> dict[str, Any]:
    """A notebook's names after its cells; classes that are given come in place of its own."""
    names: dict[str, Any] = {}
    for cell in cells:
        exec(compile(cell, "cell", "exec"), names)
        names |= instead
    return names


def test_solutions_for_nbgrader_have_all_points_and_each_cell_ends_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    cells = cells_of(NbGrader(TASK, visible=True).notebook())
    names = run([cell for cell in cells if "of_notebook" not in cell])
    tests = [cell for cell in cells if "of_notebook" in cell]
    assert len(tests) == len(TASK.points)
    for cell in tests:
        body = ast.parse(cell).body
        exec(compile(ast.Module(body[:-1], []), "cell", "exec"), names)
        assert eval(ast.unparse(body[-1]), names) == 2
    assert capsys.readouterr().out.count("2 of 2 points") == len(TASK.points)


def test_cells_have_the_marks_that_nbgrader_asks_for() -> None:
    cells = json.loads(NbGrader(TASK, visible=False).notebook())["cells"]
    marked = [cell["metadata"]["nbgrader"] for cell in cells if "nbgrader" in cell["metadata"]]
    assert sum(each.get("points", 0) for each in marked) == TASK.most
    names = [each["grade_id"] for each in marked]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in names)
    assert all(each["schema_version"] == 3 and each["locked"] is not each["solution"] for each in marked)
    for cell in cells:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            text = "".join(cell["source"])
            assert text.startswith("### BEGIN HIDDEN TESTS\n")
            assert text.endswith("\n### END HIDDEN TESTS")


@pytest.mark.parametrize("kind", [NbGrader, Otter])
def test_a_stub_gives_nothing_away(kind: type[NbGrader | Otter]) -> None:
    start, end = kind.marks
    for cell in cells_of(kind(TASK, visible=False).notebook()):
        if cell.startswith("class "):
            stub = re.sub(rf"{start}.*?{end}", "...", cell, flags=re.DOTALL)
            assert "clearprop" not in stub
            assert "lrate dL" not in stub
            assert f"class {ast.parse(stub).body[0].name}" in cell  # type: ignore[attr-defined]


def test_solutions_for_otter_pass_all_cases_and_points_add_up() -> None:
    cells = cells_of(Otter(TASK, visible=False).notebook())
    names = run([cell for cell in cells if "of_notebook" not in cell])
    points = 0.0
    for cell in (cell for cell in cells if "of_notebook" in cell):
        points += float(re.search(r"^points: (.*)$", cell, re.MULTILINE)[1])  # type: ignore[index]
        assert "hidden: true" in cell
        _, function = ast.parse(cell).body
        assert isinstance(function, ast.FunctionDef)
        exec(compile(cell, "cell", "exec"), names)
        names[function.name](names)
    assert points == pytest.approx(TASK.most)


def test_blocks_for_otter_are_closed_in_their_order() -> None:
    raw = [text.splitlines()[0] for text in cells_of(Otter(TASK, visible=False).notebook(), "raw")]
    assert raw[0] == "# ASSIGNMENT CONFIG"
    block = ["# BEGIN QUESTION", "# BEGIN SOLUTION", "# END SOLUTION", "# BEGIN TESTS", "# END TESTS", "# END QUESTION"]
    whole, network = raw[1:-4], raw[-4:]
    assert whole == block * (len(whole) // 6)
    assert network == [line for line in block if "SOLUTION" not in line]


def test_a_mistake_in_a_notebook_is_named_as_in_a_program() -> None:
    wrong = run([RIGHT.replace("np.dot(self.A, dLdZ.T)", "-np.dot(self.A, dLdZ.T)")])
    task = task_of({"feedback": "mistake", "points": {"Linear.backward": 3, "Network.backward": 1}})
    found = of_notebook(wrong, "Linear.backward", task)
    assert found.points == 2
    assert [found.right(part) for part in ("dLdA", "dLdW", "dLdW0")] == [True, False, True]
    assert "gradient_sign" in str(found)
    assert str(found).startswith("Linear.backward: 2 of 3 points\n")
    assert of_notebook(wrong, "Network.backward", task).points == 1  # carried forward


def test_the_cell_of_the_documents_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs/grade.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert run([RIGHT, block])["found"].points == 3
    assert capsys.readouterr().out == "Linear.backward: 3 of 3 points\nright\n"


def test_a_notebook_goes_on_as_if_nothing_had_been_tried(capsys: pytest.CaptureFixture[str]) -> None:
    class Loud(course.Tanh):
        def forward(self, Z: Any) -> Any:
            sys.stdout.write("tried")
            return super().forward(Z)

    np.random.seed(3)  # noqa: NPY002
    expected = np.random.RandomState(3).normal()
    assert of_notebook(REFERENCE | {"Tanh": Loud}, "Tanh.forward", {"points": {"Tanh.forward": 1}}).points == 1
    assert of_notebook(REFERENCE, "Sequential.sgd", {"points": {"Sequential.sgd": 1}}).points == 1
    assert np.random.normal() == expected  # noqa: NPY002
    assert capsys.readouterr() == ("", "")


def test_a_class_that_is_missing_or_fails_has_no_points_and_a_reason() -> None:
    found = of_notebook({}, "Tanh.backward", {"points": {"Tanh.backward": 1}})
    assert found.points == 0
    assert "there is no class Tanh" in found.said
    with pytest.raises(ValueError, match=r"no points for 'Tanh\.backwards'"):
        of_notebook({}, "Tanh.backwards", {"points": {"Tanh.backward": 1}})


def test_the_command_writes_notebooks_and_replaces_only_its_own(tmp_path: Path) -> None:
    task, file = tmp_path / "task.toml", tmp_path / "hw.ipynb"
    task.write_text('[points]\n"Tanh.backward" = 1\n')
    asked = ["grade", "--task", str(task), "--otter", str(file)]
    result = CliRunner().invoke(clearprop, [*asked, "--visible"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "`credit` is not in its tests" in result.output
    assert "hidden: false" in file.read_text()
    assert CliRunner().invoke(clearprop, asked, catch_exceptions=False).exit_code == 0
    file.write_text("{}")
    assert CliRunner().invoke(clearprop, asked).exit_code != 0
    assert "--visible is of a notebook" in CliRunner().invoke(clearprop, ["grade", "--visible"]).output
