"""A solver: its rule, the optimiser's state, the number of steps t, and the learning rate as scikit-learn's words change it.

It takes no step; engines do. It can be pickled between two of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from ..formulas.optimizers import Momentum, Nesterov, Optimizer
from ..formulas.schedules import Constant, FiniteSchedule, Schedule, as_schedule
from ..network import Network
from ..training.quasi_newton import require_alone
from . import words

SMALLEST_RATE = 1e-6
"""An adaptive learning rate of this or less is not divided again, and training stops."""


class Solver:
    """The optimiser of one fit, or of a chain of `partial_fit`. It owns t: `steps` is the number of steps taken.

    `policy` is "constant", "invscaling" or "adaptive", which change the rate between epochs, or a schedule of the catalogue,
    a function of t = 1, 2, ... steps. Engines draw dropout's masks and input noise from
    `seed` and the number of the step.
    """

    def __init__(
        self,
        rule: Optimizer,
        net: Network,
        *,
        rate: float,
        policy: str | Schedule,
        power_t: float,
        seed: int = 0,
    ) -> None:
        self.rule, self._shapes = rule, net.shapes
        self.state = rule.lasting_state(rule.first_state(net.parameters, net.shapes))
        self.initial_rate, self.learning_rate, self.power_t = float(rate), float(rate), power_t
        self.policy = policy if isinstance(policy, str) else "schedule"
        self._schedule = None if isinstance(policy, str) else policy
        self.steps, self.seed = 0, seed

    def fits(self, net: Network) -> bool:
        """Whether the optimiser's state is that of a network with the same arrays."""
        return self._shapes == net.shapes

    def etas(self, steps: int) -> Array:
        """The step sizes (steps,) of the next steps."""
        if self._schedule is None:
            return np.full(steps, self.learning_rate)
        etas = self._schedule.eta(np.arange(self.steps + 1, self.steps + steps + 1))
        self.learning_rate = float(etas[-1])
        return etas

    @property
    def schedule(self) -> Schedule:
        """The rate as a function of t; a policy's, as if it did not change between epochs."""
        return Constant(self.learning_rate) if self._schedule is None else self._schedule

    @property
    def has_come_to_its_end(self) -> bool:
        """Whether the schedule has lasted as long as it was to: more epochs were never planned."""
        return isinstance(self._schedule, FiniteSchedule) and self.steps >= self._schedule.steps

    def epoch_ends(self, points_seen: int) -> None:
        """An "invscaling" rate falls with the number of points seen so far."""
        if self.policy == "invscaling":
            self._set_rate(self.initial_rate / (points_seen + 1) ** self.power_t)

    def goes_on(self) -> str | None:
        """Asked when training no longer improves: None to stop, or what was done in order to go on."""
        if self.policy != "adaptive" or self.learning_rate <= SMALLEST_RATE:
            return None
        self._set_rate(self.learning_rate / 5)
        return f"Setting learning rate to {self.learning_rate:f}"

    @property
    def ending(self) -> str:
        """What is said when it does not go on."""
        return "Learning rate too small. Stopping." if self.policy == "adaptive" else "Stopping."

    def _set_rate(self, rate: float) -> None:
        if isinstance(self.rule, Momentum | Nesterov) and rate != self.learning_rate:
            # scikit-learn's momentum sums steps, eta * gradient; the catalogue's sums gradients. The state keeps its
            # meaning, a step, where eta changes.
            self.state["v"] *= self.learning_rate / rate
        self.learning_rate = rate


def solver_for(estimator: Any, steps: int) -> Solver:
    """A new solver, as the estimator's settings have it, for epochs of so many steps."""
    settings = estimator.settings
    policy = settings.learning_rate
    if not (isinstance(policy, str) and policy in words.LEARNING_RATES):
        policy = as_schedule(policy).over(settings.max_iter * steps)
    elif settings.solver == "adam":
        policy = "constant"
    rule = words.optimizer(settings)
    require_alone(rule)
    return Solver(
        rule,
        estimator._net(),
        rate=estimator.learning_rate_init,
        policy=policy,
        power_t=estimator.power_t,
        seed=_seed(estimator),
    )


def _seed(estimator: Any) -> int:
    """32 bits for what is drawn in steps; nothing is drawn, and no other draw moved, where nothing asks for them."""
    asked = words.dropout(estimator.dropout) is not None or estimator.input_noise is not None
    return int(estimator._random_state.randint(2**32, dtype=np.uint32)) if asked else 0
