"""What both estimators are: a network that is fitted and goes on learning, in scikit-learn's order of events.

Labels and values are the subclasses' matter; steps are the engines'.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from functools import partial
from itertools import pairwise
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import check_random_state

from ..engines import Task
from ..formulas.activations import Activation
from ..formulas.answers import Answers
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.optimizers import SGD
from ..formulas.regularizers import InputNoise, MaxNorm, as_regularizer
from ..network import Network
from ..training.evaluation import HeldOut
from ..validation import require_pair
from . import improvement, words
from .calls import Call, Fit
from .continuing import beginning, require_unchanged
from .epochs import NON_FINITE, learn_by_steps
from .given import Given
from .held_out import one_pair
from .holder import NetworkHolder, in_type
from .inspection import Inspection
from .restarts import best_of
from .scoring import Score
from .settings import Settings, found_in_data
from .weights import PointWeights, point_weights
from .whole import Whole
from .whole_set import search
from .written import Parameters


class Perceptron(Inspection, Whole, NetworkHolder, CallbackSupportMixin, Parameters, BaseEstimator, ABC):
    """What `MLPClassifier` and `MLPRegressor` share."""

    # ---- what the subclasses say

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

    def _require_known(self, y: Any, *, alike: bool = False) -> None:
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
    def _target_row(self, y: Any) -> Array | None:
        """Y (outputs,) of one plain target in an array or a list; None for what needs a closer look."""

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

    @property
    def settings(self) -> Settings:
        """The parameters by name, and where each value is from: written, the preset, the default or the data."""
        return Settings(self)

    # ---- fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        validation_data: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Any:
        """Fit the network to points X, dense or sparse, and targets y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Class labels, or real numbers.
        sample_weight : array-like of shape (n_samples,), default=None
            How much each point counts. The weights are scaled to mean 1 once, over all training points;
            `partial_fit`, which does not know all points, uses them as they are.
        validation_data : tuple (X, y), default=None
            Points that are only looked at, after every epoch: training stops when the score on them no longer improves,
            and the best weights are kept, as with `early_stopping=True`, which holds out points of X instead.
        X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
            The points of `validation_data`, as an argument of their own: `Pipeline(..., transform_input=["X_val"])`
            transforms them as it does X.
        y_val : array-like of shape (n_val,) or (n_val, n_outputs), default=None
            Their targets.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        return self._learn(Fit(Given(X, y), one_pair(validation_data, X_val, y_val)), sample_weight)

    def _learn(self, call: Call, sample_weight: Any) -> Any:
        """Check, draw what is new, and train, in scikit-learn's order."""
        self._warn_if_preset_is_idle()
        hidden, goes_on = self._hidden_widths(), call.goes_on(self)
        anew = not (goes_on and "coefs_" in vars(self))
        if not anew:
            self._require_as_begun(call)
        if "_stream" in vars(self):
            self.__dict__.pop("_stream").update_solver()
        self.__dict__.pop("_found", None)
        X, y = self._validated(call.given.X, call.given.y, reset=anew)
        dtype = self._type_for(X) if anew else self._net().dtype
        X = in_type(X, dtype)
        if goes_on and self._knows_targets:
            self._require_known(y, alike=self.warm_start)
        else:
            self._learn_targets(y, dtype)
        Y, which = self._targets(y, dtype)
        weights = point_weights(self, X, y, sample_weight, dtype, all_may_be_0=call.in_pieces)
        self.n_outputs_ = Y.shape[1]
        self._random_state = check_random_state(self.random_state)
        widths = (X.shape[1], *hidden, self._network_outputs())
        if anew:
            self._begin(widths, dtype)
        self._require_same_widths(widths)
        task = self._task(Y, which)
        call.begins(task)
        train = partial(self._train, call, task, weights, X)
        if anew and self.restarts > 1:
            best_of(self, call, partial(self._begin, widths, dtype), train)
        else:
            train()
        if not np.isfinite(self._net().parameters).all():
            raise ValueError(NON_FINITE)
        if call.advised is not None and not call.interrupted:
            call.advised.look_back(self, task, weights, X)
        return self

    def _train(self, call: Call, task: Task, weights: PointWeights | None, X: Any) -> None:
        """From where the network is."""
        task = replace(task, network=self._net())
        try:
            if words.takes_whole_set(self.solver):
                search(self, call, task, weights, X)
            else:
                call.trained(self, learn_by_steps(self, call, task, weights, X), X)
        finally:
            self._forget_prepared()

    def _type_for(self, X: Any) -> Any:
        """The type of a network that begins with points X: the one asked for, else their own."""
        if self.dtype is None:
            found_in_data(self, dtype=str(X.dtype))
        return X.dtype if self.dtype is None else np.dtype(self.dtype)

    def _require_as_begun(self, call: Call) -> None:
        """ValueError where parameters have been changed that the network of earlier calls cannot follow."""
        net, loss = self._net(), self._loss()
        require_unchanged(self, held_out=not call.in_pieces)
        require_pair(net.f[net.L], loss, net.widths[-1])
        self._follow_loss(loss, net.f[net.L])

    def _hidden_widths(self) -> list[int]:
        sizes = self.hidden_layer_sizes
        widths = list(sizes) if hasattr(sizes, "__iter__") else [sizes]
        if not all(isinstance(width, Integral) for width in widths):
            raise ValueError(
                f"hidden_layer_sizes must be whole numbers, one for each layer, such as (64, 32); given {sizes!r}"
            )
        if np.any(np.array(widths) <= 0):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {widths}.")
        return widths

    def _network_outputs(self) -> int:
        """n^L: one output for each column of Y, unless the loss takes more."""
        return self.n_outputs_

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
        X, y = self._validated(X, y, reset=True)
        self._learn_targets(y, self._type_for(X))
        self.n_outputs_ = self._encoded(y, self._type_for(X)).shape[1]
        self._random_state = check_random_state(self.random_state)
        self._begin((X.shape[1], *self._hidden_widths(), self._network_outputs()), self._type_for(X))
        return self

    def _begin(self, widths: tuple[int, ...], dtype: Any) -> None:
        """A network drawn anew, and a history that begins with it."""
        loss, hidden = self._loss(), words.hidden_activations(self.activation, len(widths) - 2)
        output = words.output_activation(self.output_activation, loss)
        self._follow_loss(loss, output)
        require_pair(output, loss, widths[-1])
        self._began = beginning(self)
        self.n_iter_, self.t_, self.n_layers_ = 0, 0, len(widths)
        self._output_part, self.out_activation_ = output, words.word_of_activation(output)
        rng, draw = self._random_state, words.initializer(self.initializer, self.activation)
        last = words.initializer(self.output_initializer or draw, self.activation)
        drawn = zip([*[draw] * len(hidden), last], pairwise(widths), strict=True)
        layers = [(by.W(m, n, rng).astype(dtype), by.W0(m, n, rng).astype(dtype)) for by, (m, n) in drawn]
        norms = None if not hidden else words.normalization(self.normalization)
        self._hold(Network.from_weights(layers, (*hidden, output), normalization=norms))
        for name in ("_optimizer", "_stream"):  # whose state was another network's
            self.__dict__.pop(name, None)
        improvement.forget(self)
        if not words.takes_whole_set(self.solver):
            self.loss_curve_: list[float] = []
            improvement.begin(self, self._net(), held_out=self.early_stopping)

    def _task(self, Y: Array, which: Array | None) -> Task:
        """What is lowered on all points; where they are, what they count for and by which rule, whoever trains fills in."""
        net, loss = self._net(), self._loss()
        return Task(
            net,
            loss,
            SGD(),
            np.empty((0, net.widths[0]), net.dtype),
            self._smoothed(Y),
            which=which,
            dropout=words.dropout(self.dropout),
            input_noise=as_regularizer(InputNoise, self.input_noise),
            max_norm=as_regularizer(MaxNorm, self.max_norm),
        )

    def _smoothed(self, Y: Array) -> Array:
        """Targets as training sees them; a classifier may smooth them."""
        return Y

    def _learnt_at_once(self, X: Any, y: Any) -> bool:
        """`partial_fit` on one more plain row like the last one, quickly; False where it has to take the full path."""
        if "_stream" not in vars(self) or type(y) not in {list, np.ndarray} or len(y) != 1:
            return False
        Y = self._target_row(y)
        return Y is not None and self._stream.learn(self, X, Y)
