"""Metrics of classes: of each class, of the ranking of points, and of probabilities.

Where a class has no value, because no point is of it or is said to be, it counts as 0 in a mean over classes, as in
scikit-learn; `of_each` has NaN there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .answers import Answers, answers_in
from .catalogue import Array, hyper, register
from .domains import NOT_NEGATIVE
from .metrics import OfClasses
from .rankings import area_under_roc

BINS = 15
"""As in Guo et al. 2017."""
SUM = 1e-3
"""Probabilities in float32 miss a sum of 1 by rounding; other outputs miss it by far more."""
LABELS = "points may have several labels, and this is of one class for each"
ONE_CLASS = "all points are of one class"


@dataclass(frozen=True)
class Counts:
    """Of each class, (classes,): the weight of its points, of those that are said to be of it, and of those where both hold."""

    true: Array
    said: Array
    both: Array

    @property
    def occurs(self) -> Array:
        """Which classes some point is of, or is said to be of, bool."""
        return np.asarray((self.true > 0) | (self.said > 0))


def chosen(A: Array, Y: Array, answers: Answers) -> tuple[Array, Array, int]:
    """The class of each point, and the one that its outputs say, by number, (n,) each; and how many classes there are."""
    if answers.one_class:
        return Y.argmax(axis=1), A.argmax(axis=1), Y.shape[1]
    return answers.yes(Y)[:, 0].astype(int), answers.yes(A)[:, 0].astype(int), 2


def confusion_matrix(A: Array, Y: Array, answers: Answers, weights: Array | None = None) -> Array:
    """(classes, classes): the weight of the points of each class (row) that are said to be of each class (column)."""
    true, said, classes = chosen(A, Y, answers)
    counted = np.bincount(true * classes + said, weights=weights, minlength=classes**2)
    return counted.reshape(classes, classes)


def counts(A: Array, Y: Array, answers: Answers, weights: Array | None = None) -> Counts:
    """The counts of each class; of labels, those of yes for each label."""
    if answers.one_class or Y.shape[1] == 1:
        matrix = confusion_matrix(A, Y, answers, weights)
        return Counts(matrix.sum(axis=1), matrix.sum(axis=0), matrix.diagonal())
    w = np.ones(len(Y)) if weights is None else weights
    true, said = answers.yes(Y), answers.yes(A)
    return Counts(w @ true, w @ said, w @ (true & said))


class OfEachClass(OfClasses):
    """A metric of each class, and its mean over the classes that occur; over all labels where points may have several."""

    def of_each(self, found: Counts) -> Array:
        """(classes,), NaN where a class has no value."""
        raise NotImplementedError(f"metric {self.name!r} must define of_each")

    def measured(self, A: Array, Y: Array, answers: Answers | None, weights: Array | None = None) -> float:
        answers = answers or answers_in(Y)
        found = counts(A, Y, answers, weights)
        each = np.nan_to_num(self.of_each(found))
        several = not answers.one_class and Y.shape[1] > 1
        return float(each.mean() if several else each[found.occurs].mean())


@register
class Precision(OfEachClass):
    """Of the points that are said to be of a class, the share that is of it; the mean over classes."""

    name, formula = "precision_macro", "mean over classes of Σ [said k and is k] / Σ [said k]"
    other_names = ("precision", "precision_score")
    latex = r"\frac{1}{K} \sum_k \frac{\sum [\hat y = k, y = k]}{\sum [\hat y = k]}"
    source = "standard; scikit-learn's precision_score(average='macro')"

    def of_each(self, found: Counts) -> Array:
        return _ratio(found.both, found.said)


@register
class Recall(OfEachClass):
    """Of the points of a class, the share that is said to be of it; the mean over classes.

    A class that is only predicted counts as 0 here, and not in `balanced_accuracy`.
    """

    name, formula = "recall_macro", "mean over classes of Σ [said k and is k] / Σ [is k]"
    other_names = ("recall", "recall_score", "sensitivity")
    latex = r"\frac{1}{K} \sum_k \frac{\sum [\hat y = k, y = k]}{\sum [y = k]}"
    source = "standard; scikit-learn's recall_score(average='macro')"

    def of_each(self, found: Counts) -> Array:
        return _ratio(found.both, found.true)


@register
class F1(OfEachClass):
    """The harmonic mean of a class's precision and recall; the mean over classes."""

    name, formula = "f1_macro", "mean over classes of 2 Σ [said k and is k] / (Σ [said k] + Σ [is k])"
    other_names = ("f1", "f1_score", "f_measure", "macro_f1")
    latex = r"\frac{1}{K} \sum_k \frac{2 \sum [\hat y = k, y = k]}{\sum [\hat y = k] + \sum [y = k]}"
    source = "standard; scikit-learn's f1_score(average='macro')"

    def of_each(self, found: Counts) -> Array:
        return _ratio(2 * found.both, found.true + found.said)


class OfOneClass(OfClasses):
    """A metric of points that have one class each. Of labels it has no value."""

    def measured(self, A: Array, Y: Array, answers: Answers | None, weights: Array | None = None) -> float:
        answers = answers or answers_in(Y)
        reason = self.why_not(A, Y, answers, weights)
        return float("nan") if reason else self.of_points(A, Y, answers, weights)

    def of_points(self, A: Array, Y: Array, answers: Answers, weights: Array | None) -> float:
        """The value, where the points give one."""
        raise NotImplementedError(f"metric {self.name!r} must define of_points")

    def why_not(self, A: Array, Y: Array, answers: Answers | None = None, weights: Array | None = None) -> str | None:
        answers = answers or answers_in(Y)
        return None if answers.one_class or Y.shape[1] == 1 else LABELS


