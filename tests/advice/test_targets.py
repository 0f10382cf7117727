"""Targets that a network cannot give are named before the first step, with what was measured; others are not."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

import clearprop as cp
from clearprop.advice import OutputsCountedApart, TargetOutOfRange, TargetOutOfReach, TrainingWarning
from clearprop.advice.targets import out_of_range
from clearprop.formulas import CATALOGUE, find
from clearprop.formulas.activations import Activation
from clearprop.formulas.domains import REALS, LogSimplex, Simplex
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import Optimizer

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 4))
ONE = X[:, :1] - 0.5 * X[:, 1:2] ** 2
SQUARE = find(Loss, "square")
BOUNDED = [name for name, part in CATALOGUE["activation"].items() if part.range != REALS]


def train(Y: np.ndarray, output: str = "identity", loss: str = "square", **options: object) -> cp.Run:
    net = cp.Network((4, 8, Y.shape[1]), ("relu", output), init="he_normal", seed=0)
    return cp.train(net, X, Y, loss=loss, progress=False, **{"eta": 0.01, "epochs": 2} | options)


@pytest.mark.parametrize("name", [name for name in BOUNDED if name not in {"softmax", "log_softmax"}])
def test_a_target_outside_an_output_s_range_is_named_and_one_inside_is_not(name: str) -> None:
    f = find(Activation, name)
    inside = np.array([[max(f.range.low, -3.0)], [min(f.range.high, 3.0)]])  # the ends too: they are come near to
    assert out_of_range(f, SQUARE, inside) is None
    beyond = f.range.high + 2 if np.isfinite(f.range.high) else f.range.low - 2
    advice = out_of_range(f, SQUARE, np.vstack([inside, [[beyond]]]))
    assert advice is not None
    assert advice.measured["missed by"] == pytest.approx(2)
    assert f"1 of 3 targets are outside {f.range}" in advice.found
    assert f"{beyond:g} in row 2" in advice.found


def test_what_is_recommended_has_the_targets() -> None:
    for name in BOUNDED:
        f = find(Activation, name)
        for Y in (np.array([[500.0], [1.0]]), np.array([[-0.7], [0.2], [-3.0]])):
            advice = out_of_range(f, SQUARE, Y)
            if advice is None or isinstance(f.range, Simplex | LogSimplex):
                continue
            offered = advice.remedy.partition("that has them: ")[2].split(", ")
            assert "identity" in offered
            assert all(out_of_range(find(Activation, each), SQUARE, Y) is None for each in offered)


def test_rows_that_are_no_distribution_are_out_of_a_softmax_s_range() -> None:
    softmax = find(Activation, "softmax")
    assert out_of_range(softmax, SQUARE, np.eye(3)) is None
    assert out_of_range(softmax, SQUARE, np.ones((2, 3))) is not None


@pytest.mark.parametrize("loss", ["poisson_log", "gaussian_nll", "nllm_log", "nll", "nllm", "poisson"])
def test_losses_that_check_their_targets_or_have_other_units_are_left_alone(loss: str) -> None:
    part = find(Loss, loss)
    for name in BOUNDED:
        f = find(Activation, name)
        if part.domain_A.includes(f.range):
            assert out_of_range(f, part, np.array([[0.0, 1.0], [1.0, 0.0]])) is None


def test_what_is_missed_by_next_to_nothing_is_no_cause_to_warn() -> None:
    assert out_of_range(find(Activation, "relu"), SQUARE, np.array([[-1e-9], [1.0], [2.0]])) is None


@pytest.mark.parametrize(
    ("output", "Y", "missed"),
    [("sigmoid", np.full((200, 1), 500.0), 499), ("tanh", 3 * ONE, None), ("softplus", ONE, None), ("exp", ONE, None)],
    ids=["sigmoid", "tanh", "softplus", "exp"],
)
def test_train_warns_once_and_at_the_caller_s_line(output: str, Y: np.ndarray, missed: float | None) -> None:
    with pytest.warns(TargetOutOfRange) as said:
        train(Y, output, epochs=30)
    assert len(said) == 1
    assert said[0].filename == __file__
    assert missed is None or f"missed by {missed}" in str(said[0].message)


def test_a_failure_that_was_foretold_is_not_told_again_at_the_end() -> None:
    with pytest.warns(cp.TrainingWarning) as said:
        train(ONE - 500, "sigmoid", epochs=60)  # it ends with one prediction for all points, as it had to
    assert [each.category for each in said] == [TargetOutOfRange]


def test_an_output_that_has_the_targets_is_not_warned_of() -> None:
    train(1 / (1 + np.exp(-ONE)), "sigmoid")
    train((ONE > 0) * 1.0, "sigmoid", "nll")
    train(np.tanh(ONE), "tanh")


# ---- out of reach


BY_STEPS = ["adam", "adamw", "lion", "rmsprop", "nadam"]


@pytest.mark.parametrize("optimizer", BY_STEPS)
@pytest.mark.parametrize("size", [1e3, 1e5])
def test_targets_that_the_steps_do_not_lead_to_are_named_and_standardised_ones_are_reached(
    optimizer: str, size: float
) -> None:
    Y = size * (1 + 0.3 * ONE)
    with pytest.warns(
        TargetOutOfReach, match=r"root mean square is .* 560 steps with eta=0.001, .* standardised"
    ) as said:
        run = train(Y, optimizer=optimizer, eta=0.001, epochs=80)
    assert len(said) == 1
    standardised = (Y - Y.mean()) / Y.std()
    better = train(standardised, optimizer=optimizer, eta=0.001, epochs=80)
    pairs = ((Y, run), (standardised, better))
    missed = [np.var(target - each.network.predict(X)) / np.var(target) for target, each in pairs]
    assert missed[0] > 0.9 > 0.75 > missed[1]


@pytest.mark.parametrize(("beyond", "warned"), [(2.8, False), (3.2, True)])
def test_gradients_that_grow_on_the_way_lead_a_little_further_than_foretold(beyond: float, warned: bool) -> None:
    def said(size: float) -> list[str]:
        with warnings.catch_warnings(record=True) as all_said:
            warnings.simplefilter("always")
            train(np.full((200, 1), size), optimizer="adam", eta=0.001, epochs=80)
        return [str(each.message) for each in all_said if each.category is TargetOutOfReach]

    (far_beyond,) = said(1e5)
    reached = re.search(r"outputs of about ([\d.]+)", far_beyond)
    assert reached is not None
    assert bool(said(beyond * float(reached[1]))) == warned


@pytest.mark.parametrize("optimizer", [name for name in CATALOGUE["optimizer"] if name != "lbfgs"])
def test_standardised_targets_are_in_reach_of_every_rule(optimizer: str) -> None:
    Y = (ONE - ONE.mean()) / ONE.std()
    with warnings.catch_warnings():
        warnings.simplefilter("error", TargetOutOfReach)
        warnings.simplefilter("ignore", cp.TrainingWarning)
        train(Y, optimizer=optimizer, eta=None, epochs=1)


def test_steps_that_are_as_long_as_the_gradient_are_not_judged_by_their_number() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        train(20 * ONE, optimizer="sgd", eta=1e-4, epochs=1)
    assert not [each for each in said if issubclass(each.category, TrainingWarning)]


def test_a_step_size_that_is_a_user_s_own_function_is_asked_for_no_step_beforehand() -> None:
    asked: list[int] = []
    train(1e5 * ONE, optimizer="adam", eta=lambda t: asked.append(t) or 0.001, epochs=None, steps=3)
    assert asked == [1, 2, 3]


def test_too_few_steps_for_any_target_are_not_blamed_on_the_targets() -> None:
    train(100 + ONE, optimizer="adam", eta=0.001, epochs=None, steps=1)


def test_a_rule_of_a_user_s_own_is_measured_too() -> None:
    class Signs(Optimizer):
        name = "signs"

        def update_in_place(self, parameters, gradient, eta, state):  # type: ignore[no-untyped-def]
            parameters -= eta * np.sign(gradient)

    with pytest.warns(TargetOutOfReach):
        train(1e5 * ONE, optimizer=Signs(), eta=0.001, epochs=80)


@pytest.mark.parametrize("loss", ["nll", "focal"])
def test_a_loss_of_yes_and_no_with_softmax_is_warned_of_once_with_the_loss_of_classes(loss: str) -> None:
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=1)
    rows = ([[0.1, 1.0], [1.0, 0.2]], [0, 1])
    with pytest.warns(OutputsCountedApart, match=f"{loss}.* with softmax counts each .* take loss='{loss}m'") as said:
        cp.train(net, *rows, loss=loss, epochs=3)
    assert len(said) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error", OutputsCountedApart)
        cp.train(net, *rows, loss=f"{loss}m", epochs=3)
        cp.train(cp.Network((2, 3, 2), ("tanh", "sigmoid"), seed=1), *rows, loss=loss, epochs=3)
