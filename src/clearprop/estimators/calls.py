"""`fit` and `partial_fit` as objects: what each uses of earlier calls, and how it ends. They take no step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from sklearn.exceptions import ConvergenceWarning

from ..advice.warned import warn
from ..engines import ALONE, Ranks, Sharing, Task
from ..formulas.catalogue import Array
from . import remedies
from .advised import Advised
from .continuing import require_same_solver
from .given import Given
from .improvement import shorten_curve
from .on_ranks import sharing_for
from .rows import Rows
from .solver import Solver, draw_seed, solver_for, terms
from .stream import Stream
from .weights import PointWeights

INTERRUPTED = "Training interrupted by user."
"""scikit-learn's words after Ctrl-C."""


class Call(ABC):
    """One call of a method that learns."""

    given: Given
    """What it learns from, as the user gave it."""
    validation_data: Any = None
    """Points (X, y) that are only looked at."""
    interrupted: bool = False
    """Whether Ctrl-C ended training; no restart begins after that."""
    repeats: bool = False
    """Whether this call has trained another network of the same ensemble, and given the warnings that are of all."""
    said: bool = False
    """Whether it has warned that training has not converged."""
    communicates: Ranks | None = None
    """The processes that learn together, where a communicator was given."""
    in_pieces: ClassVar[bool] = False
    """Whether the points are a part of those that are learnt, of which other calls have the rest; none is held out then."""

    @property
    def ranks(self) -> Ranks:
        """The processes that learn together; this one alone where there are no others."""
        return ALONE if self.communicates is None else self.communicates

    def sharing(self, estimator: Any, task: Task) -> Sharing | None:
        """How each step is shared out; None where it is not."""
        return sharing_for(estimator, self.communicates, task)

    @abstractmethod
    def goes_on(self, estimator: Any) -> bool:
        """Whether the network, and what is known of targets, are those of earlier calls where there are any."""

    @abstractmethod
    def solver(self, estimator: Any, steps: int) -> Solver:
        """The solver for epochs of so many steps."""

    @abstractmethod
    def weighed(self, weights: PointWeights, rows: Any) -> tuple[Array, float]:
        """What engines multiply each point's loss by, (n,), where some `rows` are trained on, and what alpha is divided by."""

    @abstractmethod
    def epochs(self, estimator: Any) -> int:
        """How many passes over the points, at most."""

    advised: Advised | None = None
    """What it warns of beside scikit-learn's warnings; None for a call that warns of nothing else."""

    def begins(self, task: Task) -> None:  # noqa: B027 - a piece of a training is not judged
        """The network of the task is about to be trained."""

    def ran_out(self, estimator: Any, rows: Rows, order: Array) -> None:  # noqa: B027 - most calls say nothing
        """All passes were taken, and training would go on."""

    def trained(self, estimator: Any, task: Task, X: Any) -> None:  # noqa: B027 - most calls leave nothing
        """Training on points X ended; `task` is what the engines had."""


@dataclass
class Fit(Call):
    """`fit`: a network and a solver of its own; with `warm_start` the network is that of earlier calls."""

    given: Given
    validation_data: Any = None

    def goes_on(self, estimator: Any) -> bool:
        return bool(estimator.warm_start)

    def solver(self, estimator: Any, steps: int) -> Solver:
        return solver_for(estimator, steps)

    def weighed(self, weights: PointWeights, rows: Any) -> tuple[Array, float]:
        """Only ratios count: the weights are of mean 1 over all rows that are trained on."""
        return weights.of_mean_1(rows)

    def epochs(self, estimator: Any) -> int:
        return int(estimator.max_iter)

    def begins(self, task: Task) -> None:
        """Warn of targets that the network cannot give."""
        if self.repeats or not self.ranks.is_first:
            return
        self.advised = Advised(task)

    def ran_out(self, estimator: Any, rows: Rows, order: Array) -> None:
        """Warn that training has not converged, and say what would help."""
        rows.release()  # so that a trial takes no memory but what training had
        if not (estimator._optimizer.has_come_to_its_end or (self.repeats and self.said)) and self.ranks.is_first:
            self.said = True
            foretold = self.advised is not None and self.advised.warned
            message = remedies.not_converged(estimator, rows, order, foretold=foretold)
            warn(message, ConvergenceWarning)


@dataclass
class PartialFit(Call):
    """`partial_fit`: one pass over the points, by the network and the solver of earlier calls."""

    given: Given
    in_pieces: ClassVar[bool] = True

    def goes_on(self, estimator: Any) -> bool:
        return True

    def solver(self, estimator: Any, steps: int) -> Solver:
        held = vars(estimator).get("_optimizer")
        if held is None or not held.fits(estimator._net()):
            return solver_for(estimator, steps)
        require_same_solver(held.terms, terms(estimator))
        draw_seed(estimator, held)  # where something that is drawn was asked for only now
        return held

    def weighed(self, weights: PointWeights, rows: Any) -> tuple[Array, float]:
        """The weights as they are: other rows, which are not known here, must not change what these count for."""
        return weights.as_given(), 1.0

    def epochs(self, estimator: Any) -> int:
        return 1

    def trained(self, estimator: Any, task: Task, X: Any) -> None:
        """The next calls may bring a few more rows each."""
        shorten_curve(estimator)
        if Stream.may_begin(estimator, X, weighted=task.weights is not None):
            estimator._stream = Stream(estimator, task, len(X))
