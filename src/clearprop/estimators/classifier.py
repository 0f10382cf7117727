"""`MLPClassifier`: a network whose outputs stand for labels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target, unique_labels

from ..formulas.activations import Activation
from ..formulas.answers import Answers, class_probabilities, require_probabilities
from ..formulas.catalogue import Array
from ..formulas.domains import LogSimplex
from ..formulas.losses import Loss
from ..formulas.regularizers import LabelSmoothing
from ..training.evaluation import HeldOut
from . import presets, words
from .calls import PartialFit
from .class_weights import weights_by_class, weights_of_classes
from .documentation import documented
from .given import Given
from .offered import NotOffered, offered_if, steps_can_go_on
from .parameters import CLASSIFIER, keep
from .perceptron import Perceptron
from .scoring import Score, accuracy
from .several import function_of
from .targets import Labels, require_labels, warn_of_spellings
from .written import remembered

LOSS = (
    "Any loss of the catalogue, or a record of your own. Where y has more than two classes, those of a yes or no, 'log_loss', "
    "'nll' and 'focal', are those of one class of several, 'nllm' and 'focalm', whose outputs sum to 1. 'cross_entropy' is "
    "'log_loss' with an output for each class, also of two."
)


def outputs_are_probabilities(estimator: Any) -> None:
    """NotOffered where outputs are margins or other numbers."""
    output = words.output_activation(estimator.output_activation, words.class_loss(estimator.loss, "multiclass", 3))
    try:
        require_probabilities(output)
    except ValueError as error:
        raise NotOffered(str(error)) from None


def outputs_are_margins(estimator: Any) -> None:
    """NotOffered where outputs are probabilities, as for scikit-learn's own loss."""
    try:
        outputs_are_probabilities(estimator)
    except NotOffered:
        return
    raise NotOffered("decision_function is for outputs that are no probabilities; use predict_proba")


