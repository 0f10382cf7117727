"""What both estimators are: a network that is fitted and goes on learning, in scikit-learn's order of events.

Labels and values are the subclasses' matter; steps are the engines'.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import check_random_state

from ..engines import Ranks, Task, ranks_of
from ..ensemble import networks_of, output_of
from ..formulas.catalogue import Array
from ..formulas.optimizers import SGD
from ..formulas.regularizers import InputNoise, MaxNorm, as_regularizer
from ..network import Network
from ..validation import require_pair
from . import calibrating, improvement, several, words
from .calls import Call, Fit
from .continuing import beginning, require_unchanged
from .epochs import NON_FINITE, learn_by_steps
from .first_call import require_rows, warn_of_constants
from .given import Given
from .held_out import one_pair
from .holder import NetworkHolder, in_type
from .inspection import Inspection
from .of_task import OfTask
from .on_ranks import agree, fitting_on
from .restarts import best_of
from .settings import Settings, found_in_data
from .stream import few_rows
from .unused import warn_of_unused
from .versions import CallbackSupportMixin
from .weights import PointWeights, point_weights
from .whole import Whole
from .whole_set import search
from .written import Parameters


class Perceptron(Inspection, Whole, NetworkHolder, CallbackSupportMixin, Parameters, BaseEstimator, OfTask):
    """What `MLPClassifier` and `MLPRegressor` share."""

    @property
    def settings(self) -> Settings:
        """The parameters by name, and where each value is from: written, the preset, the default or the data."""
        return Settings(self)

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        validation_data: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        communicator: Any = None,
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
        communicator : mpi4py communicator, default=None
            Its processes, the ranks, learn together: each calls `fit` with the same data, computes its part of each batch, and
            has the same estimator in the end, that of one process with `shards=8`. Rank 0 alone warns, prints and has
            callbacks.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        if communicator is None:
            return self._fit(None, X, y, sample_weight, validation_data, X_val, y_val)
        ranks = ranks_of(communicator)
        with fitting_on(ranks):
            return self._fit(ranks, X, y, sample_weight, validation_data, X_val, y_val)

    @_fit_context(prefer_skip_nested_validation=True)
    def _fit(self, ranks: Ranks | None, X: Any, y: Any, sample_weight: Any, *validation: Any) -> Any:
        call = Fit(Given(X, y), one_pair(*validation))
        call.communicates = ranks
        return self._learn(call, sample_weight)

    def _learn(self, call: Call, sample_weight: Any) -> Any:
        """Check, draw what is new, and train, in scikit-learn's order."""
        self._warn_if_preset_is_idle()
        warn_of_unused(self, given=call.validation_data is not None, in_pieces=call.in_pieces)
        hidden, goes_on = self._hidden_widths(), call.goes_on(self)
        anew = not (goes_on and ("coefs_" in vars(self) or several.is_fitted(self)))
        if not anew:
            self._require_as_begun(call)
        if "_stream" in vars(self):
            self.__dict__.pop("_stream").update_solver()
        self.__dict__.pop("_found", None)
        if anew and call.in_pieces:
            require_rows(self, call.given.X)
        X, y = self._validated(call.given.X, call.given.y, reset=anew)
        dtype = self._type_for(X) if anew else several.function_of(self).dtype
        X = in_type(X, dtype)
        if call.in_pieces:
            X = few_rows(X)
        if goes_on and self._knows_targets:
            self._require_known(y, alike=self.warm_start)
        else:
            self._learn_targets(y, dtype)
        if anew and call.in_pieces:
            warn_of_constants(self)
        Y, which = self._targets(y, dtype)
        weights = point_weights(self, X, y, sample_weight, dtype, all_may_be_0=call.in_pieces)
        self.n_outputs_ = Y.shape[1]
        self._random_state = check_random_state(self.random_state)
        if call.communicates is not None:
            agree(self, call.communicates, X, Y if which is None else Y[which], weights, begins=anew)
        widths = (X.shape[1], *hidden, self._network_outputs())
        learnt = widths, dtype, Y, which, weights, X
        if self.ensemble == 1:
            self._learn_network(call, anew, *learnt)
            return self
        several.begin(self) if anew else several.tell(self)
        several.learn(self, call, anew, *learnt)
        return self

    def _learn_network(
        self,
        call: Call,
        anew: bool,
        widths: tuple[int, ...],
        dtype: Any,
        Y: Array,
        which: Array | None,
        weights: PointWeights | None,
        X: Any,
    ) -> None:
        """Train the network on points X (n, m) with targets Y, drawn before where learning begins `anew`."""
        if anew:
            self._begin(widths, dtype)
        self._require_same_widths(widths)
        task = self._task(Y, which)
        calibrating.settle(self, call, task.network.f[task.network.L])
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

    def _train(self, call: Call, task: Task, weights: PointWeights | None, X: Any) -> None:
        """From where the network is."""
        calibrating.take_back(self)
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
        require_unchanged(self, held_out=not call.in_pieces)
        function, loss = several.function_of(self), self._loss()
        require_pair(output_of(function), loss, networks_of(function)[0].widths[-1])
        self._follow_loss(loss, output_of(function))

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
        return self._draw(X, y)

    def _draw(self, X: Any, y: Any, classes: Any = None) -> Any:
        """`initialize` from points X (n, m) and targets y; `classes` are all labels, if y does not show them."""
        self._validate_params()
        require_rows(self, X)
        X, y = self._validated(X, y, reset=True)
        dtype = self._type_for(X)
        self._learn_targets(y if classes is None else classes, dtype)
        warn_of_constants(self)
        self.n_outputs_ = self._encoded(y, dtype).shape[1]
        self._random_state = check_random_state(self.random_state)
        widths = (X.shape[1], *self._hidden_widths(), self._network_outputs())
        if self.ensemble == 1:
            self._begin(widths, dtype)
        else:
            several.draw(self, widths, dtype)
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
        for name in ("_optimizer", "_stream", "temperature_", "members_"):  # which are another network's
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
        """`partial_fit` on a few more plain rows like the last ones, quickly; False where it has to take the full path."""
        stream = vars(self).get("_stream")
        if stream is None or type(y) not in {list, np.ndarray}:
            return False
        X = few_rows(X)
        if not stream.takes(self, X) or len(y) != len(X):
            return False
        Y = self._target_rows(y)
        return Y is not None and stream.learn(self, X, Y)
