"""`solver="lbfgs"`: SciPy's L-BFGS-B on the gradient of back-propagation, all points at once. It draws no batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from ..backprop import back_propagate, traced_forward
from ..engines import Task, choose_engine
from ..formulas.catalogue import Array
from ..formulas.lbfgs import LBFGS

LossAndGradient = Callable[[Array], tuple[float, Array]]
"""The loss at parameters (p,), and its gradient (p,)."""


def minimise(
    task: Task,
    X: Any,
    *,
    steps: int,
    evaluations: int,
    tolerance: float,
    engine: str = "auto",
    threads: int | None = None,
) -> OptimizeResult:
    """What SciPy found, from where the network is; the network itself is left as it was. X is dense or sparse (n, m).

    Parameters are followed in double precision whatever the network's own: a line search compares losses that differ in
    their last digits.
    """
    begin = task.network.parameters.astype(np.float64)
    return minimize(
        _by_engine(task, X, begin, engine, threads) if isinstance(X, np.ndarray) else _by_reference(task, X),
        begin,
        method="L-BFGS-B",
        jac=True,
        options={"maxfun": evaluations, "maxiter": steps, "gtol": tolerance},
    )


def _by_engine(task: Task, X: Array, parameters: Array, name: str, threads: int | None) -> LossAndGradient:
    """By the engine of that name, on so many threads."""
    net = task.network.with_parameters(parameters.copy())
    weights = None if task.weights is None else _doubles(task.weights)
    whole = replace(task, network=net, optimizer=LBFGS(), X=_doubles(X), Y=_doubles(task.Y), weights=weights)
    engine, every = choose_engine(whole, name, threads=threads)[0], np.arange(len(X))

    def loss_and_gradient(parameters: Array) -> tuple[float, Array]:
        net.parameters = parameters
        with np.errstate(all="ignore"):  # a line search may look too far, and turns round
            loss, gradient = engine.loss_and_gradient(every, 1)
        return loss, gradient.copy()  # SciPy holds on to it

    return loss_and_gradient


def _doubles(values: Array) -> Array:
    return values.astype(np.float64, copy=False)


def _by_reference(task: Task, X: Any) -> LossAndGradient:
    """By the reference, which takes sparse points as they are."""
    Y = task.targets(slice(None))

    def loss_and_gradient(parameters: Array) -> tuple[float, Array]:
        net = task.network.with_parameters(parameters)
        with np.errstate(all="ignore"):
            fwd = traced_forward(net, X, Y, task.loss, task.weights, task.penalty)
            return float(fwd.loss), back_propagate(net, fwd).flat

    return loss_and_gradient
