"""Random settings of all that scikit-learn's perceptrons can be told: ours give the same losses, weights and predictions.

5,000 settings are drawn, by a seed; they are compared with scikit-learn's classes as the table of differences in
docs/estimators.md changes them (`their_numbers.py`), so that a difference is a row of that table or a fault.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs
from sklearn.exceptions import ConvergenceWarning

from clearprop import estimators as ours

from .random_settings import Setting, draw
from .since import SINCE_1_9
from .their_numbers import keep_best_weights, with_exact_losses, with_other_rounding, with_weights_that_last

IN_ONE_TEST, TESTS = 10, 500
EQUAL = 1e-9
"""Of the norm of an array; a loss below 1 is not measured by its own size."""
ROUNDINGS, PROBES = 16, 3
"""Where steps enlarge rounding: so many times as far as scikit-learn itself comes where its products are rounded otherwise."""

DIVERGED = "Solver produced non-finite parameter weights."
COUNTS = ("n_iter_", "t_", "_no_improvement_count")
CURVES, NUMBERS = ("loss_curve_", "validation_scores_"), ("loss_", "best_loss_", "best_validation_score_")


def learnt(room: Any, setting: Setting, **options: Any) -> tuple[Any, Exception | None, set[type]]:
    """The model after the setting's calls, the error that ended them, and the kinds of warnings."""
    seed = setting.options["random_state"]
    options |= {"random_state": np.random.RandomState(seed) if setting.generator else seed}
    model = getattr(room, setting.kind)(**setting.options | options)
    with warnings.catch_warnings(record=True) as said, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        try:
            for X, y, more in calls(setting):
                if setting.way == "partial_fit":
                    model.partial_fit(X, y, **more)
                else:
                    model.fit(X, y, **more)
                if room is theirs:
                    keep_best_weights(model)
        except ValueError as error:
            return model, error, set()
    return model, None, {each.category for each in said}


def calls(setting: Setting) -> list[tuple[Any, Any, dict[str, Any]]]:
    """The arguments of each call that learns."""
    X, y = setting.X, setting.y
    if setting.way != "partial_fit":
        more = {} if setting.weights is None else {"sample_weight": setting.weights}
        return [(X, y, more)] * (2 if setting.way == "fit twice" else 1)
    X = np.asarray(X) if setting.layout == "lists" else X.tocsr() if hasattr(X, "tocsr") else X
    pieces = np.array_split(np.arange(len(y)), 3)
    pieces += [np.array([row]) for row in range(6)]  # and single rows, which are learnt on a path of their own
    given = []
    for call, rows in enumerate(pieces):
        more = {"classes": setting.classes} if setting.classes is not None and call == 0 else {}
        weights = {} if setting.weights is None else {"sample_weight": setting.weights[rows]}
        given.append((X[rows], y[rows], more | weights))
    return given


def compare(setting: Setting) -> str | None:
    """What differs beyond rounding; None where nothing does."""
    other, their_error, their_warnings = theirs_without_differences(setting)
    mine, our_error, our_warnings = learnt(ours, setting, **setting.ours)
    if their_error is not None or our_error is not None:
        same = said(our_error) == said(their_error) or said(our_error) in ends_by_rounding(setting)
        return None if same else f"errors: {our_error!r} and theirs {their_error!r}"
    if (ConvergenceWarning in their_warnings) != (ConvergenceWarning in our_warnings) and diverged(other) is None:
        return f"warnings: {our_warnings} and theirs {their_warnings}"
    apart = differences(mine, other, setting.X)
    if not isinstance(apart, str) and all(far <= EQUAL for far in apart.values()):
        return None
    rounding = by_rounding(setting, other)
    if rounding is None or isinstance(apart, str):
        return None if rounding is None else str(apart)
    worse = {
        name: (far, rounding[name]) for name, far in apart.items() if not far <= max(EQUAL, ROUNDINGS * rounding[name])
    }
    return f"apart, and theirs by rounding: {worse}" if worse else None


def theirs_without_differences(setting: Setting) -> tuple[Any, Exception | None, set[type]]:
    """What theirs learns where the rows of the table are undone that random settings meet."""
    with with_exact_losses(), with_weights_that_last(as_they_are=setting.way == "partial_fit"):
        return learnt(theirs, setting)


def said(error: Exception | None) -> tuple[type, str]:
    """The kind of an error and its words; of a training that diverged only the words that scikit-learn has too."""
    words = str(error)
    return type(error), DIVERGED if words.startswith(DIVERGED) else words


