"""Weights of points count by their ratios: however large or small they are, the model is the same, as it is in `train`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs
from scipy.sparse import csr_matrix
from sklearn.model_selection import train_test_split

from clearprop import train
from clearprop.estimators import MLPClassifier, MLPRegressor

from .since import SINCE_1_7

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
Y = (X[:, 0] > 0).astype(int)
WEIGHTS = rng.uniform(0.5, 3, 40)
KINDS = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
WAYS = pytest.mark.parametrize(
    "way",
    [{"solver": "adam"}, {"solver": "sgd"}, {"solver": "lbfgs"}, {"early_stopping": True}, {"engine": "numpy"}],
    ids=str,
)
# 2^-1022 is the smallest number that keeps all its digits, 2^1022 times the largest weight the largest that there is.
POWERS = pytest.mark.parametrize("power", [-1020, -3, 1022])


def a_model(kind: type, **given: Any) -> Any:
    return kind(**{"hidden_layer_sizes": 6, "max_iter": 6, "random_state": 0, "alpha": 0.0, "batch_size": 16} | given)


def numbers(model: Any) -> list[Any]:
    shown = ("loss_", "loss_curve_", "validation_scores_", "validation_loss_curve_")
    return [*(W.tolist() for W in model.coefs_), *(vars(model).get(name) for name in shown)]


@KINDS
@WAYS
@POWERS
@pytest.mark.parametrize("table", [np.asarray, csr_matrix], ids=["dense", "sparse"])
def test_weights_that_are_a_power_of_2_larger_give_the_same_bits(
    kind: type, way: dict, power: int, table: type
) -> None:
    models = [a_model(kind, **way).fit(table(X), Y, weights) for weights in (WEIGHTS, np.ldexp(WEIGHTS, power))]
    assert numbers(models[0]) == numbers(models[1])


@KINDS
@WAYS
@pytest.mark.parametrize("weight", [1e308, 1e-310, 5e-324])
def test_points_that_all_weigh_the_same_are_as_without_weights(kind: type, way: dict, weight: float) -> None:
    """5e-324 is the smallest number there is. Equal weights become 1 but for a rounding of their mean."""
    plain = a_model(kind, **way).fit(X, Y)
    weighted = a_model(kind, **way).fit(X, Y, np.full(40, weight))
    np.testing.assert_allclose(weighted.loss_, plain.loss_, rtol=1e-9)
    np.testing.assert_allclose(weighted.coefs_[0], plain.coefs_[0], rtol=1e-6, err_msg="6 epochs or line searches")


@POWERS
@pytest.mark.parametrize("class_weight", ["balanced", {0: 1.0, 1: 2.5}, {0: 1e308, 1: 1e307}])
def test_weights_of_classes_and_points_multiply_without_leaving_the_numbers(power: int, class_weight: Any) -> None:
    models = [
        a_model(MLPClassifier, class_weight=class_weight).fit(X, Y, weights)
        for weights in (WEIGHTS, np.ldexp(WEIGHTS, power))
    ]
    assert numbers(models[0]) == numbers(models[1])


def test_single_precision_takes_weights_beyond_its_own_range() -> None:
    points = X.astype(np.float32)
    plain = a_model(MLPClassifier).fit(points, Y, WEIGHTS)
    for factor in (2.0**1000, 2.0**-1000):
        assert numbers(a_model(MLPClassifier).fit(points, Y, WEIGHTS * factor)) == numbers(plain)


@pytest.mark.parametrize("weights", [np.full(40, 1e308), np.full(40, 1e-310), WEIGHTS, WEIGHTS * 1e300])
def test_the_loss_is_that_of_train(weights: np.ndarray) -> None:
    """One step on all points: the loss before it, of the same network."""
    model = a_model(MLPRegressor, batch_size=40, max_iter=1, shuffle=False, solver="sgd", momentum=0)
    net = model.initialize(X, Y)._net().copy()
    run = train(net, X, Y, loss="half_square", batch_size=None, steps=1, eta=0.001, sample_weight=weights)
    model.fit(X, Y, weights)
    assert model.loss_ == pytest.approx(run.history["loss"][0], rel=1e-13)
    np.testing.assert_allclose(model.coefs_[0], run.network.W[1], rtol=1e-13)


# ---- the penalty, which scikit-learn divides by the sum of the weights


def test_alpha_is_divided_by_the_mean_of_the_user_s_own_weights() -> None:
    """So that weights twice as large are as half the alpha."""
    for solver in ("adam", "lbfgs"):
        one = a_model(MLPClassifier, alpha=0.5, solver=solver).fit(X, Y, 2 * WEIGHTS)
        other = a_model(MLPClassifier, alpha=0.25, solver=solver).fit(X, Y, WEIGHTS)
        assert numbers(one) == numbers(other)


@KINDS
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_an_alpha_that_weights_make_infinite_is_refused(kind: type, solver: str) -> None:
    with pytest.raises(ValueError, match=r"alpha=0\.0001, divided by what points weigh, .* is no finite number"):
        a_model(kind, solver=solver, alpha=1e-4).fit(X, Y, np.full(40, 1e-320))


# ---- weights of 0


@KINDS
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_weights_that_are_all_0_are_refused(kind: type, solver: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)sample.?weights?"):
        a_model(kind, solver=solver).fit(X, Y, np.zeros(40))


@pytest.mark.parametrize(("all_of", "message"), [("train", "that is trained on"), ("held", "that is held out")])
def test_weights_that_are_0_on_one_side_of_the_split_are_refused(all_of: str, message: str) -> None:
    model = a_model(MLPRegressor, early_stopping=True)
    state = np.random.RandomState(0)
    a_model(MLPRegressor, random_state=state).initialize(X, Y)  # draws as many numbers as fit does before it splits
    train_rows, held_rows = train_test_split(np.arange(40), random_state=state, test_size=0.1)
    weights = np.ones(40)
    weights[train_rows if all_of == "train" else held_rows] = 0
    with pytest.raises(
        ValueError, match=f"sample_weight, or the class_weight of its class, is 0 for every point {message}"
    ):
        model.fit(X, Y, weights)


@pytest.mark.parametrize("weight", [-1.0, np.inf, np.nan])
def test_class_weights_that_are_no_weights_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match=r"class_weight must be finite numbers, not negative"):
        a_model(MLPClassifier, class_weight={0: weight, 1: 1.0}).fit(X, Y)


# ---- what is held out


@KINDS
def test_a_validation_loss_is_a_weighted_mean(kind: type) -> None:
    """Points that all weigh 7 have the loss of points that weigh 1, as they have in training."""
    plain, weighted = (a_model(kind, early_stopping=True).fit(X, Y, w) for w in (None, np.full(40, 7.0)))
    np.testing.assert_allclose(weighted.validation_loss_curve_, plain.validation_loss_curve_, rtol=1e-12)
    np.testing.assert_allclose(weighted.loss_curve_, plain.loss_curve_, rtol=1e-12)


@SINCE_1_7
@KINDS
def test_with_points_held_out_the_weights_are_scikit_learn_s_too(kind: type) -> None:
    """The mean is that of the points that are trained on; with all of them in one batch that is what is done there."""
    settings = {"early_stopping": True, "max_iter": 6, "random_state": 0, "alpha": 0.5, "learning_rate_init": 0.02}
    weights = WEIGHTS * np.where(np.arange(40) % 3, 1, 20)
    ours, other = (
        each(hidden_layer_sizes=6, **settings).fit(X, Y, weights) for each in (kind, getattr(theirs, kind.__name__))
    )
    np.testing.assert_allclose(ours.coefs_[0], other.coefs_[0], rtol=1e-9)
    np.testing.assert_allclose(ours.loss_curve_, other.loss_curve_, rtol=1e-12)
    np.testing.assert_allclose(ours.validation_scores_, other.validation_scores_, rtol=1e-9)
