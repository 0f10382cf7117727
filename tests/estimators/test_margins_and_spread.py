"""What outputs mean that are no probabilities: margins have a `decision_function`, a learnt spread is given by `return_std`."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.metrics import get_scorer, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from clearprop.estimators import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
TWO = Y > 0
NAMES = np.array(["b", "a"])[(Y == 1).astype(int)]
INDICATORS = np.column_stack([Y == 1, Y >= 1]).astype(int)
TARGETS = {"two": TWO, "two names": NAMES, "three": Y, "indicators": INDICATORS}
MARGINS: dict[str, dict[str, Any]] = {
    "hinge": {"loss": "hinge"},
    "squared_hinge": {"loss": "squared_hinge"},
    "square": {"loss": "square"},
    "tanh": {"loss": "square", "output_activation": "tanh"},
}


# ---- margins


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("loss", MARGINS)
def test_a_decision_is_that_of_predict(loss: str, target: str) -> None:
    y = TARGETS[target]
    model = MLPClassifier(**MARGINS[loss], max_iter=40, learning_rate_init=0.01, random_state=0).fit(X, y)
    assert not hasattr(model, "predict_proba")
    decided = model.decision_function(X)
    if target == "three":
        assert decided.shape == (150, 3)
        np.testing.assert_array_equal(model.classes_[decided.argmax(axis=1)], model.predict(X))
    elif target == "indicators":
        np.testing.assert_array_equal((decided > 0).astype(int), model.predict(X))
    else:
        assert decided.shape == (150,)
        np.testing.assert_array_equal(model.classes_[(decided > 0).astype(int)], model.predict(X))
        assert get_scorer("roc_auc")(model, X, y) == roc_auc_score(y == model.classes_[1], decided)


@pytest.mark.parametrize("options", [{}, {"loss": "focal"}, {"loss": "kl_divergence"}, {"loss": "nllm_log"}], ids=str)
def test_where_outputs_are_probabilities_there_is_none_as_in_scikit_learn(options: dict[str, Any]) -> None:
    model = MLPClassifier(**options, max_iter=2).fit(X, Y)
    assert not hasattr(model, "decision_function")
    with pytest.raises(AttributeError, match="decision_function is for outputs that are no probabilities"):
        model.decision_function(X)


def test_margins_are_calibrated_and_stop_training_by_their_rank() -> None:
    settings: dict[str, Any] = {"loss": "hinge", "max_iter": 60, "learning_rate_init": 0.01, "random_state": 0}
    calibrated = CalibratedClassifierCV(MLPClassifier(**settings), cv=3).fit(X, Y)
    np.testing.assert_allclose(calibrated.predict_proba(X).sum(axis=1), 1)
    model = MLPClassifier(**settings, scoring="roc_auc").fit(X, TWO, validation_data=(X[::3], TWO[::3]))
    assert model.best_validation_score_ == roc_auc_score(TWO[::3], model.decision_function(X[::3]))


# ---- a learnt spread

RNG = np.random.default_rng(0)
POINT = RNG.uniform(-2, 2, (1500, 1))
SPREAD = 100 * (0.1 + 0.3 * abs(POINT[:, 0]))
VALUE = 1000 + 100 * np.sin(2 * POINT[:, 0]) + SPREAD * RNG.normal(size=1500)
GAUSSIAN: dict[str, Any] = {
    "loss": "gaussian_nll",
    "standardize_target": True,
    "hidden_layer_sizes": (32,),
    "max_iter": 150,
    "learning_rate_init": 0.005,
    "random_state": 0,
}


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_the_spread_around_a_prediction_is_learnt(solver: str) -> None:
    model = MLPRegressor(**GAUSSIAN, solver=solver).fit(POINT, VALUE)
    mean, std = model.predict(POINT, return_std=True)
    assert mean.shape == std.shape == VALUE.shape
    np.testing.assert_array_equal(mean, model.predict(POINT))
    assert np.mean(abs(VALUE - mean) < 1.96 * std) == pytest.approx(0.95, abs=0.02)
    assert std.mean() == pytest.approx(SPREAD.mean(), rel=0.1)
    assert np.corrcoef(std, SPREAD)[0, 1] > 0.9


def test_mean_and_spread_are_the_outputs_and_their_likelihood_is_the_loss() -> None:
    y = (VALUE - VALUE.mean()) / VALUE.std()
    model = MLPRegressor(**GAUSSIAN | {"standardize_target": False, "alpha": 0.0, "max_iter": 20}).fit(POINT, y)
    assert (model.n_outputs_, model.coefs_[-1].shape) == (1, (32, 2))
    mean, std = model.predict(POINT, return_std=True)
    again = MLPRegressor(**GAUSSIAN | {"standardize_target": False, "alpha": 0.0, "max_iter": 20}).fit(
        POINT, y, validation_data=(POINT, y)
    )
    mean, std = again.predict(POINT, return_std=True)
    nll = np.mean(np.log(std) + (y - mean) ** 2 / std**2 / 2)
    best = int(np.argmax(again.validation_scores_))
    assert again.validation_loss_curve_[best] == pytest.approx(nll, rel=1e-9)
    assert again.best_validation_score_ == -again.validation_loss_curve_[best] == -min(again.validation_loss_curve_)


@pytest.mark.filterwarnings("ignore::clearprop.estimators.UnusedParameterWarning")
@pytest.mark.parametrize("tau", [0.1, 0.9])
@pytest.mark.parametrize("options", [{}, {"preset": "tabular", "hidden_layer_sizes": (32,), "max_iter": 60}])
def test_a_quantile_that_stops_early_is_a_quantile(tau: float, options: dict[str, Any]) -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(300, 3))
    y = 100 * (X[:, 0] + rng.normal(size=300))
    asked = {
        "early_stopping": True,
        "standardize_target": True,
        "learning_rate_init": 0.01,
        "random_state": 0,
    } | options
    model = MLPRegressor(loss=f"quantile(tau={tau})", **asked).fit(X, y)
    assert np.mean(y <= model.predict(X)) == pytest.approx(tau, abs=0.12)  # with R², 0.47 to 0.61
    assert model.best_validation_score_ == -min(model.validation_loss_curve_)


def test_several_targets_have_a_spread_each_in_their_own_units() -> None:
    both = np.column_stack([VALUE, -VALUE / 1000])
    model = MLPRegressor(**GAUSSIAN).fit(POINT, both)
    mean, std = clone(model).fit(POINT, both).predict(POINT, return_std=True)
    assert mean.shape == std.shape == both.shape
    assert std[:, 0].mean() == pytest.approx(1000 * std[:, 1].mean(), rel=0.1)
    assert model.score(POINT, both) > 0.5


def test_it_works_where_regressors_do() -> None:
    model = MLPRegressor(**GAUSSIAN | {"max_iter": 30}, early_stopping=True, scoring="mae").fit(POINT, VALUE)
    assert model.check_gradients().ok
    assert model.check_gradients(POINT[:9], VALUE[:9]).ok
    assert "gaussian_nll" in model.explain(POINT[0], VALUE[0]).text()
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(POINT, return_std=True)[1], model.predict(POINT, return_std=True)[1])
    pipeline = make_pipeline(StandardScaler(), clone(model)).fit(POINT, VALUE)
    assert len(pipeline.predict(POINT[:3], return_std=True)) == 2
    streamed, whole = (MLPRegressor(loss="gaussian_nll", random_state=0) for _ in range(2))
    for i in range(5):
        streamed.partial_fit(POINT[i : i + 1], VALUE[i : i + 1] / 1000)
        whole.__dict__.pop("_stream", None)  # the full path
        whole.partial_fit(POINT[i : i + 1], VALUE[i : i + 1] / 1000)
    np.testing.assert_allclose(streamed.coefs_[0], whole.coefs_[0], rtol=1e-12)
    assert streamed.predict(POINT[:2]).shape == (2,)


@pytest.mark.parametrize("loss", ["squared_error", "poisson", "quantile(tau=0.9)"])
def test_other_losses_say_that_they_learn_no_spread(loss: str) -> None:
    model = MLPRegressor(loss=loss, max_iter=2).fit(POINT, VALUE / 1000)
    with pytest.raises(ValueError, match="return_std=True needs a loss that learns standard deviations"):
        model.predict(POINT, return_std=True)
