"""`clearprop grade`: other people's modules, run in a sandbox and judged by the chain rule."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ..amounts import count
from ..exercises import Marked, mark, marked, quiz
from ..exercises.canvas_report import columns_of
from ..formulas.catalogue import nearest
from ..grading import Graded, NbGrader, Otter, Submission, Task, grade, read_task, submissions_in
from ..grading.feedback import lines_of, number, summary_of
from ..grading.notebooks import NOTEBOOK_MARK
from ..grading.outputs import gradescope_of, page_of, table_of
from ..io.files import has_mark, write_atomically
from .display import say
from .exits import ERROR
from .replacing import force_option, require_replaceable

PAGES, RESULTS, TABLE = "pages", "gradescope", "grades.csv"


@click.command("grade")
@click.argument("submissions", required=False)
@click.option("--task", "task_file", metavar="FILE", help="What is asked and for how many points, a TOML file.")
@click.option(
    "-o", "--output", metavar="FOLDER", help="Write a page and Gradescope's results for each, and grades.csv."
)
@click.option("--gradescope", metavar="FILE", help="Write results.json of one submission.")
@click.option("--only", metavar="NAME", help="Grade one of the submissions.")
@click.option("--trust", is_flag=True, help="Run submissions without a sandbox, with your own rights.")
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions run side by side.  [default: one a processor]")
@click.option("--otter", metavar="FILE", help="Write the task as a notebook for Otter Assign.")
@click.option("--nbgrader", metavar="FILE", help="Write the task as a notebook for nbgrader.")
@click.option(
    "--visible", is_flag=True, help="Let students run the notebook's tests too; their Jupyter needs clearprop."
)
@click.option(
    "--quiz", "codes", metavar="CODE", help="A quiz's code, a table with the columns name and code, or Canvas's report."
)
@click.option("--seed", type=click.IntRange(min=0), help="The seed of the quiz that was set; others are refused.")
@force_option
def command(
    submissions: str | None,
    task_file: str | None,
    output: str | None,
    gradescope: str | None,
    only: str | None,
    trust: bool,
    jobs: int | None,
    otter: str | None,
    nbgrader: str | None,
    visible: bool,
    codes: str | None,
    seed: int | None,
    force: bool,
) -> None:
    """Grade SUBMISSIONS, a folder with a folder or a file for each person, or one person's work.

    Each runs in bubblewrap: no internet connection, nothing to read but Python and NumPy, limits on time, memory, processes and
    output.
    What is printed here names every mistake; what is written for a person says as much as the task's `feedback` allows.
    """
    if codes is not None:
        _of_quiz(codes, seed)
        return
    notebooks = {option: file for option, file in (("--otter", otter), ("--nbgrader", nbgrader)) if file is not None}
    if visible and not notebooks:
        raise click.UsageError("--visible is of a notebook; give --otter FILE or --nbgrader FILE")
    if task_file is None or (submissions is None and not notebooks):
        raise click.UsageError(
            "give SUBMISSIONS and --task FILE, or --quiz CODE; --otter and --nbgrader need --task alone"
        )
    task = read_task(task_file)
    for option, file in notebooks.items():
        _write_notebook(option, file, task, visible=visible, force=force)
    if submissions is None:
        return
    found = _asked(submissions_in(submissions, task), submissions, only)
    if gradescope is not None:
        _require_one(found, submissions)
        _require_json(gradescope, force=force)
    if output is not None:
        _require_folder(Path(output), force=force)
    graded = _graded(found, task, trust=trust, jobs=jobs)
    if gradescope is not None:
        write_atomically(gradescope, gradescope_of(graded[0]).encode())
    if output is not None:
        _write(Path(output), graded)
        say(f"wrote {count(len(graded), 'page')} and {TABLE} in {output}")


def _graded(found: list[Submission], task: Task, *, trust: bool, jobs: int | None) -> list[Graded]:
    """All of them, each printed as it comes."""
    graded = []
    width = max(len(each.name) for each in found)
    for each in grade(found, task, trust=trust, jobs=jobs or os.cpu_count() or 1):
        graded.append(each)
        if len(found) > 1:
            say(f"{each.name:<{width}}  {number(each.points):>6}/{number(task.most)}  {summary_of(each)}")
        else:
            say("\n".join([*lines_of(each, "answer"), *each.remarks]))
    return graded


def _of_quiz(codes: str, seed: int | None) -> None:
    """Each person's points, computed anew from a code, a table of codes, or Canvas's report."""
    if not Path(codes).is_file():
        say(_line_of(mark(codes, seed=seed)))
        return
    people = list(_people(codes, seed))
    if not people:
        raise ValueError(f"{codes} has no line below its header")
    width = max(len(name) for name, _ in people)
    for name, found in people:
        said = f"{'0':>6}     {found}" if isinstance(found, ValueError) else _line_of(found)
        say(f"{name:<{width}}  {said}")
    if all(isinstance(found, ValueError) for _, found in people):
        sys.exit(ERROR)


def _people(path: str, seed: int | None) -> Iterator[tuple[str, Marked | ValueError]]:
    """Names with their result, or with why there is none."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        table = csv.DictReader(file)
        header = list(table.fieldnames or ())
        columns = columns_of(header)
        if "name" not in header or (columns is None and "code" not in header):
            raise ValueError(
                f"{path} must have the columns name and code, or be Canvas's report of a quiz; it has {', '.join(header)}"
            )
        if columns is not None and seed is None:
            raise ValueError(
                f"{path} is a report of Canvas's, which does not say the seed; give --seed, that of the quiz"
            )
        asked = quiz(seed or 0, kinds=columns.kinds) if columns is not None else None
        for row in table:
            try:
                if columns is not None and asked is not None:
                    yield (
                        row["name"] or "",
                        marked(asked, list(columns.answers(row, asked.exercises)), [0] * len(asked)),
                    )
                else:
                    yield row["name"] or "", mark(row["code"] or "", seed=seed)
            except ValueError as error:
                yield row["name"] or "", error


