"""`solver="lbfgs"` heeds callbacks and a validation set of the user's; watched or not, its steps are the same."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs
from scipy.sparse import csr_matrix
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import get_scorer
from sklearn.preprocessing import StandardScaler

from clearprop import Report
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.training.averages import gather_statistics_in_place

from .since import SINCE_1_9

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)
TRAIN, HELD = slice(0, 300), slice(300, None)
KINDS = [MLPClassifier, MLPRegressor]


def a_search(kind: Any = MLPClassifier, **given: Any) -> Any:
    return kind(**{"solver": "lbfgs", "hidden_layer_sizes": 6, "max_iter": 25, "random_state": 0} | given)


@pytest.mark.parametrize("points", [X, csr_matrix(X)], ids=["dense", "sparse"])
@pytest.mark.parametrize("kind", KINDS)
def test_callbacks_see_every_step_and_change_none(kind: Any, points: Any) -> None:
    seen: list[Report] = []
    watched = a_search(kind, callbacks=seen.append).fit(points, Y)
    alone = a_search(kind).fit(points, Y)
    np.testing.assert_array_equal(watched.coefs_[0], alone.coefs_[0])
    assert [report.step for report in seen] == list(range(1, watched.n_iter_ + 1))
    assert watched.n_iter_ == alone.n_iter_
    assert seen[-1].loss == watched.loss_ == alone.loss_
    assert all(np.isnan(report.eta) for report in seen)
    assert not hasattr(watched, "loss_curve_")
    assert not hasattr(watched, "validation_scores_")


@pytest.mark.parametrize("kind", KINDS)
def test_a_callback_that_answers_true_ends_the_search_there(kind: Any) -> None:
    seen: list[Any] = []

    def callback(report: Report) -> bool:
        assert report.network is not None
        seen.append(report.network.copy())
        return report.step == 4

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = a_search(kind, callbacks=callback).fit(X, Y)
    assert (model.n_iter_, len(seen)) == (4, 4)
    np.testing.assert_array_equal(model.coefs_[0], seen[-1].W[1])
    with pytest.warns(UserWarning, match=r"failed to converge after 4 iteration\(s\)"):
        np.testing.assert_array_equal(a_search(kind, max_iter=4).fit(X, Y).coefs_[0], model.coefs_[0])


@SINCE_1_9
def test_callbacks_of_scikit_learn_s_protocol_are_called_and_can_stop() -> None:
    class Watching:
        begun, scores, ended = 0, (), False

        def setup(self, estimator: Any, context: Any) -> None: ...

        def teardown(self, estimator: Any, context: Any) -> None:
            self.ended = True

        def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
            self.begun += 1

        def on_fit_task_end(self, estimator: Any, context: Any, *, fitted_estimator: Any) -> bool:
            self.scores += (fitted_estimator.score(X, Y),)
            return len(self.scores) == 3

    watching = Watching()
    model = a_search().set_callbacks(watching).fit(X, Y)
    assert (watching.ended, len(watching.scores), model.n_iter_) == (True, 3, 3)
    assert watching.scores[-1] == model.score(X, Y)


@pytest.mark.parametrize("points", [X, csr_matrix(X)], ids=["dense", "sparse"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_validation_set_ends_the_search_and_the_best_weights_are_kept(kind: Any, points: Any) -> None:
    seen: list[Any] = []
    model = a_search(
        kind, max_iter=200, n_iter_no_change=4, callbacks=lambda report: seen.append(report.network.copy())
    )
    model.fit(points[TRAIN], Y[TRAIN], validation_data=(points[HELD], Y[HELD]))
    scores = model.validation_scores_
    assert len(scores) == len(model.validation_loss_curve_) == model.n_iter_ == len(seen) < 200
    best = int(np.argmax(scores))
    assert best < model.n_iter_ - 1
    np.testing.assert_array_equal(model.coefs_[0], seen[best].W[1])
    assert model.score(points[HELD], Y[HELD]) == pytest.approx(model.best_validation_score_, rel=1e-12)
    assert model.best_validation_score_ == scores[best]
    assert model._no_improvement_count == 5


def test_the_set_that_is_looked_at_changes_no_step() -> None:
    of_scores: dict[str, Any] = {"max_iter": 9, "n_iter_no_change": np.inf}
    seen: list[Any] = []
    a_search(**of_scores, callbacks=lambda report: seen.append(report.network.copy())).fit(
        X[TRAIN], Y[TRAIN], validation_data=(X[HELD], Y[HELD])
    )
    np.testing.assert_array_equal(a_search(max_iter=9).fit(X[TRAIN], Y[TRAIN]).coefs_[0], seen[-1].W[1])


def test_a_scorer_prepared_columns_and_batch_statistics_are_those_of_the_fitted_model() -> None:
    raw = load_breast_cancer().data
    model = a_search(scaling="standard", scoring="neg_log_loss", normalization="batch", n_iter_no_change=3)
    model.fit(raw[TRAIN], Y[TRAIN], validation_data=(raw[HELD], Y[HELD]))
    assert model.best_validation_score_ == get_scorer("neg_log_loss")(model, raw[HELD], Y[HELD])
    net = model._net().copy()
    gather_statistics_in_place(net, model.scaler_.scaled(raw[TRAIN]))
    np.testing.assert_allclose(
        net.statistics, model._net().statistics, rtol=1e-12, err_msg="those of the training points"
    )


def test_restarts_are_judged_by_the_set_and_a_next_fit_goes_on_from_the_best() -> None:
    held = {"validation_data": (X[HELD], Y[HELD])}
    model = a_search(restarts=3, scoring="loss", n_iter_no_change=2).fit(X[TRAIN], Y[TRAIN], **held)
    assert -model.best_validation_score_ == model.restart_losses_.min()
    again = copy.deepcopy(model).set_params(warm_start=True).fit(X[TRAIN], Y[TRAIN], **held)
    assert again.best_validation_score_ >= model.best_validation_score_
    assert len(again.validation_scores_) > len(model.validation_scores_)


@pytest.mark.parametrize("kind", KINDS)
def test_early_stopping_without_a_set_changes_nothing_as_in_scikit_learn(kind: Any) -> None:
    ours, other = (
        a_search(each, early_stopping=True, max_iter=5).fit(X, Y) for each in (kind, getattr(theirs, kind.__name__))
    )
    np.testing.assert_allclose(ours.coefs_[0], other.coefs_[0], rtol=1e-7)
    assert (ours.n_iter_, type(ours.loss_)) == (other.n_iter_, type(other.loss_))
    assert not hasattr(ours, "validation_scores_")


def test_verbose_says_how_the_loss_falls(capsys: pytest.CaptureFixture[str]) -> None:
    a_search(verbose=True, n_iter_no_change=1).fit(X[TRAIN], Y[TRAIN], validation_data=(X[HELD], Y[HELD]))
    said = capsys.readouterr().out
    assert "Iteration 1, loss = " in said
    assert "Validation score did not improve more than tol=0.000100 for 1 consecutive epochs. Stopping." in said
