"""The first call of `partial_fit`, and `initialize`: what they learn of columns and targets is kept in all later calls.

So one row is too few where something is learnt of columns, and what is constant there is named.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import _num_samples

from ..advice.warned import warn
from ..columns import ColumnWarning
from .columns import as_frame
from .places import SHOWN

WAY_OUT = "rows that are representative: initialize(X, y) learns it from them and trains nothing"


def require_rows(estimator: Any, X: Any) -> None:
    """ValueError for a single row X (1, m) where statistics of columns or targets are to be learnt from it."""
    asked = [
        name
        for name in ("scaling", "missing", "categorical_features", "standardize_target")
        if _learns(estimator, name, X)
    ]
    if asked and _num_samples(X) == 1:
        value = getattr(estimator, asked[0])
        raise ValueError(
            f"{asked[0]}={value!r} learns from the rows of the first call, keeps that for all later ones, and one row tells "
            f"nothing of the others; begin with {WAY_OUT}. Or prepare the rows before, by a fitted StandardScaler for example"
        )


def _learns(estimator: Any, name: str, X: Any) -> bool:
    value = vars(estimator).get(name)
    if name == "categorical_features" and isinstance(value, str):
        return hasattr(as_frame(X), "columns")  # an array's columns have no types
    return value is not None and value is not False


def warn_of_constants(estimator: Any) -> None:
    """A ColumnWarning that names inputs, and a target, of one value in this call, whose scale cannot be learnt."""
    made, said = vars(estimator), []
    constant = np.flatnonzero(made["scaler_"].factor == 0) if "scaler_" in made else np.zeros(0, int)
    if len(constant):
        names = _names(estimator)
        listed = ", ".join(repr(names[j]) for j in constant[:SHOWN])
        more = f" and {len(constant) - SHOWN} more" if len(constant) > SHOWN else ""
        said.append(f"{listed}{more}, which the network gets as 0 from now on, whatever later rows have")
    if estimator._targets_are_constant():
        said.append("y, which is centred and not scaled from now on")
    if said:
        warn(
            f"The same value in every row of the first call: {'; and '.join(said)}. Begin with {WAY_OUT}", ColumnWarning
        )


def _names(estimator: Any) -> list[Any]:
    """The names, or numbers, of the inputs that are scaled."""
    made = vars(estimator)
    if "columns_" in made:
        return list(made["columns_"].get_feature_names_out())
    return list(made.get("feature_names_in_", range(estimator.n_features_in_)))
