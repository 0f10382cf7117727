"""A notebook's own classes judged in its kernel: what the test cells of an assignment call.

Nothing is kept apart here: the kernel is the student's, as it is for every test that otter-grader or nbgrader run.
"""

from __future__ import annotations

import contextlib
import io
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .answers import Answer
from .feedback import number, sentences
from .grade import Row, cases_of, judged_rows
from .network import NAME as NETWORK
from .runner import result_of
from .task import Task, task_of


@dataclass(frozen=True, repr=False)
class OfNotebook:
    """What came of one method."""

    row: Row
    task: Task

    @property
    def points(self) -> float:
        """Of `row.most`, by the task's rubric."""
        return round(self.row.points, 4)

    def right(self, part: str) -> bool:
        """Whether one of its arrays is right."""
        return self.row.judged.parts.get(part, False) or self.row.judged.ok

    @property
    def said(self) -> str:
        """What a person is told, without the points."""
        return "\n".join((f"{self.row.name}:", *sentences(self.row, self.task.feedback)))

    def __str__(self) -> str:
        return f"{self.row.name}: {number(self.points)} of {number(self.row.most)} points\n{self.said.partition(chr(10))[2]}"


def of_notebook(names: Mapping[str, Any], method: str, task: Task | Mapping[str, Any]) -> OfNotebook:
    """The points of a method, such as "Linear.backward", of the classes in `names`: `globals()` of a notebook.

    `task` is a task, or what a task's file says. `str` of the result is what a person is told, as much as the task allows.
    """
    task = task if isinstance(task, Task) else task_of(task)
    if method not in task.points:
        raise ValueError(f"the task gives no points for {method!r}; it does for {', '.join(task.points)}")
    alone = task if method == NETWORK else replace(task, points={method: task.points[method]})
    cases = cases_of("", alone)
    answer = Answer(cases)
    answer.take(b'{"imported": true}')
    state = np.random.get_state()  # noqa: NPY002 - the notebook's own numbers go on as if nothing had been tried
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        for case in cases:
            answer.take(json.dumps(result_of(case, dict(names), "")).encode())
    np.random.set_state(state)  # noqa: NPY002
    return OfNotebook(next(row for row in judged_rows("", alone, answer.done) if row.name == method), task)
