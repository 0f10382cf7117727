"""Several trainings from independent starting points: of restarts the best is kept, of an ensemble all (Concept 20).

Different starts reach different local minima. Each restart draws its start and its points from a generator of its own,
so its result does not depend on the number of restarts, on their order, or on the number of threads.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..formulas.catalogue import Array
from ..network import Network
from .form import require_form
from .history import History
from .loop import Loop
from .progress import Bar, NoBar, OffsetBar
from .run import Diverged, Run
from .state import State, digest
from .training import Training
from .whole_set import WholeSetLoop


class Start(NamedTuple):
    """With what one of several networks begins."""

    shape: Network
    """A network of its shape and statistics."""
    parameters: Array
    """(p,)"""
    generator: np.random.Generator
    """What draws its points."""

    @property
    def network(self) -> Network:
        """The network before its first step, a new one each time."""
        return self.shape.with_parameters(self.parameters.copy())


def starting_points(net: Network, K: int, rng: np.random.Generator, held: Array | None = None) -> list[Start]:
    """K networks, the given one first, the others drawn by its initialiser, each with a generator for its points.

    What is `held` (p,) in training is that of the given network in all of them.
    """
    given, *others = rng.spawn(K)
    drawn, starts = net.copy(), [Start(net.copy(), net.parameters.copy(), given)]
    for own in others:
        drawn.redraw(own)
        if held is not None:
            drawn.parameters[held] = net.parameters[held]
        starts.append(Start(drawn, drawn.parameters.copy(), own))
    return starts


def about_starts(training: Training, starts: list[Start]) -> dict[str, Any]:
    """What must be the same in a continued training, with digests of the starts and of their generators."""
    places = np.frombuffer("".join(str(start.generator.bit_generator.state) for start in starts).encode(), np.uint8)
    return {**training.about, "starts": digest(*(start.parameters for start in starts), places)}


def loop_for(training: Training, net: Network, generator: np.random.Generator) -> Loop:
    """The loop of one training from `net`, which is trained; `generator` draws its points."""
    return (WholeSetLoop if training.task.optimizer.whole_set else Loop)(training, net, generator)


class SequentialRestarts:
    """Trainings in sequence, each by a loop of its own. Steps count over all.

    A restart that diverges is ignored, unless all do; a network of an ensemble that does ends the training.
    """

    kind = "one_after_another"

    def __init__(self, training: Training, starts: list[Start]) -> None:
        self.training, self.starts, self.steps = training, starts, len(starts) * training.steps
        # Restarts that are over are not continued, so they must have been as long as the others will be.
        self.about = about_starts(training, starts) | {
            "steps of each restart": training.steps,
            "stop": [str(stop) for stop in training.stops],
        }
        self.losses: list[float] = []
        self.members: list[Run] = []
        """The finished runs, where all are kept."""
        self.best: Run | None = None
        self.best_loss = math.inf
        self.failure: Diverged | None = None
        self._bar: Bar = NoBar()
        self.loop = self._next_loop()

    @property
    def bar(self) -> Bar:
        """The progress bar of all restarts together."""
        return self._bar

    @bar.setter
    def bar(self, bar: Bar) -> None:
        self._bar = bar
        self.loop.bar = OffsetBar(bar, len(self.losses) * self.training.steps)

    def _next_loop(self) -> Loop:
        start = self.starts[len(self.losses)]
        loop = loop_for(self.training, start.network, start.generator)
        loop.whole_state = self.state
        self.training.keeper.restart(len(self.losses))
        loop.bar = OffsetBar(self.bar, len(self.losses) * self.training.steps)
        return loop

    @property
    def step(self) -> int:
        return len(self.losses) * self.training.steps + (0 if self._are_done else self.loop.step)

    @property
    def _are_done(self) -> bool:
        return len(self.losses) == len(self.starts)

    def advance(self, until: int | None = None) -> str:
        """Take steps up to `until`, counted over all restarts, or all. Gives why training ended; empty if it can continue."""
        steps = self.training.steps
        until = self.steps if until is None else until
        while not self._are_done:
            try:
                because = self.loop.advance(until - len(self.losses) * steps)
                if not because:
                    return ""
                self._close(self.loop.judged, self.loop.end(because))
            except Diverged as error:
                if self.training.ensemble > 1:
                    raise Diverged(f"network {len(self.losses)} of {len(self.starts)}: {error}", error.run) from None
                self._close(math.inf, None)
                if self.training.keeps_all:
                    self.members.append(error.run)
                self.failure = error
            if not self._are_done:
                self.loop = self._next_loop()
        if self.best is None:
            assert self.failure is not None
            raise self.failure
        return self.best.stopped_because

    def present_network(self) -> Network:
        """The network of the restart under way."""
        return self.loop.present_network()

    def _close(self, loss: float, run: Run | None) -> None:
        """Note the result of one restart; of several that are equally good the first is kept."""
        self.losses.append(loss)
        if run is not None and self.training.keeps_all:
            self.members.append(run)
        if run is not None and (self.best is None or loss < self.best_loss):
            self.best, self.best_loss = run, loss

    def finish(self, because: str) -> Run:
        """The best of the finished restarts and the present one; where all are kept only those that are finished, if any is."""
        state = self.state()
        if not (self._are_done or (self.members and self.best)):
            self._close(self.loop.judged, self.loop.end(because))
        assert self.best is not None
        losses = np.array(self.losses)
        kept = replace(self.best, stopped_because=because, restarts=losses, state=state, members=tuple(self.members))
        return replace(kept, is_ensemble=self.training.ensemble > 1)

    def state(self) -> State:
        """A copy of all that a continuation needs: the losses of finished restarts, the best of them, the present loop."""
        values = {
            "step": self.step,
            "losses": list(self.losses),
            "best_loss": self.best_loss,
            "best": None if self.best is None else _values_of(self.best),
            **({"members": [_values_of(run) for run in self.members]} if self.training.keeps_all else {}),
            "loop": None if self._are_done else self.loop.state().values,
        }
        return State(self.kind, self.about, values)

    def restore(self, values: dict[str, Any]) -> None:
        """Continue from the values of a state."""
        self.losses, self.best_loss = [float(loss) for loss in values["losses"]], values["best_loss"]
        if len(self.losses) > len(self.starts) or (values["loop"] is None) != self._are_done:
            raise ValueError(f"{len(self.losses)} of {len(self.starts)} restarts are over")
        if values["best"] is not None:
            self.best = self._run(values["best"])
        self.members = [self._run(each) for each in values.get("members", ())]
        if values["loop"] is not None:
            self.loop = self._next_loop()
            require_form(values["loop"], self.loop.state().values, "state/loop")
            self.loop.restore(values["loop"])

    def _run(self, values: dict[str, Any]) -> Run:
        net, history = self.starts[0].network, History()
        net.parameters, net.statistics[...] = values["parameters"], values["statistics"]
        history.restore(values["history"])
        training = self.training
        return Run(
            net, history, values["stopped_because"], self.loop.choice, training.classes, schedule=training.schedule
        )


def _values_of(run: Run) -> dict[str, Any]:
    """The values of a finished run for a state."""
    net = run.network
    return {
        "parameters": net.parameters.copy(),
        "statistics": net.statistics.copy(),
        "history": run.history.state(),
        "stopped_because": run.stopped_because,
    }
