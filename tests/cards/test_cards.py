"""Cards say what the records say: prose, bounds, kinks, curves whose slope is their derivative, examples that run."""

from __future__ import annotations

import math

import numpy as np
import pytest

import clearprop as cp
from clearprop.amounts import plural
from clearprop.cards import card_of, curves_of, example_of, kinds
from clearprop.diagnosis.mistake import Mistake
from clearprop.formulas import CATALOGUE, Part, find
from clearprop.formulas.activations import Activation, Elementwise
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.penalties import Penalty
from clearprop.formulas.schedules import Schedule
from tests.parts import ELEMENTWISE, all_of, label

PARTS = [definition() for kind in kinds() for definition in CATALOGUE[kind].values()]
every_part = pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.kind}-{part.name}")


@every_part
def test_nothing_of_what_a_record_says_is_lost(part: Part) -> None:
    card = card_of(part)
    prose = " ".join((type(part).__doc__ or "").partition(">>>")[0].split())
    assert sorted(f"{card.said} {card.elsewhere}".split()) == sorted(prose.split())
    assert card.said, "something is said of the part itself, not of other software alone"


@pytest.mark.parametrize("part", [each for each in PARTS if not isinstance(each, Mistake)], ids=str)
def test_an_example_runs_and_its_last_line_gives_what_it_says(part: Part) -> None:
    example = example_of(part)
    if example is None:
        pytest.fail(f"no example of {part.kind}: write how it is put to work in cards/examples.py")
    assert all(name in " ".join(example.lines) for name in part.name.split(" + "))
    assert example.result not in {"", "None"}
    assert "nan" not in example.result


@pytest.mark.parametrize("part", [each for each in PARTS if isinstance(each, Mistake)], ids=str)
def test_a_mistake_is_told_with_what_is_right(part: Mistake) -> None:
    assert card_of(part).right.count(" (") >= len(part.links)
    assert card_of(part).lesson
    assert example_of(part) is None


@pytest.mark.parametrize("kind", ["averaging", "sampling", "last_batch", "stop", "schedule"])
def test_examples_of_a_kind_show_what_its_parts_do_each_in_its_own_way(kind: str) -> None:
    shown = {name: example_of(definition()) for name, definition in CATALOGUE[kind].items()}
    results = {
        name: each.result for name, each in shown.items() if each and name != "multi_step"
    }  # step_decay's at t = 1000
    assert len(set(results.values())) == len(results), results


@pytest.mark.parametrize("part", ["clip_value", "clip_norm", "clip_array_norm"])
def test_an_example_of_clipping_has_a_gradient_that_is_clipped(part: str) -> None:
    example = example_of(find(Optimizer, part))
    assert example is not None
    free, clipped = eval(example.result)
    assert max(map(abs, clipped)) <= 0.1 < max(map(abs, free))


def test_a_part_that_takes_no_step_size_has_none_on_its_card_and_large_numbers_are_written_out() -> None:
    card = card_of(find(Optimizer, "lbfgs"))
    assert not card.eta
    assert "2.22e-16" not in (shown := " ".join(map(str, card.hypers)))
    assert "2.22e-09" in shown
    period, _ = [
        hyper for hyper in card_of(find(Schedule, "cosine_restarts")).hypers if hyper.bounds.startswith("[1, 2")
    ]
    assert period.bounds == "[1, 2,147,483,648]"


def test_other_software_has_a_place_of_its_own() -> None:
    card = card_of(find(Activation, "relu"))
    assert card.said == "max(0, z)."
    assert card.elsewhere.endswith("PyTorch, JAX and scikit-learn take 0.")
    assert card_of(find(Loss, "hinge")).elsewhere.endswith("scikit-learn and Keras have the same loss.")


def test_a_kink_is_told_with_the_side_that_is_taken() -> None:
    assert (
        card_of(find(Activation, "hard_tanh")).kinks == "at z = -1, 1: the derivative is that of the piece to the right"
    )
    assert card_of(find(Loss, "linear")).kinks.startswith("at a − y = 0: ")
    assert card_of(find(Penalty, "l1")).kinks == "at w = 0: 0 is taken there"
    assert not card_of(find(Activation, "tanh")).kinks


def test_the_hyper_parameters_come_with_their_bounds() -> None:
    (slope,) = card_of(find(Activation, "leaky_relu(slope=0.5)")).hypers
    assert str(slope) == "slope = 0.01 in [0, 1], derivative for z < 0"
    assert [hyper.bounds for hyper in card_of(find(Loss, "huber")).hypers] == ["[1e-09, ∞)"]
    assert card_of(find(Optimizer, "adam")).eta == "0.001 where none is given"


def test_where_values_live_follows_the_hyper_parameters() -> None:
    assert card_of(find(Activation, "elu(alpha=0.5)")).where == "a in (-0.5, ∞)"
    assert card_of(find(Loss, "nll")).where == "a in (0, 1); y in [0, 1]"


DRAWN = [*ELEMENTWISE, *(loss for loss in all_of(Loss) if loss.outputs_per_target == 1)]


@pytest.mark.parametrize("part", DRAWN, ids=label)
def test_the_second_curve_is_the_slope_of_the_first(part: Part) -> None:
    values, slopes = curves_of(part)
    assert (values.tone, slopes.tone) == ("forward", "backward")
    for (x, y), (_, slope) in zip(values.pieces, slopes.pieces, strict=True):
        drawn = (y[2:] - y[:-2]) / (x[2:] - x[:-2])
        # h² f‴ / 6 for h = 0.01 and a third derivative of 1e3 at most, that of log a near 0.05.
        np.testing.assert_allclose(drawn, slope[1:-1], atol=0.05, rtol=0.05, err_msg=str(part))


@pytest.mark.parametrize("part", [each for each in ELEMENTWISE if each.kinks], ids=label)
def test_a_kink_is_drawn_with_the_value_that_is_taken(part: Elementwise) -> None:
    _, slopes = curves_of(part)
    assert [kink for kink, _ in slopes.kinks] == sorted(part.kinks)
    for kink, value in slopes.kinks:
        z = np.array([[kink]])
        assert value == part.dA_dZ(z, part.A(z))[0, 0]
    assert len(slopes.pieces) == len(part.kinks) + 1


@pytest.mark.parametrize("schedule", all_of(Schedule), ids=label)
def test_a_schedule_is_drawn_step_by_step(schedule: Schedule) -> None:
    (curve,) = curves_of(schedule)
    assert curve.y[999] == schedule.eta(np.array([1000]))[0]
    assert np.isfinite(curve.y).all()


def test_every_kind_has_a_plural_that_the_shell_takes() -> None:
    assert [plural(kind) for kind in ("loss", "penalty", "activation")] == ["losses", "penalties", "activations"]
    assert {"dataset", "stop", "sampling"} <= set(kinds())


def test_a_part_of_your_own_has_a_card_and_curves() -> None:
    class Arctan(Elementwise):
        """The angle whose tangent is z."""

        name = "arctan"

        def A(self, Z: np.ndarray) -> np.ndarray:
            return np.arctan(Z)

        def dA_dZ(self, Z: np.ndarray, A: np.ndarray) -> np.ndarray:
            return 1 / (1 + Z**2)

    assert card_of(Arctan()).said == "The angle whose tangent is z."
    assert curves_of(Arctan())[0].y.max() == pytest.approx(math.atan(4.0))
    assert cp.Network((1, 1), (Arctan(),)).predict([[0.0]]).shape == (1, 1)
