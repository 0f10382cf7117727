"""What scikit-learn's perceptrons do not have: parts of the catalogue, validation, restarts, missing values, explanations."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import clearprop as cp
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.formulas.activations import Elementwise
from clearprop.formulas.catalogue import CATALOGUE
from clearprop.formulas.losses import Loss

from .since import SINCE_1_7, SINCE_1_9

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::clearprop.estimators.UnusedParameterWarning"),  # one setting for all rules
]

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
YES = (Y == 1).astype(int)
AMOUNT = np.exp(X[:, 0])


class Cubic(Elementwise):
    """z³, a user's own."""

    name = "cubic"

    def A(self, Z):
        return Z**3

    def dA_dZ(self, Z, A):
        return 3 * Z**2


class Quartic(Loss):
    """(a - y)^4, a user's own."""

    name = "quartic"

    def L(self, A, Y):
        return ((A - Y) ** 4).sum(axis=-1)

    def dL_dA(self, A, Y):
        return 4 * (A - Y) ** 3


def quick(**options):
    return {"hidden_layer_sizes": (8,), "max_iter": 60, "learning_rate_init": 0.02, "random_state": 0, **options}


# ---- parts


def test_each_layer_has_an_activation_of_its_own() -> None:
    model = MLPClassifier(**quick(hidden_layer_sizes=(8, 6), activation=("gelu", Cubic()))).fit(X, Y)
    assert [str(f) for f in model._net().activations] == ["gelu", "cubic", "softmax"]
    assert model.check_gradients(X, Y).ok


@pytest.mark.parametrize(
    "loss", [name for name in CATALOGUE["loss"] if name not in {"nllm", "nllm_log", "kl_divergence"}]
)
def test_any_loss_fits_a_regressor_or_a_classifier(loss: str) -> None:
    if loss == "poisson_log":
        with pytest.raises(ValueError, match="logarithms of rates, and a regressor predicts rates; loss='poisson' has"):
            MLPRegressor(**quick(loss=loss)).fit(X, AMOUNT)
        return
    inside = CATALOGUE["loss"][loss]().domain_Y.contains(AMOUNT).all()
    model = (MLPRegressor if inside else MLPClassifier)(**quick(loss=loss))
    target = AMOUNT if inside else YES
    model.fit(X, target)
    assert model.loss_ < model.loss_curve_[0]
    assert model.check_gradients(X, target).ok


@pytest.mark.parametrize("loss", ["nllm", "nllm_log", "kl_divergence", "focal", "hinge", "squared_hinge"])
def test_any_loss_of_classes_tells_three_apart(loss: str) -> None:
    model = MLPClassifier(**quick(loss=loss, max_iter=150)).fit(X, Y)
    assert model.score(X, Y) > 0.9
    assert hasattr(model, "predict_proba") == ("hinge" not in loss)


def test_a_loss_and_an_activation_of_one_s_own_are_pickled_with_the_model() -> None:
    model = MLPRegressor(**quick(loss=Quartic(), output_activation=Cubic(), max_iter=5)).fit(X, X[:, 0])
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_a_quantile_is_where_it_should_be() -> None:
    y = np.random.default_rng(0).normal(size=150)
    model = MLPRegressor(**quick(loss="quantile(tau=0.9)", max_iter=300, hidden_layer_sizes=())).fit(X, y)
    assert np.mean(y < model.predict(X)) == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("solver", ["adamw(weight_decay=0.01)", "rmsprop", "lion", "clip_norm(largest=1.0, then=adam)"])
@pytest.mark.parametrize("rate", ["constant", "cosine(start=0.02, steps=400)"])
def test_any_optimiser_and_schedule_train(solver: str, rate: str) -> None:
    model = MLPClassifier(**quick(solver=solver, learning_rate=rate, batch_size=32)).fit(X, Y)
    assert model.loss_ < 0.7 * model.loss_curve_[0]


@pytest.mark.parametrize(
    "more",
    [
        {"dropout": 0.3},
        {"dropout": (0.1, 0.3)},
        {"normalization": "batch"},
        {"normalization": "layer"},
        {"input_noise": 0.1},
        {"max_norm": 2.0},
        {"l1_ratio": 1.0, "alpha": 0.01},
        {"label_smoothing": 0.1},
        {"initializer": "he_normal"},
        {"class_weight": {0: 1, 1: 2, 2: 3}},
    ],
    ids=str,
)
def test_regularisers_train_predict_and_are_pickled(more: dict[str, object]) -> None:
    model = MLPClassifier(**quick(batch_size=32, **more)).fit(X, Y)
    assert model.score(X, Y) > 0.85
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(clone(model).fit(X, Y).predict_proba(X), model.predict_proba(X))


