"""`MLPClassifier`: a network whose outputs stand for labels."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import compute_class_weight, compute_sample_weight
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target, unique_labels

from ..formulas.catalogue import Array
from ..formulas.domains import LogSimplex
from ..formulas.losses import Loss
from ..formulas.regularizers import LabelSmoothing
from ..training.evaluation import HeldOut
from . import presets, words
from .offered import NotOffered, offered_if, steps_can_go_on
from .parameters import CLASSIFIER, keep
from .perceptron import Perceptron
from .scoring import Score, accuracy
from .targets import Labels


def outputs_are_probabilities(estimator: Any) -> None:
    """NotOffered where outputs are margins or other numbers."""
    output = words.output_activation(estimator.output_activation, words.class_loss(estimator.loss, several=True))
    if not (isinstance(output.range, LogSimplex) or (output.range.low >= 0 and output.range.high <= 1)):
        raise NotOffered(f"probabilities need outputs from 0 to 1, and {output} gives {output.range}")


class MLPClassifier(ClassifierMixin, Perceptron):
    """A classifier: scikit-learn's `MLPClassifier`, several times faster, and what its users ask for.

    Everything that scikit-learn's class has is here under the same name, with the same default and the same numbers.

    Parameters
    ----------
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

    loss : 'log_loss' or loss, default='log_loss'
        Any loss of the catalogue, or a record of your own.

    class_weight : dict or 'balanced', default=None
        What points of each class count for.

    label_smoothing : float, default=0.0
        The part of each target that is spread evenly over the classes.

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

    classes_ : ndarray
        The labels.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from clearprop.estimators import MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> clf = MLPClassifier(max_iter=1000, random_state=1).fit(X, y)
    >>> clf.predict(X[:2])
    array([0, 0])
    >>> clf.check_gradients().ok
    True
    """

    _parameter_constraints = CLASSIFIER
    _recipes = presets.CLASSIFIER

    def __init__(
        self,
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
        loss: Any = "log_loss",
        class_weight: Any = None,
        label_smoothing: float = 0.0,
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
        preset: str | None = None,
        engine: str = "auto",
        threads: int | None = None,
    ) -> None:
        keep(self, locals())

    @offered_if(steps_can_go_on)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> MLPClassifier:
        """Go on learning with one pass over the given points.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,)
            The labels.
        sample_weight : array-like of shape (n_samples,), default=None
            How much each point counts.
        classes : array of shape (n_classes,), default=None
            All labels that will ever come; needed in the first call.

        Returns
        -------
        self : object
            The estimator, which remembers what its optimiser does.
        """
        if sample_weight is None and classes is None and self._learnt_at_once(X, y):
            return self
        return self._partial_fit(X, y, sample_weight, classes)

    @_fit_context(prefer_skip_nested_validation=True)
    def _partial_fit(self, X: Any, y: Any, sample_weight: Any, classes: Any) -> MLPClassifier:
        if _check_partial_fit_first_call(self, classes):
            several = type_of_target(y).startswith("multilabel")
            if several:
                self._require_known(unique_labels(y), alike=False)
            self._learn_labels(y if several else classes)
        return self._fit(X, y, sample_weight, incremental=True)

    def predict(self, X: Any) -> Any:
        """The labels (n,), or an indicator matrix (n, labels), for points X (n, m)."""
        return self._decoded(self._outputs(X))

    @offered_if(outputs_are_probabilities)
    def predict_proba(self, X: Any) -> Array:
        """The probability of each class, (n, classes) in the order of `classes_`, for points X (n, m)."""
        A = self._outputs(X)
        if isinstance(self._net().f[self._net().L].range, LogSimplex):
            return np.exp(A)
        return np.hstack([1 - A, A]) if A.shape[1] == 1 else A

    @offered_if(outputs_are_probabilities)
    def predict_log_proba(self, X: Any) -> Array:
        """The logarithms of `predict_proba`."""
        probabilities = self.predict_proba(X)
        return np.log(probabilities, out=probabilities)

    def _target_row(self, y: Any) -> Array | None:
        label = y[0]
        plain = isinstance(label, Hashable) and self.settings.label_smoothing == 0
        return self._labels.row_of.get(label) if plain else None

    def _decoded(self, A: Array) -> Any:
        return self._labels.decode(A)

    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        return self._checked(X, y, reset=reset)

    def _encoded(self, y: Any, dtype: Any, *, incremental: bool) -> Array:
        self._know_labels(y, incremental=incremental)
        return self._labels.encode(y, dtype)

    def _targets(self, y: Any, dtype: Any, *, incremental: bool) -> tuple[Array, Array | None]:
        self._know_labels(y, incremental=incremental)
        if self._labels.kind == "multilabel-indicator":
            return self._labels.encode(y, dtype), None
        return self._labels.rows(dtype), self._labels.which(y)

    def _know_labels(self, y: Any, *, incremental: bool) -> None:
        if not hasattr(self, "classes_") or not (self.warm_start or incremental):
            self._learn_labels(y)
        else:
            self._require_known(unique_labels(y), alike=self.warm_start)

    def _learn_labels(self, y: Any) -> None:
        self._label_binarizer = LabelBinarizer().fit(y)
        self.classes_ = self._label_binarizer.classes_
        kind = self._label_binarizer.y_type_
        loss = words.class_loss(self.loss, several=kind == "multiclass")
        self._labels = Labels(self.classes_, kind, loss, self._label_binarizer)

    def _require_known(self, classes: Array, *, alike: bool) -> None:
        if alike and set(classes) != set(self.classes_):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {self.classes_}, `y` has {classes}"
            )
        if len(np.setdiff1d(classes, self.classes_, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {classes}."
            )

    def _random_targets(self, points: int, rng: np.random.Generator) -> Array:
        if self._labels.kind == "multilabel-indicator":
            return self._labels.encode(rng.integers(2, size=(points, self.n_outputs_)), np.float64)
        return self._labels.encode(rng.choice(self.classes_, points), np.float64)

    def _loss(self) -> Loss:
        return words.class_loss(self.loss, several=self._labels.kind == "multiclass")

    def _point_weights(self, y: Any, sample_weight: Array | None) -> Array | None:
        if self.class_weight is None:
            return sample_weight
        if self._labels.kind == "multilabel-indicator":
            of_point = compute_sample_weight(self.class_weight, y.toarray() if hasattr(y, "toarray") else y)
        else:
            of_point = self._weight_of_class(y, sample_weight)[self._labels.indices(y)]
        return of_point if sample_weight is None else of_point * sample_weight

    def _weight_of_class(self, y: Any, sample_weight: Array | None) -> Array:
        """What a point of each class counts for; "balanced" gives every class that weighs anything the same sum."""
        if self.class_weight != "balanced":
            return compute_class_weight(self.class_weight, classes=self.classes_, y=y)
        counts = np.bincount(self._labels.indices(y), sample_weight, len(self.classes_))
        shares = np.count_nonzero(counts) * np.where(
            counts > 0, counts, np.inf
        )  # a class without weight must not divide
        return counts.sum() / shares

    def _smoothed(self, Y: Array) -> Array:
        if self.settings.label_smoothing == 0:
            return Y
        return LabelSmoothing(self.settings.label_smoothing).smoothed(Y, self._loss().domain_Y).astype(Y.dtype)

    def _strata(self, Y: Array) -> Array | None:
        return self._labels.chosen(Y)[:, None].astype(bool) if self.n_outputs_ == 1 else None

    def _default_score(self, held_out: HeldOut) -> Score:
        return accuracy(self._labels, held_out)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
