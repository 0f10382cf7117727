"""Checkpoints: the states of a training in files of a run folder, the last two of them, each complete or not there at all."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..io.sealed import sealed_bytes
from ..io.state_bytes import state_from_bytes, state_to_bytes
from ..training import State
from .folder import CHECKPOINTS, RunFolder

KEPT = 2
HOLDS = "checkpoint"
"""What the document of the file says it holds."""
_NAME = re.compile(r"([0-9]{8})\.checkpoint")


def to_bytes(state: State) -> bytes:
    """The bytes of a state, the same for the same state."""
    return state_to_bytes(state, HOLDS)


def from_bytes(content: bytes, name: str) -> State:
    """The state in a file's bytes. ValueError where they are truncated, altered, or not a checkpoint."""
    return state_from_bytes(content, name, HOLDS, "a checkpoint of a run")[0]


@dataclass(frozen=True)
class Found:
    """The newest checkpoint that can be read, and what was wrong with newer ones."""

    state: State
    path: Path
    unreadable: dict[Path, str]


class Checkpoints:
    """The checkpoints in a folder of a run, numbered in the order in which they were written."""

    def __init__(self, folder: RunFolder, inside: str = CHECKPOINTS) -> None:
        self.folder, self.inside = folder, inside

    def files(self) -> list[Path]:
        """The files, newest first. OSError where one is not an ordinary file."""
        inside = self.folder.path / self.inside
        if inside.is_symlink():
            raise OSError(f"{inside} is a link, and a run keeps its files in its own folder; remove it")
        names = sorted((path.name for path in inside.glob("*.checkpoint") if _NAME.fullmatch(path.name)), reverse=True)
        return [self.folder.file(self.inside, name) for name in names]

    def write(self, state: State) -> Path:
        """Write a checkpoint, and then remove those before the last two. OSError where that fails: older ones stay."""
        files = self.files()
        number = int(files[0].stem) + 1 if files else 1
        path = self.folder.write(to_bytes(state), self.inside, f"{number:08}.checkpoint")
        for old in files[KEPT - 1 :]:
            with suppress(OSError):
                old.unlink()
        return path

    def newest(self) -> Found:
        """The newest that can be read. ValueError, with all reasons, where there is none."""
        unreadable: dict[Path, str] = {}
        for path in self.files():
            try:
                return Found(from_bytes(sealed_bytes(path), str(path)), path, unreadable)
            except (ValueError, OSError, MemoryError) as error:
                unreadable[path] = str(error) or type(error).__name__
        if not unreadable:
            raise ValueError(f"{self.folder} has no checkpoint: it was stopped before the first step; train it anew")
        raise ValueError(f"no checkpoint of {self.folder} can be read: " + "; ".join(unreadable.values()))

    def remove(self) -> None:
        """Remove all, where they are of a training that is not gone on with. OSError where one stays."""
        for path in self.files():
            path.unlink()

    def set_aside(self, unreadable: dict[Path, Any]) -> None:
        """Rename what cannot be read, so that it is not counted among the last two."""
        for path in unreadable:
            with suppress(OSError):
                path.rename(path.with_suffix(".unreadable"))
