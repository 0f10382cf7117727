"""A file that is not there, or a folder in its place: the error, with the file that was likely meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from os import PathLike
from pathlib import Path

from .magic import PACKED

MOST_NAMED = 4
"""So many files of a folder are named."""


class NoFile(FileNotFoundError):
    """There is no file of a name; `instead` has the one beside it whose name is nearly so."""

    instead: dict[str, str]


class FolderGiven(IsADirectoryError):
    """A folder is where a file was meant; `instead` has the table in it, where there is one alone."""

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


def folder_given(path: str | PathLike[str], suffixes: Collection[str]) -> FolderGiven:
    """The error for a folder in place of a table: it names the files in it whose suffix is one of a table's."""
    try:
        there = sorted(
            str(each) for each in Path(path).iterdir() if _unpacked(each.name) in suffixes and each.is_file()
        )
    except OSError:
        there = []
    more = f" and {len(there) - MOST_NAMED:,} more" if len(there) > MOST_NAMED else ""
    named = (
        f"; name a file in it, such as {', '.join(there[:MOST_NAMED])}{more}" if there else ", and no table is in it"
    )
    error = FolderGiven(f"{path} is a folder{named}")
    error.instead = {str(path): there[0]} if len(there) == 1 else {}
    return error


def _unpacked(name: str) -> str:
    """The suffix that tells the format of a file, in lower case; that of how it is packed where there is no other."""
    name = name.lower()
    packed = next((suffix for suffix in PACKED if name.endswith(suffix)), "")
    return Path(name.removesuffix(packed)).suffix or packed
