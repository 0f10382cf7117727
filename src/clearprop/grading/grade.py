"""grade: every submission of a folder run, judged and given its points."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .answers import Values
from .criterion import CRITERIA, Given
from .judging import SQUARE, Judged, credit_of, judged
from .network import NAME as NETWORK
from .network import Whole, judged_network, methods
from .running import Place, Run, run
from .sandbox import require_sandbox
from .task import Task


@dataclass(frozen=True)
class Submission:
    """Somebody's work: a folder, or a file."""

    name: str
    path: Path


@dataclass(frozen=True)
class Row:
    """A criterion's points."""

    judged: Judged
    points: float
    most: float

    @property
    def name(self) -> str:
        """The criterion's."""
        return self.judged.criterion.name


@dataclass(frozen=True)
class Graded:
    """What came of one submission."""

    name: str
    task: Task
    rows: tuple[Row, ...]
    error: str = ""
    """Why nothing could be judged."""
    remarks: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """In all."""
        return sum(row.points for row in self.rows)

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The names of what was found, each with its method; what was carried forward is not among them."""
        return tuple(
            f"{row.name}: {finding.name}" for row in self.rows for finding in row.judged.findings if not finding.carried
        )


def submissions_in(path: str | Path, task: Task) -> list[Submission]:
    """The submissions of a folder: a folder each, a file each, or the folder itself where the task's file is in it."""
    folder = Path(path)
    if not folder.exists():
        raise FileNotFoundError(f"there is no folder {folder}")
    if folder.is_file() or (folder / task.file).is_file():
        return [Submission(folder.resolve().stem if folder.is_file() else folder.resolve().name, folder)]
    ending = Path(task.file).suffix
    inside = [each for each in sorted(folder.iterdir()) if not each.name.startswith((".", "__"))]
    found = [
        Submission(each.name if each.is_dir() else each.stem, each)
        for each in inside
        if each.is_dir() or each.suffix == ending
    ]
    if not found:
        raise ValueError(f"{folder} has no submissions: neither folders with {task.file}, nor {ending} files")
    names = [each.name for each in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{folder} has two submissions called {', '.join(twice)}: a folder and a file; rename one")
    return found


def grade(submissions: Sequence[Submission], task: Task, *, trust: bool = False, jobs: int = 2) -> Iterator[Graded]:
    """Run, judge and give points, in the order given; `trust` runs them without a sandbox, with the user's own rights.

    NoSandboxError where there is no sandbox and no trust.
    """
    if not trust:
        require_sandbox()
    tops = {each.path.resolve() if each.path.is_dir() else each.path.resolve().parent for each in submissions}
    hidden = tuple(
        {*tops, *(top.parent for top in tops if len(submissions) > 1), *(each.parent.resolve() for each in task.given)}
    )
    place = Place(task.packages, task.limits, task.given, hidden, trust)
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        runs = [pool.submit(_run, each, task, place) for each in submissions]
        for submission, future in zip(submissions, runs, strict=True):
            yield _graded(submission, task, future.result())


def numbers_of(name: str, task: Task) -> dict[str, Given]:
    """The numbers of each script, drawn for this person: the same each time, and others for another person."""
    numbers: dict[str, Given] = {}
    for criterion, kind in CRITERIA.criteria.items():
        if criterion in _tried(task):
            rng = np.random.default_rng([task.seed, _number_of(name), _number_of(criterion)])
            numbers[criterion] = kind.given(rng)
            square = kind.square(numbers[criterion])
            if square is not None:
                numbers[criterion + SQUARE] = square
    return numbers


def _tried(task: Task) -> set[str]:
    """What has points, and what a network stands on, so that its mistakes have their names."""
    tried = {*task.points, *(methods(task.hidden) if NETWORK in task.points else ())}
    return tried | {CRITERIA.criteria[name].stands_on for name in tried}


def _number_of(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _run(submission: Submission, task: Task, place: Place) -> Run:
    path = submission.path
    name = path.name if path.is_file() else task.file
    if path.is_dir() and not (path / name).is_file():
        return Run({}, f"there is no file {name}; {_said_of(path)}")
    if (path if path.is_file() else path / name).is_symlink():
        return Run({}, f"{name} is a link to another file, which is not followed")
    return run(path, name, cases_of(submission.name, task), place)


def _said_of(folder: Path) -> str:
    """What is in a folder; folders in it end with a stroke."""
    names = [each.name + "/" * each.is_dir() for each in sorted(folder.iterdir())]
    if not names:
        return "the folder is empty"
    return f"there {'is' if len(names) == 1 else 'are'} {', '.join([*names[:5], '...'][: len(names)])}"


def cases_of(name: str, task: Task) -> list[dict[str, Any]]:
    """The scripts of a person."""
    cases = []
    for case, given in numbers_of(name, task).items():
        criterion = CRITERIA.criteria[case.removesuffix(SQUARE)]
        steps = criterion.script(given, task.hidden) if isinstance(criterion, Whole) else criterion.script(given)
        cases.append(steps.case(case))
    return cases


def _graded(submission: Submission, task: Task, ran: Run) -> Graded:
    rows = judged_rows(submission.name, task, ran.cases, ran.error)
    return Graded(submission.name, task, rows, ran.error, ran.remarks)


def judged_rows(name: str, task: Task, cases: Mapping[str, Values], error: str = "") -> tuple[Row, ...]:
    """The points of each criterion, from what the scripts of a person gave."""
    numbers = numbers_of(name, task)
    nothing = Values(error=error or "not run")
    results: dict[str, Judged] = {}
    for method in (each for each in CRITERIA.criteria if each in numbers and each != NETWORK):
        again = method + SQUARE
        square = (numbers[again], cases.get(again, nothing)) if again in numbers else None
        criterion = CRITERIA.criteria[method]
        before = results.get(criterion.stands_on)
        results[method] = judged(
            criterion,
            numbers[method],
            cases.get(method, nothing),
            square,
            failed_before=before is not None and not before.ok,
        )
    if NETWORK in numbers:
        wrong = {} if error else {name: result for name, result in results.items() if not result.ok}
        values, counted = cases.get(NETWORK, nothing), [name for name in wrong if task.points.get(name)]
        results[NETWORK] = judged_network(numbers[NETWORK], values, task.hidden, wrong, counted)
    return tuple(
        Row(results[name], most * credit_of(results[name], task.credit), most) for name, most in task.points.items()
    )
