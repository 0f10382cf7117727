"""Patience, the best so far and callbacks: scikit-learn's own count is the judge, and `train` gives callbacks their meaning."""

from __future__ import annotations

import pickle
import signal
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs
from sklearn.base import clone

from clearprop import Network, Report, train
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.estimators.improvement import Improvement

from .since import SINCE_1_7

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
Y = (X @ [1.0, -1.0, 0.5] > 0).astype(int)


def a_model(**given: Any) -> Any:
    return MLPClassifier(**{"hidden_layer_sizes": 4, "max_iter": 5, "random_state": 0} | given)


# ---- patience


def numbers_with_ties(seed: int) -> np.ndarray:
    """Steps of exactly the tolerance, equal numbers and NaN, in random order."""
    draw = np.random.default_rng(seed)
    steps = draw.choice([0.0, 0.25, -0.25, 0.125, -0.125, 0.5, -0.5, np.nan], 60)
    return np.where(np.isnan(steps), np.nan, np.nancumsum(steps))


@SINCE_1_7
@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("tol", [0.0, 0.25])
@pytest.mark.parametrize("held_out", [False, True], ids=["loss", "score"])
def test_improvements_are_counted_as_scikit_learn_counts_them(seed: int, tol: float, held_out: bool) -> None:
    ours, other = a_model(tol=tol, early_stopping=held_out).initialize(X, Y), theirs.MLPClassifier(tol=tol)
    other.loss_curve_, other.validation_scores_, other._no_improvement_count = [], [], 0
    other.best_loss_, other.best_validation_score_, other.coefs_, other.intercepts_ = np.inf, -np.inf, [], []
    scores = iter(numbers_with_ties(seed))
    other._score = lambda *_, **__: next(scores)
    improvement = Improvement(ours, ours._net(), held_out=held_out)
    for value in numbers_with_ties(seed):
        other.loss_curve_.append(value)
        other._update_no_improvement_count(held_out, None, None, None)
        if held_out:
            improvement.look_at_score(value, 0.0, ours._net())
            assert ours.best_validation_score_ == other.best_validation_score_
        else:
            improvement.look_at_loss(value)
            assert ours.best_loss_ == other.best_loss_
        assert ours._no_improvement_count == other._no_improvement_count


def test_the_count_goes_on_over_calls_of_partial_fit_and_over_warm_starts() -> None:
    pairs = [(a_model(tol=1.0), theirs.MLPClassifier(4, random_state=0, tol=1.0)) for _ in range(2)]
    for ours, other in pairs[:1]:
        for i in range(12):
            for model in (ours, other):
                model.partial_fit(X[i : i + 1], Y[i : i + 1], classes=[0, 1])
            assert ours._no_improvement_count == other._no_improvement_count
            assert ours.best_loss_ == pytest.approx(other.best_loss_, rel=1e-12)
    for ours, other in pairs[1:]:
        for model in (ours, other):
            model.set_params(warm_start=True, max_iter=3, tol=0.01)
        for _ in range(4):
            for model in (ours, other):
                model.fit(X, Y)
            assert ours._no_improvement_count == other._no_improvement_count
            assert ours.best_loss_ == pytest.approx(other.best_loss_, rel=1e-12)


def test_a_tolerance_that_changes_between_rows_counts_from_the_next_row_on() -> None:
    model = a_model(tol=0.0)
    model.partial_fit(X[:1], Y[:1], classes=[0, 1]).partial_fit(X[:1], Y[:1])
    assert model._no_improvement_count == 0
    model.set_params(tol=100.0).partial_fit(X[:1], Y[:1])
    assert model._no_improvement_count == 1


def test_where_no_score_is_a_number_the_first_weights_are_given_back() -> None:
    model = a_model(early_stopping=True, scoring=lambda *_: float("nan"))
    first = a_model(early_stopping=True).initialize(X, Y)
    np.testing.assert_array_equal(model.fit(X, Y).coefs_[0], first.coefs_[0])
    assert model.best_validation_score_ == -np.inf


def test_the_best_of_all_warm_starts_is_kept() -> None:
    """A rate so large that scores go up and down: the weights are those of the best epoch of any of the calls."""
    seen: list[np.ndarray] = []
    model = a_model(
        warm_start=True,
        early_stopping=True,
        max_iter=2,
        learning_rate_init=0.3,
        callbacks=lambda report: seen.append(report.network.W[1].copy()),
    )
    worse = 0
    for _ in range(6):
        model.fit(X, Y)
        np.testing.assert_array_equal(model.coefs_[0], seen[int(np.argmax(model.validation_scores_))])
        worse += model.best_validation_score_ > max(model.validation_scores_[-2:])
    assert worse, "no call is worse than those before, so that this tells nothing"


# ---- callbacks


