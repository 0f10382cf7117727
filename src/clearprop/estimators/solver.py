"""A solver: its rule, the optimiser's state, the number of steps t, and the learning rate as scikit-learn's words change it.

It takes no step; engines do. It can be pickled between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from ..formulas.optimizers import Momentum, Nesterov, Optimizer
from ..formulas.schedules import Constant, FiniteSchedule, Schedule, as_schedule, etas_of
from ..network import Network
from ..training.quasi_newton import require_alone
from . import words
from .continuing import OF_SOLVER
from .settings import found_in_data

SMALLEST_RATE = 1e-6
"""An adaptive learning rate of this or less is not divided again, and training stops."""


@dataclass(frozen=True)
class Terms:
    """What an estimator's parameters ask of a solver; parameters that have no effect in it do not count."""

    rule: Optimizer
    policy: str | Schedule
    """"constant", "invscaling" or "adaptive", which change the rate between epochs; or a schedule, a function of the step."""
    rate: float | None
    power_t: float | None
    is_sklearns: bool
    """Whether these are scikit-learn's own words."""
    given: dict[str, Any] = field(compare=False)
    """The parameters by name."""


def terms(estimator: Any) -> Terms:
    """What an estimator's parameters ask for."""
    policy = estimator.learning_rate
    if not (isinstance(policy, str) and policy in words.LEARNING_RATES):
        policy = as_schedule(policy)
    elif estimator.solver == "adam":
        policy = "constant"
    return Terms(
        rule=words.optimizer(estimator),
        policy=policy,
        rate=estimator.learning_rate_init if isinstance(policy, str) else None,
        power_t=estimator.power_t if policy == "invscaling" else None,
        is_sklearns=estimator.solver in words.SOLVERS and isinstance(policy, str),
        given={name: getattr(estimator, name) for name in OF_SOLVER},
    )


class Solver:
    """The optimiser of one fit, or of a chain of `partial_fit`. It owns t: `steps` is the number of steps taken.

    `over` says how many steps a schedule without an end of its own lasts. Engines draw dropout's masks and input noise from
    `seed` and the number of the step; it is None as long as nothing is drawn.
    """

    def __init__(self, asked: Terms, net: Network, *, rate: float, power_t: float, over: int) -> None:
        self.terms, self.rule, self._shapes = asked, asked.rule, net.shapes
        self.state = self.rule.lasting_state(self.rule.first_state(net.parameters, net.shapes))
        self.initial_rate, self.learning_rate, self.power_t = float(rate), float(rate), power_t
        self.policy = asked.policy if isinstance(asked.policy, str) else "schedule"
        self.schedule = None if isinstance(asked.policy, str) else asked.policy.over(over)
        self.steps = 0
        self.seed: int | None = None

    def fits(self, net: Network) -> bool:
        """Whether the optimiser's state is that of a network with the same arrays."""
        return self._shapes == net.shapes

    def etas(self, steps: int) -> Array:
        """The step sizes (steps,) of the next steps."""
        if self.schedule is None:
            return np.full(steps, self.learning_rate)
        etas = etas_of(self.schedule, np.arange(self.steps + 1, self.steps + steps + 1))
        self.learning_rate = float(etas[-1])
        return etas

    @property
    def may_change_state(self) -> bool:
        """Whether the rate may change between epochs, and with it what the optimiser keeps."""
        return self.policy in {"adaptive", "invscaling"}

    @property
    def foreseen(self) -> Schedule:
        """The rate as a function of t; a policy's, as if it did not change between epochs."""
        return Constant(self.learning_rate) if self.schedule is None else self.schedule

    @property
    def has_come_to_its_end(self) -> bool:
        """Whether the schedule has lasted as long as it was to: more epochs were never planned."""
        return isinstance(self.schedule, FiniteSchedule) and self.steps >= self.schedule.steps

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
    asked = terms(estimator)
    require_alone(asked.rule)
    rate, power_t = estimator.learning_rate_init, estimator.power_t
    solver = Solver(asked, estimator._net(), rate=rate, power_t=power_t, over=estimator.max_iter * steps)
    if solver.schedule is not None and solver.schedule != asked.policy:
        found_in_data(estimator, learning_rate=str(solver.schedule))
    draw_seed(estimator, solver)
    return solver


def draw_seed(estimator: Any, solver: Solver) -> None:
    """32 bits for what is drawn in steps; nothing is drawn, and no other draw moved, where nothing asks for them."""
    if solver.seed is None and (words.dropout(estimator.dropout) is not None or estimator.input_noise is not None):
        solver.seed = int(estimator._random_state.randint(2**32, dtype=np.uint32))
