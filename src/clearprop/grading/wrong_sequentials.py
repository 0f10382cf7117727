"""Sequentials with a mistake in them, each the course's own but for the lines that are wrong."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import course
from ..formulas.catalogue import Array


class FromInput(course.Sequential):
    """Each module gets X."""

    def forward(self, Xt: Array) -> Array:
        for module in self.modules:
            out = module.forward(Xt)
        return out


class LastOut(course.Sequential):
    """Forward without the last module."""

    def forward(self, Xt: Array) -> Array:
        for module in self.modules[:-1]:
            Xt = module.forward(Xt)
        return Xt


class InOrder(course.Sequential):
    """Backward from the first module to the last."""

    def backward(self, delta: Array) -> None:
        for module in self.modules:
            delta = module.backward(delta)


class WithoutFirst(course.Sequential):
    """Backward without the first module."""

    def backward(self, delta: Array) -> None:
        for module in reversed(self.modules[1:]):
            delta = module.backward(delta)


class WithoutLastModule(course.Sequential):
    """Backward without the last module."""

    def backward(self, delta: Array) -> None:
        for module in reversed(self.modules[:-1]):
            delta = module.backward(delta)


class NotHandedOn(course.Sequential):
    """Each module gets the loss's derivative."""

    def backward(self, delta: Array) -> None:
        for module in reversed(self.modules):
            module.backward(delta)


class StepFirst(course.Sequential):
    """A step before the derivatives are there."""

    def _learn(self, Xt: Array, Yt: Array, lrate: float) -> None:
        self.loss.forward(self.forward(Xt), Yt)
        self.sgd_step(lrate)
        self.backward(self.loss.backward())


class LossOfInput(course.Sequential):
    """The loss gets X."""

    def _learn(self, Xt: Array, Yt: Array, lrate: float) -> None:
        self.forward(Xt)
        self.loss.forward(Xt, Yt)
        self.backward(self.loss.backward())
        self.sgd_step(lrate)


class NoForward(course.Sequential):
    """The loss gets X, and forward is not called."""

    def _learn(self, Xt: Array, Yt: Array, lrate: float) -> None:
        self.loss.forward(Xt, Yt)
        self.backward(self.loss.backward())
        self.sgd_step(lrate)


class StepInside(course.Sequential):
    """Each module stepped before the one before it has its derivative."""

    def backward(self, delta: Array) -> None:
        for module in reversed(self.modules):
            next_delta = module.backward(delta)
            module.sgd_step(self.lrate)
            delta = module.C.T @ delta if next_delta is not None else delta

    def _learn(self, Xt: Array, Yt: Array, lrate: float) -> None:
        self.lrate = lrate
        self.loss.forward(self.forward(Xt), Yt)
        self.backward(self.loss.backward())


class OtherPoints(course.Sequential):
    """The points of each iteration, by its number."""

    more: ClassVar[int] = 0

    def points(self, it: int, N: int) -> Any:
        i = np.random.randint(N)  # noqa: NPY002
        return slice(i, i + 1)

    def targets(self, it: int, N: int, points: Any) -> Any:
        return points

    def sgd(self, X: Array, Y: Array, iters: int = 100, lrate: float = 0.005) -> None:
        for it in range(iters + self.more):
            at = self.points(it, X.shape[1])
            self._learn(X[:, at], Y[:, self.targets(it, X.shape[1], at)], lrate)


class AllPoints(OtherPoints):
    """Every iteration takes all points."""

    def points(self, it: int, N: int) -> Any:
        return slice(None)


class InTurn(OtherPoints):
    """The points in their order."""

    def points(self, it: int, N: int) -> Any:
        return slice(it % N, it % N + 1)


class OnePoint(OtherPoints):
    """One point, drawn before the loop."""

    first: Any = None

    def points(self, it: int, N: int) -> Any:
        self.first = super().points(it, N) if it == 0 else self.first
        return self.first


class DrawnTwice(OtherPoints):
    """The target of another point."""

    def targets(self, it: int, N: int, points: Any) -> Any:
        return self.points(it, N)


class WithoutLast(OtherPoints):
    """The last point is never drawn."""

    def points(self, it: int, N: int) -> Any:
        return super().points(it, N - 1)


class OneMore(OtherPoints):
    """One iteration too many."""

    more = 1


class OneLess(OtherPoints):
    """One iteration too few."""

    more = -1


class OnlyOnce(course.Sequential):
    """One iteration."""

    def sgd(self, X: Array, Y: Array, iters: int = 100, lrate: float = 0.005) -> None:
        super().sgd(X, Y, 1, lrate)


class NoStep(course.Sequential):
    """No step."""

    def sgd_step(self, lrate: float) -> None:
        pass


class Uphill(course.Sequential):
    """A step with the other sign."""

    def sgd_step(self, lrate: float) -> None:
        super().sgd_step(-lrate)


class OwnRate(course.Sequential):
    """The default in place of lrate."""

    def sgd(self, X: Array, Y: Array, iters: int = 100, lrate: float = 0.005) -> None:
        super().sgd(X, Y, iters)


class LastAlone(course.Sequential):
    """A step of the last module alone."""

    def sgd_step(self, lrate: float) -> None:
        self.modules[-1].sgd_step(lrate)


class LastStays(course.Sequential):
    """A step of all modules but the last."""

    def sgd_step(self, lrate: float) -> None:
        for module in self.modules[:-1]:
            module.sgd_step(lrate)


class FirstStays(course.Sequential):
    """A step of all modules but the first."""

    def sgd_step(self, lrate: float) -> None:
        for module in self.modules[1:]:
            module.sgd_step(lrate)
