"""Atomic writing of files: a file is written completely or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from os import PathLike
from pathlib import Path


def write_atomically(path: str | PathLike[str], content: bytes, check: Callable[[bytes], object] | None = None) -> None:
    """Write `content` to `path` so that a reader finds the old file or the new one, never a part, even after a power cut.

    It is written to a temporary file in the same folder, flushed to the disk, read back and compared, given to `check`, and
    renamed. OSError if that fails; the old file is then unchanged.
    """
    target = Path(os.path.realpath(writable(path)))  # a symbolic link stays one
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        read_back = Path(name).read_bytes()
        if read_back != content:
            raise OSError(f"cannot write {target}: what was read back from the disk is not what was written")
        if check is not None:
            check(read_back)
        os.chmod(name, _mode_for(target))
        os.replace(name, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
    _flush_folder(target.parent)


def as_path(path: object) -> Path:
    """A path, given as one or as a text; TypeError for anything else."""
    if not isinstance(path, str | PathLike):
        raise TypeError(f"path must be a text or a path; given {path!r}")
    return Path(path)


def writable(path: str | PathLike[str]) -> Path:
    """The path, if a file can be written there, new or in place of an old one; else OSError with the reason."""
    target = as_path(path)
    if target.is_dir():
        raise IsADirectoryError(f"cannot write {target}: it is a folder")
    if target.exists() and not target.is_file():
        raise OSError(f"cannot write {target}: it is a device or a pipe, not a file")
    folder = target.parent
    if not folder.exists():
        raise FileNotFoundError(f"cannot write {target}: there is no folder {folder}")
    if not folder.is_dir():
        raise NotADirectoryError(f"cannot write {target}: {folder} is not a folder")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise type(error)(f"cannot write {target}: {error.strerror or error} ({folder})") from None
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(f"cannot write {target}: there is a read-only file")
    return target


def replaceable(path: str | PathLike[str], is_ours: Callable[[Path], bool], *, why: str, mend: str) -> Path:
    """The path, if a file can be written there and would replace none but an empty one or one of which `is_ours` holds.

    Else OSError or ValueError; `why` says what another file is, and `mend` what a person can do.
    """
    target = writable(path)
    if target.exists() and target.stat().st_size and not is_ours(target):
        raise ValueError(f"{target} exists and {why}, so it is not overwritten; {mend}")
    return target


def has_mark(path: Path, mark: bytes, *, within: int | None = None) -> bool:
    """Whether a mark is in the first bytes of a file, or where `within` does not say how many, in the first or last 4096."""
    with path.open("rb") as file:
        if mark in file.read(within or _NEAR_AN_END):
            return True
        file.seek(max(0, path.stat().st_size - _NEAR_AN_END))
        return within is None and mark in file.read()


_NEAR_AN_END = 4096
"""Of a PDF, the mark is in the last bytes."""


def _mode_for(target: Path) -> int:
    """The permissions of the file that is replaced, or those of a new file."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _flush_folder(folder: Path) -> None:
    """Write the folder to the disk; without it a power cut could undo the rename."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
