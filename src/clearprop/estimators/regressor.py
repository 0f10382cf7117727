"""`MLPRegressor`: a network whose outputs are numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin, _fit_context

from ..formulas.catalogue import Array
from ..formulas.domains import REALS
from ..formulas.losses import Loss
from ..training.evaluation import HeldOut
from . import presets, words
from .offered import offered_if, steps_can_go_on
from .parameters import REGRESSOR, keep
from .perceptron import Perceptron
from .scoring import Score, r2


class MLPRegressor(RegressorMixin, Perceptron):
    """A regressor: scikit-learn's `MLPRegressor`, several times faster, and what its users ask for.

    Everything that scikit-learn's class has is here under the same name, with the same default and the same numbers.

    Parameters
    ----------
    loss : {'squared_error', 'poisson'} or loss, default='squared_error'
        Half the squared error, half the Poisson deviance with exp as output activation, any loss of the catalogue
        (`"quantile(tau=0.9)"`), or a record of your own.

    hidden_layer_sizes : array-like of shape (n_layers - 2,), default=(100,)
        Units in each hidden layer.

    activation : {'identity', 'logistic', 'tanh', 'relu'}, part or sequence of parts, default='relu'
        Activation of the hidden layers: scikit-learn's four, any activation of the catalogue by its text
        (`"leaky_relu(slope=0.2)"`), a record of your own, or one of these for each hidden layer.

    solver : {'lbfgs', 'sgd', 'adam'} or optimizer, default='adam'
        scikit-learn's three, or any optimiser of the catalogue, whose hyper-parameters are in its text.

    alpha : float, default=0.0001
        Strength of the penalty on weights. It is divided by the number of points in the batch.

    batch_size : int, default='auto'
        Points in a step; 'auto' is `min(200, n_samples)`.

    learning_rate : {'constant', 'invscaling', 'adaptive'} or schedule, default='constant'
        How the rate changes. The words are scikit-learn's and leave 'adam' alone; a schedule of the catalogue gives the
        rate of every step t = 1, 2, ... by itself, for any solver but 'lbfgs'.

    learning_rate_init : float, default=0.001
        The rate to begin with.

    power_t : float, default=0.5
        Exponent of 'invscaling'.

    max_iter : int, default=200
        Epochs at most; iterations of 'lbfgs'.

    shuffle : bool, default=True
        Whether each epoch has an order of its own.

    random_state : int, RandomState instance, default=None
        Fixes the first weights, the split and the order of points: the numbers drawn are scikit-learn's.

    tol : float, default=1e-4
        Less improvement than this, for `n_iter_no_change` epochs, ends training.

    verbose : bool, default=False
        Whether the loss of every epoch is printed.

    warm_start : bool, default=False
        Whether `fit` goes on from the weights of the last one.

    momentum : float, default=0.9
        Of 'sgd'.

    nesterovs_momentum : bool, default=True
        Of 'sgd', where momentum > 0.

    early_stopping : bool, default=False
        Whether part of the training data is held out and looked at after every epoch; the best weights are kept.

    validation_fraction : float, default=0.1
        How much is held out.

    beta_1, beta_2, epsilon : float, default=0.9, 0.999, 1e-8
        Of 'adam'.

    n_iter_no_change : int, default=10
        Patience in epochs.

    max_fun : int, default=15000
        Evaluations of the loss by 'lbfgs', at most.

    output_activation : activation, default=None
        The last layer's; by default the one that goes with the loss.

    initializer : initializer, default=None
        What draws the first weights; by default scikit-learn's rule.

    l1_ratio : float, default=0.0
        The part of `alpha` that goes to the sum of |w| instead of half the sum of w².

    dropout : float or sequence of float, default=0.0
        How many units a step leaves out: the rate of hidden layers, or rates of the inputs and each hidden layer.

    normalization : {'batch', 'layer'} or normalization, default=None
        Of every hidden layer, before its activation.

    input_noise, max_norm : float, default=None
        Standard deviation of noise added to inputs in training; the largest length of the weights into a unit.

    scoring : str, metric or callable, default=None
        What early stopping looks at: `score` by default, 'loss', a metric of the catalogue, or a scorer of scikit-learn.

    callbacks : callable or list of callables, default=None
        Each gets a `clearprop.Report` after every epoch; training stops if one returns True. Callbacks of scikit-learn's own
        protocol are set by `set_callbacks`.

    restarts : int, default=1
        Fits from that many random starts; the one with the best validation score, or the lowest loss, stays.

    missing : {'mean', 'median', 'most_frequent'}, default=None
        What a missing number is filled with; a column that had some gets an input that marks them. By default NaN is an error.

    categorical_features : 'from_dtype' or array-like, default=None
        Columns that become one input for each category: by the data frame's types, by name, number or mark.

    scaling : scaling, default=None
        How inputs are brought to a good size, with what was learnt in `fit`: a part of the catalogue, such as 'standard',
        'robust' or 'smooth_clip'. By default they are taken as they are.

    output_initializer : initializer, default=None
        What draws the last layer's weights; by default what draws the others.

    best_epoch : {'first', 'last'}, default='first'
        Which of several epochs with the best validation score has its weights kept.

    standardize_target : bool, default=False
        Whether the network learns y in standard units, mean 0 and variance 1; losses are in these units, predictions are not.

    preset : {'tabular'}, default=None
        A published recipe, whose values stand in for parameters that are at their defaults; `settings` has them all.
        'tabular' is RealMLP-TD-S: longer training, and mostly better scores on tables.

    engine : {'auto', 'numpy', 'compiled'}, default='auto'
        Who computes the steps.

    threads : int, default=None
        Threads of the compiled engine; None takes as many as are faster. The model does not depend on it.

    Attributes
    ----------
    coefs_, intercepts_ : lists of arrays
        Weights (m, n) and biases (n,) of each layer. They are views of the network's one parameter vector: changing a number
        changes the model, and so does putting other arrays in their place.

    loss_ : float
        The last epoch's loss: the mean over points of the loss summed over outputs, which is what was differentiated.

    loss_curve_ : list
        `loss_` of every epoch; not for 'lbfgs'.

    validation_scores_, validation_loss_curve_ : list or None
        What was measured on the set held out after every epoch.

    best_loss_, best_validation_score_ : float or None
        The best of them.

    restart_losses_ : ndarray of shape (restarts,)
        What each start was judged by, the lower the better; only for `restarts > 1`.

    t_ : int
        Training points seen.

    n_iter_, n_layers_, n_outputs_, n_features_in_ : int
        Epochs, layers with the input's, outputs, features.

    feature_names_in_ : ndarray
        Only where X has feature names that are all strings.

    out_activation_ : str
        The last layer's activation.

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
        missing: str | None = None,
        categorical_features: Any = None,
        scaling: Any = None,
        output_initializer: Any = None,
        best_epoch: str = "first",
        standardize_target: bool = False,
        preset: str | None = None,
        engine: str = "auto",
        threads: int | None = None,
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
        return value if plain and "target_scale_" not in vars(self) else None

    def _decoded(self, A: Array) -> Array:
        if "target_scale_" in vars(self):
            A = A * self.target_scale_ + self.target_mean_
        return A[:, 0] if A.shape[1] == 1 else A

    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        return self._checked(X, y, reset=reset, y_numeric=True)

    def _encoded(self, y: Any, dtype: Any, *, incremental: bool) -> Array:
        if hasattr(y, "tocsr") or y.dtype.kind not in "fiub":
            kind = "a sparse one" if hasattr(y, "tocsr") else f"one of type {y.dtype}"
            raise TypeError(f"y must be a dense array of numbers; given {kind}")
        Y = np.asarray(y, dtype)
        Y = Y[:, None] if Y.ndim == 1 else Y
        if not (self.warm_start or incremental):
            self.__dict__.pop("target_scale_", None)
        if self.settings.standardize_target and "target_scale_" not in vars(self):
            self._learn_target(Y)
        if "target_scale_" in vars(self):
            Y = (Y - self.target_mean_) / self.target_scale_
        loss = self._loss()
        if not loss.domain_Y.contains(Y).all():
            # None among objects, which scikit-learn's check makes NaN after it has looked for them
            if np.isnan(Y).any():
                raise ValueError("Input y contains NaN.")
            raise ValueError(
                f"Some value(s) of y are out of the valid range of the loss {self.loss!r}: {loss.domain_Y}."
            )
        return Y

    def _learn_target(self, Y: Array) -> None:
        varies = (Y[0] != Y).any(axis=0)  # rounding can give equal numbers a deviation that is not 0
        std = np.where(varies, Y.std(axis=0), 1).astype(Y.dtype)
        self.target_mean_, self.target_scale_ = Y.mean(axis=0), std

    def _random_targets(self, points: int, rng: np.random.Generator) -> Array:
        Y, domain = rng.normal(size=(points, self.n_outputs_)), self._loss().domain_Y
        if domain.contains(Y).all():
            return Y
        return np.exp(Y) if domain.contains(np.exp(Y)).all() else rng.integers(2, size=Y.shape) * 1.0

    def _loss(self) -> Loss:
        return words.value_loss(self.loss)

    def _point_weights(self, y: Any, sample_weight: Array | None) -> Array | None:
        return sample_weight

    def _strata(self, Y: Array) -> None:
        return None

    def _default_score(self, held_out: HeldOut) -> Score:
        return r2(held_out)
