"""What both estimators are: a network that is fitted and goes on learning, in scikit-learn's order of events.

Labels and values are the subclasses' matter; steps are the engines'.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.optimize import _check_optimize_result
from sklearn.utils.validation import _check_sample_weight

from ..engines import Task
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.optimizers import SGD
from ..network import Network
from ..training.evaluation import HeldOut
from ..validation import require_pair
from . import words
from .descent import NON_FINITE, Descent
from .holder import NetworkHolder
from .quasi_newton import minimise
from .restarts import best_of
from .rows import rows
from .scoring import Score, asked_for
from .solver import Solver

AUTO_BATCH = 200
"""Points in a batch of `batch_size="auto"`, at most."""


class Perceptron(NetworkHolder, CallbackSupportMixin, BaseEstimator, ABC):
    """What `MLPClassifier` and `MLPRegressor` share."""

    # ---- what the subclasses say

    @abstractmethod
    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        """X and y as scikit-learn checks them."""

    @abstractmethod
    def _encoded(self, y: Any, dtype: Any, *, incremental: bool) -> Array:
        """Y (n, outputs); a classifier learns its labels here, or checks that they are known."""

    @abstractmethod
    def _decoded(self, A: Array) -> Any:
        """What is predicted where the outputs are A (n, outputs), or the targets where they are Y."""

    @abstractmethod
    def _loss(self) -> Loss:
        """The loss that the parameters speak of."""

    @abstractmethod
    def _point_weights(self, y: Any, sample_weight: Array | None) -> Array | None:
        """How much each point counts, (n,)."""

    @abstractmethod
    def _strata(self, Y: Array) -> Array | None:
        """What a split for early stopping keeps in proportion, (n, 1)."""

    @abstractmethod
    def _default_score(self, held_out: HeldOut) -> Score:
        """`score` on the set held out."""

    # ---- fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, validation_data: Any = None) -> Any:
        """Fit the network to points X, dense or sparse, and targets y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Class labels, or real numbers.
        sample_weight : array-like of shape (n_samples,), default=None
            How much each point counts. The weights are scaled to mean 1 once, over all training points.
        validation_data : tuple (X, y), default=None
            Points that are only looked at, after every epoch: training stops when the score on them no longer improves,
            and the best weights are kept, as with `early_stopping=True`, which holds out points of X instead.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        return self._fit(X, y, sample_weight, validation_data=validation_data)

    def _fit(
        self, X: Any, y: Any, sample_weight: Any, *, validation_data: Any = None, incremental: bool = False
    ) -> Any:
        hidden = self._hidden_widths()
        anew = not hasattr(self, "coefs_") or not (self.warm_start or incremental)
        X, y = self._validated(X, y, reset=anew)
        dtype = X.dtype if anew else self._net().dtype
        Y = self._encoded(y, dtype, incremental=incremental)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        weights = self._point_weights(y, sample_weight)
        self.n_outputs_ = Y.shape[1]
        self._random_state = check_random_state(self.random_state)
        widths = (X.shape[1], *hidden, self.n_outputs_)
        if anew:
            self._begin(widths, dtype)
        self._require_same_widths(widths)
        # Where X is sparse the engines get dense pieces of it; the task's own X is filled in by the rows.
        nothing = np.empty((0, X.shape[1]), dtype)
        task = Task(self._net(), self._loss(), SGD(), nothing, Y, weights)
        X = X.astype(dtype, copy=False)
        if self.solver == "lbfgs":
            learn = partial(self._fit_lbfgs, X=X)
        else:
            learn = partial(self._fit_stochastic, X=X, validation_data=validation_data, incremental=incremental)
        if anew and self.restarts > 1:
            best_of(self, partial(self._begin, widths, dtype), lambda: learn(replace(task, network=self._net())))
        else:
            learn(task)
        if not np.isfinite(self._net().parameters).all():
            raise ValueError(NON_FINITE)
        return self

    def _hidden_widths(self) -> list[int]:
        sizes = self.hidden_layer_sizes
        widths = list(sizes) if hasattr(sizes, "__iter__") else [sizes]
        if np.any(np.array(widths) <= 0):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {widths}.")
        return widths

    def _require_same_widths(self, widths: tuple[int, ...]) -> None:
        held = self._net().widths
        if held != widths:
            raise ValueError(
                f"learning goes on from a network of widths {held}, and widths {widths} are asked for; "
                "fit with warm_start=False, or keep hidden_layer_sizes and the number of outputs"
            )

    def _begin(self, widths: tuple[int, ...], dtype: Any) -> None:
        """A network drawn anew, and a history that begins with it."""
        loss, hidden = self._loss(), words.hidden_activations(self.activation, len(widths) - 2)
        output = words.output_activation(self.output_activation, loss)
        require_pair(output, loss, widths[-1])
        self.n_iter_, self.t_, self.n_layers_ = 0, 0, len(widths)
        self._output_part, self.out_activation_ = output, words.word_of_activation(output)
        draw, rng = words.initializer(self.initializer, hidden), self._random_state
        layers = [
            (draw.W(m, n, rng).astype(dtype), draw.W0(m, n, rng).astype(dtype))
            for m, n in zip(widths, widths[1:], strict=False)
        ]
        self._hold(Network.from_weights(layers, (*hidden, output)))
        if self.solver != "lbfgs":
            self.loss_curve_: list[float] = []
            self._no_improvement_count = 0
            self._forget_scores(held_out=self.early_stopping)

    def _forget_scores(self, *, held_out: bool) -> None:
        """Scores of a set held out, or losses: what is not looked at is None, as scikit-learn has it."""
        self.best_loss_ = None if held_out else np.inf
        self.validation_scores_: list[float] | None = [] if held_out else None
        self.validation_loss_curve_: list[float] | None = [] if held_out else None
        self.best_validation_score_ = -np.inf if held_out else None
        self._best_parameters = self._net().parameters.copy() if held_out else None

    # ---- the two ways to learn

    def _fit_lbfgs(self, task: Task, X: Any) -> None:
        n = X.shape[0]
        weights, mean = _of_mean_1(task.weights)
        penalty = words.penalty(self.alpha, self.l1_ratio, n * mean)
        found = minimise(
            replace(task, weights=weights, penalty=penalty),
            X,
            steps=self.max_iter,
            evaluations=self.max_fun,
            tolerance=self.tol,
        )
        self.n_iter_ = _check_optimize_result("lbfgs", found, self.max_iter)
        self.loss_ = float(found.fun)
        self._net().parameters = found.x

    def _fit_stochastic(self, task: Task, X: Any, validation_data: Any, incremental: bool) -> None:
        solver = self._solver(task.network, anew=not incremental)
        train, held_out, targets = self._held_out(task, X, validation_data)
        weights, mean = task.weights, 1.0
        if weights is not None:
            mean = float(weights[train].mean())
            weights = weights / mean
        if (held_out is None) == (vars(self).get("best_validation_score_") is not None):
            self._forget_scores(held_out=held_out is not None)
        descent = Descent(
            self,
            rows(
                replace(task, optimizer=solver.rule, state=solver.state, weights=weights),
                X,
                self._batch_points(len(train)),
                lambda points: words.penalty(self.alpha, self.l1_ratio, points * mean),
                self.engine,
            ),
            solver,
            train,
            self._random_state,
            held_out,
            None if held_out is None else self._score(held_out, targets),
            self._init_callback_context(max_subtasks=None) if hasattr(self, "_skl_callbacks") else None,
        )
        descent.run(self.max_iter, incremental=incremental)

    def _solver(self, net: Network, *, anew: bool) -> Solver:
        """The optimiser: a new one for a fit, the one before for `partial_fit`."""
        if anew or not hasattr(self, "_optimizer"):
            word = isinstance(self.learning_rate, str) and self.learning_rate in words.LEARNING_RATES
            self._optimizer = Solver(
                words.optimizer(self),
                net.parameters,
                rate=self.learning_rate_init,
                policy="constant" if word and self.solver == "adam" else self.learning_rate,
                power_t=self.power_t,
            )
        return self._optimizer

    def _batch_points(self, n: int) -> int:
        if self.batch_size == "auto":
            return min(AUTO_BATCH, n)
        if self.batch_size > n:
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=6
            )
        return min(self.batch_size, n)

    def _held_out(self, task: Task, X: Any, validation_data: Any) -> tuple[Array, HeldOut | None, Any]:
        """The rows to train on, and the set to look at with its targets as the user knows them."""
        n = X.shape[0]
        if validation_data is not None:
            return np.arange(n), *self._given_held_out(validation_data)
        if not self.early_stopping:
            return np.arange(n), None, None
        # Row numbers are split, not the data: nothing is copied but what is held out.
        train, held = train_test_split(
            np.arange(n),
            random_state=self._random_state,
            test_size=self.validation_fraction,
            stratify=self._strata(task.Y),
        )
        if len(held) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        weights = None if task.weights is None else task.weights[held]
        return train, HeldOut(X[held], task.Y[held], weights), self._decoded(task.Y[held])

    def _given_held_out(self, given: Any) -> tuple[HeldOut, Any]:
        if not (isinstance(given, tuple | list) and len(given) == 2):
            raise ValueError("validation_data must be a pair (X, y)")
        X, y = self._validated(*given, reset=False)
        dtype = self._net().dtype
        Y = self._encoded(y, dtype, incremental=True)
        if Y.shape[1] != self.n_outputs_:
            raise ValueError(f"validation_data has {Y.shape[1]} outputs, and y has {self.n_outputs_}")
        return HeldOut(X.astype(dtype, copy=False), Y), y

    def _score(self, held_out: HeldOut, targets: Any) -> Score:
        if self.scoring is None:
            return self._default_score(held_out)
        return asked_for(self.scoring, self, held_out, targets)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _of_mean_1(weights: Array | None) -> tuple[Array | None, float]:
    """The weights divided by their mean, and that mean."""
    if weights is None:
        return None, 1.0
    mean = float(weights.mean())
    return weights / mean, mean