def differences(mine: Any, other: Any, X: Any) -> dict[str, float] | str:
    """How far each number of a fitted model is from theirs, or what is not even of the same kind."""
    for name in ("n_layers_", "n_outputs_", "out_activation_"):
        if vars(mine)[name] != vars(other)[name]:
            return f"{name}: {vars(mine)[name]} and theirs {vars(other)[name]}"
    end = diverged(other)
    if end is not None:
        apart = {name: between(vars(mine)[name][:end], vars(other)[name][:end]) for name in CURVES}
        if other.n_iter_ < len(other.loss_curve_):
            return apart  # the next call begins where the one that diverged has ended, and that differs
        return apart | differences_of_weights(mine, other, X)
    counts = [{name: vars(model).get(name) for name in COUNTS} for model in (mine, other)]
    if counts[0] != counts[1]:
        return f"counts: {counts[0]} and theirs {counts[1]}"
    given, their = ({name: vars(model).get(name) for name in (*CURVES, *NUMBERS)} for model in (mine, other))
    shapes = [
        {name: None if value is None else np.shape(value) for name, value in each.items()} for each in (given, their)
    ]
    if shapes[0] != shapes[1]:
        return f"shapes: {shapes[0]} and theirs {shapes[1]}"
    apart = {name: between(given[name], value) for name, value in their.items() if value is not None}
    return apart | differences_of_weights(mine, other, X)


def differences_of_weights(mine: Any, other: Any, X: Any) -> dict[str, float]:
    """Of weights, by the norm of a layer's, and of predictions."""
    apart = {}
    for name in ("coefs_", "intercepts_"):
        for l, (array, their) in enumerate(zip(getattr(mine, name), getattr(other, name), strict=True), 1):
            apart[f"{name}{l}"] = float(np.linalg.norm((array - their) / size(their)))
    predict = "predict_proba" if hasattr(other, "predict_proba") else "predict"
    with np.errstate(all="ignore"):
        return apart | {"predictions": between(*(getattr(model, predict)(X) for model in (mine, other)))}


def size(array: np.ndarray) -> float:
    """The norm of a layer's weights, or what it was at the start where a penalty has brought them to nearly 0."""
    largest = abs(array).max()
    return float(max(largest * np.linalg.norm(array / (largest or 1)), np.sqrt(array.size / sum(array.shape))))


def diverged(model: Any) -> int | None:
    """How many epochs before one in which their weights left the range of numbers, with early stopping; None if they never did.

    The table has it: ours ends there, with the best weights, and theirs goes on to its last epoch. The loss shows it in
    the same epoch or in the next one.
    """
    if not vars(model).get("validation_scores_"):
        return None
    finite = np.isfinite(model.loss_curve_) & np.isfinite(model.validation_scores_)
    return None if finite.all() else max(0, int(np.argmin(finite)) - 1)


def between(given: Any, their: Any) -> float:
    """The largest difference of numbers, by their own size where that is above 1."""
    a, b = np.asarray(given, float), np.asarray(their, float)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(invalid="ignore"):
        return float(np.where(same, 0, abs(a - b) / np.maximum(1, abs(b))).max(initial=0))


def ends_by_rounding(setting: Setting) -> set[tuple[type, str]]:
    """How theirs ends where every product is rounded otherwise: a training may overflow by rounding alone."""
    ends = set()
    for seed in range(PROBES):
        with with_other_rounding(np.random.default_rng(seed)):
            ends.add(said(theirs_without_differences(setting)[1]))
    return ends


def by_rounding(setting: Setting, other: Any) -> dict[str, float] | None:
    """How far theirs comes from itself where every product is rounded otherwise; None where it then ends in another epoch."""
    far: dict[str, float] = {}
    for seed in range(PROBES):
        with with_other_rounding(np.random.default_rng(seed)):
            again, error, _ = theirs_without_differences(setting)
        apart = str(error) if error is not None else differences(again, other, setting.X)
        if isinstance(apart, str):
            return None
        far = {name: max(value, far.get(name, 0.0)) for name, value in apart.items()}
    return far


@SINCE_1_9
@pytest.mark.parametrize("number", range(TESTS))
def test_random_settings_give_their_numbers(number: int) -> None:
    differing = {}
    for which in range(IN_ONE_TEST):
        setting = draw(np.random.default_rng((number, which)))
        found = compare(setting)
        if found is not None:
            differing[f"number {number}, {which}: {setting}"] = found
    assert differing == {}


@SINCE_1_9
def test_nearly_every_setting_is_one_that_can_be_learnt() -> None:
    refused = 0
    for number in range(200):
        setting = draw(np.random.default_rng((number, 0)))
        _, error, _ = learnt(theirs, setting)
        refused += error is not None
    assert refused < 20