@pytest.mark.parametrize(
    ("answer", "stops"),
    [(True, True), (np.True_, True), (False, False), (np.False_, False), (1, False), (None, False), ("yes", False)],
    ids=repr,
)
def test_a_callback_s_answer_means_the_same_to_train_and_to_an_estimator(answer: object, stops: bool) -> None:
    seen: list[int] = []

    def callback(report: object) -> object:
        seen.append(1)
        return answer

    run = train(Network((3, 2), ("softmax",)), X, Y, loss="nllm", epochs=5, callbacks=callback)
    model = a_model(callbacks=callback).fit(X, Y)
    epochs = 1 if stops else 5
    assert (len(run.history), model.n_iter_, len(seen)) == (epochs, epochs, 2 * epochs)


def test_every_callback_of_several_is_told_although_the_first_asks_to_stop() -> None:
    seen: list[int] = []
    model = a_model(callbacks=[lambda _: np.True_, lambda report: seen.append(report.step)]).fit(X, Y)
    assert (model.n_iter_, len(seen)) == (1, 1)


def test_what_cannot_be_called_is_refused_before_the_first_epoch() -> None:
    with pytest.raises(TypeError, match="a callback is a function of a Report; given 3"):
        a_model(callbacks=[print, 3]).fit(X, Y)


# ---- one state over calls


def test_looking_learns_nothing_of_targets() -> None:
    """With warm_start, one label of two and other targets are looked at as ever; nothing is learnt from them."""
    model = a_model(warm_start=True).fit(X, Y)
    one_class = Y == 1
    model.explain(X[0], Y[0])
    assert model.check_gradients(X[one_class], Y[one_class]).ok
    model.fit(X, Y, validation_data=(X[one_class], Y[one_class]))
    with pytest.raises(ValueError, match="has classes not in"):
        model.explain(X[0], 5)
    values = MLPRegressor(max_iter=3, random_state=0).fit(X, X[:, 0]).set_params(standardize_target=True)
    values.explain(X[0], X[0, 0])
    assert not hasattr(values, "target_scale_")


def test_a_network_drawn_anew_has_a_solver_of_its_own() -> None:
    fresh = a_model().initialize(X, Y).partial_fit(X, Y)
    again = a_model().fit(X, Y).initialize(X, Y).partial_fit(X, Y)
    np.testing.assert_array_equal(again.coefs_[0], fresh.coefs_[0])
    assert again._optimizer.steps == fresh._optimizer.steps == 1


def test_rows_go_on_being_learnt_one_by_one_where_the_network_was_drawn_anew_between() -> None:
    model, fresh = a_model(), a_model().initialize(X, Y)
    model.partial_fit(X[:1], Y[:1], classes=[0, 1]).partial_fit(X[1:2], Y[1:2]).initialize(X, Y)
    for each in (model, fresh):
        for i in range(4):
            each.partial_fit(X[i : i + 1], Y[i : i + 1])
    np.testing.assert_array_equal(model.coefs_[0], fresh.coefs_[0])


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_ctrl_c_waits_for_the_epoch_under_way_and_training_can_go_on(engine: str) -> None:
    def interrupt(report: Report) -> None:
        if report.epoch == 3:
            signal.raise_signal(signal.SIGINT)

    settings = {"dropout": 0.5, "warm_start": True, "engine": engine, "batch_size": 25}
    model, other = a_model(callbacks=interrupt, **settings), a_model(max_iter=3, **settings)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        model.fit(X, Y)
    assert (model.n_iter_, model._optimizer.steps) == (3, 9)
    for each in (model.set_params(callbacks=None), other.fit(X, Y)):
        each.partial_fit(X, Y)
    np.testing.assert_array_equal(model.coefs_[0], other.coefs_[0])


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("at", [1, 2])
def test_ctrl_c_ends_the_fit_and_not_one_restart(at: int, early_stopping: bool) -> None:
    """The best of the restarts that were begun stays, the one under way included."""
    epochs: list[float] = []

    def interrupt(report: Report) -> None:
        epochs.append(report.epoch)
        if epochs.count(1.0) == at and report.epoch == 3:
            signal.raise_signal(signal.SIGINT)

    settings = {"restarts": 4, "early_stopping": early_stopping}
    model = a_model(callbacks=interrupt, **settings)
    with pytest.warns(UserWarning, match="Training interrupted by user") as said:
        model.fit(X, Y)
    assert len([warning for warning in said if "interrupted" in str(warning.message)]) == 1
    assert epochs == [*[1, 2, 3, 4, 5] * (at - 1), 1, 2, 3]
    assert len(model.restart_losses_) == at
    undisturbed = a_model(**settings).fit(X, Y)
    assert model.restart_losses_[: at - 1].tolist() == undisturbed.restart_losses_[: at - 1].tolist()
    assert model.n_iter_ == (5, 3)[int(np.argmin(model.restart_losses_)) == at - 1]
    assert np.isfinite(model.predict_proba(X)).all()


