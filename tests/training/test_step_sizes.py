"""Step sizes while training: one that follows the loss, and one whose schedule fails."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas import find
from clearprop.formulas.plateaus import ReduceOnPlateau
from clearprop.formulas.schedules import Schedule, as_schedule
from tests.training.small import X, Y, a_net, run

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "networks.json").read_text())["plateaus"]


@pytest.mark.parametrize("text", [text for text in RECORDED if text != "losses"])
def test_a_plateau_is_pytorchs(text: str) -> None:
    listen = find(Schedule, f"reduce_on_plateau({text})").listener()
    assert listen is not None
    factors = [listen(loss) for loss in RECORDED["losses"]]
    np.testing.assert_allclose(factors, RECORDED[text], rtol=1e-14, err_msg="a product of factors")
    assert len(set(factors)) > 2, "the losses should have rested more than once"


def test_eta_falls_where_the_reported_loss_does_not() -> None:
    """With a step size of 0 the loss rests from the first epoch on."""
    found = run(eta="reduce_on_plateau(of=constant(value=0.5), patience=1, factor=0.5)", epochs=7, X=X[:1], Y=Y[:1] * 0)
    assert found.history["eta"].tolist()[:2] == [0.5, 0.5]
    found = run(eta=ReduceOnPlateau(of=0.0, patience=1, factor=0.5), epochs=7)
    assert found.history["eta"].tolist() == [0.0] * 7
    listened = ReduceOnPlateau(of=lambda t: 1e-12 * t, patience=1, factor=0.5, threshold=0.5)
    # Reports 1, then two without a better one: from the fourth epoch on half, from the sixth on a quarter, of 10 steps each.
    found = run(eta=listened, epochs=7, batch_size=1)
    np.testing.assert_allclose(found.history["eta"] / (1e-11 * np.arange(1, 8)), [1, 1, 1, 0.5, 0.5, 0.25, 0.25])


def test_the_validation_loss_is_what_is_listened_to() -> None:
    rising = (X, Y + 100)
    heard = []

    class Heard(ReduceOnPlateau):
        def listener(self):
            return lambda loss: heard.append(loss) or 1.0

    found = run(eta=Heard(of=0.05), epochs=3, validation=rising)
    assert heard == found.history["validation_loss"].tolist()


def test_a_warm_up_listens_for_what_comes_after_it() -> None:
    schedule = find(Schedule, "warmup(steps=3, then=reduce_on_plateau(patience=0, factor=0.5))")
    listen = schedule.listener()
    assert listen is not None
    assert [listen(1.0) for _ in range(4)] == [1.0, 0.5, 0.25, 0.125]
    assert as_schedule(0.1).listener() is None


def test_two_trainings_by_one_schedule_do_not_hear_each_other() -> None:
    schedule = ReduceOnPlateau(of=0.05, patience=0, factor=0.5, threshold=0.9)
    first, second = (run(eta=schedule, epochs=6).history["eta"].tolist() for _ in range(2))
    assert first == second
    assert first[-1] < 0.05


def test_restarts_with_a_plateau_run_one_after_another() -> None:
    found = run(eta=ReduceOnPlateau(of=0.05, patience=0, factor=0.5, threshold=0.9), epochs=6, restarts=2, batch_size=1)
    assert found.history["eta"][-1] < 0.05


# ---- a schedule that fails


@pytest.mark.parametrize("bad", [-1.0, np.nan, "fast"])
@pytest.mark.parametrize("batch_size", [1, 4])
def test_a_bad_eta_in_the_middle_keeps_what_was_learnt(bad, batch_size) -> None:
    options = {"steps": 25, "batch_size": batch_size}
    with pytest.raises(cp.NoStepSize, match=r"the schedule failed at t = 18, after 17 steps: eta\(18\) = ") as caught:
        run(eta=lambda t: 0.05 if t < 18 else bad, **options)
    kept, expected = caught.value.run, run(eta=0.05, **options | {"steps": 17})
    assert kept.network.parameters.tolist() == expected.network.parameters.tolist()
    assert "eta(18)" in kept.stopped_because
    assert isinstance(caught.value, ValueError)


def test_so_does_one_that_raises() -> None:
    with pytest.raises(cp.NoStepSize) as caught:
        run(eta=lambda t: 0.05 * (18 - t) / (18 - t), steps=25, batch_size=1)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert f"the schedule failed at t = 18, after 17 steps: {caught.value.__cause__}" in str(caught.value)
    assert len(caught.value.run.history) == 1


def test_the_best_by_validation_is_kept_too() -> None:
    with pytest.raises(cp.NoStepSize) as caught:
        run(eta=lambda t: 0.05 if t < 18 else -1, steps=25, batch_size=1, validation=(X, Y))
    kept = caught.value.run
    loss = cp.forward_pass(kept.network, X, Y, "square").loss
    assert loss == pytest.approx(kept.history["validation_loss"].min(), rel=1e-12)


def test_a_bad_eta_at_the_first_step_is_a_plain_error() -> None:
    net = a_net()
    with pytest.raises(ValueError, match=r"eta\(1\) = -1; a step size is a finite number, 0 or more") as caught:
        run(net, eta=lambda t: -1, steps=25)
    assert not isinstance(caught.value, cp.NoStepSize)
