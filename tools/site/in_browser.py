"""Runs the programs of a page of the site in the reader's browser: this file and `live.py` are there, in Pyodide."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import linecache
import traceback
import warnings
from typing import Any

from .live import Made, made_of

YOURS = "<program>"
"""The file that a traceback names for the reader's program."""


class Session:
    """The programs of one page, which share their names as in one Python."""

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, program: str) -> str:
        """Run one program: what it printed, its page, the curve of its training and whether it raised, as JSON.

        Warnings are printed here, each time, because the reader may have changed the program.
        """
        linecache.cache[YOURS] = (len(program), None, program.splitlines(keepends=True), YOURS)
        printed, made, raised = io.StringIO(), Made("", ""), False
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), warnings.catch_warnings():
            warnings.simplefilter("always", UserWarning)
            warnings.showwarning = _say
            try:
                exec(compile(program, YOURS, "exec"), self._names)
                made = made_of(ast.parse(program), self._names)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a program of the reader may raise anything
                raised = True
                traceback.print_exception(_of_the_program(error))
        return json.dumps({"printed": printed.getvalue(), "page": made.page, "curve": made.curve, "raised": raised})


def _say(message: Warning | str, category: type[Warning], _file: str, line: int, *_more: object) -> None:
    print(f"{category.__name__} (line {line}): {message}")


def _of_the_program(error: BaseException) -> BaseException:
    """The error with the lines of the reader's program alone, in its traceback."""
    at = error.__traceback__
    while at is not None and at.tb_frame.f_code.co_filename != YOURS:
        at = at.tb_next
    end = at
    while end is not None and end.tb_next is not None:
        end.tb_next = end.tb_next if end.tb_next.tb_frame.f_code.co_filename == YOURS else None
        end = end.tb_next
    return error.with_traceback(at)
