"""A calibrated classifier: surer where it was too unsure, the same classes, and training that goes on without a temperature."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.datasets import load_iris, make_classification, make_multilabel_classification
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

import clearprop as cp
from clearprop import advice
from clearprop.estimators import MLPClassifier, MLPRegressor

X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
SMOOTHED = {"label_smoothing": 0.2, "early_stopping": True, "validation_fraction": 0.3, "learning_rate_init": 0.01}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def fitted(calibration: str | None = "temperature", targets: Any = y_train, **options: Any) -> MLPClassifier:
    given = {"max_iter": 60, "random_state": 0, **SMOOTHED, **options}
    return MLPClassifier(calibration=calibration, **given).fit(X_train, targets)


def before_softmax(clf: MLPClassifier, X: Any) -> np.ndarray:
    return np.maximum(X @ clf.coefs_[0] + clf.intercepts_[0], 0) @ clf.coefs_[1] + clf.intercepts_[1]


def test_probabilities_are_those_of_the_network_without_it_at_its_temperature() -> None:
    with_it, without = fitted(), fitted(None)
    assert with_it.temperature_ < 0.9
    assert not hasattr(without, "temperature_")
    expected = softmax(before_softmax(without, X_test) / with_it.temperature_, axis=1)
    np.testing.assert_allclose(with_it.predict_proba(X_test), expected, rtol=1e-12)
    np.testing.assert_array_equal(with_it.predict(X_test), without.predict(X_test))
    assert log_loss(y_test, with_it.predict_proba(X_test)) < log_loss(y_test, without.predict_proba(X_test))
    assert with_it.loss_curve_ == without.loss_curve_
    assert with_it.validation_scores_ == without.validation_scores_


def test_it_is_fitted_on_true_targets_of_the_points_held_out_and_not_on_smoothed_ones() -> None:
    X_val, y_val = X_test, y_test
    told = {"early_stopping": False, "label_smoothing": 0.2, "max_iter": 60, "random_state": 0}
    clf = MLPClassifier(calibration="temperature", **told).fit(X_train, y_train, validation_data=(X_val, y_val))
    plain = MLPClassifier(**told).fit(X_train, y_train, validation_data=(X_val, y_val))
    assert clf.temperature_ == pytest.approx(cp.calibrate(plain.network_, X_val, y_val).temperature, rel=1e-9)


def test_weights_of_points_and_classes_count() -> None:
    weights = np.random.default_rng(0).uniform(size=len(y_train)) ** 4
    given = {"max_iter": 20, "random_state": 0, "calibration": "temperature", "class_weight": {0: 1, 1: 5, 2: 0.1}}
    clf = MLPClassifier(**given, **SMOOTHED).fit(X_train, y_train, weights)
    without = MLPClassifier(**{**given, "calibration": None}, **SMOOTHED).fit(X_train, y_train, weights)
    held = np.isin(np.arange(len(y_train)), held_rows(20))
    of_class = np.array([1, 5, 0.1])[y_train]
    found = cp.calibrate(without.network_, X_train[held], y_train[held], sample_weight=(weights * of_class)[held])
    assert clf.temperature_ == pytest.approx(found.temperature, rel=1e-9)
    with pytest.warns(advice.HeldOutContradicts):  # it is for the weighted points
        alike = cp.calibrate(without.network_, X_train[held], y_train[held])
    assert clf.temperature_ != pytest.approx(alike.temperature, rel=1e-3)


def held_rows(max_iter: int) -> np.ndarray:
    """Which rows `early_stopping` holds out, by a scorer that is handed them."""
    seen: dict[str, Any] = {}

    def score(estimator: Any, X: Any, y: Any) -> float:
        seen["X"] = X
        return 0.0

    MLPClassifier(max_iter=1, random_state=0, scoring=score, **SMOOTHED).fit(
        np.c_[X_train[:, :3], np.arange(len(X_train))], y_train
    )
    return seen["X"][:, 3].astype(int)


@pytest.mark.parametrize("warm", [1, 3])
def test_training_goes_on_from_the_weights_that_it_left(warm: int) -> None:
    pair = [
        MLPClassifier(calibration=how, max_iter=10, warm_start=True, random_state=0, **SMOOTHED)
        for how in ("temperature", None)
    ]
    for _ in range(warm + 1):
        for clf in pair:
            clf.fit(X_train, y_train)
    with_it, without = pair
    np.testing.assert_allclose(with_it.loss_curve_, without.loss_curve_, rtol=1e-9)
    np.testing.assert_allclose(with_it.coefs_[-1] * with_it.temperature_, without.coefs_[-1], rtol=1e-9)
    with_it.set_params(calibration=None).fit(X_train, y_train)
    without.fit(X_train, y_train)
    assert not hasattr(with_it, "temperature_")
    np.testing.assert_allclose(with_it.coefs_[-1], without.coefs_[-1], rtol=1e-9)


def test_partial_fit_goes_on_without_it() -> None:
    validation = (X_test, y_test)
    pair = [MLPClassifier(calibration=how, max_iter=10, random_state=0, label_smoothing=0.2) for how in ("auto", None)]
    for clf in pair:
        clf.fit(X_train, y_train, validation_data=validation)
    assert hasattr(pair[0], "temperature_")
    for clf in pair:
        clf.partial_fit(X_train, y_train)
    assert not hasattr(pair[0], "temperature_")
    np.testing.assert_allclose(pair[0].coefs_[-1], pair[1].coefs_[-1], rtol=1e-9)


def test_new_weights_have_no_temperature() -> None:
    clf = fitted()
    assert not hasattr(clf.initialize(X_train, y_train), "temperature_")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"early_stopping": False}, "early_stopping=True"),
        ({"solver": "lbfgs"}, "validation_data"),
        ({"loss": "hinge", "label_smoothing": 0.0}, "leave calibration out"),
        ({"loss": "square", "output_activation": "sigmoid", "label_smoothing": 0.0}, "one distribution"),
        (
            {"loss": "square", "output_activation": "identity", "label_smoothing": 0.0},
            "softmax, log_softmax or sigmoid",
        ),
    ],
)
def test_it_is_refused_by_name_and_auto_does_without(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fitted(**options)
    clf = fitted("auto", **options)
    assert not hasattr(clf, "temperature_")
    assert clf.settings["calibration"] == (None, "data")


def test_partial_fit_is_not_offered_with_it() -> None:
    clf = MLPClassifier(calibration="temperature")
    assert not hasattr(clf, "partial_fit")
    with pytest.raises(ValueError, match="give calibration='auto'"):
        clf.partial_fit(X, y, classes=[0, 1, 2])


def test_a_regressor_has_no_such_parameter() -> None:
    with pytest.raises(TypeError, match="calibration"):
        MLPRegressor(calibration="temperature")


def test_l_bfgs_is_calibrated_on_a_set_of_ones_own() -> None:
    clf = MLPClassifier(solver="lbfgs", calibration="temperature", random_state=0, max_iter=50)
    clf.fit(X_train, y_train, validation_data=(X_test, y_test))
    plain = MLPClassifier(solver="lbfgs", random_state=0, max_iter=50).fit(
        X_train, y_train, validation_data=(X_test, y_test)
    )
    np.testing.assert_allclose(clf.coefs_[-1] * clf.temperature_, plain.coefs_[-1], rtol=1e-9)


@pytest.mark.parametrize("loss", ["log_loss", "focal(gamma=2.0)", "nllm", "nllm_log"])
def test_whatever_was_trained_the_log_loss_becomes_lower(loss: str) -> None:
    with_it, without = (fitted(how, loss=loss) for how in ("temperature", None))
    np.testing.assert_array_equal(with_it.predict(X_test), without.predict(X_test))
    assert log_loss(y_test, with_it.predict_proba(X_test)) < log_loss(y_test, without.predict_proba(X_test))


def test_two_classes_and_several_labels_are_calibrated() -> None:
    two = fitted(targets=(y_train == 1).astype(int))
    assert two.network_.widths[-1] == 1
    assert two.temperature_ != 1
    rows, labels = make_multilabel_classification(120, 6, n_classes=3, random_state=0)
    several = MLPClassifier(calibration="temperature", max_iter=60, random_state=0, **SMOOTHED).fit(rows, labels)
    assert several.temperature_ != 1


def test_each_restart_has_its_own() -> None:
    clf = fitted(restarts=3)
    best = int(np.argmin(clf.restart_losses_))
    assert clf.temperature_ > 0
    assert best in range(3)
    plain = fitted(None, restarts=3)
    np.testing.assert_allclose(clf.coefs_[-1] * clf.temperature_, plain.coefs_[-1], rtol=1e-9)


def test_what_is_made_of_it_has_the_calibrated_probabilities() -> None:
    clf = fitted(scaling="standard")
    expected = clf.predict_proba(X_test)
    np.testing.assert_allclose(clf.folded().predict(X_test), expected, rtol=1e-9)
    with pytest.warns(UserWarning, match="calibration='temperature'"):
        there = clf.to_sklearn()
    np.testing.assert_allclose(there.predict_proba(X_test), expected, rtol=1e-9)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(clf)).predict_proba(X_test), expected)
    A = clf.network_.predict(clf.preparation_.transform(X_test[:1]))
    trace = clf.explain(X_test[0], y_test[0])
    np.testing.assert_allclose(trace.values["A:2"].array.ravel(), A[0], rtol=1e-12)
    assert clf.check_gradients(X_test[:5], y_test[:5]).ok


def test_the_preset_is_calibrated_and_what_is_written_stays() -> None:
    small = {"preset": "tabular", "hidden_layer_sizes": (16,), "max_iter": 20, "random_state": 0}
    clf = MLPClassifier(**small).fit(X_train, y_train)
    assert clf.settings["calibration"] == ("temperature", "data")
    assert clf.temperature_ > 0
    assert not hasattr(MLPClassifier(**small, calibration=None).fit(X_train, y_train), "temperature_")
    copied = MLPClassifier(**MLPClassifier(**small, early_stopping=False).get_params())  # by values, as tools do it
    assert not hasattr(copied.fit(X_train, y_train), "temperature_")


def warned(clf: MLPClassifier, X: Any, y: Any) -> list[Warning]:
    with warnings.catch_warnings(record=True) as record:
        warnings.simplefilter("always")
        clf.fit(X, y)
    return [each.message for each in record]


@pytest.mark.parametrize(
    "given", [{"random_state": 0}, {"random_state": 0, "restarts": 3}, {"random_state": 3}], ids=str
)
def test_a_temperature_at_its_bound_is_named_and_no_training_is_blamed_for_what_it_does(given: dict[str, int]) -> None:
    """Targets by chance: the network is as wrong as it is sure."""
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(80, 10)), rng.integers(2, size=80)
    contradicting = {"max_iter": 400, "n_iter_no_change": 400, "learning_rate_init": 0.01, "alpha": 0.0, "tol": 0.0}
    validation = points[:40], 1 - labels[:40]
    clf = MLPClassifier(calibration="temperature", **contradicting, **given)
    with warnings.catch_warnings(record=True) as record:
        warnings.simplefilter("always")
        clf.fit(points[:40], labels[:40], validation_data=validation)
    said = [each.message for each in record if isinstance(each.message, advice.TrainingWarning)]
    assert clf.temperature_ == pytest.approx(64)
    assert [type(each).__mro__[1] for each in said] == [advice.HeldOutContradicts]
    assert "temperature" in str(said[0])
    assert "64" in str(said[0])


def test_a_network_that_has_learnt_has_a_temperature_near_1_and_nothing_is_said() -> None:
    points, labels = make_classification(300, 6, random_state=1)
    clf = MLPClassifier((8,), early_stopping=True, calibration="temperature", scaling="standard", random_state=0)
    said = warned(clf.set_params(scoring="loss", learning_rate_init=0.01, max_iter=200), points, labels)
    assert clf.score(points, labels) > 0.85
    assert 1 / 3 < clf.temperature_ < 3
    assert not [each for each in said if isinstance(each, advice.TrainingWarning)]


def test_calibrate_says_so_too() -> None:
    net = cp.Network.from_weights([([[9.0]], [0.0])], activations=("sigmoid",))
    with pytest.warns(advice.HeldOutContradicts, match="bound 64"):
        cp.calibrate(net, [[-1.0], [1.0]], [[1.0], [0.0]])


@pytest.mark.parametrize("seed", range(4))
def test_whichever_restart_is_the_best_has_a_temperature(seed: int) -> None:
    best, plain = (fitted(how, restarts=3, random_state=seed, max_iter=20) for how in ("temperature", None))
    np.testing.assert_array_equal(best.restart_losses_, plain.restart_losses_)
    held = softmax(before_softmax(plain, X_test) / best.temperature_, axis=1)
    np.testing.assert_allclose(best.predict_proba(X_test), held, rtol=1e-12)


def test_a_score_that_never_changed_is_named_and_what_is_advised_helps() -> None:
    points, labels = make_classification(300, 6, random_state=1)
    clf = MLPClassifier(
        (8,), early_stopping=True, calibration="temperature", scaling="standard", random_state=0, max_iter=50
    )
    said = [each for each in warned(clf, points, labels) if isinstance(each, advice.HeldOutContradicts)]
    assert len(set(clf.validation_scores_)) == 1
    assert clf.temperature_ == pytest.approx(64)
    assert [f"score was 0.5 after each of {clf.n_iter_} epochs" in str(each) for each in said] == [True]
    clf.set_params(scoring="loss", max_iter=200).fit(points, labels)
    assert clf.temperature_ < 10
