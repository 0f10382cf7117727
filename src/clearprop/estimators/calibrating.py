"""The temperature of a classifier: whether one is fitted, on which points, and that training goes on without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..formulas.activations import Activation, Sigmoid
from ..training.calibration import calibrated, contradiction, divide_in_place, likelihood_of
from ..training.evaluation import HeldOut
from . import words
from .calls import Call
from .settings import found_in_data

NO_POINTS = (
    "calibration='temperature' is fitted on points that are held out, and there are none: give early_stopping=True with a "
    "solver that takes steps, or fit(X, y, validation_data=(X_val, y_val)); 'auto' does without where there are none"
)


def settle(estimator: Any, call: Call, output: Activation) -> None:
    """Whether this call ends with a temperature. ValueError where one is asked for and there can be none."""
    asked = vars(estimator).get("calibration")
    vars(estimator).pop("_calibrates", None)
    if asked is None:
        return
    try:
        _require(estimator, call, output)
    except ValueError:
        if asked != "auto":
            raise
        found_in_data(estimator, calibration=None)
        return
    if asked == "auto":
        found_in_data(estimator, calibration="temperature")
    estimator._calibrates = True


def _require(estimator: Any, call: Call, output: Activation) -> None:
    drawn = estimator.early_stopping and not call.in_pieces and not words.takes_whole_set(estimator.solver)
    if not drawn and call.validation_data is None:
        raise ValueError(NO_POINTS)
    likelihood_of(output)
    if isinstance(output, Sigmoid) and estimator._labels.kind == "multiclass":
        raise ValueError(
            "calibration is for outputs of one distribution, and a sigmoid for each of several classes gives none; "
            "leave output_activation out, or calibration"
        )


def fit_temperature(estimator: Any, held_out: HeldOut) -> None:
    """Divide the last layer by the temperature that fits the set held out best, in each restart, if the call asks for one."""
    if not vars(estimator).get("_calibrates", False):
        return
    net = estimator._net()
    found = calibrated(net, replace(held_out, Y=estimator._truth(held_out.Y)))
    if estimator.calibration == "auto" and contradiction(found.temperature) is not None:
        found_in_data(estimator, calibration=None)
        return
    net.parameters = found.network.parameters
    estimator.temperature_ = found.temperature


def take_back(estimator: Any) -> None:
    """Let training go on from the weights that it left: multiply the last layer by the temperature of an earlier call."""
    T = vars(estimator).pop("temperature_", None)
    if T is not None:
        divide_in_place(estimator._net(), 1 / T)