@register
class BalancedAccuracy(OfOneClass):
    """The mean over the classes of the points of the share that is right: each class counts alike, however many points it has.

    Guessing one class gives 1 / classes.
    """

    name, formula = "balanced_accuracy", "mean over the classes of y of Σ [said k and is k] / Σ [is k]"
    other_names = ("balanced_accuracy_score", "bacc")
    latex = r"\frac{1}{K} \sum_k \frac{\sum [\hat y = k, y = k]}{\sum [y = k]}"
    source = "standard; scikit-learn's balanced_accuracy_score"

    def of_points(self, A: Array, Y: Array, answers: Answers, weights: Array | None) -> float:
        found = counts(A, Y, answers, weights)
        true = found.true > 0
        return float((found.both[true] / found.true[true]).mean())


@register
class AUC(OfClasses):
    """The probability that an output is larger at a point of the class than at one of the others; equal outputs count half.

    It is the area under the ROC curve. With several outputs it is the mean over those classes, or labels, that some points have
    and some have not: one against the rest.
    """

    name, formula = "auc", "P(a > a′) + P(a = a′) / 2 for a of the class, a′ of the others"
    other_names = ("roc_auc", "roc_auc_score", "auroc")
    latex = r"P(a > a') + \tfrac{1}{2} P(a = a')"
    source = "Hanley and McNeil 1982; scikit-learn's roc_auc_score, with multi_class='ovr'"

    def measured(self, A: Array, Y: Array, answers: Answers | None, weights: Array | None = None) -> float:
        each = self.of_each(A, Y, answers or answers_in(Y), weights)
        known = ~np.isnan(each)
        return float(each[known].mean()) if known.any() else float("nan")

    def of_each(self, A: Array, Y: Array, answers: Answers, weights: Array | None = None) -> Array:
        """(outputs,), NaN for a class that all points have, or none."""
        yes = answers.yes(Y)
        return np.array([area_under_roc(A[:, k], yes[:, k], weights) for k in range(Y.shape[1])])

    def why_not(self, A: Array, Y: Array, answers: Answers | None = None, weights: Array | None = None) -> str | None:
        yes = (answers or answers_in(Y)).yes(Y)
        counted = yes if weights is None else yes[weights > 0]
        return None if (counted.any(axis=0) & ~counted.all(axis=0)).any() else ONE_CLASS


class OfProbabilities(OfOneClass):
    """A metric of the probabilities of classes. Of other outputs it has no value."""

    of_probabilities = True

    def why_not(self, A: Array, Y: Array, answers: Answers | None = None, weights: Array | None = None) -> str | None:
        inside = ((A >= 0) & (A <= 1)).all() and (A.shape[1] == 1 or (abs(A.sum(axis=1) - 1) <= SUM).all())
        return super().why_not(A, Y, answers, weights) or (None if inside else "the outputs are no probabilities")


def of_each_class(A: Array) -> Array:
    """Probabilities (n, classes), also where the one output is that of the second of two classes."""
    return A if A.shape[1] > 1 else np.concatenate([1 - A, A], axis=1)


@register
class LogLoss(OfProbabilities):
    """The mean of -log p of the class that the point has. 0 is perfect; a sure wrong answer costs most.

    As in scikit-learn, p is at least the spacing of numbers at 1, so that a p of 0 costs 36 and not infinity.
    """

    name, formula, better = "log_loss", "mean(-log p of the class of y)", "lower"
    other_names = ("cross_entropy", "binary_cross_entropy", "categorical_cross_entropy", "neg_log_loss", "mlogloss")
    latex, range = r"-\frac{1}{n} \sum \log p_{y}", NOT_NEGATIVE
    source = "standard; scikit-learn's log_loss"

    def of_points(self, A: Array, Y: Array, answers: Answers, weights: Array | None) -> float:
        P = of_each_class(A)
        true, _, _ = chosen(P if answers.one_class else A, Y, answers)
        spacing = np.finfo(P.dtype).eps
        p = np.clip(P[np.arange(len(P)), true], spacing, 1 - spacing)
        return float(np.average(-np.log(p), weights=weights))


@register
@dataclass(frozen=True)
class CalibrationError(OfProbabilities):
    """How far the probability of the answer is from the share of right answers: 0 is perfect.

    Points are put in bins by that probability; it is the mean over points of the difference in their bin.
    """

    name, formula, better = "calibration_error", "Σ over bins of (n of the bin / n) · |mean p − share right|", "lower"
    other_names = ("ece", "expected_calibration_error")
    latex = r"\sum_b \frac{n_b}{n} \left| \bar p_b - \mathrm{right}_b \right|"
    source = "expected calibration error: Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017, eq. 5"
    bins: int = hyper(BINS, low=1, high=1000, about="bins of equal width from 0 to 1")

    def of_points(self, A: Array, Y: Array, answers: Answers, weights: Array | None) -> float:
        weight, p, right = calibration(A, Y, answers, weights, self.bins)
        return float((weight * abs(p - right)).sum() / weight.sum())


def calibration(
    A: Array, Y: Array, answers: Answers, weights: Array | None = None, bins: int = BINS
) -> tuple[Array, Array, Array]:
    """Of each bin that has points: their weight, the mean probability of their answers, and the share that is right."""
    P = of_each_class(A)
    p = P.max(axis=1)
    right = answers.right(A, Y)
    w = np.ones(len(p)) if weights is None else np.asarray(weights, np.float64)
    place = np.clip(np.ceil(p * bins).astype(int) - 1, 0, bins - 1)  # a bin includes its upper end
    total = np.bincount(place, w, bins)
    some = total > 0
    mean_p, share = (np.bincount(place, w * each, bins)[some] / total[some] for each in (p, right))
    return total[some], mean_p, share


def _ratio(part: Array, whole: Array) -> Array:
    """The part in the whole, NaN where the whole is 0."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)
