"""`ensemble=K`: one fitted estimator, the mean of K, each of which is what a fit with its seed alone would be."""

from __future__ import annotations

import copy
import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score

import clearprop as cp
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.estimators.exports.as_operators import graph_of_estimator
from tests.operators.in_numpy import computed

from .since import SINCE_1_7

X, y = load_iris(return_X_y=True)
V, v = (each[:120] for each in load_diabetes(return_X_y=True))
DATA = {MLPClassifier: (X, y), MLPRegressor: (V, v)}
KINDS = pytest.mark.parametrize("kind", DATA)
SHORT: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 12, "random_state": 0}

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::clearprop.TrainingWarning"),
]


def fitted(kind: Any, K: int = 3, **options: Any) -> Any:
    return kind(**{**SHORT, **options}, ensemble=K).fit(*DATA[kind])


def said(model: Any, points: Any) -> np.ndarray:
    return model.predict_proba(points) if hasattr(model, "classes_") else model.predict(points)


SETTINGS: list[dict[str, Any]] = [
    {},
    {"early_stopping": True, "validation_fraction": 0.3},
    {"solver": "lbfgs"},
    {"batch_size": 16, "dropout": 0.2, "normalization": "batch", "scaling": "standard"},
    {"restarts": 2, "solver": "sgd"},
    {"preset": "tabular", "max_iter": 6},
    {"engine": "numpy", "shuffle": False},
]


@KINDS
@pytest.mark.parametrize("options", SETTINGS, ids=str)
def test_each_member_is_what_a_fit_with_its_seed_alone_would_be(kind: Any, options: dict[str, Any]) -> None:
    model = fitted(kind, **options)
    points = DATA[kind][0]
    assert len(model.members_) == 3
    assert len({member.random_state for member in model.members_}) == 3
    for member in model.members_:
        alone = kind(**{**SHORT, **options, "random_state": member.random_state}).fit(*DATA[kind])
        np.testing.assert_array_equal(said(alone, points), said(member, points))
        assert alone.get_params() == member.get_params()
        if hasattr(alone, "loss_curve_"):
            assert alone.loss_curve_ == member.loss_curve_
    expected = np.mean([said(member, points) for member in model.members_], axis=0)
    # Members bring probabilities of float32 to the sum 1 each for itself, which rounding shows; the ensemble their mean.
    rtol = 1e-6 if model.members_[0].network_.dtype == np.float32 else 1e-10
    np.testing.assert_allclose(said(model, points), expected, rtol=rtol)


@KINDS
def test_a_member_does_not_depend_on_how_many_there_are(kind: Any) -> None:
    few, many = fitted(kind, 2), fitted(kind, 5)
    for one, other in zip(few.members_, many.members_, strict=False):
        np.testing.assert_array_equal(said(one, DATA[kind][0]), said(other, DATA[kind][0]))


@KINDS
def test_the_same_seed_gives_the_same_ensemble_and_another_another(kind: Any) -> None:
    points = DATA[kind][0]
    one, again, other = fitted(kind), fitted(kind), fitted(kind, random_state=1)
    np.testing.assert_array_equal(said(one, points), said(again, points))
    assert not np.allclose(said(one, points), said(other, points))


def test_classes_are_those_of_the_mean_probability_for_every_kind_of_target() -> None:
    two = MLPClassifier(**SHORT, ensemble=3).fit(X, y == 1)
    P = np.mean([member.predict_proba(X) for member in two.members_], axis=0)
    np.testing.assert_allclose(two.predict_proba(X), P, rtol=1e-12)
    np.testing.assert_array_equal(two.predict(X), P[:, 1] > 0.5)
    rows, labels = make_multilabel_classification(60, 5, n_classes=3, random_state=0)
    several = MLPClassifier(**SHORT, ensemble=3).fit(rows, labels)
    np.testing.assert_array_equal(several.predict(rows), several.predict_proba(rows) > 0.5)
    log = fitted(MLPClassifier, loss="nllm_log")
    P = np.mean([member.predict_proba(X) for member in log.members_], axis=0)
    np.testing.assert_allclose(log.predict_proba(X), P, rtol=1e-12)
    hinge = MLPClassifier(**SHORT, ensemble=3, loss="hinge").fit(X, y == 1)
    margins = np.mean([member.decision_function(X) for member in hinge.members_], axis=0)
    np.testing.assert_allclose(hinge.decision_function(X), margins, rtol=1e-12)


