"""Training: what it returns, when it ends, and that its steps are the reference's."""

from __future__ import annotations

import math

import numpy as np
import pytest

from clearprop import Diverged, Network, Report, back_propagate, forward_pass, train
from clearprop.formulas import Array, find
from clearprop.formulas.adam_optimizers import Adam
from clearprop.formulas.metrics import Metric
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.training.evaluation import BLOCK, HeldOut
from clearprop.training.training import REPORTS
from tests.engines.closeness import apart_by_rounding, distance
from tests.parts import label, rules
from tests.training.small import LABELS, X, Y, a_net, run

# ---- the steps


def test_full_batch_training_is_gradient_descent_by_the_reference() -> None:
    """Concept 6: forward, back-propagate, step, repeat."""
    net = a_net()
    for _ in range(5):
        net.parameters -= 0.05 * back_propagate(net, forward_pass(net, X, Y, "square", penalty="l2")).flat
    trained = run(batch_size=None, epochs=5, penalty="l2").network
    # The ten points are added in a random order: five steps of rounding.
    np.testing.assert_allclose(trained.parameters, net.parameters, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("batch_size", [3, 10, 11, None])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_loss_of_an_epoch_is_the_weighted_mean_over_points_whatever_the_batches(
    batch_size: int | None, weighted: bool
) -> None:
    weights = np.linspace(0.5, 2, 10) if weighted else None
    trained = run(eta=0.0, batch_size=batch_size, epochs=3, sample_weight=weights, seed=4)
    mean = np.average(forward_pass(a_net(), X, Y, "square").losses, weights=weights)
    assert trained.history["loss"].tolist() == pytest.approx([mean] * 3, rel=1e-13)


def test_a_weight_of_2_is_the_row_twice() -> None:
    weights = np.ones(10)
    weights[3] = 2
    weighted = run(sample_weight=weights, batch_size=None, epochs=20)
    twice = run(X=np.vstack([X, X[3]]), Y=np.vstack([Y, Y[3]]), batch_size=None, epochs=20)
    # 2/11 of one row or 1/11 of two: the same sums, rounded in another order, over 20 steps.
    np.testing.assert_allclose(weighted.network.parameters, twice.network.parameters, rtol=1e-11)
    np.testing.assert_allclose(weighted.history["loss"], twice.history["loss"], rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1.0, 7.0, 1e300])
def test_only_the_proportions_of_weights_matter(scale: float) -> None:
    weights = np.linspace(1, 2, 10)
    plain, scaled = (run(sample_weight=weights * each, epochs=3).network.parameters for each in (1.0, scale))
    np.testing.assert_allclose(plain, scaled, rtol=1e-12, err_msg="a quotient's rounding in each weight")


def test_eta_is_asked_for_t_from_1_to_the_last_step_in_order() -> None:
    asked: list[int] = []
    trained = run(eta=lambda t: asked.append(t) or 0.1 / t, batch_size=3, epochs=3)
    assert asked == list(range(1, 13))
    assert trained.history["eta"].tolist() == [0.1 / t for t in (4, 8, 12)]


def test_a_stopped_training_asks_eta_for_no_step_it_does_not_take() -> None:
    asked: list[int] = []
    run(eta=lambda t: asked.append(t) or 0.1, batch_size=3, epochs=9, callbacks=lambda report: report.step == 8)
    assert asked == list(range(1, 9))


def test_without_eta_the_optimizer_s_own_is_taken() -> None:
    assert run(eta=None, epochs=1).history["eta"].tolist() == [SGD.default_eta]
    assert run(optimizer="adam", eta=None, epochs=1).history["eta"].tolist() == [Adam.default_eta]
    assert run(optimizer="clip_norm(then=adam)", eta=None, epochs=1).history["eta"].tolist() == [Adam.default_eta]


