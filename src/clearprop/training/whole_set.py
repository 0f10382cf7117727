"""The loop of L-BFGS on all points at once, whose steps SciPy takes. Reports, stopping and history are those of `Loop`.

SciPy does not give out the memory of L-BFGS. So the search starts again with an empty memory wherever a state is taken, both
in the training itself and in one that continues from the state: both take the same steps.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from ..formulas.catalogue import Array
from ..formulas.lbfgs import LBFGS
from ..network import Network
from .averages import gather_statistics_in_place
from .interrupts import Interrupts
from .loop import Loop
from .quasi_newton import Objective, minimise
from .run import Run
from .state import State


class WholeSetLoop(Loop):
    """One training by L-BFGS. The line search finds the step size, so eta is NaN in the reports."""

    def _begin(self, net: Network, optimizer: dict[str, Array] | None) -> None:
        training = self.training
        self.task, self.average, self.recording = training.task_for(net, 0), None, None
        self.objective = Objective(self.task, training.engine, training.threads, training.choose_engine)
        self.engine, self.choice = self.objective.engine, self.objective.choice
        self._state_taken = False
        """Whether a state was taken since the search started."""

    NUMBERS: ClassVar = (*Loop.NUMBERS, "searches_restarted")
    searches_restarted = 0
    """How often the search started again because a state was taken."""

    def state(self) -> State:
        self._state_taken = True
        return super().state()

    def _advance_once(self, until: int, interrupts: Interrupts) -> None:
        """Take the steps of one search, up to step `until`, the next state that is taken, or its own end."""
        net, points, self._state_taken = self.task.network, len(self.task.X), False
        self.searches_restarted += self.step > 0
        loss, gradient = self.objective(net.parameters.astype(np.float64))
        self._require_finite(loss, gradient)

        def after_step(intermediate_result: Any) -> None:
            nonlocal loss
            net.parameters = intermediate_result.x
            self.loss.add(points * loss, points)
            loss, due = float(intermediate_result.fun), self.training.next_report(self.step)
            self.step += 1
            self.bar.advance(self.step)
            if self.step == due:
                self._report()
            self._look_at_the_clock()
            self.training.keeper.look(self.step, self.whole_state)
            interrupts.check()
            # A state is taken on rank 0, and the search starts again on all.
            self._state_taken = bool(self.training.ranks.of_first(self._state_taken))
            if self.because or self._state_taken:
                raise StopIteration

        rule = self.task.optimizer
        assert isinstance(rule, LBFGS)
        found = minimise(self.objective, net.parameters, rule, steps=until - self.step, after_step=after_step)
        if not self.because and not self._state_taken and self.step < until:
            self.because = _why(str(found.message))
            if self.step != self.history.last_step:
                self._report()

    def _report(self) -> None:
        gather_statistics_in_place(self.task.network, self.task.X)
        super()._report()

    def end(self, because: str, state: State | None = None) -> Run:
        gather_statistics_in_place(self.task.network, self.task.X)
        run = super().end(because, state)
        if not self.searches_restarted:
            return run
        said = f"{self.choice.reason}; L-BFGS started again where a state was taken, {self.searches_restarted} times"
        return replace(run, engine=replace(self.choice, reason=said))

    def _require_finite(self, loss: float, gradient: Array) -> None:
        """Diverged where the first loss or gradient is not finite."""
        if not (math.isfinite(loss) and np.isfinite(gradient).all()):
            error = self.engine.locate(0, np.arange(len(self.task.X)), 1)
            raise self._diverged(error, math.nan, self.supply.state())


def _why(message: str) -> str:
    """The reason to stop, from SciPy's message."""
    said = message.upper()
    if "GRADIENT" in said:
        return "the gradient is 0, within gradient_tolerance"
    if "REDUCTION" in said:
        return "no improvement: a step lowered the loss by less than loss_tolerance"
    return f"the line search found no lower loss ({message.strip().lower()})"
