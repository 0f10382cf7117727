"""What `fit` warns of beside scikit-learn's warnings: nothing on data that are scaled, once where something is wrong."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_linnerud, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from clearprop import TrainingWarning, advice
from clearprop.estimators import MLPClassifier, MLPRegressor

CLASSES = {f.__name__: f for f in (load_iris, load_wine, load_breast_cancer, load_digits)}
VALUES = {f.__name__: f for f in (load_diabetes, load_linnerud)}
SETTINGS: list[dict[str, Any]] = [
    {},
    {"activation": "tanh"},
    {"solver": "sgd"},
    {"solver": "sgd", "learning_rate_init": 0.1, "batch_size": 32},
    {"solver": "lbfgs"},
    {"solver": "rmsprop"},
    {"hidden_layer_sizes": (30, 30, 30)},
    {"early_stopping": True},
    {"alpha": 1.0},
    {"dropout": 0.2},
    {"normalization": "batch"},
    {"hidden_layer_sizes": ()},
    {"preset": "tabular", "max_iter": 20},
]
IRIS, LABELS = load_iris(return_X_y=True)
IRIS = scale(IRIS)
XOR = np.tile([[-1.0, -1], [-1, 1], [1, -1], [1, 1]], (40, 1)), np.tile([0, 1, 1, 0], 40)
DIABETES, PROGRESSION = load_diabetes(return_X_y=True)


def told(model: Any, X: Any, y: Any, **options: Any) -> list[Any]:
    """The warnings of a fit that are not scikit-learn's own."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model.fit(X, y, **options)
    return [each.message for each in said if issubclass(each.category, TrainingWarning)]


@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("name", [*CLASSES, *VALUES])
def test_nothing_is_said_on_data_that_are_scaled(name: str, options: dict[str, Any]) -> None:
    settings = {"random_state": 0, "max_iter": 40} | options
    if name in CLASSES:
        X, y = CLASSES[name](return_X_y=True)
        model: Any = MLPClassifier(**settings)
    else:
        X, y = VALUES[name](return_X_y=True)
        y, model = scale(y), MLPRegressor(**settings)
    assert told(model, scale(X), y) == []


@pytest.mark.parametrize("table", [np.asarray, csr_matrix], ids=["dense", "sparse"])
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_tiny_inputs_are_to_be_scaled(solver: str, table: Any) -> None:
    said = told(MLPClassifier(solver=solver, random_state=0), table(IRIS * 1e-5), LABELS)
    assert [isinstance(each, advice.ConstantPrediction) for each in said] == [True]
    assert "log 3; the inputs' root mean square is 1e-05, so scale them: scaling=" in str(said[0])


def test_iterations_that_ran_out_on_tiny_inputs_say_scale_and_not_more_iterations() -> None:
    for inputs, steps in ((1e-3 * IRIS, 200), (1e-5 * IRIS, 20)):
        with pytest.warns(ConvergenceWarning) as said:
            MLPClassifier(random_state=0, max_iter=steps, tol=0, n_iter_no_change=1000).fit(inputs, LABELS)
        first = str(said[0].message)
        assert "Maximum iterations" in first
        assert re.search(r"inputs' root mean square is (0\.001|1\.?\d?e-05)", first)
        assert "scale them" in first
        assert "max_iter or" not in first


@pytest.mark.parametrize("solver", ["adam", "adamw"])
def test_targets_in_the_thousands_are_named_before_the_fit_and_standardised_ones_fit(solver: str) -> None:
    given: dict[str, Any] = {"random_state": 0, "solver": solver}
    begun: list[int] = []

    def show(message: Any, *_: Any, **__: Any) -> None:
        begun.append(getattr(model, "n_iter_", 0))
        assert isinstance(message, Warning)

    model = MLPRegressor(**given)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show
        model.fit(DIABETES, 10 * PROGRESSION)
    assert begun[0] == 0  # no epoch had been taken
    said = told(MLPRegressor(**given), DIABETES, 10 * PROGRESSION)
    assert [type(each).__name__ for each in said] == ["TargetOutOfReach"]
    assert "standardize_target=True, or TransformedTargetRegressor(" in str(said[0])
    better = MLPRegressor(**given, standardize_target=True)
    assert told(better, DIABETES, 10 * PROGRESSION) == []
    assert better.score(DIABETES, 10 * PROGRESSION) > 0.4 > 0 > model.score(DIABETES, 10 * PROGRESSION)