@pytest.mark.parametrize("optimizer", rules(), ids=label)
def test_a_training_s_steps_are_the_optimizer_s_own_on_the_reference_gradient(optimizer: Optimizer) -> None:
    """One state from the first step to the last, and t and eta(t) that belong to it."""
    etas = [0.1 / t for t in range(1, 6)]

    def by_the_reference(parameters: np.ndarray, X: np.ndarray) -> np.ndarray:
        net = a_net().with_parameters(parameters.copy())
        state = optimizer.first_state(net.parameters, net.shapes)
        for eta in etas:
            gradient = back_propagate(net, forward_pass(net, X, Y, "square", penalty="l2")).flat
            optimizer.update_in_place(net.parameters, gradient, eta, state)
        return net.parameters

    trained = run(optimizer=str(optimizer), batch_size=None, epochs=5, penalty="l2", eta=lambda t: etas[t - 1]).network
    # The ten points are added in a random order; a gradient of 1e-3 that is rounded by 1e-17 may be divided by itself.
    allowed = apart_by_rounding(by_the_reference, a_net().parameters, X, steps=5)
    assert distance(trained.parameters, by_the_reference(a_net().parameters, X)) <= allowed <= 1e-9


@pytest.mark.parametrize("optimizer", ["momentum", "adam", "lion", "clip_norm(then=rmsprop)"])
def test_the_same_seed_gives_the_same_bits_and_two_trainings_share_nothing(optimizer: str) -> None:
    part = find(Optimizer, optimizer)
    one, same = (run(optimizer=part, batch_size=3, epochs=4, seed=5).network for _ in range(2))
    assert np.array_equal(one.parameters, same.parameters)


def test_a_clipped_gradient_survives_what_diverges_without() -> None:
    line = Network((2, 1), ("identity",), seed=1)
    with pytest.raises(Diverged):
        run(line, X=X * 1e3, eta=0.1, epochs=50)
    clipped = run(line, X=X * 1e3, eta=0.1, epochs=50, optimizer="clip_norm(largest=0.1)")
    assert clipped.stopped_because == "all 50 steps taken"


def test_the_network_given_is_left_as_it_was() -> None:
    net = a_net()
    before = net.parameters.copy()
    trained = run(net).network
    assert np.array_equal(net.parameters, before)
    assert not np.shares_memory(net.parameters, trained.parameters)
    assert not np.array_equal(trained.parameters, before)


def test_the_data_are_left_as_they_were() -> None:
    frozen = [array.copy() for array in (X, Y, np.ones(10))]
    for array in frozen:
        array.flags.writeable = False
    run(X=frozen[0], Y=frozen[1], sample_weight=frozen[2], epochs=1)


@pytest.mark.parametrize("sampling", ["shuffle", "with_replacement"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(sampling: str, dtype: str) -> None:
    options = {"sampling": sampling, "batch_size": 3, "epochs": 4}
    one, same, other = (run(a_net(dtype), seed=seed, **options).network for seed in (5, 5, 6))
    assert one.parameters.tobytes() == same.parameters.tobytes()
    assert one.parameters.tobytes() != other.parameters.tobytes()
    assert one.dtype == dtype


def test_a_generator_as_seed_goes_on_from_where_it_is() -> None:
    rng = np.random.default_rng(5)
    first, second = (run(seed=rng, batch_size=3, epochs=1).network.parameters for _ in range(2))
    assert np.array_equal(first, run(seed=5, batch_size=3, epochs=1).network.parameters)
    assert not np.array_equal(first, second)


def test_what_watches_does_not_change_the_steps() -> None:
    plain = run(batch_size=3, epochs=5).network.parameters
    watched = run(batch_size=3, epochs=5, metrics="rmse", callbacks=lambda report: None, progress=False)
    assert np.array_equal(plain, watched.network.parameters)


@pytest.mark.parametrize(
    "data",
    [(X.tolist(), Y.tolist()), (X, Y[:, 0]), (X.astype(object), Y.astype(object)), (np.asfortranarray(X), Y)],
    ids=["lists", "flat targets", "objects", "columns first"],
)
def test_data_may_come_in_any_form(data: tuple) -> None:
    assert np.array_equal(run(X=data[0], Y=data[1], epochs=2).network.parameters, run(epochs=2).network.parameters)


# ---- how long


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({"steps": 7, "batch_size": 3}, 7),
        ({"steps": 0}, 0),
        ({"epochs": 0}, 0),
        ({"epochs": 3, "batch_size": 3}, 12),
        ({"epochs": 0.5, "batch_size": 1}, 5),
        ({"epochs": 2, "batch_size": None}, 2),
        ({"epochs": 2, "batch_size": 100}, 2),
        ({"batch_size": None}, 20),
        ({"steps": np.int64(3)}, 3),
        ({"steps": 3.0}, 3),
    ],
    ids=str,
)
def test_training_takes_the_steps_it_is_asked_for(options: dict, steps: int) -> None:
    trained = run(**options)
    assert trained.stopped_because == (f"all {steps} steps taken" if steps else "no step was left to take")
    assert (trained.history["step"][-1] if steps else 0) == steps
    assert len(trained.history) == 0 or trained.history["epoch"][-1] > 0


