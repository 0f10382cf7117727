"""The search of a run: the losses of each training that is compared, and what was found, in files of the run's folder.

So a search that is interrupted goes on with the training that it was at, and one that is over is not made again.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..fitting.planned import Plan
from ..fitting.presets import PRESETS
from ..fitting.searching import Trials
from ..formulas.catalogue import Array, find
from ..formulas.optimizers import Optimizer
from ..io.model import Model
from ..io.sealed import seal, sealed_bytes, unseal
from ..network import Network
from ..training import Run, State
from ..training.keeping import Keeper
from .checkpoints import from_bytes, to_bytes
from .folder import SEARCH, RunFolder
from .keeper import SHARE

TRIAL, FOUND = "a trial of a run", "what a run has found"
"""What the documents of the files say that they hold."""
FOUND_FILE, TRIAL_SUFFIX, STATE_SUFFIX = "found", ".trial", ".state"
KEPT_FACTS = ("preset", "decided_by", "compared", "compared_on", "compared_with", "chosen")
"""Facts of a search, which are no choices of the recipe that it has chosen."""


class SearchInterrupted(KeyboardInterrupt):
    """A search was interrupted, and there is no network of what is best so far. What it has measured is kept."""


class TrialKeeper(Keeper):
    """Keeps the state of a training of a search: every so many seconds, and that at the end for `KeptTrials`."""

    def __init__(self, write: Callable[[State], object], every: float, *, whole_set: bool) -> None:
        self.at_end: State | None = None
        self._write, self._every, self._whole_set = write, every, whole_set
        self._due = math.inf

    def begin(self, step: int, state: Callable[[], State], network: Network) -> None:
        self._due = math.inf if self._whole_set else time.perf_counter() + self._every

    def look(self, step: int, state: Callable[[], State]) -> None:
        if (began := time.perf_counter()) >= self._due:
            self._write(state())
            now = time.perf_counter()
            self._due = now + max(self._every, SHARE * (now - began))

    def end(self, step: int, state: State) -> None:
        self.at_end = state


class KeptTrials(Trials):
    """Keeps trials in a folder, whose lock the caller has, and a state of the one that is trained every so many seconds.

    A training with all rows in a step is begun anew where it was interrupted: its memory of steps is in no state.
    """

    def __init__(self, folder: RunFolder, every: float) -> None:
        self.folder, self.every = folder, every
        self._keeper: TrialKeeper | None = None

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

    def begun(self, start: Model, fold: int) -> tuple[Keeper, State | None]:
        self._keeper = TrialKeeper(
            lambda state: self._write(to_bytes(state), _name(start, fold, STATE_SUFFIX)),
            self.every,
            whole_set=_takes_all_rows(start),
        )
        path = self.folder.file(SEARCH, _name(start, fold, STATE_SUFFIX))
        try:
            return self._keeper, from_bytes(sealed_bytes(path), str(path)) if path.exists() else None
        except ValueError:
            return self._keeper, None  # it is trained anew

    def trained(self, start: Model, fold: int, run: Run) -> None:
        ended = run.stopped_because == "interrupted"
        state = None if self._keeper is None else self._keeper.at_end
        if state is not None and (not _takes_all_rows(start) if ended else fold == 0):  # of fold 0 a model may be made
            self._write(to_bytes(state), _name(start, fold, STATE_SUFFIX))

    def measured(self, start: Model, fold: int, losses: Array) -> None:
        content = seal({"losses": losses.astype(np.float64)}, {"holds": TRIAL})
        self._write(content, _name(start, fold))
        if fold:
            self.folder.file(SEARCH, _name(start, fold, STATE_SUFFIX)).unlink(missing_ok=True)

    def _write(self, content: bytes, name: str) -> None:
        with suppress(OSError):  # of a full disk: then it is measured anew
            (self.folder.path / SEARCH).mkdir(exist_ok=True)
            self.folder.write(content, SEARCH, name)


def _takes_all_rows(start: Model) -> bool:
    return find(Optimizer, start.facts["optimizer"]).rule.whole_set


def _name(start: Model, fold: int, suffix: str = TRIAL_SUFFIX) -> str:
    """A name by all that the training is told, its table included."""
    told = json.dumps(dict(start.facts), sort_keys=True, default=str)
    return f"{hashlib.sha256(told.encode()).hexdigest()[:24]}-{fold}{suffix}"


def keep_found(folder: RunFolder, planned: Plan, asked: Plan) -> None:
    """Write what a search found, and what it was asked. OSError where that fails."""
    facts = planned.start.facts
    (folder.path / SEARCH).mkdir(exist_ok=True)
    found = {name: facts[name] for name in KEPT_FACTS if name in facts}
    document = {"holds": FOUND, "facts": found, "asked": dict(asked.start.facts)}
    folder.write(seal({}, document), SEARCH, FOUND_FILE)


def remove_trials(folder: RunFolder) -> None:
    """Remove the single trials, once the configuration says what was chosen."""
    for path in (*trials_in(folder), *states_in(folder)):
        path.unlink(missing_ok=True)


def trials_in(folder: RunFolder, suffix: str = TRIAL_SUFFIX) -> list[Path]:
    """The files of the trainings that a search has finished, and with which it goes on."""
    return [path for path in (folder.path / SEARCH).glob(f"*{suffix}") if path.is_file() and not path.is_symlink()]


def states_in(folder: RunFolder) -> list[Path]:
    """The files of the states of such trainings, and of one that was interrupted."""
    return trials_in(folder, STATE_SUFFIX)


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
