"""Estimators whose activations learn: fitted, streamed, pickled and explained like any other, with their alpha."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning

from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.estimators.watch import fitted

X, CLASSES = make_moons(120, noise=0.2, random_state=0)
CHOICES = ("prelu", "parametric(of=mish)", ("prelu(start=0.1)", "parametric(start=0.5)"))
every_choice = pytest.mark.parametrize("activation", CHOICES, ids=str)


def learnt(activation="prelu", kind=MLPClassifier, **more):
    options = {"max_iter": 60, "random_state": 0, "learning_rate_init": 0.01, **more}
    y = CLASSES if kind is MLPClassifier else np.sin(X[:, 0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return kind(hidden_layer_sizes=(8, 6), activation=activation, **options).fit(X, y)


def same(one, other):
    return np.array_equal(one.predict_proba(X), other.predict_proba(X))


@every_choice
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("more", [{}, {"solver": "lbfgs"}, {"early_stopping": True}, {"restarts": 2}], ids=str)
def test_alpha_is_learnt_by_every_way_to_fit(activation, kind, more) -> None:
    model = learnt(activation, kind, **more)
    net = model._net()
    assert list(net.alpha) == [1, 2]
    assert all((net.alpha[l] != net.activations[l - 1].start).any() for l in net.alpha)
    assert model.score(X, CLASSES if kind is MLPClassifier else np.sin(X[:, 0])) > 0.7
    assert clone(model).activation == activation


@every_choice
def test_a_pickle_predicts_and_goes_on_as_the_model_would(activation) -> None:
    model = learnt(activation)
    again = pickle.loads(pickle.dumps(model))
    assert same(again, model)
    for part in (model, again):
        part.partial_fit(X, CLASSES)
        part.partial_fit(X[:1], CLASSES[:1])
    assert same(again, model)
    assert again._net().alpha[1].tolist() == model._net().alpha[1].tolist()


def test_weights_put_in_their_place_are_used_with_the_alpha_that_was_learnt() -> None:
    model = learnt()
    alpha, before = model._net().alpha[1].copy(), model.predict_proba(X)
    model.coefs_ = [W.copy() for W in model.coefs_]
    assert np.array_equal(model.predict_proba(X), before)
    model.coefs_[0] = 2 * model.coefs_[0]
    assert not np.array_equal(model.predict_proba(X), before)
    assert model._net().alpha[1].tolist() == alpha.tolist()


def test_what_a_callback_is_given_to_predict_with_has_its_alpha() -> None:
    model = learnt()
    other = MLPClassifier(hidden_layer_sizes=(8, 6), activation="prelu")
    vars(other).update(fitted(model))
    assert same(other, model)
    model._net().alpha[1] = 5.0 * np.ones(8)
    assert not same(other, model)


def test_a_warm_start_goes_on_from_the_alpha_that_was_learnt() -> None:
    model = learnt(warm_start=True, max_iter=3)
    before = model._net().alpha[1].copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, CLASSES)
    moved = abs(model._net().alpha[1] - before)
    assert 0 < moved.max() < 0.2
    assert (abs(model._net().alpha[1] - 0.25) > moved).any()


@every_choice
def test_a_step_is_explained_and_its_gradients_are_checked(activation) -> None:
    model = learnt(activation)
    assert "∂L/∂α¹" in model.explain(X[:1], CLASSES[:1]).text()
    check = model.check_gradients(X[:6], CLASSES[:6])
    assert check.ok, check
    assert {(each.layer, each.array) for each in check.arrays} >= {(1, "alpha"), (2, "alpha")}