def test_no_steps_give_the_network_as_it_was() -> None:
    trained = run(steps=0)
    assert np.array_equal(trained.network.parameters, a_net().parameters)
    assert len(trained.history) == 0


def test_one_point_is_enough() -> None:
    assert run(X=X[:1], Y=Y[:1], epochs=500).history["loss"][-1] < 1e-12


def test_a_report_comes_after_every_epoch_and_after_the_last_step() -> None:
    trained = run(steps=10, batch_size=3)
    assert trained.history["step"].tolist() == [4, 8, 10]
    assert trained.history["epoch"].tolist() == [1.0, 2.0, 2.5]


def test_a_long_training_reports_whole_epochs_and_no_more_than_a_thousand_times() -> None:
    trained = run(X=X[:4], Y=Y[:4], batch_size=2, epochs=2501)
    epochs = trained.history["epoch"]
    assert len(epochs) <= REPORTS
    assert (epochs[:-1] % 1 == 0).all()
    assert epochs[-1] == 2501


def test_an_epoch_that_is_longer_than_a_piece_of_draws_is_one_epoch() -> None:
    many = np.zeros((65_537 + 5, 1))
    trained = train(
        Network((1, 1), ("identity",)),
        many,
        many,
        loss="square",
        batch_size=4096,
        epochs=2,
        sampling="with_replacement",
    )
    assert trained.history["epoch"].tolist() == [1.0, 2.0]


def test_a_target_loss_ends_it_at_once() -> None:
    trained = run(stop="target_loss(value=0.05)", epochs=1000)
    assert trained.stopped_because == "the loss reached 0.05"
    assert trained.history["loss"][-1] <= 0.05 < trained.history["loss"][-2]


def test_any_of_several_conditions_ends_it() -> None:
    trained = run(eta=0.0, stop=["target_loss(value=0)", "no_improvement(patience=3)"], epochs=50)
    assert trained.stopped_because == "no improvement in 3 reports"
    assert len(trained.history) == 4


@pytest.mark.parametrize("answer", [True, np.True_])
def test_a_callback_that_says_true_ends_it(answer: object) -> None:
    trained = run(callbacks=[lambda report: None, lambda report: answer if report.step == 3 else False], epochs=9)
    assert trained.stopped_because == "a callback asked for it"
    assert trained.history["step"][-1] == 3


def test_every_callback_is_told_also_after_one_that_asks_to_stop() -> None:
    told: list[int] = []
    found = run(epochs=9, callbacks=[lambda report: True, lambda report: told.append(report.step)])
    assert found.stopped_because == "a callback asked for it"
    assert len(told) == 1


@pytest.mark.parametrize("answer", [None, False, np.False_, 1, "go on", np.array([1, 2])])
def test_any_other_answer_of_a_callback_is_none(answer: object) -> None:
    assert len(run(callbacks=lambda report: answer, epochs=3).history) == 3


def test_every_callback_hears_every_report_with_its_network() -> None:
    heard: list[tuple[int, Report]] = []
    trained = run(
        callbacks=[lambda report: heard.append((1, report)), lambda report: heard.append((2, report))], epochs=2
    )
    assert [who for who, _ in heard] == [1, 2, 1, 2]
    assert heard[-1][1].network is trained.network


# ---- what is measured and kept


class Bias(Metric):
    """The last layer's mean prediction: not in the catalogue."""

    name = "bias"

    def value(self, A: Array, Y: Array) -> float:
        return float((A - Y).mean())


def test_metrics_are_of_the_training_set_where_there_is_no_other() -> None:
    trained = run(metrics=["rmse", Bias()], epochs=2, batch_size=3)
    A = trained.network.predict(X)
    assert trained.history["rmse"][-1] == pytest.approx(math.sqrt(((A - Y) ** 2).mean()), rel=1e-14)
    assert trained.history["bias"][-1] == pytest.approx((A - Y).mean(), rel=1e-12)
    assert "validation_loss" not in trained.history


