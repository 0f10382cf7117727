"""What outputs say of classes and labels: how targets mean yes and no, what is chosen, and the probability of each class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .activations import Activation
from .catalogue import Array
from .domains import SIGNS, UNIT, Interval, LogSimplex, Simplex
from .losses import Loss


@dataclass(frozen=True)
class Answers:
    """How targets (n, outputs) are read: as one class of several, or as a yes or no of each output."""

    one_class: bool
    no: float = 0.0
    """The number that means no: -1 for margins, else 0. Yes is 1."""

    @property
    def half_way(self) -> float:
        """An output at this number or above says yes."""
        return (1 + self.no) / 2

    def yes(self, A: Array) -> Array:
        """Which outputs say yes, (n, outputs) bool."""
        return np.asarray(self.half_way <= A)

    def right(self, A: Array, Y: Array) -> Array:
        """Which points have the right class, or have every label right, (n,) bool."""
        if self.one_class:
            return np.asarray(A.argmax(axis=1) == Y.argmax(axis=1))
        return np.asarray((self.yes(A) == self.yes(Y)).all(axis=1))


def answers_of(loss: Loss, targets: Sequence[Array], *, labels: bool = False) -> Answers | None:
    """How sets of targets Y (n, outputs) of one task are read; None where they are numbers and not classes.

    Several outputs stand for one class where the loss takes distributions, where targets were given as `labels` (n,), or where
    every row of every set has exactly one yes.
    """
    if isinstance(loss.domain_Y, Simplex):
        return Answers(one_class=True)
    if loss.domain_Y not in {UNIT, SIGNS} and not all(_is_yes_or_no(Y) for Y in targets):
        return None
    signs = loss.domain_Y == SIGNS or any((Y < 0).any() for Y in targets)
    found = Answers(one_class=False, no=-1.0 if signs else 0.0)
    if targets[0].shape[1] == 1:
        return found
    alone = labels or all((found.yes(Y).sum(axis=1) == 1).all() for Y in targets)
    return Answers(one_class=alone, no=found.no)


def answers_in(Y: Array) -> Answers:
    """How targets (n, outputs) are read where only their numbers are known; what is no yes or no holds one class."""
    several = Y.shape[1] > 1
    if not _is_yes_or_no(Y):
        return Answers(one_class=several)
    found = Answers(one_class=False, no=-1.0 if (Y < 0).any() else 0.0)
    return Answers(several and bool((found.yes(Y).sum(axis=1) == 1).all()), found.no)


def _is_yes_or_no(Y: Array) -> bool:
    """Whether all targets are 0 and 1, or all are -1 and 1."""
    return bool(((Y == 0) | (Y == 1)).all() or (abs(Y) == 1).all())


def require_probabilities(output: Activation) -> None:
    """ValueError where the outputs of an activation are margins or other numbers, and not probabilities or their logarithms."""
    if not (isinstance(output.range, LogSimplex) or UNIT.includes(output.range)):
        raise ValueError(f"probabilities need outputs from 0 to 1, and {output} gives {output.range}")


def class_probabilities(A: Array, given: Interval) -> Array:
    """The probability of each class, (n, classes), from the outputs A (n, classes) of an activation with the range `given`.

    Outputs that sum to 1 are these, and so are the exponentials of their logarithms. Outputs of a yes or no for each class are
    divided by their sum, as scikit-learn does for one class against the rest; where all are 0, every class is as likely.
    """
    if isinstance(given, LogSimplex):
        return np.exp(A)
    if isinstance(given, Simplex):
        return A
    total = A.sum(axis=1, keepdims=True)
    return np.where(total > 0, A / np.where(total > 0, total, 1), 1 / A.shape[1]).astype(A.dtype, copy=False)
