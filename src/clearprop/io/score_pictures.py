"""Pictures of predictions beside what is true: confusion, ROC, precision and recall, calibration, values, residuals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from ..amounts import count, number
from ..formulas.answers import Answers
from ..formulas.catalogue import Array
from ..formulas.class_metrics import calibration
from ..formulas.rankings import area_under_roc, average_precision, precision_recall, roc
from ..tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER
from ..training.history import History
from .pictures import DASHES, SERIES, Picture, drawn, largest_of, legend, plain_axes
from .plots import INK, QUIET, draw_losses

NEGATIVE_OF = {
    "yes": "no",
    "y": "n",
    "true": "false",
    "t": "f",
    "on": "off",
    "1": "0",
    "1.0": "0.0",
    "positive": "negative",
    "pos": "neg",
}
"""Names of positive classes, with those of their negative ones."""
MOST_CURVES = 6
MOST_POINTS = 1000
MOST_BARS = 20
MOST_SQUARES = 26
"""The most classes of which every pair is shown."""


def losses(history: History) -> Picture:
    """The loss by epoch."""
    loss = history["loss"]
    length = count(float(history["epoch"][-1]), "epoch")
    alt = f"The training loss goes from {number(loss[0])} to {number(loss[-1])} in {length}."
    if "validation_loss" in history:
        held = history["validation_loss"]
        best = history["epoch"][np.nanargmin(held)]
        alt += f" The validation loss is smallest, {number(np.nanmin(held))}, at epoch {best:.4g}."
    return drawn("Loss while training", alt, lambda axes: draw_losses(axes, history, ""))


def confusion(counts: Array, classes: Sequence[str]) -> Picture:
    """The confusion matrix, each row shaded by its share of the true class."""
    total = counts.sum()
    wrong = counts - np.diag(counts.diagonal())
    alt = f"{counts.trace():,.6g} of {total:,.6g} rows are right."
    if wrong.any():
        k, j = np.unravel_index(wrong.argmax(), wrong.shape)
        rows = "1 row" if wrong[k, j] == 1 else f"{wrong[k, j]:,.6g} rows"
        alt += f" The commonest mistake is {classes[j]} for {classes[k]}, in {rows}."
    size = min(2.4 + 0.4 * len(classes), 9.0)
    return drawn(
        "Confusion matrix", alt, lambda axes: _draw_confusion(axes, counts, classes), width=size + 0.5, height=size
    )


def _draw_confusion(axes: Any, counts: Array, classes: Sequence[str]) -> None:
    from matplotlib.patches import Rectangle

    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for k, row in enumerate(shares):
        for j, share in enumerate(row):
            colour = FORWARD_ON_PAPER if k == j else BACKWARD_ON_PAPER
            axes.add_patch(Rectangle((j - 0.48, k - 0.48), 0.96, 0.96, facecolor=colour, alpha=0.06 + 0.5 * share))
            if counts[k, j]:
                axes.text(j, k, f"{counts[k, j]:,.6g}", ha="center", va="center", color=INK, fontsize=9)
    places = range(len(classes))
    plain_axes(axes, "predicted", "true", grid="x")
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set(xlim=(-0.5, len(classes) - 0.5), ylim=(len(classes) - 0.5, -0.5), aspect="equal")
    turned = 0 if sum(map(len, classes)) < 40 else 60
    axes.set_xticks(places, map(_short, classes), rotation=turned, ha="right" if turned else "center")
    axes.set_yticks(places, map(_short, classes))


def roc_curves(P: Array, Y: Array, classes: Sequence[str]) -> Picture | None:
    """The ROC curve of the positive of two classes, or of each of several; None where no class has one."""
    areas = {k: area_under_roc(P[:, k], Y[:, k] > 0) for k in _shown(Y, classes)}
    if not areas:
        return None
    curves = {k: roc(P[:, k], Y[:, k] > 0) for k in areas}
    alt = f"Areas under the curve{_of_some(areas, Y)}: "
    alt += ", ".join(f"{classes[k]}: {area:.3f}" for k, area in areas.items()) + "."

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle=":")
        _lines(axes, curves, {k: f"{_short(classes[k])}  AUC {area:.3f}" for k, area in areas.items()})
        plain_axes(axes, "share of the others above the threshold", "share of the class above it")
        axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
        legend(axes, loc="lower right")

    return drawn("ROC: each class against the others", alt, draw)


def precision_recall_curves(P: Array, Y: Array, classes: Sequence[str]) -> Picture | None:
    """Precision by recall, for the same classes."""
    areas = {k: average_precision(P[:, k], Y[:, k] > 0) for k in _shown(Y, classes)}
    if not areas:
        return None
    curves = {k: precision_recall(P[:, k], Y[:, k] > 0) for k in areas}
    shares = {k: float(Y[:, k].mean()) for k in areas}
    alt = f"Average precision{_of_some(areas, Y)}: "
    alt += "; ".join(f"{classes[k]}: {area:.3f}, guessing {shares[k]:.3f}" for k, area in areas.items())

    def draw(axes: Any) -> None:
        _lines(axes, curves, {k: f"{_short(classes[k])}  average {area:.3f}" for k, area in areas.items()})
        plain_axes(axes, "recall", "precision")
        axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.02))
        legend(axes, loc="lower left")

    return drawn("Precision and recall", alt + ".", draw)


def calibration_curve(P: Array, Y: Array) -> Picture:
    """The share of right answers by the probability of the answer."""
    weight, p, right = calibration(P, Y, Answers(one_class=True))
    error = float((weight * abs(p - right)).sum() / weight.sum())
    alt = f"The probability of the answer differs from the share of right answers by {100 * error:.2f} % on average."

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle=":")
        axes.bar(p, weight / weight.sum(), width=0.03, color=FORWARD_ON_PAPER, alpha=0.25, label="share of rows")
        axes.plot(p, right, "o-", color=FORWARD_ON_PAPER, linewidth=1.8, markersize=5, label="share right")
        plain_axes(axes, "probability of the answer", "")
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
        legend(axes, loc="upper left")

    return drawn("Calibration", alt, draw)


def predicted_against_true(values: Array, truth: Array, name: str) -> Picture:
    """Predictions by true values; on the line they are equal."""
    rows = _sample(len(truth))
    with np.errstate(invalid="ignore"):
        alike = np.corrcoef(values, truth)[0, 1] if values.std() > 0 and truth.std() > 0 else 0.0
    alt = f"{count(len(rows), 'row')}; predictions and true values have a correlation of {alike:.2f}."

    def draw(axes: Any) -> None:
        ends = [min(values.min(), truth.min()), max(values.max(), truth.max())]
        axes.plot(ends, ends, color=QUIET, linewidth=1, linestyle=":")
        axes.plot(truth[rows], values[rows], "o", color=FORWARD_ON_PAPER, markersize=4, alpha=0.5, markeredgewidth=0)
        plain_axes(axes, f"true {_short(name)}", f"predicted {_short(name)}")

    return drawn("Predicted against true", alt, draw)


def residuals(values: Array, truth: Array, name: str) -> Picture:
    """True minus predicted, by prediction."""
    rows, errors = _sample(len(truth)), truth - values
    mean, low, high = (number(each, 3) for each in (errors.mean(), *np.percentile(errors, [10, 90])))
    alt = f"The errors have a mean of {mean}; four fifths of them are from {low} to {high}."

    def draw(axes: Any) -> None:
        axes.axhline(0, color=QUIET, linewidth=1, linestyle=":")
        axes.plot(values[rows], errors[rows], "o", color=BACKWARD_ON_PAPER, markersize=4, alpha=0.5, markeredgewidth=0)
        plain_axes(axes, f"predicted {_short(name)}", "true − predicted")

    return drawn("Residuals", alt, draw)


def importances(columns: Sequence[str], mean: Array, spread: Array, measure: str) -> Picture:
    """Bars of the most important columns, with the spread over the repeats."""
    alt = f"How much {measure} falls if a column's values are exchanged among rows: {largest_of(columns, mean, 3)}."
    if len(columns) > MOST_BARS:
        alt += f" {MOST_BARS} of {len(columns)} columns are shown."
    columns, mean, spread = columns[:MOST_BARS], mean[:MOST_BARS], spread[:MOST_BARS]

    def draw(axes: Any) -> None:
        places = np.arange(len(columns))
        axes.barh(places, mean, xerr=spread, color=FORWARD_ON_PAPER, alpha=0.7, height=0.6, ecolor=QUIET, capsize=2)
        axes.set_yticks(places, [_short(name, 28) for name in columns])
        axes.invert_yaxis()
        plain_axes(axes, f"fall of {measure}", "", grid="x")

    return drawn("Which columns the model uses", alt, draw, height=max(1.6, 0.9 + 0.27 * len(columns)))


def _shown(Y: Array, classes: Sequence[str]) -> list[int]:
    """The classes whose curves are shown: the positive of two, or the commonest; none that every row has, or no row.

    The positive one is `yes`, `true`, `1` or their like; of other pairs it is the rarer.
    """
    some = [k for k in range(Y.shape[1]) if 0 < Y[:, k].sum() < len(Y)]
    if Y.shape[1] == 2:
        names = [name.strip().lower() for name in classes]
        named = [k for k, name in enumerate(names) if NEGATIVE_OF.get(name) == names[1 - k]]
        return [k for k in named if k in some] or sorted(some, key=lambda k: (Y[:, k].sum(), -k))[:1]
    return sorted(sorted(some, key=lambda k: -float(Y[:, k].sum()))[:MOST_CURVES])


def _of_some(shown: Collection[int], Y: Array) -> str:
    """That not every class is shown."""
    return "" if len(shown) >= Y.shape[1] - (Y.shape[1] == 2) else f" of {len(shown)} of the {Y.shape[1]} classes"


def _lines(axes: Any, curves: dict[int, tuple[Array, Array]], labels: dict[int, str]) -> None:
    for place, (k, (x, y)) in enumerate(curves.items()):
        thin = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_POINTS)).astype(int))
        colour, dash = SERIES[place % len(SERIES)], DASHES[place // len(SERIES) % len(DASHES)]
        axes.plot(x[thin], y[thin], dash, color=colour, linewidth=1.8, label=labels[k])


def _sample(n: int) -> Array:
    """At most `MOST_POINTS` rows, the same for each picture."""
    return np.arange(n) if n <= MOST_POINTS else np.sort(np.random.default_rng(0).choice(n, MOST_POINTS, replace=False))


def _short(text: object, most: int = 18) -> str:
    """A name with an ellipsis where it is long, without matplotlib's signs for formulas."""
    plain = str(text).replace("$", r"\$")
    return plain if len(plain) <= most else plain[: most - 1] + "…"
