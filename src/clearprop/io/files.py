"""Files written whole or not at all. What is in them is other modules' business."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from os import PathLike
from pathlib import Path


def write_whole(path: str | PathLike[str], content: bytes, check: Callable[[bytes], object] | None = None) -> None:
    """Put `content` at `path`: a reader finds the old file or the new one, never a piece, whatever happens meanwhile.

    Written beside its place, flushed to the disk, read back and compared, shown to `check`, and renamed. OSError where
    that cannot be done; the old file is then as it was.
    """
    target = Path(os.path.realpath(writable(path)))  # a link stays a link
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written = Path(name).read_bytes()
        if written != content:
            raise OSError(f"cannot write {target}: what the disk gives back is not what was written")
        if check is not None:
            check(written)
        os.chmod(name, _mode_for(target))
        os.replace(name, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
    _flush_folder(target.parent)


def writable(path: str | PathLike[str]) -> Path:
    """The path, where a file can be written there, new or over an old one; else OSError that says why not."""
    target = Path(path)
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
        raise PermissionError(f"cannot write {target}: the file that is there is read-only")
    return target


def _mode_for(target: Path) -> int:
    """The permissions of the file that is replaced, or those that any new file would have."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _flush_folder(folder: Path) -> None:
    """A rename lasts through a power cut once its folder is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
