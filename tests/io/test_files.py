"""Files are written completely or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clearprop.io.files import writable, write_atomically


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_disk_that_gives_back_something_else_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda self: b"rubbish")
    with pytest.raises(OSError, match="not what was written"):
        write_atomically(path, b"new")
    assert not path.exists()


def test_a_new_file_is_as_readable_as_any_other(path: Path) -> None:
    write_atomically(path, b"new")
    (path.parent / "other").write_bytes(b"")
    assert path.stat().st_mode == (path.parent / "other").stat().st_mode


def test_a_link_stays_a_link(path: Path) -> None:
    link = path.parent / "link"
    link.symlink_to(path)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def test_a_device_is_not_replaced() -> None:
    with pytest.raises(OSError, match="it is a device or a pipe"):
        writable("/dev/null")


def test_a_pipe_is_not_replaced(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(OSError, match="it is a device or a pipe"):
        write_atomically(path, b"new")


def test_a_file_in_place_of_the_folder_is_said(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(NotADirectoryError, match="is not a folder"):
        writable(path / "model")


def test_what_is_replaced_keeps_its_permissions(path: Path) -> None:
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_atomically(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o600
