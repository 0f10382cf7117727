"""`explain` shows the step that the estimator takes next: the weights after it are those after `partial_fit` with this row."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris

from clearprop.estimators import MLPClassifier, MLPRegressor

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::clearprop.estimators.UnusedParameterWarning"),
    pytest.mark.filterwarnings("ignore:Got `batch_size`:UserWarning"),
]
X, Y = load_iris(return_X_y=True)
SEVERAL = np.column_stack([Y == 1, X[:, 0] > 5.5]).astype(int)
DIABETES, PROGRESSION = load_diabetes(return_X_y=True)
TARGETS: dict[str, tuple[Any, np.ndarray, np.ndarray]] = {
    "three classes": (MLPClassifier, X, Y),
    "two classes": (MLPClassifier, X[:100], np.array(["no", "yes"])[Y[:100]]),
    "several labels": (MLPClassifier, X, SEVERAL),
    "values": (MLPRegressor, DIABETES, PROGRESSION / 100),
    "several values": (MLPRegressor, X[:, :2], X[:, 2:]),
}
SETTINGS: list[dict[str, Any]] = [
    {},
    {"solver": "sgd"},
    {"solver": "sgd", "momentum": 0.0, "alpha": 0.1},
    {"solver": "sgd", "nesterovs_momentum": False, "learning_rate": "invscaling"},
    {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.1, "n_iter_no_change": 1, "tol": 1e-3},
    {"solver": "adamw(weight_decay=0.1)"},
    {"solver": "clip_norm(largest=0.01, then=rmsprop)", "l1_ratio": 0.5, "alpha": 0.1},
    {"learning_rate": "cosine(start=0.01, steps=300)"},
    {"scaling": "standard", "normalization": "layer"},
    {"activation": "prelu"},
    {
        "preset": "tabular",
        "early_stopping": False,
        "learning_rate": "coslog4(peak=0.04, steps=500)",
        "dtype": "float64",
    },
]
OF_CLASSES: list[dict[str, Any]] = [{"label_smoothing": 0.2}, {"class_weight": True}, {"loss": "square"}]
OF_VALUES: list[dict[str, Any]] = [{"standardize_target": True}, {"loss": "quantile(tau=0.9)"}]
WEIGHTS = {
    "three classes": {0: 1, 1: 5, 2: 0},
    "two classes": [1.0, 7.0],
    "several labels": [{0: 1, 1: 3}, {0: 2, 1: 5}],
}
CASES = [(task, options) for task in TARGETS for options in SETTINGS + (OF_VALUES if "value" in task else OF_CLASSES)]


def fitted(task: str, **options: Any) -> Any:
    kind, points, y = TARGETS[task]
    if options.get("class_weight"):
        options["class_weight"] = WEIGHTS[task]
    settings = {"hidden_layer_sizes": (5,), "max_iter": 12, "random_state": 0, "batch_size": 32} | options
    return kind(**settings).fit(points, y)


def assert_it_is_the_next_step(model: Any, x: np.ndarray, y: np.ndarray) -> None:
    trace = model.explain(x[0], y[0], check=False)
    before = model._net().parameters.copy()
    model.partial_fit(x, y)
    net = model._net()
    assert not np.array_equal(before, net.parameters)
    for l in net.layers:
        np.testing.assert_allclose(trace.update[l].W_after, net.W[l], rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(trace.update[l].W0_after[:, 0], net.W0[l], rtol=1e-12, atol=1e-14)
    assert trace.header.loss_value == pytest.approx(model.loss_, rel=1e-12)


@pytest.mark.parametrize(("task", "options"), CASES, ids=str)
def test_the_step_explained_is_the_one_that_partial_fit_takes(task: str, options: dict[str, Any]) -> None:
    model, (_, points, y) = fitted(task, **options), TARGETS[task]
    for i in (60, 61):
        assert_it_is_the_next_step(model, points[i : i + 1], y[i : i + 1])


def test_so_it_is_in_a_stream_of_rows_in_a_copy_in_a_pickle_and_before_the_first_step() -> None:
    model = MLPRegressor(random_state=0).initialize(DIABETES, PROGRESSION)
    for i in range(4):
        assert model.explain(DIABETES[i], PROGRESSION[i], check=False).header.t == i + 1
        assert_it_is_the_next_step(copy.copy(model), DIABETES[i : i + 1], PROGRESSION[i : i + 1])
        assert_it_is_the_next_step(pickle.loads(pickle.dumps(model)), DIABETES[i : i + 1], PROGRESSION[i : i + 1])
        model.partial_fit(DIABETES[i : i + 1], PROGRESSION[i : i + 1])


def test_nothing_of_the_model_changes() -> None:
    model = fitted("three classes", dropout=0.5, learning_rate="cosine(start=0.01, steps=300)")
    before = pickle.dumps(model)
    model.explain(X[0], Y[0])
    assert pickle.dumps(model) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"dropout": 0.5}, "dropout leaves no unit out here"),
        ({"input_noise": 0.1}, "no noise is added to the inputs here"),
        ({"max_norm": 1.0, "solver": "sgd", "momentum": 0.0}, "weights are not brought to max_norm=1.0 here"),
        ({"normalization": "batch"}, "normalisations take their running mean and variance here"),
        ({"class_weight": "balanced"}, "class_weight='balanced' needs all rows, so the point counts as 1 here"),
        ({"early_stopping": True}, "the weights are the best ones, the optimiser's state is that after the last epoch"),
        ({"learning_rate": "cosine(start=0.01, steps=0)"}, "the schedule came to its end with step 60, so eta is"),
        ({"early_stopping": True, "calibration": "temperature"}, "the last layer is divided by the temperature"),
        ({"solver": "lbfgs"}, "lbfgs searches its steps over every point; shown is the plain one"),
    ],
    ids=str,
)
def test_what_is_shown_in_another_way_is_said(options: dict[str, Any], said: str) -> None:
    settings = {"hidden_layer_sizes": (5,), "max_iter": 12, "random_state": 0, "batch_size": 32} | options
    trace = MLPClassifier(**settings).fit(X, Y).explain(X[0], Y[0])
    assert said in trace.rule.about
    assert said in " ".join(trace.text(width=300).split())


def test_another_step_can_be_asked_for() -> None:
    model = fitted("three classes")
    trace = model.explain(X[0], Y[0], optimizer="sgd", eta=0.5, state=None, t=1)
    assert (trace.header.optimizer, trace.header.eta, trace.header.t) == ("sgd", 0.5, 1)