def test_l1_alone_is_the_sum_of_sizes() -> None:
    model = MLPRegressor(**quick(alpha=0.5, l1_ratio=1.0, solver="lbfgs")).fit(X, X[:, 0])
    errors = np.mean((model.predict(X) - X[:, 0]) ** 2) / 2
    assert model.loss_ == pytest.approx(errors + 0.5 * sum(abs(W).sum() for W in model.coefs_) / len(X))


def test_balanced_classes_weigh_alike() -> None:
    rare = np.concatenate([np.flatnonzero(Y == 1), np.flatnonzero(Y == 2)[:5]])
    plain, balanced = (
        MLPClassifier(**quick(class_weight=given, max_iter=25))
        .fit(X[rare], Y[rare])
        .predict_proba(X[Y == 2])[:, 1]
        .mean()
        for given in (None, "balanced")
    )
    assert balanced > plain + 0.1


# ---- validation, callbacks, restarts


def test_a_validation_set_of_one_s_own_stops_training_and_keeps_the_best_weights() -> None:
    model = MLPClassifier(**quick(max_iter=400, n_iter_no_change=5)).fit(
        X[::2], Y[::2], validation_data=(X[1::2], Y[1::2])
    )
    assert model.n_iter_ < 400
    assert len(model.validation_scores_) == len(model.validation_loss_curve_) == model.n_iter_
    assert model.score(X[1::2], Y[1::2]) == model.best_validation_score_ == max(model.validation_scores_)


@pytest.mark.parametrize(
    "scoring", ["loss", "accuracy", "neg_log_loss", lambda model, X, y: -abs(model.predict(X) - y).mean()]
)
def test_early_stopping_looks_at_what_it_is_told_to(scoring: object) -> None:
    model = MLPClassifier(**quick(early_stopping=True, scoring=scoring)).fit(X, Y)
    assert len(model.validation_scores_) == model.n_iter_
    if scoring in ("loss", "neg_log_loss"):
        np.testing.assert_allclose(model.validation_scores_, -np.array(model.validation_loss_curve_), rtol=1e-9)


def test_a_callback_gets_reports_and_stops_training() -> None:
    seen = []
    MLPClassifier(**quick(callbacks=lambda report: seen.append(report) or len(seen) == 7)).fit(X, Y)
    assert len(seen) == 7
    assert isinstance(seen[0], cp.Report)
    assert seen[-1].loss < seen[0].loss


@SINCE_1_9
def test_callbacks_of_scikit_learn_s_protocol_are_called_and_can_stop() -> None:
    class Watching:
        epochs, ended, scores = 0, False, ()

        def setup(self, estimator, context): ...

        def teardown(self, estimator, context):
            self.ended = True

        def on_fit_task_begin(self, estimator, context): ...

        def on_fit_task_end(self, estimator, context, *, fitted_estimator):
            self.epochs += 1
            self.scores += (fitted_estimator.score(X, Y),)
            return self.epochs == 4

    watching = Watching()
    model = MLPClassifier(**quick()).set_callbacks(watching).fit(X, Y)
    assert (watching.epochs, watching.ended, model.n_iter_) == (4, True, 4)
    assert watching.scores[-1] == model.score(X, Y)


def test_the_best_of_several_starts_stays() -> None:
    one, best = (MLPClassifier(**quick(restarts=k, hidden_layer_sizes=2, max_iter=30)).fit(X, Y) for k in (1, 5))
    assert len(best.restart_losses_) == 5
    assert best.restart_losses_[0] == pytest.approx(one.loss_)
    assert best.loss_ == best.restart_losses_.min() < one.loss_


def test_weights_are_set_without_fitting_and_learning_goes_on_from_there() -> None:
    model = MLPClassifier(**quick(warm_start=True)).initialize(X, Y)
    assert model.n_iter_ == 0
    model.coefs_ = [np.zeros_like(W) for W in model.coefs_]
    model.intercepts_[1][:] = [0.0, 0.0, 5.0]
    assert set(model.predict(X)) == {2}
    before = -model.predict_log_proba(X)[np.arange(len(Y)), Y].mean()  # and no penalty, of weights that are 0
    assert model.fit(X, Y).loss_curve_[0] == pytest.approx(before)
    fresh = MLPClassifier(**quick()).initialize(X, Y)
    np.testing.assert_array_equal(fresh.coefs_[0], MLPClassifier(**quick(max_iter=1)).initialize(X, Y).coefs_[0])


# ---- columns as people have them


def test_gaps_and_categories_are_learnt_and_saved_with_the_model() -> None:
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"size": rng.normal(size=120), "colour": rng.choice(["red", "green"], size=120)})
    y = np.where(frame["colour"] == "red", frame["size"], -frame["size"]) > 0
    frame.loc[::10, "size"] = np.nan
    options = quick(missing="median", categorical_features="from_dtype", max_iter=300)
    model = MLPClassifier(**options).fit(frame, y)
    assert model.score(frame, y) > 0.9
    assert list(model.feature_names_in_) == ["size", "colour"]
    again = pickle.loads(pickle.dumps(model))
    unseen = pd.DataFrame({"size": [np.nan], "colour": ["violet"]})
    np.testing.assert_array_equal(again.predict_proba(unseen), model.predict_proba(unseen))
    with pytest.raises(ValueError, match=r"NaN|not convert"):
        MLPClassifier().fit(frame, y)


