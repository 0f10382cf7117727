"""The harness over a folder of tables: splits, scores, refusals, the file of results, and who wins."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import pytest

pd = pytest.importorskip("pandas")

from benchmarks.tables.contenders import OTHERS, recipe  # noqa: E402
from benchmarks.tables.running import Result, read, run  # noqa: E402
from benchmarks.tables.summary import compared, summary  # noqa: E402
from benchmarks.tables.task import Answer, Task, label, log_loss, tasks_in  # noqa: E402


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    x = rng.normal(size=120)
    colours = rng.choice(["red", "blue"], 120)
    values = pd.DataFrame({"x": x, "colour": colours, "y": 2 * x + (colours == "red")})
    values.to_csv(tmp_path / "values.csv", index=False)
    gaps = values.assign(label=np.where(x > 0, "a", "b"), twin=x).drop(columns="y")
    gaps.loc[3, "x"] = np.nan
    gaps.loc[5, "label"] = np.nan
    gaps.to_csv(tmp_path / "gaps.csv", index=False)
    (tmp_path / "tables.csv").write_text("file,target,ignore\nvalues.csv,y,\ngaps.csv,label,twin\n")
    return tmp_path


def test_every_contender_gets_the_same_splits_without_rows_that_have_no_target(folder: Path) -> None:
    values, gaps = tasks_in(folder, 10_000)
    assert (values.of_classes, gaps.of_classes) == (False, True)
    assert 5 not in gaps.usable
    assert "twin" not in gaps.frame
    for train, test in gaps.splits(3):
        assert sorted([*train, *test]) == gaps.usable.tolist()
    once, again = (list(gaps.splits(2)) for _ in range(2))
    assert all((a[1] == b[1]).all() for a, b in zip(once, again, strict=True))
    assert not (once[0][1] == once[1][1]).all()


def test_results_come_one_by_one_and_are_not_measured_again(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    contenders = {"ours": recipe("epochs=3"), "cleaned": recipe("epochs=3", clean=True), "linear": OTHERS["linear"]}
    run(tasks_in(folder, 10_000), contenders, path, splits=2, limit=120)
    results = read(path)
    assert len({(each.table, each.contender) for each in results}) == 6
    assert all(each.score > 0.5 for each in results if each.contender == "linear")
    assert all(each.score == each.score for each in results if each.contender == "cleaned")
    began = path.read_text()
    run(tasks_in(folder, 10_000), contenders, path, splits=2, limit=120)
    assert path.read_text() == began


def slow(*_: object) -> Answer:
    time.sleep(60)
    raise AssertionError


def broken(*_: object) -> Answer:
    raise ValueError("a reason\nin two lines")


def test_what_is_refused_or_too_slow_is_a_result(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    run(tasks_in(folder, 10_000)[:1], {"slow": slow, "broken": broken}, path, splits=2, limit=1.0)
    assert [each.refused for each in read(path)] == ["no result after 1 s", "ValueError: a reason in two lines"]


def test_wins_ties_and_losses_count_what_was_refused() -> None:
    def table(ours: float, theirs: float, refused: str = "", task: str = "classification") -> dict[str, list[Result]]:
        return {
            "ours": [Result("t", 9, task, "ours", 0, ours, refused=refused)],
            "theirs": [Result("t", 9, task, "theirs", 0, theirs)],
        }

    tables = [
        table(0.9, 0.8),
        table(0.8, 0.804),
        table(0.8, 0.806),
        table(0.9, 0.8, "no"),
        table(0.8, 0.809, "", "regression"),
    ]
    assert compared(tables, "ours", "theirs") == (1, 2, 2)
    assert compared(tables, "theirs", "ours") == (2, 2, 1)
    assert "60% (1, 2, 2)" in summary(_flat(tables))


def _flat(tables: list[dict[str, list[Result]]]) -> list[Result]:
    return [
        Result(f"t{k}", each.rows, each.task, each.contender, each.split, each.score, refused=each.refused)
        for k, table in enumerate(tables)
        for results in table.values()
        for each in results
    ]


def test_classes_are_compared_as_text_however_they_are_read() -> None:
    assert label(1.0) == label(1) == label("1") == label(np.float64(1))
    assert label(True) == label("TRUE") == label("true")
    answer = Answer(np.array([]), 0.0, np.array([[0.25, 0.75], [1.0, 0.0]]), (0, 1.0))
    assert log_loss(answer, ["1", "0"]) == pytest.approx(-math.log(0.75) / 2)
    assert log_loss(answer, ["new", "0"]) > 10


def test_a_folder_without_a_list_has_the_last_column_as_target(folder: Path) -> None:
    (folder / "tables.csv").unlink()
    assert {task.name: task.target for task in tasks_in(folder, 10)} == {"values": "y", "gaps": "twin"}


def test_the_score_of_values_is_r2(folder: Path) -> None:
    task = Task(folder / "values.csv", "y")
    rows = np.arange(50)
    mean = np.full(50, task.truth(rows).mean())
    assert task.score(Answer(mean, 0.0), rows)[0] == pytest.approx(0)
    assert task.score(Answer(task.truth(rows), 0.0), rows)[0] == 1
