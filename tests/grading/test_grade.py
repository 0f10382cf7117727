"""grade: thirty submissions in one command, each mistake named and none invented; points, feedback, files."""

from __future__ import annotations

import csv
import json
import re
import time
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from clearprop.cli import clearprop
from clearprop.grading import Graded, Limits, Submission, Task, grade, read_task, submissions_in
from clearprop.grading.criterion import CRITERIA
from clearprop.grading.criterion import agree as agreed
from clearprop.grading.feedback import lines_of, number, summary_of
from clearprop.grading.grade import numbers_of
from clearprop.grading.outputs import gradescope_of, page_of, table_of
from clearprop.grading.task import task_of

from .made import MADE, RIGHT, Made, write
from .sandboxes import TRUST


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graded]:
    folder = tmp_path_factory.mktemp("submissions")
    write(folder)
    task = Task()
    start = time.monotonic()
    grades = {each.name: each for each in grade(submissions_in(folder, task), task, trust=TRUST)}
    assert time.monotonic() - start < 60
    return grades


@pytest.mark.parametrize("made", MADE, ids=lambda made: made.name)
def test_every_mistake_of_a_submission_is_named_and_none_is_invented(made: Made, graded: dict[str, Graded]) -> None:
    found = graded[made.name]
    assert not found.error
    assert found.mistakes == made.found
    rows = {row.name: row for row in found.rows}
    assert tuple(name for name, row in rows.items() if row.judged.conventions) == made.conventions
    assert tuple(name for name, row in rows.items() if row.judged.trouble and not row.judged.findings) == made.trouble
    wrong = {name.partition(":")[0] for name in made.found} | {*made.conventions, *made.trouble}
    assert {name for name, row in rows.items() if row.points < row.most} == wrong


def test_there_are_thirty_submissions_and_more_of_which_some_are_right() -> None:
    assert len({made.name for made in MADE}) == len(MADE) > 30
    assert sum(not (made.found or made.conventions or made.trouble) for made in MADE) == 7


def test_the_line_of_a_person_says_a_convention_and_a_change_in_place(graded: dict[str, Graded]) -> None:
    assert summary_of(graded["zoe"]).startswith("Linear.backward: right in another convention (")
    assert summary_of(graded["bea"]).startswith("right; Tanh: backward changes an array that it was given")
    assert summary_of(graded["ada"]) == "right"


def test_an_error_that_is_carried_forward_loses_no_points_twice(graded: dict[str, Graded]) -> None:
    rows = {row.name: row for row in graded["hal"].rows}
    assert rows["Tanh.backward"].points == 0
    assert rows["Network.backward"].points == 1
    assert "not counted again" in "\n".join(lines_of(graded["hal"], "computed"))


def test_a_submission_without_any_class_has_no_points(tmp_path: Path) -> None:
    found = _graded("import numpy as np\n", tmp_path, Task())
    assert [row.points for row in found.rows] == [0] * len(found.rows)
    assert "there is no class Linear" in "\n".join(lines_of(found, "computed"))


def test_a_backward_pass_is_judged_with_its_own_forward_pass(tmp_path: Path) -> None:
    text = RIGHT.replace("self.A = np.tanh(Z)", "self.A = np.tanh(Z / 2)")
    rows = {row.name: row for row in _graded(text, tmp_path, Task()).rows}
    assert [each.name for each in rows["Tanh.forward"].judged.findings] == ["forward_half"]
    assert rows["Tanh.backward"].judged.ok


def test_a_mistake_of_a_method_without_points_is_named_where_the_network_loses_them(tmp_path: Path) -> None:
    task = Task(points={"Network.backward": 4.0})
    graded = _graded(RIGHT.replace("dLdA * (1.0 - self.A**2)", "dLdA"), tmp_path, task)
    assert graded.mistakes == ("Network.backward: missing_f_prime",)
    assert 0 < graded.points < 4


def _graded(text: str, folder: Path, task: Task, name: str = "one") -> Graded:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / task.file).write_text(text)
    return next(grade([Submission(name, folder / name)], task, trust=TRUST))


def test_a_rubric_gives_parts_of_the_points(tmp_path: Path) -> None:
    text = RIGHT.replace("np.dot(self.A, dLdZ.T)", "-np.dot(self.A, dLdZ.T)")
    task = task_of({"points": {"Linear.backward": 6}})
    assert _graded(text, tmp_path, task).points == pytest.approx(4)  # two of three arrays are right
    task = task_of({"points": {"Linear.backward": 6}, "credit": {"gradient_sign": 0.5}})
    assert _graded(text, tmp_path, task).points == pytest.approx(5)
    text = RIGHT.replace("np.dot(self.A, dLdZ.T)", "np.dot(self.A, dLdZ.T).T")
    task = task_of({"points": {"Linear.backward": 6}, "credit": {"convention": 1}})
    assert _graded(text, tmp_path, task).points == pytest.approx(6)


