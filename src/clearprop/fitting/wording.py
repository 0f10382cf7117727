"""Metrics in words: their names, their values, and what makes scores special, for the shell and for reports."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .scores import Scores

SHOWN = ("accuracy", "balanced_accuracy", "auc", "log_loss", "rmse", "mae", "r2")
"""The metrics beside every training; an evaluation shows all."""
NAMES: Mapping[str, str] = {
    "balanced_accuracy": "balanced",
    "auc": "AUC",
    "log_loss": "log loss",
    "f1": "F1",
    "f1_macro": "F1",
    "precision_macro": "precision",
    "recall_macro": "recall",
    "calibration_error": "calibration error",
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
}
IN_PERCENT = {
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "f1",
    "precision_macro",
    "recall_macro",
    "f1_macro",
    "calibration_error",
}


PLAIN_FROM, PLAIN_TO = 1e3, 1e7
"""Numbers from the first to the second are written in full, with a comma between thousands."""


def number(value: float) -> str:
    """A number for a person, rounded to four digits.

    >>> number(0.123456), number(230_731.4), number(1437.0), number(3.2e9)
    ('0.1235', '230,700', '1,437', '3.2e+09')
    """
    rounded = float(f"{value:.4g}")
    return f"{rounded:,.0f}" if PLAIN_FROM <= abs(rounded) < PLAIN_TO else f"{rounded:.4g}"


def measure_name(name: str) -> str:
    """A metric's name for the output."""
    return NAMES.get(name, name)


def measure(name: str, value: float | None) -> str:
    """A metric's value for the output; "none" where the rows gave it none."""
    if value is None or math.isnan(value):
        return "none"
    return f"{100 * value:.2f} %" if name in IN_PERCENT else number(value)


def remarks_of(scores: Scores) -> list[str]:
    """What makes scores special, and why metrics have no value, as sentences."""
    said = [f"{remark[0].upper()}{remark[1:]}." for remark in scores.remarks]
    for reason in dict.fromkeys(scores.without.values()):
        named = ", ".join(measure_name(name) for name, why in scores.without.items() if why == reason)
        said.append(f"No {named}: {reason}.")
    return said
