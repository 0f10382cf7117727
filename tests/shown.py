"""Pages whose programs run one after another, with what each prints below it: run in a folder, and compared."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?")
NEAR = 0.02
"""Other processors round in another order, and a training ends a little elsewhere: by so much of a number, or of 1."""


def programs_of(page: Path) -> list[tuple[str, str]]:
    """Each program of a page, and what the page says that it prints; empty where it shows nothing."""
    return [(program, shown or "") for program, shown in BLOCK.findall(page.read_text(encoding="utf-8"))]


def printed_by(page: Path, folder: Path) -> list[tuple[str, str, str]]:
    """Each program, what the page shows of it and what it prints, run one after another in a folder."""
    names: dict[str, Any] = {"__name__": "__main__"}
    found = []
    before = Path.cwd()
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        for program, shown in programs_of(page):
            out = io.StringIO()
            with contextlib.redirect_stdout(out), warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                # In a thread of its own, which has no event loop: one of a browser's may be running here.
                with ThreadPoolExecutor(1) as thread:
                    thread.submit(exec, compile(program, page.name, "exec"), names).result()
            told = "".join(f"{each.category.__name__}: {each.message}\n" for each in caught)
            found.append((program, shown, told + out.getvalue()))
    finally:
        os.chdir(before)
        sys.path.remove(str(folder))
    return found


def require_shown(page: Path, folder: Path) -> None:
    """Every program prints what stands below it, or says in a comment; what a program warns of stands there first."""
    for program, shown, printed in printed_by(page, folder):
        if not shown:
            comments = "\n".join(line.partition("#")[2] for line in program.splitlines())
            unsaid = [line for line in printed.splitlines() if not _said(line, comments)]
            assert not unsaid, f"{page.name} does not show what is printed: {printed}\n{program}"
            continue
        assert NUMBER.sub("0", shown) == NUMBER.sub("0", printed), f"{page.name} shows\n{shown}\nand prints\n{printed}"
        for there, here in zip(NUMBER.findall(shown), NUMBER.findall(printed), strict=True):
            said, found = (float(each.replace(",", "")) for each in (there, here))
            assert abs(said - found) <= NEAR * max(abs(said), 1), (
                f"{page.name} shows {there}, and prints {here}: {shown}"
            )


def _said(line: str, comments: str) -> bool:
    """Whether a comment has the line, or its beginning before an ellipsis."""
    return line in comments or any(
        begin.strip() and begin.strip() in line for begin in re.findall(r"([^.\n]{12,}) ?\.\.\.", comments)
    )
