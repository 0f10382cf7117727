"""What both estimators are: a network that is fitted and goes on learning, in scikit-learn's order of events.

Labels and values are the subclasses' matter; steps are the engines'.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.optimize import _check_optimize_result
from sklearn.utils.validation import _check_sample_weight

from ..engines import Task, require_points
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.optimizers import SGD
from ..formulas.regularizers import InputNoise, MaxNorm, as_regularizer
from ..formulas.schedules import as_schedule
from ..network import Network
from ..training.evaluation import HeldOut
from ..validation import require_pair
from . import words
from .descent import NON_FINITE, Descent
from .holder import NetworkHolder
from .inspection import Inspection
from .presets import Settings
from .quasi_newton import minimise
from .restarts import best_of
from .rows import rows
from .scoring import Score, asked_for
from .solver import Solver
from .stream import Stream

AUTO_BATCH = 200
"""Points in a batch of `batch_size="auto"`, at most."""


class Perceptron(Inspection, NetworkHolder, CallbackSupportMixin, BaseEstimator, ABC):
    """What `MLPClassifier` and `MLPRegressor` share."""

    # ---- what the subclasses say

    @abstractmethod
    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        """X and y as scikit-learn checks them."""

    @abstractmethod
    def _encoded(self, y: Any, dtype: Any, *, incremental: bool) -> Array:
        """Y (n, outputs); a classifier learns its labels here, or checks that they are known."""

    def _targets(self, y: Any, dtype: Any, *, incremental: bool) -> tuple[Array, Array | None]:
        """Y, and which row of it is each point's target where it has only the few that there are."""
        return self._encoded(y, dtype, incremental=incremental), None

    @abstractmethod
    def _target_row(self, y: Any) -> Array | None:
        """Y (outputs,) of one plain target in an array or a list; None for what needs a closer look."""

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
    def _random_targets(self, points: int, rng: np.random.Generator) -> Array:
        """Y (points, outputs) that the loss takes, drawn at random."""

    @abstractmethod
    def _strata(self, Y: Array) -> Array | None:
        """What a split for early stopping keeps in proportion, (n, 1)."""

    @abstractmethod
    def _default_score(self, held_out: HeldOut) -> Score:
        """`score` on the set held out."""

    # ---- what it has been told

    _recipes: ClassVar[dict[str, dict[str, Any]]]
    preset: str | None

    @property
    def settings(self) -> Any:
        """The parameters by name, as the preset has them where they are at their defaults."""
        return self if self.preset is None else Settings(self, self._recipes[self.preset])

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
        if "_stream" in vars(self):
            self.__dict__.pop("_stream").update_solver()
        X, y = self._validated(X, y, reset=anew)
        dtype = X.dtype if anew else self._net().dtype
        X = X.astype(dtype, copy=False)
        Y, which = self._targets(y, dtype, incremental=incremental)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        weights = self._point_weights(y, sample_weight)
        self.n_outputs_ = Y.shape[1]
        self._random_state = check_random_state(self.random_state)
        widths = (X.shape[1], *hidden, self.n_outputs_)
        if anew:
            self._begin(widths, dtype)
        self._require_same_widths(widths)
        if self.settings.solver == "lbfgs":
            learn = partial(self._fit_lbfgs, X=X)
        else:
            learn = partial(self._fit_stochastic, X=X, validation_data=validation_data, incremental=incremental)
        task = self._task(Y, which, weights)
        if anew and self.restarts > 1:
            best_of(self, partial(self._begin, widths, dtype), lambda: learn(replace(task, network=self._net())))
        else:
            learn(task)
        if not np.isfinite(self._net().parameters).all():
            raise ValueError(NON_FINITE)
        return self

    def _hidden_widths(self) -> list[int]:
        sizes = self.settings.hidden_layer_sizes
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

    def initialize(self, X: Any, y: Any) -> Any:
        """Draw the network that `fit` would start from, and train nothing.

        `coefs_` and `intercepts_` can then be looked at and set; `partial_fit`, and `fit` with `warm_start=True`, go on
        from there. It predicts as it stands.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Points that show the number and the names of the features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets that show all labels, or the number of outputs.

        Returns
        -------
        self : object
            The estimator, as fitted in 0 iterations.
        """
        self._validate_params()
        for learnt in ("classes_", "target_scale_"):
            self.__dict__.pop(learnt, None)
        X, y = self._validated(X, y, reset=True)
        self.n_outputs_ = self._encoded(y, X.dtype, incremental=False).shape[1]
        self._random_state = check_random_state(self.random_state)
        self._begin((X.shape[1], *self._hidden_widths(), self.n_outputs_), X.dtype)
        return self

    def _begin(self, widths: tuple[int, ...], dtype: Any) -> None:
        """A network drawn anew, and a history that begins with it."""
        loss, hidden = self._loss(), words.hidden_activations(self.settings.activation, len(widths) - 2)
        output = words.output_activation(self.output_activation, loss)
        require_pair(output, loss, widths[-1])
        self.n_iter_, self.t_, self.n_layers_ = 0, 0, len(widths)
        self._output_part, self.out_activation_ = output, words.word_of_activation(output)
        rng, draw = self._random_state, words.initializer(self.settings.initializer, hidden)
        last = words.initializer(self.settings.output_initializer or draw, hidden)
        drawn = zip([*[draw] * len(hidden), last], pairwise(widths), strict=True)
        layers = [(by.W(m, n, rng).astype(dtype), by.W0(m, n, rng).astype(dtype)) for by, (m, n) in drawn]
        norms = None if not hidden else words.normalization(self.normalization)
        self._hold(Network.from_weights(layers, (*hidden, output), normalization=norms))
        if self.settings.solver != "lbfgs":
            self.loss_curve_: list[float] = []
            self._no_improvement_count = 0
            self._forget_scores(held_out=self.settings.early_stopping)

    def _forget_scores(self, *, held_out: bool) -> None:
        """Scores of a set held out, or losses: what is not looked at is None, as scikit-learn has it."""
        self.best_loss_ = None if held_out else np.inf
        self.validation_scores_: list[float] | None = [] if held_out else None
        self.validation_loss_curve_: list[float] | None = [] if held_out else None
        self.best_validation_score_ = -np.inf if held_out else None
        self._best_network = self._net().copy() if held_out else None

    def _task(self, Y: Array, which: Array | None, weights: Array | None) -> Task:
        """What is lowered on all points; where they are, and by which rule, is filled in by the way to learn."""
        net, loss = self._net(), self._loss()
        return Task(
            net,
            loss,
            SGD(),
            np.empty((0, net.widths[0]), net.dtype),
            self._smoothed(Y),
            weights if weights is None else weights.astype(net.dtype, copy=False),
            which=which,
            dropout=words.dropout(self.dropout),
            input_noise=as_regularizer(InputNoise, self.input_noise),
            max_norm=as_regularizer(MaxNorm, self.max_norm),
        )

    def _smoothed(self, Y: Array) -> Array:
        """Targets as training sees them; a classifier may make them less sure."""
        return Y

    def _learnt_at_once(self, X: Any, y: Any) -> bool:
        """`partial_fit` on one more plain row like the last one, quickly; False where it has to go the long way."""
        if "_stream" not in vars(self) or type(y) not in {list, np.ndarray} or len(y) != 1:
            return False
        Y = self._target_row(y)
        return Y is not None and self._stream.learn(self, X, Y)

    # ---- the two ways to learn

    def _fit_lbfgs(self, task: Task, X: Any) -> None:
        in_batches = any(part.running for part in task.network.normalization.values())
        if task.dropout or task.input_noise or task.max_norm or in_batches:
            raise ValueError(
                "solver='lbfgs' minimises one function of the weights: "
                "dropout, input_noise, max_norm and batch_norm, which change it in each step, need another solver"
            )
        weights, mean = _of_mean_1(task.weights, slice(None))
        penalty = words.penalty(self.settings.alpha, self.l1_ratio, X.shape[0] * mean)
        found = minimise(
            replace(task, weights=weights, penalty=penalty),
            X,
            steps=self.settings.max_iter,
            evaluations=self.max_fun,
            tolerance=self.tol,
            engine=self.engine,
            threads=self.threads,
        )
        self.n_iter_ = _check_optimize_result("lbfgs", found, self.settings.max_iter)
        self.loss_ = float(found.fun)
        self._net().parameters = found.x

    def _fit_stochastic(self, task: Task, X: Any, validation_data: Any, incremental: bool) -> None:
        train, held_out, targets = self._held_out(task, X, validation_data)
        weights, mean = _of_mean_1(task.weights, train)
        if (held_out is None) == (vars(self).get("best_validation_score_") is not None):
            self._forget_scores(held_out=held_out is not None)
        batch = self._batch_points(len(train))
        require_points(task.network, batch)
        solver = self._solver(task.network, -(-len(train) // batch), anew=not incremental)
        task = replace(
            task,
            optimizer=solver.rule,
            state=solver.state,
            weights=weights,
            penalty=words.penalty(self.settings.alpha, self.l1_ratio, mean),
            penalty_of_sum=True,
            seed=0 if task.dropout is None and task.input_noise is None else solver.seed,
        )
        points = rows(task, X, batch, self.engine, self.threads)
        score = None if held_out is None else self._score(held_out, targets)
        events = self._init_callback_context(max_subtasks=None) if hasattr(self, "_skl_callbacks") else None
        descent = Descent(self, points, solver, train, self._random_state, held_out, score, events)
        descent.run(self.settings.max_iter, incremental=incremental)
        if incremental and Stream.may_begin(self, X, weighted=weights is not None):
            self._stream = Stream(self, task)

    def _solver(self, net: Network, steps: int, *, anew: bool) -> Solver:
        """The optimiser: a new one for a fit of so many steps an epoch, the one before for `partial_fit`."""
        if anew or not hasattr(self, "_optimizer"):
            settings = self.settings
            policy = settings.learning_rate
            if not (isinstance(policy, str) and policy in words.LEARNING_RATES):
                policy = as_schedule(policy).over(settings.max_iter * steps)
            elif settings.solver == "adam":
                policy = "constant"
            self._optimizer = Solver(
                words.optimizer(settings),
                net,
                rate=self.learning_rate_init,
                policy=policy,
                power_t=self.power_t,
                seed=self._seed(),
            )
        return self._optimizer

    def _seed(self) -> int:
        """32 bits for what is drawn in steps; nothing is drawn, and no other draw moved, where nothing asks for them."""
        asked = words.dropout(self.dropout) is not None or self.input_noise is not None
        return int(self._random_state.randint(2**32, dtype=np.uint32)) if asked else 0

    def _batch_points(self, n: int) -> int:
        asked = AUTO_BATCH if self.settings.batch_size == "auto" else self.settings.batch_size
        if asked > n and asked == self.batch_size:
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=6
            )
        return min(asked, n)

    def _held_out(self, task: Task, X: Any, validation_data: Any) -> tuple[Array, HeldOut | None, Any]:
        """The rows to train on, and the set to look at with its targets as the user knows them."""
        n = X.shape[0]
        if validation_data is not None:
            return np.arange(n), *self._given_held_out(validation_data)
        if not self.settings.early_stopping:
            return np.arange(n), None, None
        # Row numbers are split, not the data: nothing is copied but what is held out.
        train, held = train_test_split(
            np.arange(n),
            random_state=self._random_state,
            test_size=self.settings.validation_fraction,
            stratify=self._strata(task.targets(slice(None))),
        )
        if len(held) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        weights = None if task.weights is None else task.weights[held]
        Y = task.targets(held)
        return train, HeldOut(X[held], Y, weights), self._decoded(Y)

    def _given_held_out(self, given: Any) -> tuple[HeldOut, Any]:
        if not (isinstance(given, tuple | list) and len(given) == 2):
            raise ValueError("validation_data must be a pair (X, y)")
        X, y = self._validated(*given, reset=False)
        dtype = self._net().dtype
        Y = self._encoded(y, dtype, incremental=True)
        if Y.shape[1] != self.n_outputs_:
            raise ValueError(f"validation_data has {Y.shape[1]} outputs, and y has {self.n_outputs_}")
        return HeldOut(X.astype(dtype, copy=False), self._smoothed(Y)), y

    def _score(self, held_out: HeldOut, targets: Any) -> Score:
        if self.scoring is None:
            return self._default_score(held_out)
        return asked_for(self.scoring, self, held_out, targets)


def _of_mean_1(weights: Array | None, rows: Any) -> tuple[Array | None, float]:
    """The weights divided by their mean over some rows, and that mean."""
    if weights is None:
        return None, 1.0
    mean = float(weights[rows].mean())
    if mean < np.finfo(np.float64).tiny:
        raise ValueError(f"the mean of the sample weights is {mean:g}, too small to divide them by: give larger ones")
    return weights / mean, mean
