"""Numeric derivatives of a network's loss along a direction: by complex step, or by central differences. No chain rule.

Both know how exact they are, and the second one knows when it stands astride a kink.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from ..backprop import ForwardPass, Statistics, forward_pass
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from ..network import Network

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Problem:
    """What is differentiated: the loss of a network on data, as a function of its parameters."""

    net: Network
    X: Array
    Y: Array
    loss: Loss
    sample_weight: Array | None = None
    penalty: Penalty | None = None
    factors: Mapping[int, Array] | None = None
    statistics: Statistics = "batch"

    def at(self, parameters: Array) -> ForwardPass:
        """The forward pass with other parameters, real or complex, (p,)."""
        net = self.net.with_parameters(parameters)
        return forward_pass(
            net,
            self.X,
            self.Y,
            self.loss,
            sample_weight=self.sample_weight,
            penalty=self.penalty,
            factors=self.factors,
            statistics=self.statistics,
        )


@dataclass(frozen=True)
class Derivative:
    """A derivative, the rounding error that it may carry, and whether a kink spoils it."""

    value: float
    noise: float = 0.0
    at_kink: bool = False


class Method(Protocol):
    """A way to differentiate, and how close to it a right gradient must be, relative to its norm."""

    name: ClassVar[str]
    tolerance: ClassVar[float]

    def along(self, problem: Problem, direction: Array) -> Derivative:
        """dL(parameters + s direction)/ds at s = 0."""
        ...


class ComplexStep:
    """Im L(p + i h v) / h: nothing is subtracted, so h may be tiny and the result is good to the last digits.

    Squire and Trapp 1998. A derivative that passes through a dozen layers loses three or four digits of sixteen at
    worst, so 1e-12 is asked for.
    """

    name: ClassVar[str] = "complex step"
    step: ClassVar[float] = 1e-20
    tolerance: ClassVar[float] = 1e-12

    def along(self, problem: Problem, direction: Array) -> Derivative:
        parameters = problem.net.parameters + 1j * (self.step * direction)
        return Derivative(float(np.imag(problem.at(parameters).loss)) / self.step)


class CentralDifferences:
    """(L(p + h v) - L(p - h v)) / 2h: needs real values only, and is good to some ten digits at best.

    h = eps^(1/3) balances what is cut off, h^2, with rounding, eps / h; both are near 1e-10, so 1e-6 leaves room for
    sharp bends. Where the two ends lie on two sides of a kink, h is cut twice before that is reported.
    """

    name: ClassVar[str] = "central differences"
    step: ClassVar[float] = EPS ** (1 / 3)
    tolerance: ClassVar[float] = 1e-6

    def along(self, problem: Problem, direction: Array) -> Derivative:
        parameters = problem.net.parameters
        moved = abs(direction).max()
        h = self.step * max(1.0, float(abs(parameters[direction != 0]).max())) / moved
        for smaller in (1.0, 8.0, 64.0):
            plus, minus = (problem.at(parameters + sign * h / smaller * direction) for sign in (1, -1))
            if not crosses_kink(problem, plus, minus, direction, h / smaller):
                break
        else:
            return Derivative(np.nan, at_kink=True)
        width = 2 * h / smaller
        noise = 64 * EPS * max(abs(plus.loss), abs(minus.loss)) / width
        return Derivative(float((plus.loss - minus.loss) / width), float(noise))


def crosses_kink(problem: Problem, plus: ForwardPass, minus: ForwardPass, direction: Array, h: float) -> bool:
    """Whether any unit, residual or penalised weight lies on two sides of a kink in the two passes."""
    net, loss, penalty = problem.net, problem.loss, problem.penalty
    if any(_parted(net.f[l].kinks, plus.into_f(l), minus.into_f(l)) for l in net.layers):
        return True
    if _parted(loss.kinks, plus.A[net.L] - plus.Y, minus.A[net.L] - minus.Y):
        return True
    if penalty is None or not penalty.kinks:
        return False
    moved, parameters = direction != 0, net.parameters
    ends = (parameters[moved] + sign * h * direction[moved] for sign in (1, -1))
    return _parted(penalty.kinks, *ends)


def _parted(kinks: Iterable[float], plus: Array, minus: Array) -> bool:
    return any(bool(((plus >= kink) != (minus >= kink)).any()) for kink in kinks)
