"""Class labels as columns of outputs, and outputs as labels again. The mathematics behind knows only Y."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.preprocessing import LabelBinarizer

from ..advice.warned import warn
from ..columns import ColumnWarning
from ..columns.cells import is_missing, read
from ..columns.spellings import JOINED, spellings_of
from ..formulas.activations import Activation
from ..formulas.answers import Answers
from ..formulas.catalogue import Array, find, names
from ..formulas.domains import SIGNS, LogSimplex, Simplex
from ..formulas.losses import Loss
from .columns import refuse_masked

KINDS = {
    "binary": "two classes",
    "multiclass": "one class of several",
    "multilabel-indicator": "several labels at once",
}
"""scikit-learn's types of target, in words."""


@dataclass(frozen=True)
class Labels:
    """Which labels there are, and how the network's outputs stand for them.

    `kind` is scikit-learn's type of target: "binary" (one label of two, or of one), "multiclass" or "multilabel-indicator".
    """

    classes: Array
    kind: str
    loss: Loss
    binarizer: LabelBinarizer

    @property
    def outputs(self) -> int:
        """Columns of Y: one for a yes or no, unless the loss takes a distribution over both."""
        alone = self.kind == "binary" and not isinstance(self.loss.domain_Y, Simplex)
        return 1 if alone else len(self.classes)

    @property
    def no(self) -> float:
        """The number that stands for "is not": -1 for margins, else 0. "Is" is 1."""
        return -1.0 if self.loss.domain_Y == SIGNS else 0.0

    @property
    def answers(self) -> Answers:
        """How targets are read: by which output is largest, or each by itself."""
        return Answers(one_class=self.outputs > 1 and self.kind != "multilabel-indicator", no=self.no)

    def encode(self, y: Any, dtype: Any) -> Array:
        """Y (n, outputs) of known labels (n,), or of an indicator matrix (n, labels)."""
        if self.kind == "multilabel-indicator":
            return np.where(self.binarizer.transform(y).astype(bool), 1, self.no).astype(dtype)
        return self.rows(dtype)[self.which(y)]

    def rows(self, dtype: Any) -> Array:
        """The row of Y for each class, (classes, outputs)."""
        Y = np.full((len(self.classes), self.outputs), self.no, dtype)
        if self.outputs == 1:
            Y[1:] = 1  # the second of two is a yes; of one alone there is none
        else:
            np.fill_diagonal(Y, 1)
        return Y

    def which(self, y: Any) -> Array:
        """Which of these rows is each label's, (n,) of int32, all labels being known."""
        if np.ndim(y) > 1 or hasattr(y, "tocsr"):
            raise ValueError("The object was not fitted with multilabel input.")  # in scikit-learn's words
        return self.indices(y).astype(np.int32)

    @cached_property
    def _index_of(self) -> dict[Any, int]:
        return {label: index for index, label in enumerate(self.classes.tolist())}

    @cached_property
    def _rows(self) -> Array:
        return self.rows(np.float64)

    def known_rows(self, y: Any) -> Array | None:
        """The row of Y for each label (n,), quickly; None where one is not known, or these are no plain labels."""
        if self.kind == "multilabel-indicator":
            return None
        if type(y) is np.ndarray:
            alike = y.dtype == self.classes.dtype or y.dtype.kind == self.classes.dtype.kind == "U"
            if y.ndim != 1 or not alike or y.dtype.kind == "O":
                return None
            indices = np.minimum(self.classes.searchsorted(y), len(self.classes) - 1)
            return self._rows[indices] if (self.classes[indices] == y).all() else None
        try:
            return self._rows[[self._index_of[label] for label in y]]
        except (KeyError, TypeError):
            return None

    def indices(self, y: Any) -> Array:
        """Which of the classes each label (n,) is, all of them known."""
        return np.searchsorted(self.classes, y)

    def require_answers(self, output: Activation) -> None:
        """ValueError where the loss is none of such targets, or outputs of the activation `output` cannot say yes and no."""
        loss, kind = self.loss, KINDS[self.kind]
        if not self._takes(loss):
            fitting = [name for name in names(Loss) if self._takes(find(Loss, name))]
            if len(self.classes) == 1:
                (label,) = self.classes.tolist()
                raise ValueError(
                    f"y has one class, {label!r}, in every row, and {loss.name} tells several apart; look at y, or "
                    f"take loss='log_loss', which then learns to say {label!r}"
                )
            raise ValueError(f"{loss.name} is no loss of {kind}; losses of them: log_loss, {', '.join(fitting)}")
        if self.kind == "multilabel-indicator" and isinstance(output.range, Simplex | LogSimplex):
            raise ValueError(
                f"{output.name} gives outputs of which one excludes the others, and y has {kind}: use sigmoid"
            )
        low, high, half_way = output.range.low, output.range.high, self.answers.half_way
        by_threshold = self.kind == "multilabel-indicator" or (self.outputs == 1 and len(self.classes) > 1)
        if by_threshold and not low < half_way < high:
            raise ValueError(
                f"{output.name} gives outputs in {output.range}, which never cross {half_way:g}, where {loss.name} decides "
                "between no and yes; leave output_activation out"
            )

    def _takes(self, loss: Loss) -> bool:
        """Whether a loss takes such targets as they are encoded for it, and its predictions are the outputs."""
        if loss.outputs_per_target > 1 or type(loss).prediction is not Loss.prediction:
            return False
        labels = replace(self, loss=loss)
        if self.kind == "multilabel-indicator":
            answers = np.array([labels.no, 1.0])
            return not isinstance(loss.domain_Y, Simplex) and bool(loss.domain_Y.contains(answers).all())
        return bool(loss.domain_Y.contains(labels.rows(np.float64)).all())

    def chosen(self, A: Array) -> Array:
        """What outputs A (n, outputs) say: the class's index (n,), or an indicator matrix (n, labels)."""
        half_way = self.answers.half_way  # which scikit-learn counts as a no
        if self.kind == "multilabel-indicator":
            return (half_way < A).astype(int)
        if self.outputs == 1:
            return (half_way < A[:, 0]).astype(int) if len(self.classes) > 1 else np.zeros(len(A), int)
        return A.argmax(axis=1)

    def margins(self, A: Array) -> Array:
        """Outputs A (n, outputs) so that what is `chosen` is above 0, or the largest: (n,) for the second of two classes."""
        if self.kind == "multiclass":
            return A
        if self.kind == "binary" and A.shape[1] == 2:
            return A[:, 1] - A[:, 0]
        above = A - self.answers.half_way
        return above if self.kind == "multilabel-indicator" else above[:, 0]

    def decode(self, A: Array) -> Any:
        """Labels (n,) of outputs A (n, outputs), or an indicator matrix, sparse where it was learnt from a sparse one."""
        if self.kind == "multilabel-indicator":
            return self.binarizer.inverse_transform(self.chosen(A))
        return self.classes.take(self.chosen(A))


