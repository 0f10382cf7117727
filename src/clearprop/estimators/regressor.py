"""`MLPRegressor`: a network whose outputs are numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin, _fit_context

from ..formulas.catalogue import Array
from ..formulas.domains import REALS
from ..formulas.losses import Loss
from ..training.evaluation import HeldOut
from . import words
from .offered import offered_if, steps_can_go_on
from .parameters import REGRESSOR, keep
from .perceptron import Perceptron
from .scoring import Score, r2


class MLPRegressor(RegressorMixin, Perceptron):
    """DOC"""

    _parameter_constraints = REGRESSOR

    def __init__(
        self,
        loss="squared_error",
        hidden_layer_sizes=(100,),
        activation="relu",
        *,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-4,
        verbose=False,
        warm_start=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        n_iter_no_change=10,
        max_fun=15000,
        output_activation=None,
        initializer=None,
        l1_ratio=0.0,
        dropout=0.0,
        normalization=None,
        input_noise=None,
        max_norm=None,
        scoring=None,
        callbacks=None,
        restarts=1,
        missing=None,
        categorical_features=None,
        engine="auto",
        threads=None,
    ):
        keep(self, locals())

    @offered_if(steps_can_go_on)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPRegressor:
        """Go on learning with one pass over the given points.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The target values.
        sample_weight : array-like of shape (n_samples,), default=None
            How much each point counts.

        Returns
        -------
        self : object
            The estimator, which remembers what its optimiser does.
        """
        if sample_weight is None and self._learnt_at_once(X, y):
            return self
        return self._partial_fit(X, y, sample_weight)

    @_fit_context(prefer_skip_nested_validation=True)
    def _partial_fit(self, X: Any, y: Any, sample_weight: Any) -> MLPRegressor:
        return self._fit(X, y, sample_weight, incremental=True)

    def predict(self, X: Any) -> Array:
        """The values (n,) or (n, outputs) for points X (n, m)."""
        return self._decoded(self._outputs(X))

    def _target_row(self, y: Any) -> Array | None:
        value = np.asarray(y[0])
        shape = () if self.n_outputs_ == 1 else (self.n_outputs_,)
        plain = value.dtype.kind in "fi" and value.shape == shape and self._loss().domain_Y == REALS
        return value if plain else None

    def _decoded(self, A: Array) -> Array:
        return A[:, 0] if A.shape[1] == 1 else A

    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        return self._checked(X, y, reset=reset, y_numeric=True)

    def _encoded(self, y: Any, dtype: Any, *, incremental: bool) -> Array:
        Y = np.asarray(y, dtype)
        Y = Y[:, None] if Y.ndim == 1 else Y
        loss = self._loss()
        if not loss.domain_Y.contains(Y).all():
            raise ValueError(
                f"Some value(s) of y are out of the valid range of the loss {self.loss!r}: {loss.domain_Y}."
            )
        return Y

    def _loss(self) -> Loss:
        return words.value_loss(self.loss)

    def _point_weights(self, y: Any, sample_weight: Array | None) -> Array | None:
        return sample_weight

    def _strata(self, Y: Array) -> None:
        return None

    def _default_score(self, held_out: HeldOut) -> Score:
        return r2(held_out)
