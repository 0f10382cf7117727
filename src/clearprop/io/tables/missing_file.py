"""A file that is not there: the error, with the file beside it whose name is nearly the same."""

from __future__ import annotations

import difflib
from os import PathLike
from pathlib import Path


class NoFile(FileNotFoundError):
    """There is no file of a name; `instead` has the one beside it whose name is nearly so."""

    instead: dict[str, str]


def no_file(path: str | PathLike[str], otherwise: str = "") -> NoFile:
    """The error for a path without a file: it names a file beside it with nearly this name, or says `otherwise`."""
    folder, name = Path(path).parent, Path(path).name
    try:
        beside = [each.name for each in folder.iterdir() if each.is_file()]
    except OSError:
        beside = []
    near = difflib.get_close_matches(name, beside, n=1, cutoff=0.7)
    if not near:
        error = NoFile(f"there is no file {path}{otherwise}")
        error.instead = {}
        return error
    found = str(path).removesuffix(name) + near[0]
    error = NoFile(f"there is no file {path}; did you mean {found}?")
    error.instead = {str(path): found}
    return error
