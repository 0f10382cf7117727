"""Metrics: how good predictions are, in units that people use. They have no derivatives.

A and Y are (n, outputs); a metric is one number. Weights (n,) make a point count as that many; without them all count alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np

from .activations import Activation
from .answers import Answers, answers_in, class_probabilities, require_probabilities
from .catalogue import Array, Part, find, register
from .domains import NOT_NEGATIVE, UNIT, Interval


class Metric(Part):
    """One number for predictions against targets.

    A metric of your own defines `value(A, Y)`; one with an argument `weights` can be asked for weighted points too.
    """

    kind = "metric"
    better: ClassVar[str] = "lower"
    range: ClassVar[Interval] = NOT_NEGATIVE
    """The values that it can have."""
    of_classes: ClassVar[bool] = False
    """Whether it is of targets that are classes or labels, and of no others."""
    of_probabilities: ClassVar[bool] = False
    """Whether it is of outputs that are probabilities, and of no others."""

    def value(self, A: Array, Y: Array, weights: Array | None = None) -> float:
        """The metric over all points; NaN where `why_not` has a reason."""
        raise NotImplementedError(f"metric {self.name!r} must define value")

    def measured(self, A: Array, Y: Array, answers: Answers | None, weights: Array | None = None) -> float:
        """The same in a task whose targets are read as `answers`: some points alone do not always show it."""
        return self.value(A, Y) if weights is None else self.value(A, Y, weights)

    def of_outputs(self, A: Array, Y: Array, answers: Answers | None, output: Interval) -> float:
        """The same of outputs in the range `output`, which are turned into probabilities where this is of those."""
        one_class = answers is not None and answers.one_class
        return self.measured(class_probabilities(A, output) if self.of_probabilities and one_class else A, Y, answers)

    def why_not(self, A: Array, Y: Array, answers: Answers | None = None, weights: Array | None = None) -> str | None:
        """Why these points give it no value, or one that says nothing, in words; None where they give one."""
        return None

    def require(self, answers: Answers | None, output: Activation | None = None) -> None:
        """ValueError where targets are numbers and this is of classes, or outputs are no probabilities and this needs them."""
        if self.of_classes and answers is None:
            raise ValueError(
                f"{self.name} is of targets that are classes, or yes and no as 1 and 0 or 1 and -1; these are numbers; "
                "metrics of numbers are rmse, mae and r2"
            )
        if self.of_probabilities and output is not None:
            require_probabilities(output)

    def require_points(self, Y: Array, answers: Answers | None) -> None:
        """ValueError where no outputs would have a value at points with these targets, with the reason."""
        reason = self.why_not(Y, Y, answers)
        if reason and np.isnan(self.measured(Y, Y, answers)):
            raise ValueError(f"{self.name} has no value on these {len(Y)} points: {reason}")


class OfClasses(Metric):
    """A metric of targets that are classes or labels. It defines `measured`; `value` reads the answers from the targets."""

    better = "higher"
    range = UNIT
    of_classes = True

    def value(self, A: Array, Y: Array, weights: Array | None = None) -> float:
        return self.measured(A, Y, answers_in(Y), weights)

    def measured(self, A: Array, Y: Array, answers: Answers | None, weights: Array | None = None) -> float:
        raise NotImplementedError(f"metric {self.name!r} must define measured")


class Counted(OfClasses):
    """A metric that counts right answers."""

    def measured(self, A: Array, Y: Array, answers: Answers | None, weights: Array | None = None) -> float:
        return _mean(self.right(A, Y, answers or answers_in(Y)), weights)

    def right(self, A: Array, Y: Array, answers: Answers) -> Array:
        """Which answers are right, bool."""
        raise NotImplementedError(f"metric {self.name!r} must define right")


@register
class Accuracy(Counted):
    """The fraction of points that are right: the class of the largest output, or every label where a point may have several.

    With one output, and for labels, an output says yes at 1/2 and above, or at 0 and above where targets are -1 and 1, as for
    the hinge losses. As in scikit-learn, several labels make it `subset_accuracy`.
    """

    name, formula = "accuracy", "mean[class(a) = class(y)]"
    other_names = ("acc", "accuracy_score", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy")
    latex = r"\frac{1}{n} \sum [\mathrm{class}(a) = \mathrm{class}(y)]"
    source = "standard; scikit-learn's accuracy_score"

    def right(self, A: Array, Y: Array, answers: Answers) -> Array:
        return answers.right(A, Y)


@register
class SubsetAccuracy(Counted):
    """The fraction of points of which every output is right, each by itself, as a yes or no.

    For points with several labels. A network that gets most labels of every point right can have 0 here:
    `label_accuracy` counts single labels.
    """

    name, formula = "subset_accuracy", "mean[all yes(aⱼ) = yes(yⱼ)]"
    other_names = ("exact_match", "exact_match_ratio")
    latex = r"\frac{1}{n} \sum [\mathrm{yes}(a_j) = \mathrm{yes}(y_j) \text{ for all } j]"
    source = "standard; scikit-learn's accuracy_score of an indicator matrix"

    def right(self, A: Array, Y: Array, answers: Answers) -> Array:
        return np.asarray((answers.yes(A) == answers.yes(Y)).all(axis=1))


@register
class LabelAccuracy(Counted):
    """The fraction of all outputs of all points that are right, each by itself, as a yes or no: 1 minus the Hamming loss.

    Where few labels are yes, it is close to 1 for a network that always says no.
    """

    name, formula = "label_accuracy", "mean[yes(aⱼ) = yes(yⱼ)] over points and outputs"
    other_names = ("hamming", "hamming_score", "multilabel_accuracy")
    latex = r"\frac{1}{n m} \sum \sum_j [\mathrm{yes}(a_j) = \mathrm{yes}(y_j)]"
    source = "standard; 1 - scikit-learn's hamming_loss"

    def right(self, A: Array, Y: Array, answers: Answers) -> Array:
        return np.asarray(answers.yes(A) == answers.yes(Y))


@register
class RMSE(Metric):
    """Root of the mean squared error over points and outputs, in the target's own unit."""

    name, formula = "rmse", "√ mean (a − y)²"
    other_names = ("root_mean_squared_error", "neg_root_mean_squared_error")
    latex, source = r"\sqrt{\frac{1}{n} \sum (a - y)^2}", "standard"

    def value(self, A: Array, Y: Array, weights: Array | None = None) -> float:
        return float(np.sqrt(_mean((A - Y) ** 2, weights)))


