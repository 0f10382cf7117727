"""A training whose steps SciPy takes: L-BFGS on all points at once. Reports, stopping and history are the loop's own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..engines import NonFinite
from ..formulas.catalogue import Array
from ..formulas.lbfgs import LBFGS
from .averages import gather_statistics_in_place
from .loop import REPORTS, Loop, Run
from .progress import Bar
from .sampling import Supply


class WholeSetLoop(Loop):
    """One call of `train` by L-BFGS. Its step size is the line search's, so eta is NaN in the reports."""

    def run(self, supply: Supply, bar: Bar) -> Run:
        self.eta = math.nan
        minimize, net, rule = require_scipy(), self.task.network, self.task.optimizer
        assert isinstance(rule, LBFGS)
        engine, every, reason = self.engine, np.arange(len(self.task.X)), ""
        period, losses = max(1, math.ceil(self.steps / REPORTS)), [math.nan]
        reached = net.parameters.copy()
        if not self.steps:
            return self._finish("all 0 steps taken")

        def loss_and_gradient(parameters: Array) -> tuple[float, Array]:
            net.parameters = parameters
            with np.errstate(all="ignore"):  # a line search may look beyond the finite numbers, and turns back
                loss, gradient = engine.loss_and_gradient(every, self.step + 1)
            losses[0] = loss if math.isnan(losses[0]) else losses[0]
            return loss, gradient.astype(np.float64)

        def after_step(intermediate_result: Any) -> None:
            nonlocal reason
            reached[...] = net.parameters = intermediate_result.x
            self.step += 1
            losses.append(float(intermediate_result.fun))
            bar.advance(self.step)
            if self.step % period == 0 or self.step == self.steps:
                gather_statistics_in_place(net, self.task.X)
                since, losses[:] = float(np.mean(losses[:-1])), losses[-1:]
                reason = self._report(since, bar) or ""
            if reason:
                raise StopIteration

        try:
            self._require_finite(every, loss_and_gradient(net.parameters.astype(np.float64)))
            result = minimize(
                loss_and_gradient,
                net.parameters.astype(np.float64),
                jac=True,
                method="L-BFGS-B",
                callback=after_step,
                options={
                    "maxcor": rule.memory,
                    "ftol": rule.loss_tolerance,
                    "gtol": rule.gradient_tolerance,
                    "maxiter": self.steps,
                    "maxfun": math.inf,
                },
            )
            reason = reason or _why(str(result.message), self.steps)
        except KeyboardInterrupt:
            reason = "interrupted"
        net.parameters = reached
        gather_statistics_in_place(net, self.task.X)
        if len(losses) > 1:  # steps since the last report
            self._report(float(np.mean(losses[:-1])), bar)
        return self._finish(reason)

    def _require_finite(self, points: Array, found: tuple[float, Array]) -> None:
        """Diverged where there is nothing to begin with."""
        if not (math.isfinite(found[0]) and np.isfinite(found[1]).all()):
            error: NonFinite = self.engine.locate(0, points, self.step + 1)
            raise self._diverged(error, math.nan)


def require_scipy() -> Any:
    """SciPy's `minimize`; ModuleNotFoundError that says what to install where it is missing."""
    try:
        from scipy.optimize import minimize
    except ModuleNotFoundError:
        raise ModuleNotFoundError("optimizer 'lbfgs' needs SciPy: pip install 'clearprop[lbfgs]'") from None
    return minimize


def _why(message: str, steps: int) -> str:
    """SciPy's reason to end, in words."""
    said = message.upper()
    if "GRADIENT" in said:
        return "the gradient is 0, within gradient_tolerance"
    if "REDUCTION" in said:
        return "no improvement: a step lowered the loss by less than loss_tolerance"
    if "ITERATIONS" in said:
        return f"all {steps} steps taken"
    return f"the line search found no lower loss ({message.strip().lower()})"
