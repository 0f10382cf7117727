"""The journal of a study: Optuna's log of all trials, which several processes append to, and which a kill leaves readable."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..runs.lock import FileLock


def require_optuna() -> None:
    """ImportError, which says what to install, where Optuna or joblib is missing."""
    try:
        import joblib
        import optuna
    except ImportError as error:
        raise ImportError(f"tuning needs {error.name}: pip install 'clearprop[tune]'") from None
    del joblib, optuna


class JournalLock:
    """What Optuna takes before it appends. Its own locks are files that a killed process leaves; this one is freed with it."""

    def __init__(self, path: Path, lock: Path) -> None:
        self.path, self.lock = path, FileLock(lock)

    def acquire(self) -> bool:
        """Wait for it, and mend the journal."""
        self.lock.take()
        cut_torn_line(self.path)
        return True

    def release(self) -> None:
        """Free it."""
        self.lock.free()


def open_study(path: Path, lock: Path, *, maximize: bool) -> Any:
    """Optuna's study in a journal, which is made where it is missing. The caller holds the study's own lock."""
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    own: Any = JournalLock(path, lock)
    said = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(
        optuna.logging.WARNING
    )  # it would tell of a study begun, which whoever calls tells better
    try:
        return optuna.create_study(
            storage=JournalStorage(JournalFileBackend(str(path), own)),
            study_name="study",
            direction="maximize" if maximize else "minimize",
            load_if_exists=True,
        )
    finally:
        optuna.logging.set_verbosity(said)


def cut_torn_line(path: Path) -> None:
    """Remove what a process that was killed had begun to write; else the next line would be glued to it and be lost."""
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        place = size
        while place:
            start = max(0, place - 4096)
            file.seek(start)
            found = file.read(place - start).rfind(b"\n")
            if found >= 0:
                place = start + found + 1
                break
            place = start
        if place < size:
            file.truncate(place)
