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
from . import words
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
    """DOC"""

    _parameter_constraints = CLASSIFIER

    def __init__(
        self,
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
        loss="log_loss",
        class_weight=None,
        label_smoothing=0.0,
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
            self._learn_labels(y if type_of_target(y).startswith("multilabel") else classes)
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
        return self._labels.row_of.get(label) if isinstance(label, Hashable) and self.label_smoothing == 0 else None

    def _decoded(self, A: Array) -> Any:
        return self._labels.decode(A)

    def _validated(self, X: Any, y: Any, *, reset: bool) -> tuple[Any, Any]:
        return self._checked(X, y, reset=reset)

    def _encoded(self, y: Any, dtype: Any, *, incremental: bool) -> Array:
        if not hasattr(self, "classes_") or not (self.warm_start or incremental):
            self._learn_labels(y)
        else:
            self._require_known(unique_labels(y), alike=self.warm_start)
        return self._labels.encode(y, dtype)

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

    def _loss(self) -> Loss:
        return words.class_loss(self.loss, several=self._labels.kind == "multiclass")

    def _point_weights(self, y: Any, sample_weight: Array | None) -> Array | None:
        if self.class_weight is None:
            return sample_weight
        if self._labels.kind == "multilabel-indicator":
            of_point = compute_sample_weight(self.class_weight, y.toarray() if hasattr(y, "toarray") else y)
        else:
            of_class = compute_class_weight(self.class_weight, classes=self.classes_, y=y, sample_weight=sample_weight)
            of_point = of_class[self._labels.indices(y)]
        return of_point if sample_weight is None else of_point * sample_weight

    def _smoothed(self, Y: Array) -> Array:
        if self.label_smoothing == 0:
            return Y
        return LabelSmoothing(self.label_smoothing).smoothed(Y, self._loss().domain_Y).astype(Y.dtype)

    def _strata(self, Y: Array) -> Array | None:
        return self._labels.chosen(Y)[:, None].astype(bool) if self.n_outputs_ == 1 else None

    def _default_score(self, held_out: HeldOut) -> Score:
        return accuracy(self._labels, held_out)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
