"""The numbers are scikit-learn's: the same random_state gives the same weights, losses and predictions, to rounding."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.neural_network as theirs
from scipy.sparse import csr_matrix
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification, make_regression

from clearprop.estimators import MLPClassifier, MLPRegressor

from .since import SINCE_1_7

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X_IRIS, Y_IRIS = load_iris(return_X_y=True)
X_IRIS = (X_IRIS - X_IRIS.mean(axis=0)) / X_IRIS.std(axis=0)
X_DIABETES, Y_DIABETES = load_diabetes(return_X_y=True)
Y_DIABETES = (Y_DIABETES - Y_DIABETES.mean()) / Y_DIABETES.std()

WAYS = {
    "adam": {},
    "adam in small batches, the last smaller": {"batch_size": 32},
    "point by point": {"batch_size": 1, "max_iter": 3},
    "not shuffled": {"shuffle": False, "batch_size": 40},
    "plain descent": {"solver": "sgd", "momentum": 0, "batch_size": 32, "learning_rate_init": 0.01},
    "nesterov": {"solver": "sgd", "batch_size": 32, "learning_rate_init": 0.01},
    "momentum": {"solver": "sgd", "nesterovs_momentum": False, "learning_rate_init": 0.01},
    "a rate that falls": {"solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.5, "batch_size": 40},
    "a rate that adapts": {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.05, "n_iter_no_change": 2},
    "logistic": {"activation": "logistic"},
    "two layers of tanh": {"activation": "tanh", "hidden_layer_sizes": (8, 5)},
    "no hidden layer": {"hidden_layer_sizes": ()},
    "no hidden layer, and first weights as for sigmoids": {"hidden_layer_sizes": (), "activation": "logistic"},
    "early stopping": {"early_stopping": True, "batch_size": 32, "max_iter": 60, "learning_rate_init": 0.02},
    "much penalty": {"alpha": 10.0, "batch_size": 32},
    "lbfgs": {"solver": "lbfgs"},
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
EXACT = {"rtol": 1e-9, "atol": 1e-11}
"""Thousands of steps, each rounded at 1e-16; lbfgs forks on last digits."""


def alike(ours, other) -> None:
    for name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_"):
        assert getattr(ours, name) == getattr(other, name), name
    np.testing.assert_allclose(ours.loss_, other.loss_, **EXACT)
    for name in ("coefs_", "intercepts_"):
        for array, their in zip(getattr(ours, name), getattr(other, name), strict=True):
            np.testing.assert_allclose(array, their, **EXACT, err_msg=name)
    if hasattr(other, "loss_curve_"):
        np.testing.assert_allclose(ours.loss_curve_, other.loss_curve_, **EXACT)
        assert ours.best_loss_ == (None if other.best_loss_ is None else pytest.approx(other.best_loss_, rel=1e-9))
        assert ours.validation_scores_ == (other.validation_scores_ and pytest.approx(other.validation_scores_))


@every_way
def test_a_classifier_is_theirs(way: dict[str, object]) -> None:
    options = {"max_iter": 30, "random_state": 3, **way}
    ours = MLPClassifier(**options).fit(X_IRIS, Y_IRIS)
    other = theirs.MLPClassifier(**options).fit(X_IRIS, Y_IRIS)
    alike(ours, other)
    np.testing.assert_allclose(ours.predict_proba(X_IRIS), other.predict_proba(X_IRIS), **EXACT)
    np.testing.assert_array_equal(ours.predict(X_IRIS), other.predict(X_IRIS))


@every_way
def test_a_regressor_is_theirs(way: dict[str, object]) -> None:
    options = {"max_iter": 30, "random_state": 3, **way}
    ours = MLPRegressor(**options).fit(X_DIABETES, Y_DIABETES)
    other = theirs.MLPRegressor(**options).fit(X_DIABETES, Y_DIABETES)
    alike(ours, other)
    np.testing.assert_allclose(ours.predict(X_DIABETES), other.predict(X_DIABETES), **EXACT)


@SINCE_1_7
def test_counts_are_fitted_as_theirs() -> None:
    y = np.random.default_rng(0).poisson(np.exp(X_IRIS[:, 0]))
    options = {"loss": "poisson", "max_iter": 40, "random_state": 0}
    alike(MLPRegressor(**options).fit(X_IRIS, y), theirs.MLPRegressor(**options).fit(X_IRIS, y))


def test_several_labels_at_once_are_learnt_as_theirs() -> None:
    X, Y = make_multilabel_classification(n_samples=60, random_state=0)
    options = {"max_iter": 30, "random_state": 0, "batch_size": 20}
    ours, other = MLPClassifier(**options).fit(X, Y), theirs.MLPClassifier(**options).fit(X, Y)
    alike(ours, other)
    np.testing.assert_array_equal(ours.predict(X), other.predict(X))


@SINCE_1_7
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_weights_on_all_points_at_once_are_theirs(solver: str) -> None:
    weight = np.random.default_rng(0).uniform(0, 3, len(X_IRIS))
    options = {"solver": solver, "max_iter": 20, "random_state": 0}
    ours = MLPClassifier(**options).fit(X_IRIS, Y_IRIS, sample_weight=weight)
    alike(ours, theirs.MLPClassifier(**options).fit(X_IRIS, Y_IRIS, sample_weight=weight))


@SINCE_1_7
def test_weights_count_for_batches_of_one_point_where_theirs_cancel() -> None:
    weight = np.where(Y_IRIS == 0, 100.0, 0.01)
    options = {"batch_size": 1, "max_iter": 2, "random_state": 0, "alpha": 0.0}
    for room, cancels in ((theirs.MLPClassifier, True), (MLPClassifier, False)):
        plain, weighted = (room(**options).fit(X_IRIS, Y_IRIS, sample_weight=given) for given in (None, weight))
        assert np.allclose(weighted.coefs_[0], plain.coefs_[0], rtol=1e-9) == cancels


def test_the_loss_of_several_outputs_is_the_sum_that_is_differentiated() -> None:
    X, Y = make_regression(n_samples=50, n_features=4, n_targets=3, random_state=0)
    options = {"solver": "lbfgs", "max_iter": 1, "random_state": 0, "alpha": 0.0, "hidden_layer_sizes": 4}
    ours, other = MLPRegressor(**options).fit(X, Y / 100), theirs.MLPRegressor(**options).fit(X, Y / 100)
    assert ours.loss_ == pytest.approx(3 * 0.5 * np.mean((ours.predict(X) - Y / 100) ** 2), rel=1e-9)
    assert other.loss_ != pytest.approx(
        ours.loss_, rel=0.5
    )  # theirs is the mean over outputs, and its gradient the sum's
    assert ours.check_gradients(X, Y / 100).ok


@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("rate", ["constant", "invscaling"])
def test_partial_fit_goes_on_as_theirs(solver: str, rate: str) -> None:
    options = {"solver": solver, "learning_rate": rate, "random_state": 0, "learning_rate_init": 0.05, "batch_size": 30}
    ours, other = MLPClassifier(**options), theirs.MLPClassifier(**options)
    for rows in np.array_split(np.random.default_rng(0).permutation(len(X_IRIS)), 4) * 3:
        for classifier in (ours, other):
            classifier.partial_fit(X_IRIS[rows], Y_IRIS[rows], classes=[0, 1, 2])
    alike(ours, other)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_rows_one_by_one_are_learnt_as_theirs(solver: str) -> None:
    options = {"solver": solver, "random_state": 0, "learning_rate_init": 0.01}
    pairs = [
        (MLPClassifier(**options), theirs.MLPClassifier(**options), Y_IRIS),
        (MLPRegressor(**options), theirs.MLPRegressor(**options), X_IRIS[:, 0] ** 2),
    ]
    for ours, other, y in pairs:
        for model in (ours, other):
            model.partial_fit(X_IRIS, y, **({"classes": [0, 1, 2]} if y is Y_IRIS else {}))
            for i in range(40):
                model.partial_fit(X_IRIS[i : i + 1], y[i : i + 1])
        assert "_stream" in vars(ours)
        alike(ours, other)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("early", [False, True])
def test_a_sparse_table_gives_what_the_dense_one_gives(solver: str, early: bool) -> None:
    X = np.where(abs(X_IRIS) > 0.7, X_IRIS, 0)
    options = {"solver": solver, "max_iter": 20, "random_state": 0, "batch_size": 32, "early_stopping": early}
    dense, sparse = MLPClassifier(**options).fit(X, Y_IRIS), MLPClassifier(**options).fit(csr_matrix(X), Y_IRIS)
    np.testing.assert_allclose(sparse.coefs_[0], dense.coefs_[0], **EXACT)
    np.testing.assert_allclose(sparse.predict_proba(csr_matrix(X)), dense.predict_proba(X), **EXACT)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_single_precision_stays_single(solver: str) -> None:
    X = X_IRIS.astype(np.float32)
    model = MLPClassifier(solver=solver, max_iter=20, random_state=0).fit(X, Y_IRIS)
    assert {array.dtype.name for array in (*model.coefs_, *model.intercepts_, model.predict_proba(X))} == {"float32"}
    other = theirs.MLPClassifier(solver=solver, max_iter=20, random_state=0).fit(X_IRIS, Y_IRIS)
    np.testing.assert_allclose(
        model.predict_proba(X), other.predict_proba(X_IRIS), atol=1e-3
    )  # 6e-8 a step, and lbfgs forks
