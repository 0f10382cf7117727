"""The folder of a run: the names in it, and how they are opened. Nothing outside it is read or written through it.

A folder may come from a stranger. So each of its files must be an ordinary file, not a link, a pipe or a device, and what is
read into memory has a limit.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from os import PathLike
from pathlib import Path

from ..callers import either, give
from ..io.files import write_atomically

CONFIGURATION, ENVIRONMENT, LOG, LOCK = "run.toml", "environment.json", "log.jsonl", "lock"
BEST, LAST, PICTURE = "best.clearprop", "last.clearprop", "loss.svg"
CHECKPOINTS, REFIT, SEARCH = "checkpoints", "refit", "search"
"""The folders of the states of a training, of the one on validation rows too that follows it, and of the search before it."""
MOST_TEXT = 1_000_000
"""The most bytes of a configuration or an environment that are read."""


def going_on(folder: object, *more: str) -> str:
    """What goes on with the run of a folder: options in a shell, a call in Python; `more` are options of `train`."""
    return either(
        " ".join([f"--resume {folder}", *more]), f"resume({', '.join([repr(str(folder)), *map(give, more)])})"
    )


class RunFolder:
    """A run's folder, by its path. OSError where a name in it is not an ordinary file."""

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)

    def __str__(self) -> str:
        return str(self.path)

    def __truediv__(self, name: str) -> Path:
        """The path of a name in the folder, for messages."""
        return self.path / name

    @property
    def holds_a_run(self) -> bool:
        """Whether training was begun here."""
        return os.path.lexists(self.path / CONFIGURATION)

    def make(self) -> None:
        """Make the folder, and the one for checkpoints, where they are missing."""
        for folder in (self.path, self.path / CHECKPOINTS, self.path / REFIT):
            if os.path.lexists(folder) and not folder.is_dir():
                raise NotADirectoryError(f"cannot write the run to {self.path}: {folder} is a file, not a folder")
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / CHECKPOINTS).mkdir(exist_ok=True)
        (self.path / REFIT).mkdir(exist_ok=True)

    def require_none(self) -> None:
        """FileExistsError where a run was begun here."""
        if self.holds_a_run:
            raise FileExistsError(
                f"{self} holds a run; go on with it by {going_on(self)}, or choose another {either('--run', 'folder')}"
            )

    def require(self) -> None:
        """FileNotFoundError where no run was begun here."""
        if not self.path.is_dir():
            raise FileNotFoundError(
                f"there is no run folder {self.path}; {either('`clearprop runs FOLDER`', 'runs_in(FOLDER)')} lists those in a "
                "folder"
            )
        if not self.holds_a_run:
            raise FileNotFoundError(f"{self.path} is not a run folder: it has no {CONFIGURATION}")

    def file(self, *names: str) -> Path:
        """The path of a file in the folder; OSError where it, or a folder on the way, is a link or no ordinary file."""
        path = self.path
        for name in names[:-1]:
            path /= name
            if path.is_symlink():
                raise OSError(f"{path} is a link, and a run keeps its files in its own folder; remove it")
        path /= names[-1]
        try:
            mode = os.lstat(path).st_mode
        except FileNotFoundError:
            return path
        if not stat.S_ISREG(mode):
            what = "a link" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "not an ordinary file"
            raise OSError(f"{path} is {what}, and a run keeps its files in its own folder; remove it")
        return path

    def text(self, name: str) -> str:
        """The text of a small file. ValueError where it is too large or not UTF-8, OSError where it cannot be read."""
        path = self.file(name)
        with path.open("rb") as file:
            content = file.read(MOST_TEXT + 1)
        if len(content) > MOST_TEXT:
            raise ValueError(f"{path} has more than {MOST_TEXT:,} bytes, which no {name} of a run has")
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise ValueError(f"{path}, line {line}: this is not UTF-8 text ({error.reason})") from None

    def write(self, content: bytes, *names: str, check: Callable[[bytes], object] | None = None) -> Path:
        """Write a file of the folder, completely or not at all."""
        path = self.file(*names)
        write_atomically(path, content, check)
        return path

    def remove_begun(self) -> None:
        """Remove a run of which no step was taken, and the folder where nothing else is in it. For the holder of the lock."""
        for name in (ENVIRONMENT, LOG, CONFIGURATION, LOCK):
            with suppress(OSError):
                (self.path / name).unlink()
        for folder in (self.path / CHECKPOINTS, self.path / REFIT, self.path / SEARCH, self.path):
            with suppress(OSError):  # of one that is not empty, or not there
                folder.rmdir()

    def remove_parts(self) -> None:
        """Remove what a process that was killed had begun to write. Only for the holder of the lock."""
        for folder in (self.path, self.path / CHECKPOINTS, self.path / REFIT, self.path / SEARCH):
            for path in folder.glob(".*.part"):
                if path.is_file() and not path.is_symlink():
                    path.unlink(missing_ok=True)
