"""What training prints, stops by and judges by is the weighted mean over points, whatever batches they came in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import Batches, processor_level
from clearprop.training.mean_loss import MeanLoss

ENGINES = ["numpy", "compiled"] if processor_level() else ["numpy"]
RNG = np.random.default_rng(3)
X = RNG.normal(size=(33, 3))
Y = np.sin(X[:, :1]) + RNG.normal(size=(33, 1)) ** 3  # a few errors are far larger than the others
WEIGHTS = RNG.uniform(0.1, 9, 33)
THREE = (np.zeros((3, 1)), np.array([[0.0], [0.0], [3.0]]))
"""Three points, of which a network of zeros loses 0, 0 and 9."""


def zeros() -> cp.Network:
    return cp.Network(widths=(1, 1), activations=("identity",), init="zeros")


def net_of(**options: Any) -> cp.Network:
    return cp.Network((3, 4, 1), ("tanh", "identity"), seed=2, **options)


def run(net: cp.Network | None = None, **options: Any) -> cp.Run:
    asked = {"loss": "square", "eta": 0.0, "batch_size": 32, "epochs": 4, "seed": 5, "progress": False} | options
    return cp.train(net or net_of(), X, Y, **asked)


def mean_of(net: cp.Network, weights: np.ndarray | None = None, **options: Any) -> float:
    """The weighted mean over all points, and the penalty."""
    fwd = cp.forward_pass(net, X, Y, "square", **options)
    return float(np.average(fwd.losses, weights=weights) + fwd.loss - fwd.losses.mean())


# ---- what is printed


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(3))
def test_one_large_error_among_three_points_counts_for_a_third(engine: str, seed: int) -> None:
    losses = cp.train(zeros(), *THREE, loss="square", eta=0.0, batch_size=2, epochs=4, engine=engine, seed=seed).history
    assert losses["loss"].tolist() == [3.0] * 4


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
@pytest.mark.parametrize("penalty", [None, "l2(strength=0.1)", "l1(strength=0.1)"])
@pytest.mark.parametrize("batch_size", [1, 2, 16, 32, None])
def test_the_loss_of_an_epoch_does_not_depend_on_the_batches(
    batch_size: int | None, penalty: str | None, weights: np.ndarray | None, engine: str
) -> None:
    printed = run(batch_size=batch_size, penalty=penalty, sample_weight=weights, engine=engine).history["loss"]
    expected = mean_of(net_of(), weights, penalty=penalty)
    assert printed.tolist() == pytest.approx([expected] * 4, rel=1e-13), "33 points, added in another order"


@pytest.mark.parametrize("engine", ENGINES)
def test_class_weights_and_a_report_of_several_epochs(engine: str) -> None:
    labels = (Y[:, 0] > 0).astype(int)
    net = cp.Network((3, 2), ("softmax",), seed=1)
    asked: dict[str, Any] = {"loss": "nllm", "eta": 0.0, "batch_size": 20, "epochs": 1001, "engine": engine}
    history = cp.train(net, X, labels, **asked, class_weight={0: 1.0, 1: 7.0}).history
    assert history["step"][0] == 4, "of 1,001 epochs of two steps, two share a report"
    expected = np.average(cp.forward_pass(net, X, labels, "nllm").losses, weights=np.where(labels, 7.0, 1.0))
    np.testing.assert_allclose(history["loss"], expected, rtol=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
@pytest.mark.parametrize(
    "more", [{}, {"sampling": "with_replacement"}, {"penalty": "l2"}, {"averaging": "ema"}], ids=str
)
def test_of_steps_that_move_each_point_counts_once_before_its_step(
    more: dict[str, Any], weights: np.ndarray | None, engine: str
) -> None:
    asked = {"eta": 0.05, "batch_size": 10, "steps": 11, "sample_weight": weights, "engine": engine, **more}
    found = run(epochs=None, record=range(1, 12), **asked)
    scaled = np.ones(33) if weights is None else weights / weights.mean()
    expected = []
    for period in (range(1, 5), range(5, 9), range(9, 12)):  # the last ends inside an epoch
        lost, points = 0.0, 0
        for t in period:
            rows, before = found.recording[t].points, found.recording.network(t)
            step = cp.forward_pass(
                before, X[rows], Y[rows], "square", sample_weight=scaled[rows], penalty=more.get("penalty")
            )
            assert found.recording[t].loss == pytest.approx(step.loss, rel=1e-12)
            lost, points = lost + len(rows) * step.loss, points + len(rows)
        expected.append(lost / points)
    assert found.history["step"].tolist() == [4, 8, 11]
    assert found.history["loss"].tolist() == pytest.approx(expected, rel=1e-12)


def test_batch_statistics_are_of_each_batch_and_its_points_count_alike() -> None:
    net = net_of(normalization="batch_norm")
    found = run(net, batch_size=20, epochs=1, record=[1, 2])
    lost = 0.0
    for t in (1, 2):
        rows = found.recording[t].points
        lost += float(cp.forward_pass(net, X[rows], Y[rows], "square").losses.sum())
    assert found.history["loss"].tolist() == pytest.approx([lost / 33], rel=1e-13)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
def test_steps_of_l_bfgs(weights: np.ndarray | None) -> None:
    states: list[float] = [mean_of(net_of(), weights)]
    keep = lambda report: states.append(mean_of(report.network, weights))  # noqa: E731
    asked = {"optimizer": "lbfgs", "eta": None, "batch_size": None, "epochs": 5, "sample_weight": weights}
    assert run(**asked, callbacks=keep).history["loss"].tolist() == pytest.approx(states[:-1], rel=1e-12)


# ---- what it is stopped by


@pytest.mark.parametrize("engine", ENGINES)
def test_a_target_between_both_means_is_not_reached(engine: str) -> None:
    asked: dict[str, Any] = {"loss": "square", "eta": 0.0, "batch_size": 2, "epochs": 4, "engine": engine}
    for seed in range(4):  # whichever of the three is alone in its batch
        assert (
            "all 8 steps"
            in cp.train(zeros(), *THREE, **asked, stop="target_loss(value=2.9)", seed=seed).stopped_because
        )
        assert "reached" in cp.train(zeros(), *THREE, **asked, stop="target_loss(value=3.0)", seed=seed).stopped_because


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
def test_a_loss_that_stands_still_is_no_improvement_however_the_points_are_shuffled(
    weights: np.ndarray | None, engine: str
) -> None:
    asked = {"epochs": 30, "engine": engine, "sample_weight": weights}
    assert (
        run(**asked, stop="no_improvement(patience=3, tolerance=1e-9)").stopped_because == "no improvement in 3 reports"
    )
    plateau = "reduce_on_plateau(of=constant(value=1e-300), patience=0, factor=0.5, threshold=1e-9, cooldown=0)"
    etas = run(**asked, eta=plateau).history["eta"]
    assert etas.tolist() == pytest.approx([1e-300, *(1e-300 * 0.5**k for k in range(29))])


# ---- what it is judged by


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
@pytest.mark.parametrize("batch_size", [1, 32])
def test_of_restarts_the_one_with_the_lowest_mean_is_returned(
    batch_size: int, weights: np.ndarray | None, engine: str
) -> None:
    asked = {"epochs": 2, "sample_weight": weights, "engine": engine, "batch_size": batch_size, "loss": "square"}
    found = run(restarts=40, **asked)
    best = mean_of(found.network, weights)
    assert best == pytest.approx(found.restarts.min(), rel=1e-12)
    own = np.random.default_rng(5).spawn(40)[1:]  # as `starting_points` draws them
    others = [cp.Network((3, 4, 1), ("tanh", "identity"), seed=rng) for rng in own]
    every = [mean_of(net, weights) for net in (net_of(), *others)]
    np.testing.assert_allclose(found.restarts, every, rtol=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("batch_size", [1, 32])
def test_steps_beyond_the_last_whole_epoch_do_not_decide_alone(batch_size: int, engine: str) -> None:
    """Of 33 points in batches of one, the last report here is on a single point."""
    asked = {"batch_size": batch_size, "engine": engine, "epochs": None, "steps": 2 * -(-33 // batch_size) + 1}
    found = run(restarts=5, **asked)
    whole, part = found.history["loss"][-2:]
    points = min(batch_size, 33)
    assert part != pytest.approx(whole, rel=1e-3)
    assert found.restarts.min() == pytest.approx((33 * whole + points * part) / (33 + points), rel=1e-12)


def test_with_less_than_an_epoch_there_is_nothing_else_to_judge_by() -> None:
    found = run(restarts=3, epochs=None, steps=1, batch_size=8)
    assert found.restarts.min() == pytest.approx(found.history["loss"][-1], rel=1e-14)


# ---- estimators


def models(**options: Any) -> list[Any]:
    from clearprop.estimators import MLPRegressor

    asked = {"hidden_layer_sizes": (), "alpha": 0.0, "learning_rate_init": 1e-300, "max_iter": 3, "random_state": 1}
    return [MLPRegressor(**asked | options, solver=solver, tol=0.0) for solver in ("sgd", "adam")]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
@pytest.mark.parametrize("layout", ["dense", "sparse"])
def test_an_estimator_s_curve_is_the_mean_over_points(layout: str, weights: np.ndarray | None, engine: str) -> None:
    from scipy.sparse import csr_array

    table = csr_array(X) if layout == "sparse" else X
    for each in models(batch_size=32, engine=engine):
        model = each.fit(table, Y[:, 0], sample_weight=weights)
        half_squares = (model.predict(X) - Y[:, 0]) ** 2 / 2
        assert model.loss_curve_ == pytest.approx([np.average(half_squares, weights=weights)] * 3, rel=1e-12)
        as_given = half_squares if weights is None else weights * half_squares
        assert model.partial_fit(table, Y[:, 0], sample_weight=weights).loss_ == pytest.approx(as_given.mean())


def test_a_warning_s_trial_names_the_mean_over_points() -> None:
    from clearprop.advice.trials import loss_of
    from clearprop.engines import Task
    from clearprop.formulas.losses import Square
    from clearprop.formulas.optimizers import SGD

    net = net_of()
    assert loss_of(Task(net, Square(), SGD(), X, Y)) == pytest.approx(mean_of(net), rel=1e-12)


# ---- the mean itself


def test_networks_side_by_side_have_a_mean_each() -> None:
    mean = MeanLoss(np.zeros(2))
    mean.add(np.array([1.0, 2.0]), 2)
    mean.add(np.array([5.0, 6.0]), 2)
    assert mean.value.tolist() == [1.5, 2.0]
    mean.end_period()
    mean.add(np.array([0.0, 100.0]), 4)
    assert mean.value.tolist() == [0.0, 25.0]
    assert mean.of_a_period.tolist() == [0.75, 13.5]
    mean.forget()
    assert mean.of_a_period.tolist() == [1.5, 2.0]


def test_a_mean_goes_on_from_its_state() -> None:
    first, second = MeanLoss(), MeanLoss()
    first.add(3.0, 2)
    first.end_period()
    first.add(4.0, 1)
    second.restore(first.state())
    for each in (first, second):
        each.add(2.0, 1)
    assert (first.value, first.of_a_period) == (second.value, second.of_a_period) == (3.0, 2.25)


def test_engines_give_points_times_loss() -> None:
    from clearprop.engines import Task, choose_engine
    from clearprop.formulas.losses import Square
    from clearprop.formulas.optimizers import SGD

    batches = Batches.joined([np.arange(20).reshape(2, 10), np.arange(20, 33)[None]])
    losses = cp.forward_pass(net_of(), X, Y, "square").losses
    for engine in ENGINES:
        made, _ = choose_engine(Task(net_of(), Square(), SGD(), X, Y), engine, 13)
        assert made.run(batches, np.zeros(3), 1) == pytest.approx(losses.sum(), rel=1e-13)
