"""What a fitted estimator shows of itself: the chain rule of a step, a check of its gradients, its losses, its architecture.

Nothing is trained or changed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..formulas.catalogue import Array
from ..tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER
from . import several

if TYPE_CHECKING:
    from ..checks import GradientCheck
    from ..explanation import Trace


class Inspection:
    """Explanations, checks and pictures of the network behind an estimator."""

    def explain(self: Any, x: Any, y: Any, *, member: int | None = None, **options: Any) -> Trace:
        """The chain rule of the step that the estimator would take next at one point x (m,) with its label, value or values y.

        That is the step of `partial_fit` with this row: its optimiser with the state of the last call, the step size at the
        next t, smoothed targets, weights of classes, and the penalty of a batch of one. What a step of training has beside
        these (dropout, noise, `max_norm`, statistics of a batch) is not in it, and the update says so. L-BFGS searches its
        steps, so its plain one is shown. The weights are those after training, with a temperature if they have one.

        The explanation begins with the raw row, where columns were encoded or scaled: the weights belong to the numbers that
        come of it. `options` are those of `clearprop.explain`: layout, notation, optimizer, eta and so on. A step is that of
        one network: of an ensemble, `member` says which, counted from 0.
        """
        from ..explanation import explain
        from .next_step import as_label, next_step
        from .raw_row import raw_row

        check_is_fitted(self)
        one = several.member_of(self, member)
        if one is not self:
            trace: Trace = one.explain(x, y, **options)
            return trace
        row, target = _row(x), np.asarray(y)
        points = self._checked_points(row)
        self._require_one_point(points.shape[0], target)
        label = as_label(target)
        Y = self._known_targets(label, self._net().dtype)
        options = next_step(self, label) | options
        if hasattr(self, "classes_") and len(self.classes_) == Y.shape[1]:
            options.setdefault("classes", self.classes_)
        point = _dense(points)[0]
        options.setdefault("row", raw_row(self, row, np.ravel(target), point, Y[0]))
        return explain(self._net(), point, self._smoothed(Y)[0], self._loss(), **options)

    def _require_one_point(self: Any, rows: int, target: Array) -> None:
        """ValueError where several points are given, or a target that is none of one point."""
        if rows != 1:
            raise ValueError(f"explain shows the step of one point, and x has {rows} rows; give X[i] and y[i]")
        wanted = 1 if hasattr(self, "classes_") and self._labels.kind != "multilabel-indicator" else self.n_outputs_
        if target.size != wanted:
            what = "one label or value" if wanted == 1 else f"{wanted} of them, one for each output"
            raise ValueError(f"explain shows the step of one point, and its target is {what}; y has {target.size}")

    def check_gradients(
        self: Any, X: Any = None, y: Any = None, *, points: int = 8, seed: int = 0, member: int | None = None
    ) -> GradientCheck:
        """Whether back-propagation gives the derivative of this estimator's loss, penalty included.

        At points X with targets y, or at as many normally distributed ones with targets drawn at random. Of an ensemble it is
        the network with the number `member`, counted from 0.
        """
        from ..checks import check_gradients

        check_is_fitted(self)
        one = several.member_of(self, member)
        if one is not self:
            check: GradientCheck = one.check_gradients(X, y, points=points, seed=seed)
            return check
        net, loss = self._net(), self._loss()
        if X is None:
            rng = np.random.default_rng(seed)
            A = rng.normal(size=(points, net.widths[0]))
            Y = self._random_targets(points, rng)
        else:
            A = _dense(self._checked_points(X))
            Y = self._known_targets(np.asarray(y), net.dtype)
        return check_gradients(net, A, Y, loss, penalty=self._penalty(len(A)), seed=seed)

    def _penalty(self: Any, points: float) -> Any:
        from .words import penalty

        return penalty(self.alpha, self.l1_ratio, points)

    def plot_loss(self: Any, ax: Any = None) -> Any:
        """Draw the training loss of every epoch, and that of the set held out; the matplotlib axes.

        ImportError without matplotlib (`pip install 'clearprop[plots]'`), AttributeError where no epochs were recorded.
        """
        check_is_fitted(self)
        several.refuse(self, "plot_loss()")
        if not hasattr(self, "loss_curve_"):
            raise AttributeError("solver='lbfgs' takes no epochs, so there is no loss curve")
        if ax is None:
            try:
                from matplotlib import pyplot as plt
            except ImportError:
                raise ImportError("pictures need matplotlib: pip install 'clearprop[plots]'") from None
            ax = plt.figure(figsize=(7.2, 4.2), layout="constrained").add_subplot()
        epochs = np.arange(1, len(self.loss_curve_) + 1)
        ax.plot(epochs, self.loss_curve_, color=FORWARD_ON_PAPER, label="training")
        held_out = vars(self).get("validation_loss_curve_")
        if held_out:
            ax.plot(epochs[-len(held_out) :], held_out, color=BACKWARD_ON_PAPER, label="validation")
            best = int(np.nanargmax(self.validation_scores_)) if np.isfinite(self.validation_scores_).any() else 0
            ax.axvline(epochs[-len(held_out) :][best], color="0.8", linewidth=1, zorder=0, label="best weights")
        ax.set_xlabel("epoch")
        ax.set_ylabel(f"loss ({self._loss()})")
        ax.legend(frameon=False)
        return ax

    def _html_repr(self: Any) -> str:
        """scikit-learn's own diagram, and below it the network layer by layer once there is one."""
        diagram: str = super()._html_repr()  # type: ignore[misc]  # scikit-learn's
        if several.is_fitted(self):
            count = len(self.members_)
            return (
                f"{diagram}<p>The mean of {count} networks; the first of them:</p>{architecture_html(self.members_[0])}"
            )
        return diagram + architecture_html(self) if "coefs_" in vars(self) else diagram


def architecture_html(estimator: Any) -> str:
    """A table of the layers: shapes, activations, parameters, and how large the weights are."""
    net = estimator._net()
    rows = "".join(
        f"<tr><td>{l}</td><td>{m} &rarr; {n}</td><td>{escape(str(net.f[l]))}</td><td>{(m + 1) * n:,}</td>"
        f"<td>{_rms(net.W[l]):.3g}</td></tr>"
        for l, (m, n) in enumerate(zip(net.widths, net.widths[1:], strict=False), 1)
    )
    caption = (
        f"{'-'.join(map(str, net.widths))}, {net.parameters.size:,} parameters, {net.dtype}; loss {estimator._loss()}"
    )
    head = "".join(f"<th>{title}</th>" for title in ("layer", "width", "activation", "parameters", "rms of W"))
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _rms(W: Array) -> float:
    return float(np.sqrt(np.mean(np.square(W))))


def _row(x: Any) -> Any:
    """One point as a table of one row, whatever holds it."""
    if isinstance(x, Mapping):
        raise TypeError(
            "x is a mapping; give a row as a table of one row, X[i : i + 1], or its values in the order of the columns"
        )
    if hasattr(x, "iloc") and x.ndim == 1:  # a pandas row
        return x.to_frame().T.infer_objects()
    cells = x if isinstance(x, list | tuple) else ()
    one_row = len(cells) == 1 and isinstance(cells[0], list | tuple | np.ndarray)
    if one_row or hasattr(x, "columns") or getattr(x, "ndim", 1) == 2:
        return x
    mixed = any(isinstance(cell, str) for cell in cells)
    return np.array(x, dtype=object if mixed else None)[None]


def _dense(points: Any) -> Array:
    return points.toarray() if hasattr(points, "toarray") else points
