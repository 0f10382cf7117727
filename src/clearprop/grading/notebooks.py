"""A task as an assignment: a notebook with stubs, solutions and test cells, as otter-grader or nbgrader read it.

The solutions call the course's own modules, so there is no second copy of them. A test cell judges one method and says what
the task's `feedback` allows.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any, ClassVar

from .. import course
from .criterion import CRITERIA
from .network import NAME as NETWORK
from .network import kinds
from .task import Task

METHODS = ("__init__", "forward", "backward", "sgd_step", "class_fun", "sgd")
"""What a module of the interface may define, in this order."""
NOTEBOOK_MARK = b'"generator": "clearprop grade"'
"""In every notebook that is written here."""
ORDER = ("Linear", "Tanh", "ReLU", "Sigmoid", "SoftMax", "NLL", "BatchNorm", "Sequential")
"""In which classes are asked for."""
BEGINNING = '''import numpy as np


class Module:
    """What every module has."""

    def sgd_step(self, lrate):
        """A module without weights has no step to take."""'''


class Assignment:
    """A notebook's cells, for one of the two programs. A subclass says how a cell is marked."""

    marks: ClassVar[tuple[str, str]]

    def __init__(self, task: Task, *, visible: bool) -> None:
        self.task, self.visible = task, visible

    def notebook(self) -> str:
        """The file, JSON of nbformat 4.5."""
        cells = list(self.cells())
        for place, cell in enumerate(cells):
            cell["id"] = f"cell-{place}"
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, "generator": "clearprop grade"}
        return json.dumps({"metadata": metadata, "cells": cells, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"

    def cells(self) -> Iterator[dict[str, Any]]:
        """All of them: a class with its tests after the other, then the network."""
        raise NotImplementedError

    def classes(self) -> list[str]:
        """The classes that are asked for."""
        wanted = {name.partition(".")[0] for name in self.task.points if name != NETWORK}
        wanted |= {*kinds(self.task.hidden), "NLL"} if NETWORK in self.task.points else set()
        return [name for name in ORDER if name in wanted]

    def methods(self, kind: str) -> list[str]:
        """What has points in a class."""
        return [name for name in self.task.points if name.partition(".")[0] == kind]

    def asked(self, kind: str) -> str:
        """The heading of a class: its methods, and what each is worth."""
        lines = [f"- {CRITERIA.criteria[name].about} ({self.task.points[name]:g})" for name in self.methods(kind)]
        return "\n".join([f"## {kind}", "", *(lines or ["It is used in the network at the end."])])

    def stub(self, kind: str) -> str:
        """A class with its solution between the marks of the program."""
        of = getattr(course, kind)
        base = "" if kind == "Sequential" else "(Module)"
        lines = [f"class {kind}{base}:"]
        for method in METHODS:
            if method in vars(of):
                lines += [*self._method(kind, method, vars(of)[method]), ""]
        return "\n".join(lines).rstrip()

    def _method(self, kind: str, method: str, function: Any) -> list[str]:
        given = [
            name if one.default is one.empty else f"{name}={one.default!r}"
            for name, one in inspect.signature(function).parameters.items()
        ]
        names = [each.partition("=")[0] for each in given]
        call = f"course.{kind}.{method}({', '.join(names)})"
        if kind == "Sequential" and method != "__init__":  # its methods call each other
            call = f"course.Sequential(self.modules, self.loss).{method}({', '.join(names[1:])})"
        is_told = function.__doc__ and method != "sgd_step"  # whose docstring is the formula
        about = [f'        """{inspect.getdoc(function)}"""'] if is_told else []
        body = [self.marks[0], "from clearprop import course", "", f"return {call}", self.marks[1]]
        if method == "__init__":
            body[3] = call
        return [f"    def {method}({', '.join(given)}):", *about, *(f"        {line}".rstrip() for line in body)]

    def told(self, method: str) -> str:
        """The task as the cell of a method hands it on."""
        task = self.task
        points = task.points if method == NETWORK else {method: task.points[method]}
        document = {"seed": task.seed, "feedback": task.feedback, "points": points, "credit": task.credit}
        return repr(json.loads(json.dumps(document, default=dict)))


class Otter(Assignment):
    """Format v1 of Otter Assign: a question for each class, a test case for each array of a method."""

    marks = ("# BEGIN SOLUTION", "# END SOLUTION")

    def cells(self) -> Iterator[dict[str, Any]]:
        yield _cell("raw", "# ASSIGNMENT CONFIG\nexport_cell: false\ntests:\n    ok_format: false")
        yield _cell("markdown", f"# {self.task.title}")
        yield _cell("code", BEGINNING)
        for kind in self.classes():
            yield from self._question(kind, self.stub(kind), self.methods(kind))
        if NETWORK in self.task.points:
            yield from self._question("Network", "", [NETWORK])

    def _question(self, kind: str, stub: str, methods: list[str]) -> Iterator[dict[str, Any]]:
        if not methods:
            yield from (_cell("markdown", self.asked(kind)), _cell("code", stub))
            return
        yield _cell("raw", f"# BEGIN QUESTION\nname: {kind}")
        yield _cell("markdown", self.asked(kind))
        if stub:
            yield from (_cell("raw", "# BEGIN SOLUTION"), _cell("code", stub), _cell("raw", "# END SOLUTION"))
        yield _cell("raw", "# BEGIN TESTS")
        for method in methods:
            parts = parts_of(method, self.task)
            for part in parts:
                yield _cell("code", self._test(method, part, self.task.points[method] / len(parts)))
        yield from (_cell("raw", "# END TESTS"), _cell("raw", "# END QUESTION"))

    def _test(self, method: str, part: str, points: float) -> str:
        name = "_".join("".join(letter if letter.isalnum() else " " for letter in f"{method} {part}").split())
        return "\n".join(
            (
                '""" # BEGIN TEST CONFIG',
                f"points: {points!r}",
                f"hidden: {'false' if self.visible else 'true'}",
                '""" # END TEST CONFIG',
                f"def test_{name}(env):",
                "    from clearprop.grading import of_notebook",
                f"    found = of_notebook(env, {method!r}, {self.told(method)})",
                f"    assert found.right({part!r}), found.said",
            )
        )


class NbGrader(Assignment):
    """Cells with nbgrader's marks: a solution for each class, a test for each method, which may have a part of its points."""

    marks = ("### BEGIN SOLUTION", "### END SOLUTION")

    def cells(self) -> Iterator[dict[str, Any]]:
        yield _cell("markdown", f"# {self.task.title}")
        yield _marked(_cell("code", BEGINNING), "Module", locked=True)
        for kind in self.classes():
            yield _cell("markdown", self.asked(kind))
            yield _marked(_cell("code", self.stub(kind)), kind, solution=True)
            for method in self.methods(kind):
                yield self._test(method)
        if NETWORK in self.task.points:
            yield _cell("markdown", self.asked("Network"))
            yield self._test(NETWORK)

    def _test(self, method: str) -> dict[str, Any]:
        lines = [
            "from clearprop.grading import of_notebook",
            "",
            f"found = of_notebook(globals(), {method!r}, {self.told(method)})",
            "print(found)",
            "found.points",
        ]
        if not self.visible:
            lines = ["### BEGIN HIDDEN TESTS", *lines, "### END HIDDEN TESTS"]
        name = f"test_{method.replace('.', '_')}"
        return _marked(_cell("code", "\n".join(lines)), name, points=self.task.points[method], locked=True)


def parts_of(method: str, task: Task) -> list[str]:
    """The arrays of a method, which share its points."""
    from .in_notebook import of_notebook

    reference = {name: getattr(course, name) for name in course.__all__}
    return list(of_notebook(reference, method, task).row.judged.parts)


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": "", "metadata": {}, "source": source.splitlines(keepends=True)}
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell


def _marked(
    cell: dict[str, Any], name: str, *, points: float | None = None, solution: bool = False, locked: bool = False
) -> dict[str, Any]:
    marks = {"grade": points is not None, "grade_id": name, "locked": locked, "schema_version": 3, "solution": solution}
    marks |= {"task": False} | ({} if points is None else {"points": points})
    return cell | {"metadata": {"nbgrader": marks}}