@SINCE_1_9
@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames_keep_their_names(library: str) -> None:
    frames = pytest.importorskip(library)
    table = frames.DataFrame({f"x{j}": X[:, j] for j in range(4)})
    model = MLPClassifier(**quick()).fit(table, Y)
    assert list(model.feature_names_in_) == ["x0", "x1", "x2", "x3"]
    np.testing.assert_array_equal(model.predict(table), MLPClassifier(**quick()).fit(X, Y).predict(X))
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict(X)


# ---- warnings, explanations, pictures


def test_a_point_s_chain_rule_is_shown() -> None:
    model = MLPClassifier(**quick()).fit(X, Y)
    trace = model.explain(X[7], Y[7])
    lost = trace.header.loss_value - trace.header.penalty_value
    assert lost == pytest.approx(-model.predict_log_proba(X[7:8])[0, Y[7]], rel=1e-9)
    assert "layer 1" in trace.text().lower()


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_gradients_are_checked_with_and_without_data(kind: type) -> None:
    model = kind(**quick(activation="tanh")).fit(X, Y)
    assert model.check_gradients().ok
    assert model.check_gradients(X, Y).ok


@SINCE_1_7
def test_losses_are_drawn_and_the_architecture_is_shown() -> None:
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    model = MLPClassifier(**quick(early_stopping=True)).fit(X, Y)
    axes = model.plot_loss()
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), model.loss_curve_)
    np.testing.assert_array_equal(axes.lines[1].get_ydata(), model.validation_loss_curve_)
    plt.close("all")
    shown = model._repr_html_()
    assert "4 &rarr; 8" in shown
    assert "softmax" in shown
    assert "<caption>" not in MLPClassifier()._repr_html_()


# ---- alone and in company


@pytest.mark.lengthy
def test_searches_pipelines_and_processes_get_the_same_models() -> None:
    search = GridSearchCV(
        make_pipeline(StandardScaler(), MLPClassifier(**quick(max_iter=20))),
        {"mlpclassifier__alpha": [1e-4, 1.0]},
        cv=3,
    ).fit(X, Y)
    assert search.best_score_ > 0.7
    alone, together = (cross_val_score(MLPClassifier(**quick(max_iter=20)), X, Y, cv=3, n_jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(alone, together)


@pytest.mark.parametrize("threads", [2, 3])
def test_the_model_does_not_depend_on_the_number_of_threads(threads: int) -> None:
    wide, labels = load_breast_cancer(return_X_y=True)
    wide = StandardScaler().fit_transform(wide)
    one, several = (MLPClassifier(max_iter=3, random_state=0, threads=k).fit(wide, labels) for k in (1, threads))
    np.testing.assert_array_equal(several._net().parameters, one._net().parameters)


def test_copies_and_pickles_go_on_where_the_original_stands() -> None:
    model = MLPRegressor(**quick()).fit(X, AMOUNT)
    for i in range(3):
        model.partial_fit(X[i : i + 1], AMOUNT[i : i + 1])
    twins = [pickle.loads(pickle.dumps(model)), copy.deepcopy(model)]
    for each in (model, *twins):
        for i in range(3, 6):
            each.partial_fit(X[i : i + 1], AMOUNT[i : i + 1])
    for twin in twins:
        np.testing.assert_array_equal(twin._net().parameters, model._net().parameters)


def test_what_is_pickled_is_no_larger_than_the_numbers_in_it() -> None:
    model = MLPClassifier(max_iter=2).fit(X, Y)
    numbers = sum(array.size for array in (*model.coefs_, *model.intercepts_))
    assert len(pickle.dumps(model)) < 8 * numbers * 5 + 10_000  # weights, two moments and two rooms to work in


def test_importing_clearprop_does_not_import_scikit_learn() -> None:
    program = "import sys, clearprop as cp; cp.train, cp.Network, cp.explain; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_lbfgs_takes_the_engine_and_the_threads_that_are_asked_for_to_the_same_end() -> None:
    X, y = load_wine(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    settings = ({"threads": 1}, {"threads": 2}, {"engine": "numpy"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one, two, by_numpy = (
            MLPClassifier((40,), solver="lbfgs", max_iter=12, random_state=0, **each).fit(X, y) for each in settings
        )
    np.testing.assert_array_equal(one.coefs_[0], two.coefs_[0])
    np.testing.assert_allclose(one.coefs_[0], by_numpy.coefs_[0], rtol=1e-6, err_msg="12 line searches")
    with pytest.raises(ValueError, match="'compiled' cannot take this task: activation 'prelu"):
        MLPClassifier(solver="lbfgs", activation="prelu", engine="compiled").fit(X, y)