def test_an_output_that_cannot_give_the_targets_is_named_once_for_all_restarts_and_partial_fit_is_silent() -> None:
    model = MLPRegressor(output_activation="sigmoid", restarts=3, max_iter=30, random_state=0)
    said = told(model, DIABETES, PROGRESSION)
    assert [type(each) for each in said] == [advice.TargetOutOfRange]
    assert "442 of 442 targets are outside (0, 1)" in str(said[0])
    model.partial_fit(DIABETES, PROGRESSION)


def test_targets_out_of_reach_are_told_once_for_all_restarts() -> None:
    model = MLPRegressor(random_state=0, restarts=3, max_iter=60)
    assert len(told(model, DIABETES, 10 * PROGRESSION)) == 1


def test_counts_are_not_to_be_standardised() -> None:
    with pytest.warns(ConvergenceWarning) as said:
        MLPRegressor(random_state=0, loss="poisson", max_iter=50).fit(DIABETES, PROGRESSION)
    assert not [each for each in said if "standardise" in str(each.message)]


@pytest.mark.parametrize(("size", "foretold"), [(1e4, True), (20.0, False)])
def test_a_remedy_of_large_targets_is_told_once_before_the_fit_or_after_it(size: float, foretold: bool) -> None:
    X = np.random.default_rng(0).normal(size=(2000, 5))
    with pytest.warns(ConvergenceWarning) as said:
        MLPRegressor(random_state=0, max_iter=150).fit(X, size * (3 + X[:, 0]))
    texts = [str(each.message) for each in said]
    assert [text.startswith(advice.TargetOutOfReach.opening) for text in texts] == (
        [True, False] if foretold else [False]
    )
    assert sum("standardise" in text for text in texts) == 1
    assert "Maximum iterations (150) reached" in texts[-1]
    assert "larger max_iter" not in texts[-1]


@pytest.mark.parametrize("options", [{"restarts": 3}, {"early_stopping": True}, {"class_weight": "balanced"}], ids=str)
def test_a_failed_fit_is_told_once(options: dict[str, Any]) -> None:
    said = told(MLPClassifier(random_state=0, **options), IRIS * 1e-5, LABELS)
    assert [isinstance(each, advice.ConstantPrediction) for each in said] == [True]


def test_weights_of_points_are_those_of_the_training() -> None:
    weights = np.where(LABELS == 0, 50.0, 1.0)
    (said,) = told(MLPClassifier(random_state=0, max_iter=1000), IRIS * 1e-6, LABELS, sample_weight=weights)
    shares = np.bincount(LABELS, weights) / weights.sum()
    assert f"always predicting the targets' mean has {-(shares * np.log(shares)).sum():.3g}" in str(said)


def test_a_program_that_silences_convergence_warnings_is_not_told() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        MLPClassifier(random_state=0).fit(IRIS * 1e-5, LABELS)
        MLPRegressor(random_state=0).fit(DIABETES, 10 * PROGRESSION)
        MLPClassifier(random_state=0, solver="sgd", learning_rate_init=30.0).fit(IRIS, LABELS)


def test_a_larger_step_that_is_named_helps() -> None:
    given: dict[str, Any] = {"activation": "logistic", "random_state": 0, "max_iter": 100}
    with pytest.warns(ConvergenceWarning):
        slow = MLPClassifier(**given).fit(*XOR)
    (said,) = told(MLPClassifier(**given), *XOR)
    rate = float(re.findall(r"from here: learning_rate_init=(\S+) brings", str(said))[0])
    faster = MLPClassifier(**given, learning_rate_init=rate)
    assert told(faster, *XOR) == []
    assert faster.loss_ < slow.loss_


def test_a_fit_that_diverges_for_its_targets_says_so() -> None:
    with pytest.raises(
        ValueError, match=r"is not finite; the targets' root mean square is 1\.7\de\+03, so standardise them"
    ):
        MLPRegressor(solver="sgd", learning_rate_init=0.1, random_state=0).fit(scale(DIABETES), 10 * PROGRESSION)


def test_a_warm_start_is_judged_by_its_own_losses() -> None:
    model = MLPClassifier(random_state=0, warm_start=True, max_iter=300)
    assert told(model, IRIS, LABELS) == []
    (said,) = told(model.set_params(solver="sgd", learning_rate_init=50.0), IRIS, LABELS)
    assert isinstance(said, advice.LossRose)
    assert "rose from 0.0799" in str(said)  # where the first fit ended


def test_the_warning_names_the_user_s_line() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        MLPClassifier(random_state=0).fit(IRIS * 1e-5, LABELS)
    assert [each.filename for each in said if issubclass(each.category, TrainingWarning)] == [__file__]
