"""L-BFGS by SciPy: the loss of a task as a function of its parameters, and the call that minimises it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias, overload

import numpy as np

from ..backprop import back_propagate, traced_forward
from ..engines import Engine, EngineChoice, Task, choose_engine
from ..formulas.averaging import Averaging
from ..formulas.catalogue import Array
from ..formulas.lbfgs import LBFGS
from ..formulas.optimizers import Optimizer
from ..sparse_rows import SparseRows

LossAndGradient: TypeAlias = Callable[[Array], tuple[float, Array]]
"""The loss at parameters (p,), and its gradient (p,), both in double precision."""


class Objective:
    """The loss of a task on all its points, as a function of the parameters.

    The computation is in double precision, whatever the network's type: a line search compares losses that differ only in
    their last digits.
    """

    def __init__(
        self,
        task: Task,
        engine: str = "auto",
        threads: int | None = None,
        choose: Callable[..., tuple[Engine, EngineChoice]] = choose_engine,
    ) -> None:
        """`choose` gives the engine of a task, as `choose_engine` does."""
        net = task.network.with_parameters(task.network.parameters.astype(np.float64))
        weights = None if task.weights is None else _doubles(task.weights)
        self.task = replace(
            task, network=net, optimizer=LBFGS(), X=_doubles(task.X), Y=_doubles(task.Y), weights=weights
        )
        self.engine, self.choice = choose(self.task, engine, len(task.X), threads)
        self._every = np.arange(len(task.X))

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        self.task.network.parameters = parameters
        with np.errstate(all="ignore"):  # a line search may try a point where the loss overflows, and then goes back
            loss, gradient = self.engine.loss_and_gradient(self._every, 1)
        return loss, gradient.copy()  # SciPy keeps it


class SparseObjective:
    """The same for points in a SciPy matrix, by the reference: but for the kernels no engine takes them as they are."""

    def __init__(self, task: Task) -> None:
        self.task, self._Y = task, task.targets(slice(None))

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        task = self.task
        net = task.network.with_parameters(parameters)
        with np.errstate(all="ignore"):
            fwd = traced_forward(net, task.X, self._Y, task.loss, task.weights, task.penalty)
            gradient = back_propagate(net, fwd).flat
        if task.held is not None:
            gradient[task.held] = 0
        return float(fwd.loss), gradient


def minimise(
    objective: LossAndGradient,
    start: Array,
    rule: LBFGS,
    *,
    steps: int,
    evaluations: float = math.inf,
    after_step: Callable[..., None] | None = None,
) -> Any:
    """SciPy's OptimizeResult from parameters `start` (p,), after at most so many steps and evaluations of the loss.

    `after_step(intermediate_result)` is called after every step, and ends the search by StopIteration. The memory of L-BFGS
    ends with the call, because SciPy does not give it out.
    """
    return require_scipy()(
        objective,
        start.astype(np.float64),
        jac=True,
        method="L-BFGS-B",
        callback=after_step,
        options={
            "maxcor": rule.memory,
            "ftol": rule.loss_tolerance,
            "gtol": rule.gradient_tolerance,
            "maxiter": steps,
            "maxfun": evaluations,
        },
    )


def require_scipy() -> Any:
    """SciPy's `minimize`; ModuleNotFoundError, which says what to install, where SciPy is missing."""
    try:
        from scipy.optimize import minimize
    except ModuleNotFoundError:
        raise ModuleNotFoundError("optimizer 'lbfgs' needs SciPy: pip install 'clearprop[lbfgs]'") from None
    return minimize


def require_alone(optimizer: Optimizer) -> None:
    """ValueError where L-BFGS is inside an optimiser that would change its steps."""
    name = optimizer.rule.name
    if optimizer.rule.whole_set and not optimizer.whole_set:
        raise ValueError(f"{optimizer.name} changes single steps, and {name} takes its own; give {name} alone")


def require_one_function(task: Task, averaging: Averaging | None = None) -> None:
    """ValueError where a part of the task changes the loss or the weights in each step: L-BFGS minimises one function."""
    for part in (task.dropout, task.input_noise, task.max_norm, averaging):
        if part is not None:
            raise ValueError(
                f"lbfgs minimises one function of the weights, which {part.name} would change in each step"
            )


@overload
def _doubles(values: Array) -> Array: ...
@overload
def _doubles(values: SparseRows) -> SparseRows: ...
def _doubles(values: Array | SparseRows) -> Array | SparseRows:
    if isinstance(values, SparseRows):
        return values.converted(_doubles)
    return values.astype(np.float64, copy=False)
