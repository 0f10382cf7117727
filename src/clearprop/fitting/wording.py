"""Metrics in words: their names, their values, and what makes scores special, for the shell and for reports."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .baselines import LINEAR
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
TIES: Mapping[str, float] = {"accuracy": 0.005, "r2": 0.01}
"""The differences of these metrics that are none."""
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


def measure_name(name: str) -> str:
    """A metric's name for the output."""
    return NAMES.get(name, name)


def measure(name: str, value: float | None) -> str:
    """A metric's value for the output; "none" where the rows gave it none."""
    if value is None or math.isnan(value):
        return "none"
    return f"{100 * value:.2f} %" if name in IN_PERCENT else f"{value:.4g}"


def remarks_of(scores: Scores) -> list[str]:
    """What makes scores special, and why metrics have no value, as sentences."""
    said = [f"{remark[0].upper()}{remark[1:]}." for remark in scores.remarks]
    for reason in dict.fromkeys(scores.without.values()):
        named = ", ".join(measure_name(name) for name, why in scores.without.items() if why == reason)
        said.append(f"No {named}: {reason}.")
    return said


def linear_serves(scores: Mapping[str, Scores], beside: Mapping[str, Scores]) -> str | None:
    """A sentence where the linear model is better on held-out rows by more than a tie; None where it is not."""
    *_, last = scores
    if last == "training" or LINEAR not in beside:
        return None
    ours, theirs = scores[last].metrics, beside[LINEAR].metrics
    for name, tie in TIES.items():
        if name in ours and theirs[name] > ours[name] + tie:
            return (
                f"The linear model is better on these {scores[last].rows:,} rows: {measure_name(name)} "
                f"{measure(name, theirs[name])} against {measure(name, ours[name])}. It may serve; "
                "layers '' makes a network without hidden layers."
            )
    return None
