"""Metrics: how good predictions are, in units that people use. They have no derivatives.

A and Y are (n, outputs); a metric is one number.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .answers import Answers, answers_in
from .catalogue import Array, Part, register


class Metric(Part):
    """One number for predictions against targets."""

    kind = "metric"
    better: ClassVar[str] = "lower"
    of_classes: ClassVar[bool] = False
    """Whether it is of targets that are classes or labels, and of no others."""

    def value(self, A: Array, Y: Array) -> float:
        """The metric over all points."""
        raise NotImplementedError(f"metric {self.name!r} must define value")

    def measured(self, A: Array, Y: Array, answers: Answers | None) -> float:
        """The same in a task whose targets are read as `answers`: some points alone do not always show it."""
        return self.value(A, Y)

    def require(self, answers: Answers | None) -> None:
        """ValueError where targets are numbers, and this counts right answers."""
        if self.of_classes and answers is None:
            raise ValueError(
                f"{self.name} is of targets that are classes, or yes and no as 1 and 0 or 1 and -1; these are numbers; "
                "metrics of numbers are rmse, mae and r2"
            )


class Counted(Metric):
    """A metric that counts right answers."""

    better = "higher"
    of_classes = True

    def value(self, A: Array, Y: Array) -> float:
        return self.measured(A, Y, answers_in(Y))

    def measured(self, A: Array, Y: Array, answers: Answers | None) -> float:
        return float(self.right(A, Y, answers or answers_in(Y)).mean())

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
    latex = r"\frac{1}{n m} \sum \sum_j [\mathrm{yes}(a_j) = \mathrm{yes}(y_j)]"
    source = "standard; 1 - scikit-learn's hamming_loss"

    def right(self, A: Array, Y: Array, answers: Answers) -> Array:
        return np.asarray(answers.yes(A) == answers.yes(Y))


@register
class RMSE(Metric):
    """Root of the mean squared error over points and outputs, in the target's own unit."""

    name, formula = "rmse", "√ mean (a − y)²"
    latex, source = r"\sqrt{\frac{1}{n} \sum (a - y)^2}", "standard"

    def value(self, A: Array, Y: Array) -> float:
        return float(np.sqrt(((A - Y) ** 2).mean()))


@register
class MAE(Metric):
    """Mean absolute error over points and outputs, in the target's own unit."""

    name, formula = "mae", "mean |a − y|"
    latex, source = r"\frac{1}{n} \sum |a - y|", "standard"

    def value(self, A: Array, Y: Array) -> float:
        return float(abs(A - Y).mean())


@register
class R2(Metric):
    """1 - squared error / squared deviation from the mean, averaged over outputs: 1 is perfect, 0 is as good as the mean."""

    name, formula, better = "r2", "1 − Σ (a − y)² / Σ (y − ȳ)²", "higher"
    latex, source = r"1 - \frac{\sum (a - y)^2}{\sum (y - \bar y)^2}", "standard; scikit-learn's r2_score"

    def value(self, A: Array, Y: Array) -> float:
        error, spread = ((A - Y) ** 2).sum(axis=0), ((Y - Y.mean(axis=0)) ** 2).sum(axis=0)
        constant = spread == 0  # a constant target: 1 if every prediction is right, else 0, as in scikit-learn
        r2 = np.where(constant, np.where(error == 0, 1.0, 0.0), 1 - error / np.where(constant, 1.0, spread))
        return float(r2.mean())
