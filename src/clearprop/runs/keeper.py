"""The keepers of a run: they write the log, the checkpoints and the models of a training into the run's folder as it goes on.

A checkpoint is written every so many seconds and at the end. Where one cannot be written, because the disk is full, training
goes on: the last good one stays, and what went wrong is said once, and again when writing succeeds.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..io.model import Model
from ..io.model_file import save_model
from ..network import Network
from ..training import Report, State
from ..training.keeping import Keeper
from ..training.stopping import watched_loss
from .checkpoints import Checkpoints
from .folder import BEST, LAST, REFIT, RunFolder
from .log import Log

EVERY = 10.0
"""Seconds between two checkpoints."""
SEARCH_EVERY = 100
"""Steps between two checkpoints of L-BFGS, whose memory is emptied by each: so at the same steps in every life of a run."""
SHARE = 20
"""A copy of the state with the lowest loss is taken at most so often that it costs one part in this many of the time."""


class CheckpointKeeper(Keeper):
    """Writes the checkpoints of a training. `say` is called with what a person should know."""

    def __init__(
        self, checkpoints: Checkpoints, *, every: float, whole_set: bool, say: Callable[[str], object]
    ) -> None:
        self.folder, self.checkpoints = checkpoints.folder, checkpoints
        self.every, self.whole_set, self.say = every, whole_set, say
        self.log = Log(self.folder)
        self.resumed = False
        """Whether training goes on from a checkpoint, so that the first state is in the folder already."""
        self.steps = 0
        """All steps that the training will take."""
        self._written = -1
        self._failing: set[str] = set()
        self._due = 0.0

    def begin(self, step: int, state: Callable[[], State], network: Network) -> None:
        if not self.resumed:
            self._checkpoint(state())
        self._due = time.perf_counter() + self.every

    def look(self, step: int, state: Callable[[], State]) -> None:
        if self._is_due(step):
            self._checkpoint(state())

    def end(self, step: int, state: State) -> None:
        if not self.whole_set or step >= self.steps:
            self._checkpoint(state)

    def newest(self) -> State | None:
        """The state of the newest checkpoint that can be read; None where there is no checkpoint."""
        if not self.checkpoints.files():
            return None
        found = self.checkpoints.newest()
        for path, why in found.unreadable.items():
            self.say(f"{path.name} cannot be read, so an earlier checkpoint is used, of step {found.state.step}: {why}")
        self.checkpoints.set_aside(found.unreadable)
        return found.state

    def _is_due(self, step: int) -> bool:
        if self.whole_set:
            return step % SEARCH_EVERY == 0
        return time.perf_counter() >= self._due

    def _checkpoint(self, state: State) -> None:
        if state.step == self._written:
            return

        def write() -> None:
            self.checkpoints.write(state)
            self._written = state.step

        began = time.perf_counter()
        self.guard("a checkpoint", write)
        now = time.perf_counter()
        self._due = now + max(self.every, SHARE * (now - began))

    def guard(self, what: str, write: Callable[[], object]) -> None:
        """Write something; where that fails, say so once, and again when it succeeds."""
        try:
            write()
        except (OSError, ValueError) as error:
            if what not in self._failing:
                self.say(f"cannot write {what}: {error}. Training goes on; the last good checkpoint stays")
            self._failing.add(what)
        else:
            if what in self._failing:
                self.say(f"{what} of {self.folder} can be written again")
            self._failing.discard(what)


class RefitKeeper(CheckpointKeeper):
    """Keeps the training on training and validation rows that follows the first one."""

    def __init__(self, of: RunKeeper, steps: int) -> None:
        super().__init__(Checkpoints(of.folder, REFIT), every=of.every, whole_set=of.whole_set, say=of.say)
        self.log, self.steps = of.log, steps

    def report(self, report: Report) -> None:
        self.guard("the log", lambda: self.log.add("refit", **report.numbers()))

    def usable(self) -> State | None:
        """The newest state; None, so that the refit begins anew, where there is none that can be read."""
        try:
            state = self.newest()
        except ValueError as error:
            self.say(f"{error}. The refit begins anew")
            self.checkpoints.set_aside(dict.fromkeys(self.checkpoints.files()))
            return None
        self.resumed = state is not None
        return state


class RunKeeper(CheckpointKeeper):
    """Writes a run's folder. `say` is called with what a person should know."""

    def __init__(
        self, folder: RunFolder, start: Model, *, every: float, whole_set: bool, say: Callable[[str], object]
    ) -> None:
        super().__init__(Checkpoints(folder), every=every, whole_set=whole_set, say=say)
        self.start = start
        self.network: Network | None = None
        self.best: Network | None = None
        self.best_loss = math.inf
        self.good: State | None = None
        """The state at the report with the lowest loss: what a run that diverges goes on from."""
        self._good_loss, self._good_due = math.inf, 0.0
        self._restart = 0
        self._began = time.perf_counter()
        self._first_step = 0
        self.listeners: list[Callable[[Mapping[str, Any]], object]] = []
        """Called with the values of every report, for logs in other formats."""

    # ---- called by the training

    def begin(self, step: int, state: Callable[[], State], network: Network) -> None:
        self._first_step, self.network = step, network.copy()
        self._began = time.perf_counter()
        super().begin(step, state, network)

    def look(self, step: int, state: Callable[[], State]) -> None:
        if self._is_due(step):
            self._checkpoint(state())
            self._write_models()

    def report(self, report: Report) -> None:
        loss = watched_loss(report)
        self._keep_networks(report, loss)
        values: dict[str, Any] = {"restart": self._restart + 1} if self._restart else {}
        values |= {**report.numbers(), "left": self._seconds_left(report.step)}
        for listener in self.listeners:
            listener(values)
        self.guard("the log", lambda: self.log.add("report", **values))

    def restart(self, index: int) -> None:
        self._restart = index

    def again(self, steps: int) -> tuple[Keeper, State | None]:
        keeper = RefitKeeper(self, steps)
        return keeper, keeper.usable()

    # ---- what is kept

    def _keep_networks(self, report: Report, loss: float) -> None:
        assert report.network is not None
        self.network = report.network.copy()
        if report.validation_loss is not None and loss < self.best_loss:
            self.best, self.best_loss = self.network, loss
        now = time.perf_counter()
        if loss < self._good_loss and now >= self._good_due and not self.whole_set:
            self.good, self._good_loss = report.state(), loss
            self._good_due = now + SHARE * (time.perf_counter() - now)

    def _seconds_left(self, step: int) -> float | None:
        """The time that the rest takes if it goes on as it has gone so far in this process."""
        taken = step - self._first_step
        if self._restart or taken <= 0 or not self.steps:
            return None
        return round((time.perf_counter() - self._began) * (self.steps - step) / taken, 3)

    def keep_good(self) -> int | None:
        """After a divergence: make the state with the lowest loss the newest checkpoint. Gives its step, None without one."""
        if self.good is None:
            return None
        self._written = -1
        self._checkpoint(self.good)
        return self.good.step

    def _write_models(self) -> None:
        """Write the model as it is now, and the best one so far where there is a validation set."""
        for name, net in ((LAST, self.network), (BEST, self.best)):
            if net is not None:
                model = Model(net, self.start.preprocessing, self.start.facts)
                self.guard(name, partial(self.write_model, model, name))

    def write_model(self, model: Model, name: str) -> None:
        """Write a model into the folder. OSError where that fails, ValueError for weights that are not finite."""
        save_model(model, self.folder.file(name))