@register
class MAE(Metric):
    """Mean absolute error over points and outputs, in the target's own unit."""

    name, formula = "mae", "mean |a − y|"
    other_names = ("mean_absolute_error", "neg_mean_absolute_error")
    latex, source = r"\frac{1}{n} \sum |a - y|", "standard"

    def value(self, A: Array, Y: Array, weights: Array | None = None) -> float:
        return _mean(abs(A - Y), weights)


@register
class R2(Metric):
    """1 - squared error / squared deviation from the mean, averaged over outputs: 1 is perfect, 0 is as good as the mean.

    A target that is the same at every point has no deviation: R² is then 1 if every prediction is right and else 0, as in
    scikit-learn, and `why_not` says so.
    """

    name, formula, better = "r2", "1 − Σ (a − y)² / Σ (y − ȳ)²", "higher"
    other_names = ("r2_score", "r_squared", "coefficient_of_determination")
    latex, source = r"1 - \frac{\sum (a - y)^2}{\sum (y - \bar y)^2}", "standard; scikit-learn's r2_score"
    range = Interval(-np.inf, 1.0, "(]")

    def value(self, A: Array, Y: Array, weights: Array | None = None) -> float:
        error, spread = _sums((A - Y) ** 2, weights), _spread(Y, weights)
        constant = spread == 0
        r2 = np.where(constant, np.where(error == 0, 1.0, 0.0), 1 - error / np.where(constant, 1.0, spread))
        return float(r2.mean())

    def why_not(self, A: Array, Y: Array, answers: Answers | None = None, weights: Array | None = None) -> str | None:
        return "the target is the same in every row" if (_spread(Y, weights) == 0).any() else None


@dataclass(frozen=True)
class FunctionMetric(Metric):
    """A function of your own, of outputs A and targets Y (n, outputs); its name is the column of the history."""

    formula = "function(A, Y)"
    function: Callable[[Array, Array], float]

    def __post_init__(self) -> None:
        super().__post_init__()
        called = getattr(self.function, "__name__", "function")
        object.__setattr__(self, "name", called if called.isidentifier() else "function")  # the dataclass is frozen

    def value(self, A: Array, Y: Array, weights: Array | None = None) -> float:
        value = self.function(A, Y)
        if np.ndim(value) or isinstance(value, str) or value is None:
            gave = f"an array of shape {np.shape(value)}" if np.ndim(value) else repr(value)
            raise ValueError(f"metric {self.name!r} must give one number for all points; it gave {gave}")
        return float(value)

    def __str__(self) -> str:
        return self.name


MetricLike: TypeAlias = str | Metric | Callable[[Array, Array], float]
"""The text of a metric, a metric, or a function of A and Y."""


def as_metrics(given: MetricLike | Iterable[MetricLike]) -> tuple[Metric, ...]:
    """One metric or several, as a tuple. TypeError or ValueError for what is none, and where two have the same name.

    >>> [str(metric) for metric in as_metrics(["rmse", max])]
    ['rmse', 'max']
    """
    listed = [given] if isinstance(given, str | Metric) or not isinstance(given, Iterable) else list(given)
    metrics = tuple(_as_metric(each) for each in listed)
    names = [metric.name for metric in metrics]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two metrics are called {name!r}; each needs a name of its own in the history")
    return metrics


def _as_metric(given: object) -> Metric:
    if callable(given) and not isinstance(given, type | Part):
        return FunctionMetric(given)
    return find(Metric, given)  # type: ignore[arg-type]  # which says so where it is neither


def _mean(values: Array, weights: Array | None) -> float:
    """The mean over points (n,), or over points and outputs (n, outputs)."""
    if weights is None:
        return float(values.mean())
    return float(np.average(values if values.ndim == 1 else values.mean(axis=1), weights=weights))


def _sums(values: Array, weights: Array | None) -> Array:
    """The sum over points of each output, (outputs,)."""
    total: Array = values.sum(axis=0) if weights is None else weights @ values
    return total


def _spread(Y: Array, weights: Array | None) -> Array:
    """The sum of squared deviations from the mean, of each output. Equal numbers have none, however their mean is rounded."""
    mean = Y.mean(axis=0) if weights is None else np.average(Y, axis=0, weights=weights)
    return np.where((Y[0] == Y).all(axis=0), 0.0, _sums((Y - mean) ** 2, weights))
