"""Which rows are trained on, and the set that is only looked at. The split is scikit-learn's, draw for draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from ..engines import Task
from ..formulas.catalogue import Array
from ..training.class_weights import of_validation
from ..training.evaluation import HeldOut
from .given import Given
from .holder import in_type
from .presets import of_preset
from .scoring import Score, scorer
from .weights import PointWeights

HOLDS_OUT = ("early_stopping", "validation_fraction")
"""The parameters that hold rows out."""


@dataclass(frozen=True)
class Validation:
    """A set held out, and what early stopping looks at there. More is better."""

    held_out: HeldOut
    """Its weights are of mean 1, so that its loss compares with the training loss."""
    score: Score

    def look(self, task: Task) -> tuple[float, float]:
        """The score of the task's network, NaN where an output is not finite, and its loss without the penalty."""
        with np.errstate(all="ignore"):  # outputs that overflow score NaN
            Z, A = self.held_out.outputs(task.network)
            loss = self.held_out.loss(task.network, task.loss, None, Z, A)
        return self.score(A, loss) if np.isfinite(A).all() else float("nan"), loss


def split(estimator: Any, given: Given, task: Task, weights: PointWeights | None, X: Any) -> tuple[Array, Validation]:
    """The rows to train on, and the set held out. Row numbers are split, so that no data is copied but what is held out.

    `given` are the rows before they were prepared as X (n, m).
    """
    try:
        train, held = train_test_split(
            np.arange(X.shape[0]),
            random_state=estimator._random_state,
            test_size=estimator.validation_fraction,
            stratify=estimator._strata(task.targets(slice(None))),
        )
    except ValueError as error:
        if not of_preset(estimator, *HOLDS_OUT):
            raise  # in scikit-learn's words alone
        raise ValueError(f"{str(error).rstrip('.')}. {_few_rows(estimator, X.shape[0])}") from None
    if len(held) < 2:
        small = "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
        more = f" {_few_rows(estimator, X.shape[0])}" if of_preset(estimator, *HOLDS_OUT) else ""
        raise ValueError(small + more)
    Y = task.targets(held)
    # The score has the user's weights but for a power of 2: its ties are scikit-learn's.
    of_weights = None if weights is None else weights.values[held]
    held_out = HeldOut(X[held], Y, of_weights, estimator.engine, estimator.threads)
    score = _score(estimator, held_out, given.only(held))
    if weights is not None:
        held_out = replace(held_out, weights=weights.of_mean_1(held, "that is held out")[0][held])
    return train, Validation(held_out, score)


def _few_rows(estimator: Any, rows: int) -> str:
    """What asks for the rows that are held out, and how to do without."""
    of = of_preset(estimator, *HOLDS_OUT)
    return (
        f"early_stopping=True{of} holds out validation_fraction={estimator.validation_fraction:g} of the {rows} rows; with so "
        "few, set early_stopping=False, a larger validation_fraction, or give fit(..., validation_data=(X_val, y_val))"
    )


def one_pair(validation_data: Any, X_val: Any, y_val: Any) -> Any:
    """The set that the user gave, as (X, y), in either way; None where there is none."""
    if X_val is None and y_val is None:
        return validation_data
    if validation_data is not None:
        raise ValueError("give validation_data or X_val and y_val, not both")
    if X_val is None:
        raise ValueError("y_val is given without X_val")
    if y_val is None:
        raise ValueError("X_val is given without y_val")
    return X_val, y_val


def from_user(estimator: Any, validation_data: Any) -> Validation:
    """The set that the user gave."""
    if not (isinstance(validation_data, tuple | list) and len(validation_data) == 2):
        raise ValueError("validation_data must be a pair (X, y)")
    X, y = estimator._validated(*validation_data, reset=False)
    dtype = estimator._net().dtype
    Y = estimator._known_targets(y, dtype)
    if Y.shape[1] != estimator.n_outputs_:
        raise ValueError(f"validation_data has {Y.shape[1]} outputs, and y has {estimator.n_outputs_}")
    held_out = HeldOut(in_type(X, dtype), estimator._smoothed(Y), None, estimator.engine, estimator.threads)
    score = _score(estimator, held_out, Given(*validation_data))  # that of the fitted model, without weights of classes
    by_class = estimator._weights_by_class(y)
    if by_class is not None:
        held_out = replace(held_out, weights=of_validation(by_class, dtype))
    return Validation(held_out, score)


def _score(estimator: Any, held_out: HeldOut, rows: Given) -> Score:
    """What the parameter `scoring` names, by default the estimator's `score`; `rows` are those held out, as they were given."""
    if estimator.scoring is None:
        return estimator._default_score(held_out)
    return scorer(estimator.scoring, estimator, held_out, rows)