def test_a_spread_is_that_of_all_that_the_members_say() -> None:
    model = fitted(MLPRegressor, loss="gaussian_nll", standardize_target=True)
    means, stds = (
        np.array(each) for each in zip(*(m.predict(V, return_std=True) for m in model.members_), strict=True)
    )
    mean, std = model.predict(V, return_std=True)
    drawn = np.random.default_rng(0).normal(means[..., None], stds[..., None], (*means.shape, 40_000))
    np.testing.assert_allclose(mean, means.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(
        std, drawn.std(axis=(0, 2)), rtol=0.02
    )  # by drawing, whose error is 1 in sqrt(2 · 120,000)


def test_sparse_points_and_frames_of_gaps_and_categories_are_prepared_once_for_all() -> None:
    import pandas as pd

    table = pd.DataFrame({"a": [1.0, np.nan, 3.0, 4.0] * 10, "c": ["x", "y", None, "x"] * 10})
    target = [0, 1, 0, 1] * 10
    model = MLPClassifier(**SHORT, ensemble=3, missing="median", categorical_features="from_dtype").fit(table, target)
    assert len({id(member.columns_) for member in model.members_}) == 1
    assert model.members_[0].columns_ is model.columns_
    assert model.predict_proba(table).shape == (40, 2)
    sparse = MLPClassifier(**SHORT, ensemble=2).fit(csr_matrix(X), y)
    np.testing.assert_allclose(sparse.predict_proba(csr_matrix(X)), sparse.predict_proba(X), rtol=1e-9)


OF_ONE = ("coefs_", "intercepts_", "network_", "loss_curve_", "best_loss_", "validation_scores_", "t_")


@pytest.mark.parametrize("name", OF_ONE)
def test_what_is_of_one_network_is_missing_and_says_whose_it_is(name: str) -> None:
    model = fitted(MLPClassifier)
    assert not hasattr(model, name)
    with pytest.raises(AttributeError, match=rf"mean of 3 networks, and {name} is of one: members_\[k\]\.{name}"):
        getattr(model, name)
    assert hasattr(model.members_[2], name)
    with pytest.raises(AttributeError, match=r"has no attribute|not fitted"):
        getattr(MLPClassifier(ensemble=3), name)


@pytest.mark.parametrize("name", ["folded", "to_sklearn", "plot_loss"])
def test_what_is_made_of_one_network_is_refused_with_the_way_out(name: str) -> None:
    model = fitted(MLPClassifier)
    with pytest.raises(ValueError, match=rf"members_\[k\]\.{name}\(\)"):
        getattr(model, name)()
    if name != "plot_loss":
        assert getattr(model.members_[0], name)() is not None


def test_a_step_and_a_gradient_are_of_the_member_that_is_named() -> None:
    model = fitted(MLPClassifier)
    assert model.explain(X[0], y[0], member=2).text() == model.members_[2].explain(X[0], y[0]).text()
    assert model.check_gradients(member=0).ok
    for ask in (lambda **m: model.explain(X[0], y[0], **m), model.check_gradients):
        with pytest.raises(ValueError, match="give member=0 to 2"):
            ask()
        with pytest.raises(ValueError, match="counted from 0 to 2"):
            ask(member=3)
    one = MLPClassifier(**SHORT).fit(X, y)
    assert one.check_gradients(member=0).ok
    with pytest.raises(ValueError, match="this is one network"):
        one.explain(X[0], y[0], member=1)


def test_networks_and_preparation_are_the_whole_function() -> None:
    model = fitted(MLPRegressor, scaling="robust", standardize_target=True)
    A = model.preparation_.transform(V)
    outputs = cp.Ensemble(model.networks_).predict(A)
    np.testing.assert_allclose(model.preparation_.restore(outputs)[:, 0], model.predict(V), rtol=1e-12)
    assert len(fitted(MLPRegressor, 1).networks_) == 1


@KINDS
def test_it_is_saved_as_one_model_file(kind: Any, tmp_path: Any) -> None:
    model = fitted(kind, early_stopping=True)
    path = tmp_path / "m.clearprop"
    cp.save_model(cp.Model(cp.Ensemble(model.networks_)), path)
    again = cp.load_model(path).network
    np.testing.assert_array_equal(again.predict(DATA[kind][0]), cp.Ensemble(model.networks_).predict(DATA[kind][0]))


@SINCE_1_7
@KINDS
def test_copies_pickles_and_clones(kind: Any) -> None:
    points = DATA[kind][0]
    model = fitted(kind)
    expected = said(model, points)
    for twin in (pickle.loads(pickle.dumps(model)), copy.copy(model), copy.deepcopy(model)):
        np.testing.assert_array_equal(said(twin, points), expected)
        twin.partial_fit(*DATA[kind])
        assert not np.array_equal(said(twin, points), expected)
        np.testing.assert_array_equal(said(model, points), expected)
    again = clone(model)
    assert not hasattr(again, "members_")
    np.testing.assert_array_equal(said(again.fit(*DATA[kind]), points), expected)
    assert "ensemble=3" in repr(model)
    assert "The mean of 3 networks" in model._repr_html_()


@KINDS
def test_nothing_of_one_network_is_left_in_an_ensemble_nor_the_other_way_round(kind: Any) -> None:
    model = kind(**SHORT, early_stopping=True, restarts=2).fit(*DATA[kind])
    model.set_params(ensemble=2).fit(*DATA[kind])
    assert vars(model).keys() == vars(fitted(kind, 2, early_stopping=True, restarts=2)).keys()
    model.set_params(ensemble=1).fit(*DATA[kind])
    assert vars(model).keys() == vars(kind(**SHORT, early_stopping=True, restarts=2).fit(*DATA[kind])).keys()


@KINDS
@pytest.mark.parametrize("how", ["warm_start", "partial_fit"])
def test_learning_goes_on_in_every_member(kind: Any, how: str) -> None:
    points, targets = DATA[kind]
    model = fitted(kind, warm_start=how == "warm_start")
    before = copy.deepcopy(model.members_)
    model.set_params(alpha=0.01)
    (model.fit if how == "warm_start" else model.partial_fit)(points, targets)
    for member, alone in zip(model.members_, before, strict=True):
        alone.set_params(alpha=0.01)
        (alone.fit if how == "warm_start" else alone.partial_fit)(points, targets)
        np.testing.assert_array_equal(said(member, points), said(alone, points))
    with pytest.raises(ValueError, match="ensemble was 3"):
        (model.set_params(ensemble=2).fit if how == "warm_start" else model.set_params(ensemble=2).partial_fit)(
            points, targets
        )


def test_rows_that_come_one_at_a_time_are_learnt_by_every_member() -> None:
    model = MLPClassifier(**SHORT, ensemble=2)
    for i in range(5):
        model.partial_fit(X[i : i + 1], y[i : i + 1], classes=[0, 1, 2])
    for member in model.members_:
        alone = MLPClassifier(**{**SHORT, "random_state": member.random_state})
        for i in range(5):
            alone.partial_fit(X[i : i + 1], y[i : i + 1], classes=[0, 1, 2])
        np.testing.assert_allclose(alone.predict_proba(X), member.predict_proba(X), rtol=1e-12)


def test_networks_can_be_drawn_and_looked_at_before_they_learn() -> None:
    model = MLPClassifier(**SHORT, ensemble=2).initialize(X, y)
    assert model.predict_proba(X).shape == (150, 3)
    assert model.members_[0].coefs_[0].shape == (4, 8)
    model.partial_fit(X, y)
    assert model.score(X, y) > 0


def test_each_member_has_a_temperature_of_its_own_points() -> None:
    options = {"early_stopping": True, "label_smoothing": 0.1, "learning_rate_init": 0.01}
    with_it, without = (fitted(MLPClassifier, calibration=how, **options) for how in ("temperature", None))
    temperatures = [member.temperature_ for member in with_it.members_]
    assert len(set(temperatures)) == 3
    for member, plain in zip(with_it.members_, without.members_, strict=True):
        np.testing.assert_allclose(member.coefs_[-1] * member.temperature_, plain.coefs_[-1], rtol=1e-12)
    assert not hasattr(with_it, "temperature_")


@KINDS
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_its_graph_of_operators_gives_the_mean(kind: Any, dtype: str) -> None:
    model = fitted(kind, scaling="standard", early_stopping=True)
    points = DATA[kind][0].astype(dtype)
    *_, last = computed(graph_of_estimator(model, np.dtype(dtype)), points)
    rtol = 1e-12 if dtype == "float64" else 1e-4
    np.testing.assert_allclose(last, said(model, points).reshape(last.shape), rtol=rtol)


def test_searches_and_subclasses() -> None:
    class Own(MLPClassifier):
        def __init__(self, width: int = 4, ensemble: int = 2) -> None:
            super().__init__(hidden_layer_sizes=(width,), ensemble=ensemble, max_iter=5, random_state=0)
            self.width = width

    model = Own().fit(X, y)
    assert [type(member) for member in model.members_] == [Own, Own]
    assert model.predict_proba(X).shape == (150, 3)
    search = GridSearchCV(MLPClassifier(**SHORT), {"ensemble": [1, 2]}, cv=2).fit(X, y)
    assert len(search.cv_results_["params"]) == 2
    assert len(cross_val_score(MLPClassifier(**SHORT, ensemble=2), X, y, cv=2, n_jobs=2)) == 2


def test_callbacks_see_each_member_s_network() -> None:
    seen: list[bytes] = []
    model = fitted(MLPClassifier, 2, callbacks=lambda report: seen.append(report.network.parameters.tobytes()))
    assert len(seen) == 24
    assert seen[11] == model.networks_[0].parameters.tobytes()
    assert seen[23] == model.networks_[1].parameters.tobytes()


def test_a_warning_that_is_of_all_is_given_once() -> None:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        MLPClassifier(**SHORT, ensemble=4).fit(X, y)
    assert [each.category for each in found].count(ConvergenceWarning) == 1
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        MLPRegressor(**SHORT, ensemble=4, output_activation="sigmoid").fit(V, v)
    assert sum("sigmoid" in str(each.message) for each in found) == 1


def test_a_member_that_fails_leaves_no_ensemble() -> None:
    model = fitted(MLPRegressor, solver="sgd", activation="identity", batch_size=10)
    with pytest.raises(ValueError, match="non-finite"):
        model.set_params(learning_rate_init=1e6).fit(V, v)
    assert not hasattr(model, "members_")
    with pytest.raises(ValueError, match="not fitted"):
        model.predict(V)


@pytest.mark.parametrize(("epoch", "left"), [(5, 1), (30, 2)])
def test_after_ctrl_c_it_is_the_mean_of_those_that_are_finished(epoch: int, left: int) -> None:
    seen: list[float] = []

    def interrupt(report: cp.Report) -> None:
        seen.append(report.loss)
        if len(seen) == epoch:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted"):
        model = fitted(MLPClassifier, 4, callbacks=interrupt)
    assert len(model.members_) == left
    assert model.predict(X).shape == (150,)


@pytest.mark.parametrize("K", [0, -1, 2.5, "3"])
def test_a_number_that_is_none_is_refused(K: Any) -> None:
    with pytest.raises(ValueError, match="'ensemble' parameter"):
        MLPClassifier(ensemble=K).fit(X, y)