@documented(
    {"loss": ("'log_loss', 'cross_entropy' or loss", LOSS)},
    {
        "classes_": ("ndarray", "The labels."),
        "temperature_": ("float", "By what the last layer was divided; only with `calibration`."),
    },
)
class MLPClassifier(ClassifierMixin, Perceptron):
    """A classifier: scikit-learn's `MLPClassifier`, several times faster, and what its users ask for.

    Everything that scikit-learn's class has is here under the same name, with the same default and the same numbers.

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

    @remembered
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
        calibration: str | None = None,
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
        dtype: str | None = None,
        preset: str | None = None,
        engine: str = "auto",
        threads: int | None = None,
        shards: int | None = None,
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
            What each point's part of the gradient is multiplied by. `fit` scales weights to mean 1; here they are used as they
            are, so that they mean the same in every call.
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

    def initialize(self, X: Any, y: Any, classes: Any = None) -> MLPClassifier:
        """Draw the network that `fit` would start from, and train nothing.

        `coefs_` and `intercepts_` can then be looked at and set; `partial_fit`, and `fit` with `warm_start=True`, go on
        from there. It predicts as it stands.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Points that show the number and the names of the features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Their labels.
        classes : array of shape (n_classes,), default=None
            All labels that will ever come; those of y by default.

        Returns
        -------
        self : object
            The estimator, as fitted in 0 iterations.
        """
        if classes is None or type_of_target(y).startswith("multilabel"):
            return cast(MLPClassifier, super().initialize(X, y))
        missing = np.setdiff1d(unique_labels(y), unique_labels(classes))
        if len(missing):
            raise ValueError(f"y has labels that are not in classes: {missing.tolist()[:3]}")
        return cast(MLPClassifier, self._draw(X, y, classes))

    @_fit_context(prefer_skip_nested_validation=True)
    def _partial_fit(self, X: Any, y: Any, sample_weight: Any, classes: Any) -> MLPClassifier:
        if _check_partial_fit_first_call(self, classes):
            require_labels(y)
            several = type_of_target(y).startswith("multilabel")
            if several:
                self._require_known(y)
            self._learn_targets(y if several else classes, None)
        self._learn(PartialFit(Given(X, y)), sample_weight)
        return self

    def predict(self, X: Any) -> Any:
        """The labels (n,), or an indicator matrix (n, labels), for points X (n, m)."""
        return self._decoded(self._outputs(X))

    @offered_if(outputs_are_probabilities)
    def predict_proba(self, X: Any) -> Array:
        """The probability of each class, (n, classes) in the order of `classes_`, for points X (n, m).

        They sum to 1 but for several labels at once, each of which has a probability of its own.
        """
        A = self._outputs(X)
        if A.shape[1] == 1:
            return np.hstack([1 - A, A])
        if self._labels.kind == "multilabel-indicator":
            return A
        P = class_probabilities(A, self._output().range)
        # Outputs that were rounded to float32 sum to 1 within 1e-7, which scikit-learn's metrics warn of in float64.
        return P if P.dtype == function_of(self).dtype else P / P.sum(axis=1, keepdims=True)

    @offered_if(outputs_are_probabilities)
    def predict_log_proba(self, X: Any) -> Array:
        """The logarithms of `predict_proba`."""
        probabilities = self.predict_proba(X)
        return np.log(probabilities, out=probabilities)

    @offered_if(outputs_are_margins)
    def decision_function(self, X: Any) -> Array:
        """How far each of points X (n, m) is on the side of each class, (n, classes); of the second of two classes, (n,).

        `predict` chooses the class with the largest number, or the second of two where it is above 0. There it is for losses of
        margins, such as "hinge"; where outputs are probabilities there is `predict_proba`.
        """
        A = self._outputs(X)
        return self._labels.margins(A)

    def _target_rows(self, y: Any) -> Array | None:
        plain = self.label_smoothing == 0 and not self.warm_start  # which asks each call for the same classes
        return self._labels.known_rows(y) if plain else None

    def _decoded(self, A: Array) -> Any:
        return self._labels.decode(A)

    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        require_labels(y)
        return self._checked(X, y, reset=reset)

    @property
    def _knows_targets(self) -> bool:
        return hasattr(self, "classes_")

    def _learn_targets(self, y: Any, dtype: Any) -> None:
        self._label_binarizer = LabelBinarizer().fit(y)
        self.classes_ = self._label_binarizer.classes_
        warn_of_spellings(self.classes_)
        kind = self._label_binarizer.y_type_
        loss = words.class_loss(self.loss, kind, len(self.classes_))
        self._labels = Labels(self.classes_, kind, loss, self._label_binarizer)

    def _require_known(self, y: Any, *, alike: bool = False) -> None:
        require_labels(y)
        labels = unique_labels(y)
        if alike and set(labels) != set(self.classes_):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {self.classes_}, `y` has {labels}"
            )
        if len(np.setdiff1d(labels, self.classes_, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {labels}."
            )

    def _encoded(self, y: Any, dtype: Any) -> Array:
        return self._labels.encode(y, dtype)

    def _targets(self, y: Any, dtype: Any) -> tuple[Array, Array | None]:
        if self._labels.kind == "multilabel-indicator":
            return self._labels.encode(y, dtype), None
        return self._labels.rows(dtype), self._labels.which(y)

    def _random_targets(self, points: int, rng: np.random.Generator) -> Array:
        if self._labels.kind == "multilabel-indicator":
            return self._labels.encode(rng.integers(2, size=(points, self.n_outputs_)), np.float64)
        return self._labels.encode(rng.choice(self.classes_, points), np.float64)

    def _loss(self) -> Loss:
        return words.class_loss(self.loss, self._labels.kind, len(self.classes_))

    def _follow_loss(self, loss: Loss, output: Activation) -> None:
        labels = replace(self._labels, loss=loss)
        labels.require_answers(output)
        if loss != self._labels.loss:
            self._labels = labels

    def _point_weights(self, y: Any, sample_weight: Array | None) -> Array | None:
        self.__dict__.pop("_of_classes", None)
        if self.class_weight is None:
            return sample_weight
        self._of_classes = weights_of_classes(self.class_weight, self._labels, y, sample_weight)
        of_point = weights_by_class(self._of_classes, self._labels, y)
        return of_point if sample_weight is None else of_point * sample_weight

    def _weights_by_class(self, y: Any) -> Array | None:
        return weights_by_class(self._of_classes, self._labels, y) if "_of_classes" in vars(self) else None

    def _smoothed(self, Y: Array) -> Array:
        if self.label_smoothing == 0:
            return Y
        return LabelSmoothing(self.label_smoothing).smoothed(Y, self._loss().domain_Y).astype(Y.dtype)

    def _in_units(self, A: Array) -> Array:
        return np.exp(A) if isinstance(self._output().range, LogSimplex) else A

    def _truth(self, Y: Array) -> Array:
        return self._labels.encode(self._labels.decode(Y), Y.dtype)

    def _answers(self) -> Answers:
        return self._labels.answers

    def _strata(self, Y: Array) -> Array | None:
        """Two classes keep their proportion, as in scikit-learn, whether they have one output or two; more do not."""
        return self._labels.chosen(Y)[:, None].astype(bool) if self._labels.kind == "binary" else None

    def _default_score(self, held_out: HeldOut) -> Score:
        return accuracy(self._labels, held_out)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
