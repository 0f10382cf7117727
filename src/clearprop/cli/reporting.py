"""What `--report` needs: the checks before a training, the warnings of it, and the file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..io.files import write_atomically
from .replacing import require_replaceable


def require_report(path: str | None, *reads: str) -> None:
    """ValueError for another suffix or where a file may not be replaced, OSError where none can be written.

    `reads` are the files that the command reads. ImportError where matplotlib is missing.
    """
    if path is not None:
        from ..fitting.report import require_html

        require_html(require_replaceable("--report", path, reads=reads, force=None))


def write(path: str, page: str) -> None:
    """Write a report, completely or not at all."""
    write_atomically(path, page.encode())


@contextmanager
def noted_warnings() -> Iterator[list[str]]:
    """The texts of the warnings inside, which are shown as ever."""
    said: list[str] = []
    with warnings.catch_warnings():
        show = warnings.showwarning

        def both(message: Warning | str, *rest: Any, **named: Any) -> None:
            said.append(str(message))
            show(message, *rest, **named)

        warnings.showwarning = both
        yield said
