"""The folder of a study: the names in it. Its files are opened as those of a run are: none is a link to somewhere else."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import Any

from ..fitting.recipe import Recipe
from ..runs.configuration import differences
from ..runs.folder import RunFolder

ABOUT, JOURNAL, BEST, RECIPE, REPORT, RESULT = (
    "study.json",
    "journal.jsonl",
    "best.clearprop",
    "best.toml",
    "report.html",
    "result.json",
)
LOCKS = "locks"


class StudyFolder:
    """A study's folder, by its path."""

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)
        self.files = RunFolder(path)

    def __str__(self) -> str:
        return str(self.path)

    def make(self) -> None:
        """Make it where it is missing. OSError where it cannot be made, or holds something else."""
        if self.path.exists() and not self.path.is_dir():
            raise NotADirectoryError(f"cannot keep the study in {self.path}: it is a file, not a folder")
        begun = {ABOUT, JOURNAL, LOCKS}
        if self.path.is_dir() and (there := {each.name for each in self.path.iterdir()}) and not there & begun:
            raise FileExistsError(f"{self.path} is not empty and holds no study; give another folder, -o FOLDER")
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / LOCKS).mkdir(exist_ok=True)

    @property
    def journal(self) -> Path:
        """Optuna's log of the trials."""
        return self.files.file(JOURNAL)

    def lock(self, name: str) -> Path:
        """The file of a lock."""
        return self.files.file(LOCKS, name)

    def json(self, name: str) -> dict[str, Any] | None:
        """What a file of the folder holds; None where it is missing. ValueError where it is not JSON."""
        if not self.files.file(name).exists():
            return None
        try:
            found: dict[str, Any] = json.loads(self.files.text(name))
        except ValueError as error:
            raise ValueError(f"{self.path / name} cannot be read: {error}") from None
        return found

    def write_json(self, name: str, value: Any) -> None:
        """Write a file of the folder."""
        self.files.write(json.dumps(value, indent=1, allow_nan=False).encode(), name)

    def require_same(self, about: dict[str, Any]) -> None:
        """Write what the study is about; ValueError where the folder holds a study of something else."""
        begun = self.json(ABOUT)
        about = json.loads(json.dumps(about))
        if begun is None:
            self.write_json(ABOUT, about)
            return
        given = _flat(about)
        changed = differences(_flat(begun), given)
        changed.pop("source", None)  # the same rows under another name are the same
        for name, (old, new) in changed.items():
            if name == "table":
                raise ValueError(
                    f"{given.get('source', 'the table')} is not the table that the study in {self.path} was begun with, or has "
                    "changed since; its trials would not be comparable. Give that table, or another folder, -o FOLDER"
                )
            raise ValueError(
                f"the study in {self.path} was begun with {name} {_short(old)}, and given is {_short(new)}; its trials would "
                "not be comparable. Give what it was begun with, or another folder, -o FOLDER"
            )


def _flat(about: dict[str, Any]) -> dict[str, Any]:
    """The values of a dict, and of those inside it, by name."""
    found: dict[str, Any] = {}
    for name, value in about.items():
        found |= value if isinstance(value, dict) else {name: value}
    return found


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 100 else f"{text[:99]}…"


def about_recipe(recipe: Recipe) -> dict[str, Any]:
    """Every choice of a recipe that was made, as plain JSON."""
    return {
        name: value for name, value in vars(recipe).items() if value is not None and name not in {"engine", "threads"}
    }