def test_the_network_returned_is_the_best_by_validation_loss() -> None:
    # Targets of validation that training moves away from: the best network is an early one.
    Xv, Yv = X[:4], a_net().predict(X[:4]) + 0.01 * (Y[:4] - a_net().predict(X[:4]))
    trained = run(validation=(Xv, Yv), epochs=30, penalty="l2", metrics="mae")
    losses = trained.history["validation_loss"]
    assert losses.argmin() < len(losses) - 1, losses
    kept = forward_pass(trained.network, Xv, Yv, "square", penalty="l2").loss
    assert kept == pytest.approx(losses.min(), rel=1e-13)
    shown = abs(trained.network.predict(Xv) - Yv).mean()
    assert trained.history["mae"][losses.argmin()] == pytest.approx(shown, rel=1e-13)


def test_validation_is_only_looked_at() -> None:
    with_it, without = (run(epochs=1, validation=given) for given in ((X[:3], Y[:3]), None))
    assert np.array_equal(with_it.network.parameters, without.network.parameters)
    assert with_it.history["loss"].tolist() == without.history["loss"].tolist()


def test_a_validation_loss_that_is_never_finite_keeps_the_last_network() -> None:
    far = np.array([[1e200, 0.0]])
    net = Network((2, 1), ("identity",), seed=1)
    with_it, without = (run(net, epochs=3, validation=given) for given in ((far, [[0.0]]), None))
    assert np.array_equal(with_it.network.parameters, without.network.parameters)
    assert with_it.history["validation_loss"].tolist() == [np.inf] * 3


def test_labels_of_validation_follow_those_of_training() -> None:
    net = Network((2, 2), ("softmax",), seed=0)
    trained = run(net, Y=LABELS, loss="nllm", validation=(X[:2], LABELS[:2]), metrics="accuracy", epochs=50, eta=0.5)
    assert trained.classes.tolist() == ["left", "right"]
    right = trained.classes[trained.network.predict(X[:2]).argmax(axis=1)] == LABELS[:2]
    assert trained.history["accuracy"][trained.history["validation_loss"].argmin()] == right.mean()
    with pytest.raises(ValueError, match=r"validation Y\[1\] = 'up' is none of the classes \['left', 'right'\]"):
        run(net, Y=LABELS, loss="nllm", validation=(X[:2], ["left", "up"]))


@pytest.mark.parametrize("n", [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK])
def test_a_set_is_looked_at_in_blocks_and_none_of_it_is_lost(n: int) -> None:
    net = a_net()
    points = np.random.default_rng(0).normal(size=(n, 2))
    _, A = HeldOut(points, np.zeros((n, 1))).outputs(net)
    # The order in which a matrix product adds up may differ with its size, by a rounding.
    np.testing.assert_allclose(A, net.predict(points), rtol=1e-13, atol=1e-15)


def test_the_run_says_which_engine_took_the_steps_and_why() -> None:
    assert str(run(engine="numpy", epochs=1).engine) == "numpy (as asked)"
    assert run(epochs=1).engine.reason


# ---- it learns


@pytest.mark.parametrize(
    ("widths", "activations", "loss", "Y"),
    [
        ((2, 4, 1), ("tanh", "sigmoid"), "nll", [0, 1, 1, 0]),
        ((2, 8, 2), ("relu", "softmax"), "nllm", ["no", "yes", "yes", "no"]),
        ((2, 4, 1), ("tanh", "identity"), "square", [0.0, 1.0, 1.0, 0.0]),
    ],
    ids=["nll", "nllm", "square"],
)
def test_it_learns_xor(widths: tuple, activations: tuple, loss: str, Y: list) -> None:
    """A demonstration, not a gradient test: from a start that is not in a flat place it gets all four right."""
    corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    net = Network(widths, activations, seed=1)
    trained = train(net, corners, Y, loss=loss, eta=0.1, batch_size=4, epochs=5000, stop="target_loss(value=0.01)")
    assert trained.stopped_because == "the loss reached 0.01"


def test_less_than_half_a_step_of_epochs_is_one_step() -> None:
    run = train(Network((1, 1), ("identity",)), [[1.0], [2.0]], [1.0, 2.0], loss="square", epochs=0.1)
    assert run.history["step"].tolist() == [1]
