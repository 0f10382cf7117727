"""Metrics in words: their names, their values, and what makes scores special, for the shell and for reports."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..amounts import count, number
from ..callers import give
from ..io.model import Model
from .baselines import GUESS, LINEAR
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
"""Differences of these metrics that count as none, in either direction; a standard error counts as none too."""
LARGER_ERROR, SMALL_ERROR = 0.1, 0.01
"""An error that is larger by at most this part of the other one, or by this much of all rows or of the target's standard
deviation, is about the same."""
TOLD_APART, TOLD_BY_ANSWERS = 0.75, 0.1
"""An AUC of at least this says that probabilities tell classes apart, although all answers may be the commonest class; so much
more balanced accuracy than that of guessing says that answers do."""
AT_FAULT = (
    "The network is not clearly better than guessing, but the linear model is: these columns say something about the target, "
    "and the training is at fault. Try another step size, or more steps."
)
"""The verdict on a network that has not learnt what a linear model has."""
ALSO_LINEAR = "The network has no hidden layers, so it is a linear model too"
NOTHING_LEARNT = "The network is not clearly better than guessing: these columns may not say much about the target."
SURE = 1.96
"""Standard errors on either side of a share that hold 95 % of such shares."""
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


def percent(share: float) -> str:
    """0.9753 as "97.53 %"."""
    return f"{100 * share:.2f} %"


def measure_name(name: str) -> str:
    """A metric's name for the output."""
    return NAMES.get(name, name)


def measure(name: str, value: float | None) -> str:
    """A metric's value for the output; "none" where the rows gave it none."""
    if value is None or math.isnan(value):
        return "none"
    return percent(value) if name in IN_PERCENT else number(value)


def remarks_of(scores: Scores) -> list[str]:
    """What makes scores special, and why metrics have no value, as sentences."""
    said = [f"{remark[0].upper()}{remark[1:]}." for remark in scores.remarks]
    for reason in dict.fromkeys(scores.without.values()):
        named = ", ".join(measure_name(name) for name, why in scores.without.items() if why == reason)
        said.append(f"No {named}: {reason}.")
    return said


def left_out_of(model: Model) -> dict[str, str]:
    """Why columns of the training table are no inputs, by name; nothing in a file of an earlier version."""
    kept = model.facts.get("left_out", {})
    return {str(name): str(why) for name, why in kept.items()} if isinstance(kept, Mapping) else {}


def before_refit(part: str, *, refit: bool) -> str:
    """What is added to the name of a part: the scores on validation rows are of the network before it has learnt from them."""
    return " (before refit)" if refit and part == "validation" else ""


def in_short(scores: Mapping[str, Scores], beside: Mapping[str, Scores], *, refit: bool) -> str:
    """The main metric on each part of the rows, and the baselines' on the last of them."""
    *_, (last, own) = scores.items()
    name = next(each for each in TIES if each in own.metrics)
    parts = [
        f"{count(found.rows, f'{part} row')}{before_refit(part, refit=refit)} {measure(name, found.metrics[name])}"
        for part, found in scores.items()
    ]
    others = [f"{model} {measure(name, found.metrics[name])}" for model, found in beside.items()]
    return f"{measure_name(name)} on {', '.join(parts)}" + (
        f"; on the {last} rows {', '.join(others)}" if others else ""
    )


