"""otter-grader and nbgrader themselves take the notebooks that are written for them, where they are installed: make graders."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clearprop.grading import NbGrader, Otter, Task

TASK = Task(seed=8, feedback="mistake", points={"Linear.backward": 3.0, "Tanh.backward": 2.0})
MISTAKE = ("return course.Tanh.backward(self, dLdA)", "return dLdA")
has_otter, has_nbgrader = (
    pytest.mark.skipif(importlib.util.find_spec(name) is None, reason=f"{name} is not installed: make graders")
    for name in ("otter", "nbgrader")
)


def called(folder: Path, *words: str) -> str:
    """What a command of the environment says. Its kernels find their configuration in no folder of this user's."""
    places = {f"JUPYTER_{name}_DIR": str(folder / "jupyter") for name in ("CONFIG", "RUNTIME")}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        words,
        cwd=folder,
        env=os.environ | places | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, (words, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout + done.stderr


def with_mistake(notebook: str) -> str:
    """The notebook of somebody whose tanh lacks f′."""
    document = json.loads(notebook)
    changed = 0
    for cell in document["cells"]:
        source = "".join(cell["source"])
        changed += source.count(MISTAKE[0])
        cell["source"] = source.replace(*MISTAKE)
    assert changed == 1
    return json.dumps(document)


@has_otter
def test_otter_assigns_the_notebook_and_grades_right_and_wrong(tmp_path: Path) -> None:
    (tmp_path / "hw8.ipynb").write_text(Otter(TASK, visible=False).notebook())
    called(tmp_path, "otter", "assign", "hw8.ipynb", "dist", "--no-pdfs")  # which runs the tests on the solutions
    student = (tmp_path / "dist/student/hw8.ipynb").read_text()
    assert "clearprop import" not in student
    right = (tmp_path / "dist/autograder/hw8.ipynb").read_text()
    (packed,) = (tmp_path / "dist/autograder").glob("*.zip")
    assert _points_by_otter(tmp_path, packed, right) == ({"Linear": 3.0, "Tanh": 2.0}, "")
    points, said = _points_by_otter(tmp_path, packed, with_mistake(right))
    assert points == {"Linear": 3.0, "Tanh": 0.0}
    assert "missing_f_prime" in said


def _points_by_otter(folder: Path, packed: Path, notebook: str) -> tuple[dict[str, float], str]:
    """Points by question, and all that is said of the failed ones."""
    (folder / "submission.ipynb").write_text(notebook)
    (folder / "graded").mkdir(exist_ok=True)
    called(folder, "otter", "run", "-a", str(packed), "-o", "graded", "submission.ipynb")
    tests: list[dict[str, Any]] = json.loads((folder / "graded/results.json").read_text())["tests"]
    scored = {each["name"]: float(each["score"]) for each in tests if each["name"] in {"Linear", "Tanh"}}
    failed = [each["output"] for each in tests if float(each.get("score", 0)) < float(each.get("max_score", 0))]
    return scored, "\n".join(failed)


@has_nbgrader
def test_nbgrader_generates_the_assignment_and_grades_right_and_wrong(tmp_path: Path) -> None:
    source = NbGrader(TASK, visible=False).notebook()
    (tmp_path / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "course"\n')
    write(tmp_path / "source/hw8/hw8.ipynb", source)
    called(tmp_path, "nbgrader", "generate_assignment", "hw8")
    release = (tmp_path / "release/hw8/hw8.ipynb").read_text()
    assert "of_notebook" not in release
    assert "clearprop import" not in release
    for person, notebook in (("ada", source), ("bob", with_mistake(source))):
        write(tmp_path / f"submitted/{person}/hw8/hw8.ipynb", notebook)
    called(tmp_path, "nbgrader", "autograde", "hw8")
    called(tmp_path, "nbgrader", "export", "--to", "grades.csv")
    lines = (tmp_path / "grades.csv").read_text().splitlines()
    head = lines[0].split(",")
    scores = {
        row["student_id"]: float(row["score"])
        for row in (dict(zip(head, line.split(","), strict=True)) for line in lines[1:])
    }
    assert scores == {"ada": 5.0, "bob": 3.0}
    assert "missing_f_prime" in (tmp_path / "autograded/bob/hw8/hw8.ipynb").read_text()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)