def _line_of(result: Marked) -> str:
    wrong = [str(place) for place, right in enumerate(result.right, 1) if not right]
    return f"{number(result.points):>6}/{result.most}  {'all right' if not wrong else 'wrong: ' + ', '.join(wrong)}"


def _asked(found: list[Submission], folder: str, only: str | None) -> list[Submission]:
    names = [each.name for each in found]
    if only is not None and only not in names:
        near = nearest(only, names)
        if not near.endswith("?"):
            near = f"; there are {', '.join([*names[:10], '...'][: len(names)])}"
        raise ValueError(f"{folder} has no submission {only!r}{near}")
    return [each for each in found if only in (None, each.name)]


def _write_notebook(option: str, file: str, task: Task, *, visible: bool, force: bool) -> None:
    """The task as an assignment. What the other program cannot do of it is said."""
    require_replaceable(option, file, reads=(), force=force, is_like=lambda made: has_mark(made, NOTEBOOK_MARK))
    kind = Otter if option == "--otter" else NbGrader
    write_atomically(file, kind(task, visible=visible).notebook().encode())
    say(
        f"wrote {file}; in it everybody gets the same numbers, and `file`, `packages`, `given` and `limits` are not used"
    )
    if kind is Otter and any(task.credit.values()):
        say("otter-grader gives the points of an array whole or not at all: `credit` is not in its tests")


def _require_one(found: list[Submission], folder: str) -> None:
    if len(found) != 1:
        raise ValueError(
            f"--gradescope writes one person's results, and {folder} has {len(found)}; give -o FOLDER, or --only NAME"
        )


def _require_json(path: str, *, force: bool) -> None:
    require_replaceable(
        "--gradescope", path, reads=(), force=force, is_like=lambda file: b'"tests"' in file.read_bytes()
    )


def _require_folder(folder: Path, *, force: bool) -> None:
    """A folder that is new, empty, or one that this command wrote."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"cannot write into {folder}: it is not a folder")
    ours = {PAGES, RESULTS, TABLE}
    if folder.is_dir() and not force and {each.name for each in folder.iterdir()} - ours:
        raise FileExistsError(
            f"{folder} holds other files than grades; give another name, or --force to write beside them"
        )


def _write(folder: Path, graded: list[Graded]) -> None:
    for name in (PAGES, RESULTS):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for each in graded:
        write_atomically(folder / PAGES / f"{each.name}.html", page_of(each).encode())
        write_atomically(folder / RESULTS / f"{each.name}.json", gradescope_of(each).encode())
    write_atomically(folder / TABLE, table_of(graded).encode())
