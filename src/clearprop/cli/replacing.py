"""Which existing files a command may write over: files like the one it writes. Never its own table, model or configuration."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from ..io.files import has_mark, replaceable, writable
from ..io.plots import DRAWN_BY

PAGE = b'name="generator" content="clearprop"'
"""What every HTML page of this program says in its head."""
MARKS = {
    "--html": PAGE,
    "--report": PAGE,
    "--latex": b"clearpropb",
    "--beamer": b"clearpropb",
    "--tikz": b"\\definecolor{clearpropf}",
    "--svg": b'aria-label="Network ',
    "--json": b'"format": "clearprop.trace"',
    "--text": "━━ ".encode(),
    "--plot": DRAWN_BY.encode(),
}
"""What the beginning or the end of a file says if the option wrote it."""

force_option = click.option("--force", is_flag=True, help="Replace an existing file, whatever it holds.")


def require_replaceable(
    option: str,
    path: str,
    *,
    reads: Iterable[str | None],
    force: bool | None,
    is_like: Callable[[Path], bool] | None = None,
    unlike: str = "holds something else",
) -> Path:
    """The path, if what `option` writes may go there; else OSError or ValueError.

    `reads` are the files that the command reads, which are never replaced. Another file is, if it `is_like` the one that is
    written, by default by the option's mark, or by `force`; None where the command has no such option. `unlike` says what a
    file is that is not like it.
    """
    target = writable(path)
    for source in reads:
        if source is not None and Path(source).exists() and target.exists() and os.path.samefile(source, target):
            raise ValueError(
                f"{option} {path} is a file that this command reads, so it is not overwritten; give another name"
            )
    return replaceable(
        target,
        lambda file: bool(force) or (is_like or (lambda each: has_mark(each, MARKS[option])))(file),
        why="was not written by clearprop" if is_like is None else unlike,
        mend="give another name" + (", or remove it" if force is None else ", or --force to replace it"),
    )