def likely(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share that was seen in n rows (Wilson 1927); it is right at 0 and 1 too."""
    z = SURE**2 / n
    centre, half = share + z / 2, SURE * math.sqrt(share * (1 - share) / n + z / (4 * n))
    return max(0.0, (centre - half) / (1 + z)), min(1.0, (centre + half) / (1 + z))


def _standard_error(name: str, value: float, n: int) -> float:
    """The standard error of a share, or of R² = 1 - Σ(a - y)²/Σ(y - ȳ)² (Olkin and Finn 1995), from n rows."""
    if name == "accuracy":
        low, high = likely(value, n)
        return (high - low) / 4
    return 2 * math.sqrt(max(value, 0.0)) * (1 - value) / math.sqrt(n)


def said_of_loss(facts: Mapping[str, Any]) -> str:
    """What a loss has in it beside the mean over rows, as a sentence; empty for nothing."""
    calibrated, penalty = facts.get("temperature") not in (None, 1.0), facts.get("penalty")
    if not (penalty or calibrated):
        return ""
    what = [f"has the penalty, {penalty}, in it"] * bool(penalty) + ["is that after calibration"] * calibrated
    why = "; calibration changes the weights, so the penalty too" if penalty and calibrated else ""
    return f"The loss {' and '.join(what)}{why}."


def verdict(scores: Scores, beside: Mapping[str, Scores], *, linear: bool = False) -> tuple[str, ...]:
    """Whether the network is better than the linear model and than guessing, as a sentence; none where that is not known.

    `linear` says that the network has no hidden layers.
    """
    name = next((each for each in TIES if each in scores.metrics), None)
    if name is None or LINEAR not in beside or GUESS not in beside:
        return ()
    own, other, guess = (each.metrics[name] for each in (scores, beside[LINEAR], beside[GUESS]))
    if math.isnan(own):
        return ()
    within = max(TIES[name], _standard_error(name, own, scores.rows))
    if own <= guess + within:
        learnt = other > guess + max(TIES[name], _standard_error(name, other, beside[LINEAR].rows))
        return (_no_better_than_guessing(scores, beside[GUESS], AT_FAULT if learnt else NOTHING_LEARNT),)
    return (_beside_linear(name, own, other, scores.rows, linear=linear),)


def _beside_linear(name: str, own: float, other: float, n: int, *, linear: bool) -> str:
    """Which of two models is better by the main metric on n rows, or that these do not tell.

    `linear` says that both are linear.
    """
    apart, by_chance = abs(own - other), _standard_error(name, own, n)
    if apart <= max(TIES[name], by_chance) and _is_about(_error(name, own), _error(name, other)):
        alike = f"{ALSO_LINEAR}, about as good as the one beside it."
        return alike if linear else "The linear model does about as well here, and is simpler to explain."
    if linear:
        who, sure = ("the one beside it" if own < other else "it"), apart > by_chance
        few = "" if sure else f", but {n:,} rows are too few to be sure"
        return f"{ALSO_LINEAR}; {who} has the smaller error here{few}."
    if apart <= by_chance:
        best = "linear model" if own < other else "network"
        return (
            f"The {best} has the smaller error here, but {n:,} rows are too few to be sure; the linear model is simpler to "
            "explain."
        )
    if own < other:
        return "The linear model is better here: it may serve, or more regularisation may help the network."
    return "The network is better than the linear model."


def _error(name: str, value: float) -> float:
    """The share of wrong answers, or the RMSE in standard deviations of the target."""
    return 1 - value if name == "accuracy" else math.sqrt(1 - value)


def _is_about(one: float, other: float) -> bool:
    return abs(one - other) <= max(LARGER_ERROR * min(one, other), SMALL_ERROR)


def _no_better_than_guessing(scores: Scores, guess: Scores, otherwise: str) -> str:
    """What to say then, `otherwise` where metrics do not contradict it.

    Where classes are of unequal size, guessing the commonest one is often right, and says nothing.
    """
    balanced, guessed = (each.metrics.get("balanced_accuracy", math.nan) for each in (scores, guess))
    auc = scores.metrics.get("auc", math.nan)
    if balanced >= guessed + TOLD_BY_ANSWERS:
        return (
            "Guessing the commonest class has as many right answers, because classes are of unequal size; over classes the "
            f"mean share of right answers is {percent(balanced)}, and that of guessing {percent(guessed)}."
        )
    if auc >= TOLD_APART:
        return (
            "The answers are not clearly better than guessing the commonest class, but the probabilities tell the classes "
            f"apart (AUC {number(auc)}): {give('--class-weight=balanced')} "
            "gives rare classes more weight."
        )
    return otherwise
