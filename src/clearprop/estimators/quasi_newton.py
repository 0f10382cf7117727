"""`solver="lbfgs"`: SciPy's L-BFGS-B on the gradient of back-propagation, all points at once. It draws no batches."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from ..backprop import back_propagate, traced_forward
from ..engines import Task
from ..formulas.catalogue import Array


def loss_and_gradient(parameters: Array, task: Task, X: Any) -> tuple[float, Array]:
    """The loss at `parameters` (p,), and its gradient (p,); X is dense or sparse (n, m)."""
    net = task.network.with_parameters(parameters)
    with np.errstate(all="ignore"):  # a line search may look too far, and turns round
        fwd = traced_forward(net, X, task.Y, task.loss, task.weights, task.penalty)
        return float(fwd.loss), back_propagate(net, fwd).flat


def minimise(task: Task, X: Any, *, steps: int, evaluations: int, tolerance: float) -> OptimizeResult:
    """What SciPy found, from where the network is; the network itself is left as it was.

    Parameters are followed in double precision whatever the network's own: a line search compares losses that differ in
    their last digits.
    """
    return minimize(
        loss_and_gradient,
        task.network.parameters.astype(np.float64),
        args=(task, X),
        method="L-BFGS-B",
        jac=True,
        options={"maxfun": evaluations, "maxiter": steps, "gtol": tolerance},
    )