@pytest.mark.parametrize("at", [0, 1, 2])
def test_ctrl_c_in_l_bfgs_or_between_two_restarts_keeps_the_best_that_is_over(
    at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clearprop.estimators import perceptron

    begun, search = [], perceptron.search

    def interrupted(estimator: Any, *given: Any) -> None:
        begun.append(estimator)
        if len(begun) == at + 1:
            raise KeyboardInterrupt
        search(estimator, *given)

    monkeypatch.setattr(perceptron, "search", interrupted)
    model = a_model(solver="lbfgs", restarts=4)
    if at == 0:
        with pytest.raises(KeyboardInterrupt):
            model.fit(X, Y)
        return
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        model.fit(X, Y)
    assert len(model.restart_losses_) == at
    assert model.loss_ == model.restart_losses_.min()


def test_weights_of_other_shapes_put_in_their_place_begin_with_a_new_solver() -> None:
    """The optimiser's state belongs to the arrays that it was made for."""
    wider = a_model(hidden_layer_sizes=90).initialize(X, Y)
    model = a_model().partial_fit(X, Y, classes=[0, 1]).set_params(hidden_layer_sizes=90)
    model.coefs_, model.intercepts_ = ([array.copy() for array in each] for each in (wider.coefs_, wider.intercepts_))
    np.testing.assert_array_equal(model.partial_fit(X, Y).coefs_[0], wider.partial_fit(X, Y).coefs_[0])


def test_every_restart_of_a_first_partial_fit_begins_with_a_solver_of_its_own() -> None:
    model = a_model(restarts=3, dropout=0.5).partial_fit(X, Y, classes=[0, 1])
    assert model._optimizer.steps == 1
    assert int(model._optimizer.state["t"][0]) == 1


def test_after_lbfgs_nothing_is_shown_of_earlier_epochs_and_epochs_can_follow() -> None:
    model = (
        a_model(early_stopping=True).fit(X, Y).set_params(solver="lbfgs", early_stopping=False, restarts=2).fit(X, Y)
    )
    assert not hasattr(model, "loss_curve_")
    assert model.loss_ == model.restart_losses_.min()
    model.set_params(solver="adam", warm_start=True).fit(X, Y)
    assert len(model.loss_curve_) == 5


def test_steps_that_were_not_taken_are_not_counted() -> None:
    """Points that a step cannot take end the call; the next one goes on with the step that failed."""
    model = MLPRegressor(hidden_layer_sizes=4, solver="sgd", random_state=0, batch_size=1, shuffle=False)
    far = X.copy()
    far[3:] = 1e200
    model.partial_fit(X[:5], Y[:5])
    with pytest.raises(ValueError, match="non-finite"):
        model.partial_fit(far[:5], Y[:5])
    assert model._optimizer.steps == 5 + 3


@pytest.mark.parametrize("early", [False, True])
def test_a_copy_goes_on_as_the_model_does(early: bool) -> None:
    model = a_model(warm_start=True, early_stopping=early, tol=0.1).fit(X, Y)
    again = pickle.loads(pickle.dumps(model))
    for each in (model, again):
        each.fit(X, Y)
    np.testing.assert_array_equal(again.coefs_[0], model.coefs_[0])
    assert again._no_improvement_count == model._no_improvement_count
    np.testing.assert_array_equal(clone(model).fit(X, Y).coefs_[0], clone(model).fit(X, Y).coefs_[0])


# ---- L-BFGS


def test_lbfgs_with_hyper_parameters_is_the_search_that_its_name_is() -> None:
    plain = a_model(solver="lbfgs", tol=1e-6).fit(X, Y)
    given = a_model(solver="lbfgs(gradient_tolerance=1e-6)").fit(X, Y)
    np.testing.assert_array_equal(given.coefs_[0], plain.coefs_[0])
    assert not hasattr(a_model(solver="lbfgs(memory=5)"), "partial_fit")
    with pytest.raises(ValueError, match="clip_norm changes single steps, and lbfgs takes its own"):
        a_model(solver="clip_norm(largest=1.0, then=lbfgs)").fit(X, Y)


@pytest.mark.parametrize("part", [{"dropout": 0.5}, {"input_noise": 0.1}, {"max_norm": 1.0}], ids=str)
def test_lbfgs_refuses_what_changes_its_function_in_each_step_in_the_words_of_train(part: dict[str, float]) -> None:
    name = next(iter(part))
    with pytest.raises(
        ValueError, match=f"lbfgs minimises one function of the weights, which {name} would change"
    ) as ours:
        a_model(solver="lbfgs", **part).fit(X, Y)
    net = Network((3, 4, 1), ("relu", "sigmoid"))
    with pytest.raises(ValueError, match="lbfgs minimises") as other:
        train(net, X, Y, loss="nll", optimizer="lbfgs", batch_size=None, **part)
    assert str(ours.value) == str(other.value)


@pytest.mark.parametrize("activation", ["tanh", "prelu"])
@pytest.mark.parametrize("norm", [None, "batch"])
def test_lbfgs_finds_what_train_finds(activation: str, norm: str | None) -> None:
    model = a_model(solver="lbfgs", activation=activation, normalization=norm, alpha=0.0, max_iter=8)
    net = model.initialize(X, Y)._net().copy()
    run = train(net, X, Y, loss="nll", optimizer="lbfgs(gradient_tolerance=1e-4)", batch_size=None, steps=8)
    model.fit(X, Y)
    np.testing.assert_array_equal(model._net().parameters, run.network.parameters)
    np.testing.assert_array_equal(model._net().statistics, run.network.statistics)