def test_each_person_has_numbers_of_their_own_and_the_same_again() -> None:
    one, again, other = (numbers_of(name, Task(seed=3)) for name in ("ada", "ada", "bob"))
    assert one["Linear.forward"]["W"].tolist() == again["Linear.forward"]["W"].tolist()
    assert one["Linear.forward"]["W"].tolist() != other["Linear.forward"]["W"].tolist()
    assert one["Linear.forward"]["W"].tolist() != numbers_of("ada", Task(seed=4))["Linear.forward"]["W"].tolist()


def test_what_a_person_is_told_does_not_give_the_answer_away(graded: dict[str, Graded]) -> None:
    for each in graded.values():
        told = page_of(each) + gradescope_of(each) + "\n".join(lines_of(each, each.task.feedback))
        numbers = numbers_of(each.name, each.task)
        for row in each.rows:
            for finding in row.judged.findings:
                if finding.carried or row.name == "Network.backward":
                    continue
                assert finding.name not in told
                assert not finding.right or finding.right not in told
                assert not finding.lesson or finding.lesson not in told
            if row.judged.findings and row.name != "Network.backward":
                right = CRITERIA.criteria[row.name].right(numbers[row.name], {})
                wrong = [name for name, ok in row.judged.parts.items() if not ok]
                for value in (v for name in wrong for v in right[name].ravel() if v != round(v)):
                    assert not re.search(rf"(?<![-−\d.]){re.escape(f'{value:.6g}')}(?!\d)", told)
    assert "gradient_sign" in "\n".join(lines_of(graded["fay"], "answer"))
    assert "computed: " in page_of(graded["fay"])
    assert "<td>dLdW[0, 0] is " in page_of(graded["fay"])


@pytest.mark.parametrize("name", CRITERIA.criteria)
def test_every_slip_of_a_method_is_told_from_the_others_and_from_what_is_right(name: str) -> None:
    criterion = CRITERIA.criteria[name]
    for person in ("ada", "bob"):
        given = numbers_of(person, Task(points=dict.fromkeys(CRITERIA.criteria, 1.0)))[name]
        right = criterion.right(given, {})
        for slip in criterion.slips:
            if slip.name == "forward_W_transposed":  # it does not multiply, but in the square script
                continue
            made = slip.computed(given)
            wrong = [each for each in made if each in right and not agreed(made[each], right[each])]
            assert wrong, slip.name
            assert [each.name for each in criterion.named(given, made, wrong)] == [slip.name]


@pytest.mark.lengthy
def test_the_files_for_gradescope_and_for_a_spreadsheet(graded: dict[str, Graded]) -> None:
    document = json.loads(gradescope_of(graded["fay"]))
    assert document["score"] == pytest.approx(graded["fay"].points, abs=1e-3)
    assert {each["name"] for each in document["tests"]} == {*Task().points}
    assert all(each["visibility"] == "visible" and each["score"] <= each["max_score"] for each in document["tests"])
    rows = list(csv.DictReader(table_of(list(graded.values())).splitlines()))
    assert len(rows) == len(MADE)
    assert {row["name"]: row["found"] for row in rows}["gus"] == "Linear.backward: W_transposed"


def test_a_name_that_is_a_formula_stays_a_text_in_a_spreadsheet(tmp_path: Path) -> None:
    graded = _graded(RIGHT, tmp_path, task_of({"points": {"NLL.forward": 1}}), "=cmd()")
    assert next(csv.DictReader(table_of([graded]).splitlines()))["name"] == "'=cmd()"


def test_the_command_grades_a_folder_and_writes_a_page_for_each(tmp_path: Path) -> None:
    for name, text in {"ada": RIGHT, "<b>": RIGHT.replace("dLdA * (1.0 - self.A**2)", "dLdA")}.items():
        (tmp_path / "submissions" / name).mkdir(parents=True)
        (tmp_path / "submissions" / name / "hw.py").write_text(text)
    (tmp_path / "task.toml").write_text('title = "Week 8"\nfile = "hw.py"\n[points]\n"Tanh.backward" = 2\n')
    args = ["grade", str(tmp_path / "submissions"), "--task", str(tmp_path / "task.toml"), "-o", str(tmp_path / "out")]
    args += ["--trust"] * TRUST
    result = CliRunner().invoke(clearprop, args, catch_exceptions=False)
    assert "ada       2/2  right" in result.output
    assert "<b>       0/2  Tanh.backward: missing_f_prime" in result.output
    page = (tmp_path / "out" / "pages" / "<b>.html").read_text()
    assert "Week 8: &lt;b&gt;" in page
    assert "<b>" not in page
    assert CliRunner().invoke(clearprop, args, catch_exceptions=False).exit_code == 0  # its own files are replaced
    one = [*args[:4], *args[6:], "--only", "ada", "--gradescope", str(tmp_path / "results.json")]
    assert CliRunner().invoke(clearprop, one, catch_exceptions=False).exit_code == 0
    assert json.loads((tmp_path / "results.json").read_text())["score"] == 2


