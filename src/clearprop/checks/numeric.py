"""Numeric derivatives of a network's loss along a direction: by complex step, or by central differences. No chain rule.

Both know how exact they are, and the second one knows where the loss has a kink, and what derivatives it has on its sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np

from ..backprop import ForwardPass, Statistics, traced_forward
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from ..network import Network
from .pieces import Index, Pieces, Place, Values, held_pass, kinked_values, other_side

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Problem:
    """What is differentiated: the loss of a network on data, as a function of its parameters and of its inputs."""

    net: Network
    X: Array
    Y: Array
    loss: Loss
    sample_weight: Array | None = None
    penalty: Penalty | None = None
    factors: Mapping[int, Array] | None = None
    statistics: Statistics = "batch"

    @cached_property
    def arguments(self) -> Array:
        """What the loss depends on: the parameters, and behind them the inputs X, row by row, (p + n m^1,)."""
        return np.concatenate([self.net.parameters, self.X.ravel()])

    def at(self, arguments: Array, pieces: Pieces | None = None) -> ForwardPass:
        """The forward pass with other arguments, real or complex; all values held on their pieces, if given."""
        p = len(self.net.parameters)
        net, moved = self.net.with_parameters(arguments[:p]), replace(self, X=arguments[p:].reshape(self.X.shape))
        return moved.run(net) if pieces is None else held_pass(net, self.loss, self.penalty, pieces, moved.run)

    def run(self, net: Network, loss: Loss | None = None, *, penalised: bool = True) -> ForwardPass:
        """The pass of a network, with another loss if one is given, with the penalty or without it."""
        penalty, factors = self.penalty if penalised else None, dict(self.factors or {})
        loss = loss or self.loss
        return traced_forward(net, self.X, self.Y, loss, self.sample_weight, penalty, factors, self.statistics)

    @cached_property
    def here(self) -> ForwardPass:
        """The pass whose gradient is checked."""
        return self.run(self.net)

    @cached_property
    def kinked(self) -> dict[Place, Values]:
        """The values of that pass that a part with a kink is applied to."""
        return self.kinked_in(self.arguments, self.here)

    @cached_property
    def pieces(self) -> dict[Place, Array]:
        """The piece that each of them is on."""
        return {place: values.pieces for place, values in self.kinked.items()}

    def kinked_in(self, arguments: Array, fwd: ForwardPass) -> dict[Place, Values]:
        """The same values in another pass."""
        W = self.net.with_parameters(arguments[: len(self.net.parameters)]).W
        return kinked_values(self.net, W, self.loss, self.penalty, fwd)


@dataclass(frozen=True)
class Kink:
    """What there is to say of a derivative where the loss has a kink along the direction."""

    behind: float
    ahead: float
    """The derivatives that the loss has to either side; infinite where it jumps."""
    held: float
    """The derivative with every value held on the side that the formulas take, which at a kink is the right one."""


@dataclass(frozen=True)
class Derivative:
    """A derivative, the rounding error that it may carry, and the kink that leaves it without a value, if there is one."""

    value: float
    noise: float = 0.0
    kink: Kink | None = None


class Method(Protocol):
    """A way to differentiate, and how close to it a right gradient must be, relative to its norm."""

    name: ClassVar[str]
    tolerance: ClassVar[float]

    def along(self, problem: Problem, direction: Array) -> Derivative:
        """dL(arguments + s direction)/ds at s = 0."""
        ...

    def choices(self, problem: Problem, direction: Array) -> tuple[float, float] | None:
        """At a kink, the smallest and the largest derivative that a choice of sides gives; None where it is not known."""
        ...

    def bend(self, problem: Problem, direction: Array) -> Kink | None:
        """A kink that no part declares."""
        ...

    @property
    def sharper(self) -> Method | None:
        """The same with a smaller step, which bends trouble less and rounding more; None where the step plays no role."""
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
        arguments = problem.arguments + 1j * (self.step * direction)
        return Derivative(float(np.imag(problem.at(arguments).loss)) / self.step)

    def choices(self, problem: Problem, direction: Array) -> tuple[float, float] | None:
        return CentralDifferences().choices(problem, direction)

    def bend(self, problem: Problem, direction: Array) -> Kink | None:
        return CentralDifferences().bend(problem, direction)

    @property
    def sharper(self) -> Method | None:
        return None


@dataclass(frozen=True)
class Ends:
    """Both ends of a difference, at arguments + h direction and at arguments - h direction."""

    problem: Problem
    direction: Array
    h: float
    pieces: Pieces | None = None
    """Where every value is held, if they are."""
    sharp: bool = False
    """Whether differences over h and h / 2 are extrapolated: a slope that bends at once costs an error linear in h."""

    @cached_property
    def passes(self) -> tuple[tuple[Array, ForwardPass], tuple[Array, ForwardPass]]:
        """The arguments and the pass of either end."""
        plus, minus = (self.problem.arguments + sign * self.h * self.direction for sign in (1, -1))
        return (plus, self.problem.at(plus, self.pieces)), (minus, self.problem.at(minus, self.pieces))

    @property
    def derivative(self) -> Derivative:
        """The difference of the two losses by the distance between them."""
        (_, plus), (_, minus) = self.passes
        noise = 64 * EPS * max(abs(plus.loss), abs(minus.loss)) / (2 * self.h)
        value = float((plus.loss - minus.loss) / (2 * self.h))
        if not self.sharp:
            return Derivative(value, float(noise))
        half = replace(self, h=self.h / 2, sharp=False).derivative
        return Derivative(2 * half.value - value, 2 * half.noise + float(noise))

    @property
    def crossed(self) -> list[tuple[Place, Index]]:
        """The values that lie on two sides of a kink at the two ends."""
        if not self.problem.kinked:
            return []
        plus, minus = (self.problem.kinked_in(*each) for each in self.passes)
        parted = [(place, plus[place].pieces != minus[place].pieces) for place in plus]
        return [(place, index) for place, mask in parted for index in zip(*np.nonzero(mask), strict=True)]

    @property
    def crossed_on_kink(self) -> list[tuple[Place, Index]]:
        """Those of them that are on the kink itself."""
        kinked = self.problem.kinked
        return [(place, index) for place, index in self.crossed if kinked[place].on_kink[index]]


@dataclass(frozen=True)
class CentralDifferences:
    """(L(p + h v) - L(p - h v)) / 2h: needs real values only, and is good to some ten digits at best.

    h = eps^(1/3) balances what is cut off, h^2, with rounding, eps / h; both are near 1e-10, so 1e-6 leaves room for
    most functions. A `sharp` one takes a smaller h and extrapolates, for slopes that bend at once, as that of huber.
    Where the two ends lie on two sides of a kink that is near by, every value is held on its own side instead; where a
    value is on the kink itself, the loss has no derivative, and `Kink` says what it has.
    """

    name: ClassVar[str] = "central differences"
    step: ClassVar[float] = EPS ** (1 / 3)
    tolerance: ClassVar[float] = 1e-6
    many_kinks: ClassVar[int] = 64
    """Where more values than this move over a kink at once, their sides are not tried one by one."""
    sharp: bool = False

    @property
    def sharper(self) -> Method | None:
        return None if self.sharp else CentralDifferences(sharp=True)

    def along(self, problem: Problem, direction: Array) -> Derivative:
        ends = Ends(problem, direction, self._h(problem, direction), sharp=self.sharp)
        if not ends.crossed:
            return ends.derivative
        held = replace(ends, pieces=problem.pieces).derivative
        if not ends.crossed_on_kink:
            return held
        return Derivative(np.nan, held.noise, Kink(*both_sides(problem, direction, ends.h), held=held.value))

    def choices(self, problem: Problem, direction: Array) -> tuple[float, float] | None:
        """A derivative is linear in the slope that is chosen at one kink, so each is given its other side, one at a time."""
        own = Ends(problem, direction, self._h(problem, direction), problem.pieces, self.sharp)
        on = own.crossed_on_kink
        if len(on) > self.many_kinks:
            return None

        def turned(those: Sequence[tuple[Place, Index]]) -> float:
            return replace(own, pieces=other_side(problem.kinked, those)).derivative.value

        here = own.derivative.value
        changes = np.array([turned([each]) - here for each in on])
        behind, ahead = (_one_sided(problem, direction, sign * own.h) for sign in (-1, 1))
        low = min(here + changes[changes < 0].sum(), turned(on), np.minimum(behind, ahead).sum())
        high = max(here + changes[changes > 0].sum(), turned(on), np.maximum(behind, ahead).sum())
        return float(low), float(high)

    def bend(self, problem: Problem, direction: Array) -> Kink | None:
        """The derivatives to either side do not come closer with a smaller step, as those of a smooth function do."""
        h = self._h(problem, direction)
        wide, narrow = (both_sides(problem, direction, each) for each in (h, h / 16))
        noise = 16 * 64 * EPS * abs(float(problem.here.loss)) / h
        apart, still = (abs(behind - ahead) for behind, ahead in (wide, narrow))
        if not still > max(apart / 2, noise, self.tolerance * max(map(abs, wide))):
            return None
        return Kink(*wide, held=np.nan)

    def _h(self, problem: Problem, direction: Array) -> float:
        largest = float(abs(problem.arguments[direction != 0]).max())
        return self.step / (4 if self.sharp else 1) * max(1.0, largest) / float(abs(direction).max())


def both_sides(problem: Problem, direction: Array, h: float) -> tuple[float, float]:
    """The derivatives of the loss itself to the left and to the right."""
    behind, ahead = (float(_one_sided(problem, direction, sign * h).sum()) for sign in (-1, 1))
    return behind, ahead


def _one_sided(problem: Problem, direction: Array, h: float) -> Array:
    """Each point's term of the derivative to one side, and the penalty's, (n + 1,); infinite where the term jumps.

    Differences over h and h / 2 are combined, so that what is cut off is of the order of h^2.
    """
    here, (wide, half, small) = _terms(problem, problem.arguments), (h, h / 2, h / 64)
    quotients = [(_terms(problem, problem.arguments + each * direction) - here) / each for each in (wide, half, small)]
    jumps = (abs(quotients[2]) > 16 * abs(quotients[0])) & (
        abs(quotients[2] * small) > 1e-9 * np.maximum(1.0, abs(here))
    )
    return np.where(jumps, np.copysign(np.inf, quotients[2]), 2 * quotients[1] - quotients[0])


def _terms(problem: Problem, arguments: Array) -> Array:
    """What the loss is the sum of: a term for each point, and the penalty, (n + 1,)."""
    fwd = problem.at(arguments)
    points = (fwd.losses if fwd.weights is None else fwd.weights * fwd.losses) / len(fwd.losses)
    return np.append(points, fwd.loss - points.sum())