def require_labels(y: Any) -> None:
    """ValueError where a row has no label (scikit-learn finds NaN among numbers), TypeError where texts stand among numbers."""
    refuse_masked(y, "y")
    if hasattr(y, "tocsr") or not hasattr(y, "__len__"):
        return
    try:
        labels = np.asarray(y)
    except ValueError:  # rows of different lengths, of which scikit-learn says more
        return
    if labels.dtype.kind != "O" or labels.ndim == 0:
        return
    missing = next((where for where, label in np.ndenumerate(labels) if is_missing(label)), None)
    if missing is not None:
        raise ValueError(
            f"y has {labels[missing]!r} in row {missing[0]}, counted from 0: every row needs a label; "
            "leave out rows without one"
        )
    texts = [isinstance(label, str | bytes) for label in labels.ravel()]
    if any(texts) and not all(texts):
        places = (labels.ravel()[at] for at in (texts.index(True), texts.index(False)))
        text, other = (f"{label!r} ({type(label).__name__})" for label in places)
        raise TypeError(
            f"y mixes text and other values, {text} and {other}: labels of one type are told apart and sorted"
        )


def warn_of_spellings(classes: Array) -> None:
    """A ColumnWarning where classes (k,) differ only in capital letters or spaces; to scikit-learn each of them is a class."""
    if classes.dtype.kind not in "OU" or not all(isinstance(name, str) for name in classes.tolist()):
        return
    groups = spellings_of(read(classes.astype(object)), JOINED).joined
    if groups:
        named = "; ".join(f"{text!r} and {word!r}" for text, word in groups[:3])
        warn(
            f"Classes differ only in capital letters or spaces: {named}. Write them in one way where they are one",
            ColumnWarning,
        )