def test_a_notebook_is_graded_by_its_cells_of_code(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# mine"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", RIGHT]},
    ]
    graded = _graded(
        json.dumps({"cells": cells}), tmp_path, task_of({"file": "hw.ipynb", "points": {"NLL.forward": 1}})
    )
    assert graded.points == 1


def test_files_that_the_task_gives_can_be_imported(tmp_path: Path) -> None:
    (tmp_path / "given.py").write_text("class Module:\n    pass\n")
    (tmp_path / "task.toml").write_text('given = ["given.py"]\n[points]\n"Tanh.forward" = 1\n')
    text = "from given import Module\nimport numpy as np\n\nclass Tanh(Module):\n    forward = lambda self, Z: np.tanh(Z)\n"
    assert _graded(text, tmp_path, read_task(tmp_path / "task.toml")).points == 1


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"point": {}}, r"'point'.*did you mean 'points'"),
        ({"points": {"Liner.forward": 1}}, r"'Liner.forward' is no method.*did you mean 'Linear.forward'"),
        ({"points": {"Linear.forward": -1}}, "0 or more; given -1"),
        ({"points": {}}, "a table of names and numbers"),
        ({"credit": {"gradient_sing": 0.5}}, "did you mean 'gradient_sign'"),
        ({"credit": {"gradient_sign": 2}}, "0 to 1; given 2"),
        ({"limits": {"second": 2}}, "did you mean 'seconds'"),
        ({"limits": {"megabytes": 0}}, "above 0; given 0"),
        ({"file": "../x.py"}, "without a folder"),
        ({"file": "x.txt"}, "a .py or .ipynb file"),
        ({"seed": True}, "a whole number; given True"),
        ({"seed": -1}, "0 or more; given -1"),
        ({"feedback": "all"}, "one of computed, mistake, answer"),
        ({"given": ["no.py"]}, "there is no such file"),
        ({"packages": "numpy"}, "a list of names"),
    ],
)
def test_a_task_that_means_nothing_is_refused_with_the_nearest_word(document: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        task_of(document)


def test_a_folder_without_submissions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"neither folders with modules.py, nor .py files"):
        submissions_in(tmp_path, Task())
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        submissions_in(tmp_path / "no", Task())
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada.py").write_text("")
    with pytest.raises(ValueError, match="two submissions called ada"):
        submissions_in(tmp_path, Task())


def test_a_folder_without_the_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "module.py").write_text(RIGHT)
    (graded,) = grade(submissions_in(tmp_path, Task()), Task(), trust=TRUST)
    assert graded.points == 0
    assert graded.error == "there is no file modules.py; there is module.py"


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (graded,) = grade(submissions_in(tmp_path, Task()), Task(), trust=TRUST)
    assert graded.error == "there is no file modules.py; the folder is empty"


def test_an_error_of_syntax_has_its_line_once(tmp_path: Path) -> None:
    (tmp_path / "ada.py").write_text("def forward(self)\n    return self\n")
    (graded,) = grade(submissions_in(tmp_path, Task()), Task(), trust=TRUST)
    assert graded.error == "line 1: SyntaxError: expected ':'"


def test_somebody_who_is_not_there_is_told_with_the_names_once(tmp_path: Path) -> None:
    for name in ("ada", "eve"):
        (tmp_path / f"{name}.py").write_text("")
    (tmp_path / "task.toml").write_text("")
    asked = ["grade", str(tmp_path), "--task", str(tmp_path / "task.toml"), "--only"]
    assert str(CliRunner().invoke(clearprop, [*asked, "nobody"]).exception).endswith("'nobody'; there are ada, eve")
    assert str(CliRunner().invoke(clearprop, [*asked, "evee"]).exception).endswith("'evee'; did you mean 'eve'?")


def test_the_page_says_what_its_task_gives(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "grade.md").read_text(encoding="utf-8")
    task = task_of(tomllib.loads(re.findall(r"^```toml\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)[0]))
    assert task.limits == Limits()
    assert task.file == Task().file
    write(tmp_path)
    shown = [each for each in submissions_in(tmp_path, task) if each.name in ("ada", "fay", "hal")]
    for each in grade(shown, task, trust=TRUST):
        line = f"{each.name} {number(each.points)}/{number(sum(task.points.values()))} {summary_of(each)}"
        assert line in re.sub(r" +", " ", page)
