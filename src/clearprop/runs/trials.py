"""The search of a run: the losses of each training that is compared, and what was found, in files of the run's folder.

So a search that is interrupted goes on with the training that it was at, and one that is over is not made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..fitting.planned import Plan
from ..fitting.presets import PRESETS
from ..fitting.searching import Trials
from ..formulas.catalogue import Array
from ..io.model import Model
from ..io.sealed import seal, sealed_bytes, unseal
from ..training import Run
from .folder import SEARCH, RunFolder

TRIAL, FOUND = "a trial of a run", "what a run has found"
"""What the documents of the files say that they hold."""
FOUND_FILE, TRIAL_SUFFIX = "found", ".trial"
KEPT_FACTS = ("preset", "decided_by", "compared", "compared_on", "compared_with", "chosen")
"""Facts of a search, which are no choices of the recipe that it has chosen."""


class SearchInterrupted(KeyboardInterrupt):
    """The search before a training was interrupted. What it has measured is kept, and there is no network yet."""


class KeptTrials(Trials):
    """Keeps trials in a folder, whose lock the caller has."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder

    def known(self, start: Model, fold: int) -> Array | None:
        path = self.folder.file(SEARCH, _name(start, fold))
        if not path.exists():
            return None
        try:
            arrays, document = unseal(sealed_bytes(path), str(path))
        except ValueError:
            return None  # it is measured anew
        losses = arrays.get("losses")
        good = losses is not None and losses.dtype == np.float64 and losses.ndim == 1
        return losses if good and document.get("holds") == TRIAL else None

    def trained(self, run: Run) -> None:
        if run.stopped_because == "interrupted":
            raise SearchInterrupted

    def measured(self, start: Model, fold: int, losses: Array) -> None:
        (self.folder.path / SEARCH).mkdir(exist_ok=True)
        with suppress(OSError):  # of a full disk: then it is measured anew
            self.folder.write(seal({"losses": losses.astype(np.float64)}, {"holds": TRIAL}), SEARCH, _name(start, fold))


def _name(start: Model, fold: int) -> str:
    """A name by all that the training is told, its table included."""
    told = json.dumps(dict(start.facts), sort_keys=True, default=str)
    return f"{hashlib.sha256(told.encode()).hexdigest()[:24]}-{fold}{TRIAL_SUFFIX}"


def keep_found(folder: RunFolder, planned: Plan, asked: Plan) -> None:
    """Write what a search found, and what it was asked. OSError where that fails."""
    facts = planned.start.facts
    (folder.path / SEARCH).mkdir(exist_ok=True)
    found = {name: facts[name] for name in KEPT_FACTS if name in facts}
    document = {"holds": FOUND, "facts": found, "asked": dict(asked.start.facts)}
    folder.write(seal({}, document), SEARCH, FOUND_FILE)


def remove_trials(folder: RunFolder) -> None:
    """Remove the single trials, once the configuration says what was chosen."""
    for path in trials_in(folder):
        path.unlink(missing_ok=True)


def trials_in(folder: RunFolder) -> list[Path]:
    """The files of the trainings that a search has finished, and with which it goes on."""
    return [
        path for path in (folder.path / SEARCH).glob(f"*{TRIAL_SUFFIX}") if path.is_file() and not path.is_symlink()
    ]


def with_found(folder: RunFolder, planned: Plan) -> Plan:
    """The plan by the choices of a search that is over, with what it found among its facts. ValueError for a damaged file."""
    document, start = _found(folder), planned.start
    return replace(planned, start=replace(start, facts={**start.facts, **document["facts"]}))


def asked_before(folder: RunFolder) -> dict[str, Any] | None:
    """The facts of the plan that a search which is over began with; None without one. ValueError for a damaged file."""
    asked: dict[str, Any] | None = _found(folder).get("asked")
    return asked


def _found(folder: RunFolder) -> dict[str, Any]:
    path = folder.file(SEARCH, FOUND_FILE)
    if not path.exists():
        return {"facts": {}}
    _, document = unseal(sealed_bytes(path), str(path))
    found, asked = document.get("facts"), document.get("asked")
    good = isinstance(found, Mapping) and isinstance(asked, Mapping) and _is_plain(found)
    if document.get("holds") != FOUND or not good:
        raise ValueError(f"{path} does not hold what a search has found")
    return document


def _is_plain(found: Mapping[str, Any]) -> bool:
    """Whether these are facts as `keep_found` writes them."""
    numbers = [value for name in ("compared", "compared_on", "compared_with") for value in _values(found.get(name))]
    texts = [found[name] for name in ("preset", "decided_by") if name in found]
    return (
        found.keys() <= set(KEPT_FACTS)
        and all(text in PRESETS for text in texts)
        and isinstance(found.get("chosen", ""), str)
        and all(value is None or isinstance(value, int | float) for value in numbers)
    )


def _values(given: Any) -> list[Any]:
    return [] if given is None else list(given.values()) if isinstance(given, Mapping) else ["not a mapping"]
