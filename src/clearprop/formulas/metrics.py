"""Metrics: how good predictions are, in units that people use. They have no derivatives.

A and Y are (n, outputs); a metric is one number.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .catalogue import Array, Part, register


class Metric(Part):
    """One number for predictions against targets."""

    kind = "metric"
    better: ClassVar[str] = "lower"

    def value(self, A: Array, Y: Array) -> float:
        """The metric over all points."""
        raise NotImplementedError(f"metric {self.name!r} must define value")


@register
class Accuracy(Metric):
    """The fraction of points whose class is right: the largest of several outputs, or one output against a threshold.

    The threshold is 0 where targets are -1 and 1, as for the hinge losses, else 1/2.
    """

    name, formula, better = "accuracy", "mean[class(a) = class(y)]", "higher"
    latex = r"\frac{1}{n} \sum [\mathrm{class}(a) = \mathrm{class}(y)]"
    source = "standard"

    def value(self, A: Array, Y: Array) -> float:
        if A.shape[1] == 1:
            signs = (abs(Y) == 1).all() and (Y < 0).any()
            yes, truth = (A >= 0, Y >= 0) if signs else (A >= 0.5, Y >= 0.5)
            return float((yes == truth).mean())
        return float((A.argmax(axis=1) == Y.argmax(axis=1)).mean())


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
