"""`MLPRegressor`: a network whose outputs are numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin, _fit_context

from ..formulas.activations import Activation
from ..formulas.catalogue import Array
from ..formulas.domains import REALS
from ..formulas.losses import Loss
from ..formulas.regression_losses import PoissonLog, Quantile
from ..training.evaluation import HeldOut
from . import presets, several, words
from .calls import PartialFit
from .columns import refuse_masked
from .documentation import documented
from .given import Given
from .offered import offered_if, steps_can_go_on
from .parameters import REGRESSOR, keep
from .perceptron import Perceptron
from .preparation import Targets
from .refusals import rows_at_fault
from .scoring import Score, r2, scorer
from .written import remembered

LOSS = (
    "Half the squared error, half the Poisson deviance with exp as output activation, any loss of the catalogue "
    '(`"quantile(tau=0.9)"`), or a record of your own. With `"gaussian_nll"` the network learns a standard deviation for each '
    "prediction too, which `predict(X, return_std=True)` gives."
)


@documented({"loss": ("{'squared_error', 'poisson'} or loss", LOSS)})
class MLPRegressor(RegressorMixin, Perceptron):
    """A regressor: scikit-learn's `MLPRegressor`, several times faster, and what its users ask for.

    Everything that scikit-learn's class has is here under the same name, with the same default and the same numbers.

    Examples
    --------
    >>> from sklearn.datasets import make_regression
    >>> from clearprop.estimators import MLPRegressor
    >>> X, y = make_regression(n_samples=200, n_features=20, random_state=1)
    >>> regr = MLPRegressor(random_state=1, max_iter=2000, tol=0.1).fit(X, y)
    >>> round(regr.score(X, y), 2)
    1.0
    """

    _parameter_constraints = REGRESSOR
    _recipes = presets.REGRESSOR

    @remembered
    def __init__(
        self,
        loss: Any = "squared_error",
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: Any = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: Any = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        output_activation: Any = None,
        initializer: Any = None,
        l1_ratio: float = 0.0,
        dropout: Any = 0.0,
        normalization: Any = None,
        input_noise: Any = None,
        max_norm: Any = None,
        scoring: Any = None,
        callbacks: Any = None,
        restarts: int = 1,
        ensemble: int = 1,
        missing: str | None = None,
        categorical_features: Any = None,
        scaling: Any = None,
        output_initializer: Any = None,
        best_epoch: str = "first",
        last_batch: Any = "keep",
        standardize_target: bool = False,
        dtype: str | None = None,
        preset: str | None = None,
        engine: str = "auto",
        threads: int | None = None,
        shards: int | None = None,
    ) -> None:
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
            What each point's part of the gradient is multiplied by. `fit` scales weights to mean 1; here they are used as they
            are, so that they mean the same in every call.

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
        self._learn(PartialFit(Given(X, y)), sample_weight)
        return self

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """The values (n,) or (n, outputs) for points X (n, m); with `return_std`, their standard deviations as well.

        Those there are with a loss that learns how far targets are spread around the prediction: `loss="gaussian_nll"`.
        """
        A = self._outputs(X)
        if not return_std:
            return self._decoded(A)
        std = several.deviation(self, X) if several.is_fitted(self) else self._loss().deviation(A)
        if std is None:
            raise ValueError(
                f"return_std=True needs a loss that learns standard deviations, such as 'gaussian_nll'; given {self.loss!r}"
            )
        if "target_scale_" in vars(self):
            std = std * self.target_scale_
        return self._decoded(A), std[:, 0] if std.shape[1] == 1 else std

    def _target_rows(self, y: Any) -> Array | None:
        if "target_scale_" in vars(self) or self._loss().domain_Y != REALS:
            return None
        values = np.asarray(y)
        shape = (len(y),) if self.n_outputs_ == 1 else (len(y), self.n_outputs_)
        return values.reshape(len(y), -1) if values.dtype.kind in "fi" and values.shape == shape else None

    def _decoded(self, A: Array) -> Array:
        values = self._in_units(A)
        return values[:, 0] if values.shape[1] == 1 else values

    def _in_units(self, A: Array) -> Array:
        values = A[:, : self.n_outputs_]  # predictions come first, where a loss has more outputs for each
        targets = Targets.of(self)
        return values if targets is None else targets.unscaled(values)

    def _truth(self, Y: Array) -> Array:
        return self._in_units(Y)

    def _network_outputs(self) -> int:
        return self.n_outputs_ * self._loss().outputs_per_target

    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        refuse_masked(y, "y")
        return self._checked(X, y, reset=reset, y_numeric=True)

    @property
    def _knows_targets(self) -> bool:
        return "target_scale_" in vars(self) or not self.standardize_target

    def _learn_targets(self, y: Any, dtype: Any) -> None:
        Y = _columns(y, _wider(y, dtype))
        self.__dict__.pop("target_scale_", None)
        if self.standardize_target:
            varies = (Y[0] != Y).any(axis=0)  # rounding can give equal numbers a deviation that is not 0
            self._targets_vary = bool(varies.all())
            self.target_mean_, self.target_scale_ = Y.mean(axis=0), np.where(varies, Y.std(axis=0), 1).astype(Y.dtype)

    def _targets_are_constant(self) -> bool:
        return "target_scale_" in vars(self) and not self._targets_vary

    def _encoded(self, y: Any, dtype: Any) -> Array:
        targets, loss = Targets.of(self), self._loss()
        Y = _columns(y, dtype) if targets is None else targets.scaled(_columns(y, _wider(y, dtype))).astype(dtype)
        if not loss.domain_Y.contains(Y).all():
            # None among objects, which scikit-learn's check makes NaN after it has looked for them
            if np.isnan(Y).any():
                raise ValueError(f"Input y contains NaN. {rows_at_fault(Y)}")
            raise ValueError(
                f"Some value(s) of y are out of the valid range of the loss {self.loss!r}: {loss.domain_Y}."
            )
        return Y

    def _random_targets(self, points: int, rng: np.random.Generator) -> Array:
        Y, domain = rng.normal(size=(points, self.n_outputs_)), self._loss().domain_Y
        if domain.contains(Y).all():
            return Y
        return np.exp(Y) if domain.contains(np.exp(Y)).all() else rng.integers(2, size=Y.shape) * 1.0

    def _loss(self) -> Loss:
        return words.value_loss(self.loss)

    def _follow_loss(self, loss: Loss, output: Activation) -> None:
        if isinstance(loss, PoissonLog):
            raise ValueError(
                f"the outputs of {loss.name} are logarithms of rates, and a regressor predicts rates; loss='poisson' has the "
                "same minimum, with exp as its output activation"
            )

    def _point_weights(self, y: Any, sample_weight: Array | None) -> Array | None:
        return sample_weight

    def _strata(self, Y: Array) -> None:
        return None

    def _default_score(self, held_out: HeldOut) -> Score:
        """R²; of a quantile, or a mean with a spread, the loss: the best quantile has no good R²."""
        loss = self._loss()
        if isinstance(loss, Quantile) or loss.outputs_per_target > 1:
            return scorer("loss", self, held_out, None)
        return r2(self._in_units, held_out)


def _wider(y: Any, dtype: Any) -> Any:
    """The type of y where it is wider than the network's: mean and deviation of 1e9 and 1e9 + 1 need its digits."""
    return np.result_type(dtype, y.dtype) if getattr(y, "dtype", np.dtype(object)).kind == "f" else dtype


def _columns(y: Any, dtype: Any) -> Array:
    """Values as columns (n, outputs). TypeError for what is no dense array of numbers."""
    if hasattr(y, "tocsr") or y.dtype.kind not in "fiub":
        if not hasattr(y, "tocsr") and (
            text := next((each for each in y.ravel().tolist() if isinstance(each, str)), None)
        ):
            raise TypeError(
                f"y must be a dense array of numbers; given texts, such as {text!r}: for classes take MLPClassifier; numbers "
                "that were read as texts become numbers by y.astype(float)"
            )
        kind = "a sparse one" if hasattr(y, "tocsr") else f"one of type {y.dtype}"
        raise TypeError(f"y must be a dense array of numbers; given {kind}")
    Y = np.asarray(y, dtype)
    return Y[:, None] if Y.ndim == 1 else Y
