"""Class labels as columns of outputs, and outputs as labels again. The mathematics behind knows only Y."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.preprocessing import LabelBinarizer

from ..formulas.catalogue import Array
from ..formulas.domains import SIGNS, Simplex
from ..formulas.losses import Loss


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
    def row_of(self) -> dict[Any, Array]:
        """The row of Y (outputs,) for each label."""
        if self.kind == "multilabel-indicator":
            return {}
        return dict(zip(self.classes.tolist(), self.rows(np.float64), strict=True))

    def indices(self, y: Any) -> Array:
        """Which of the classes each label (n,) is, all of them known."""
        return np.searchsorted(self.classes, y)

    def chosen(self, A: Array) -> Array:
        """What outputs A (n, outputs) say: the class's index (n,), or an indicator matrix (n, labels)."""
        half_way = (1 + self.no) / 2
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
        above = A - (1 + self.no) / 2
        return above if self.kind == "multilabel-indicator" else above[:, 0]

    def decode(self, A: Array) -> Any:
        """Labels (n,) of outputs A (n, outputs), or an indicator matrix, sparse where it was learnt from a sparse one."""
        if self.kind == "multilabel-indicator":
            return self.binarizer.inverse_transform(self.chosen(A))
        return self.classes.take(self.chosen(A))
