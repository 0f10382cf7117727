"""What `MLPClassifier` and `MLPRegressor` each say of their task: its targets, its loss, its score. Nothing is trained here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from ..formulas.activations import Activation
from ..formulas.answers import Answers
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..training.evaluation import HeldOut
from .scoring import Score


class OfTask(ABC):
    """The part of a perceptron that differs between labels and values."""

    @abstractmethod
    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        """X and y as scikit-learn checks them."""

    @property
    @abstractmethod
    def _knows_targets(self) -> bool:
        """Whether what there is to learn of targets has been learnt: labels, or mean and variance."""

    @abstractmethod
    def _learn_targets(self, y: Any, dtype: Any) -> None:
        """Learn it from y, anew."""

    def _targets_are_constant(self) -> bool:
        """Whether a scale was to be learnt of targets that all are the same."""
        return False

    def _require_known(self, y: Any, *, alike: bool = False) -> None:  # noqa: B027 - values are all known
        """ValueError for targets that could not be learnt; with `alike`, also where some that were known are missing."""

    @abstractmethod
    def _encoded(self, y: Any, dtype: Any) -> Array:
        """Y (n, outputs) of targets that are known."""

    def _targets(self, y: Any, dtype: Any) -> tuple[Array, Array | None]:
        """Y, and which row of it is each point's target where it has only the few that there are."""
        return self._encoded(y, dtype), None

    def _known_targets(self, y: Any, dtype: Any) -> Array:
        """Y (n, outputs) of targets that are only looked at; nothing is learnt of them."""
        self._require_known(y)
        return self._encoded(y, dtype)

    @abstractmethod
    def _target_rows(self, y: Any) -> Array | None:
        """Y (n, outputs) of plain targets in an array or a list; None for what needs a closer look."""

    @abstractmethod
    def _decoded(self, A: Array) -> Any:
        """What is predicted where the outputs are A (n, outputs)."""

    @abstractmethod
    def _in_units(self, A: Array) -> Array:
        """Outputs A (n, outputs) as metrics compare them with targets: in the units of the user's y, or as probabilities."""

    @abstractmethod
    def _truth(self, Y: Array) -> Array:
        """Targets Y (n, outputs) of training as metrics compare them: in these units, and not smoothed."""

    def _answers(self) -> Answers | None:
        """How targets are read as classes or labels; None where they are numbers."""
        return None

    @abstractmethod
    def _loss(self) -> Loss:
        """The loss that the parameters speak of."""

    @abstractmethod
    def _follow_loss(self, loss: Loss, output: Activation) -> None:
        """Let targets be those that `loss` takes. ValueError where the task has none, or `output` cannot say them."""

    @abstractmethod
    def _point_weights(self, y: Any, sample_weight: Array | None) -> Array | None:
        """How much each point counts, (n,)."""

    def _weights_by_class(self, y: Any) -> Array | None:
        """How much points with targets y count by the weights of classes that the last training had, (n,)."""
        return None

    @abstractmethod
    def _random_targets(self, points: int, rng: np.random.Generator) -> Array:
        """Y (points, outputs) that the loss takes, drawn at random."""

    @abstractmethod
    def _strata(self, Y: Array) -> Array | None:
        """What a split for early stopping keeps in proportion, (n, 1)."""

    @abstractmethod
    def _default_score(self, held_out: HeldOut) -> Score:
        """`score` on the set held out."""
