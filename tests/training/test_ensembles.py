"""`train(..., ensemble=K)` trains K networks as restarts are trained, and keeps them all."""

from __future__ import annotations

import json

import numpy as np
import pytest

import clearprop as cp
from clearprop.training import State
from clearprop.training.lanes import Lanes

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
VALIDATION = rng.normal(size=(10, 3)), rng.normal(size=(10, 2))
NET = cp.Network((3, 5, 2), ("tanh", "identity"), seed=3)
SIDE_BY_SIDE = {"batch_size": 1, "eta": 0.01, "epochs": 6}
ONE_AFTER_ANOTHER = {"batch_size": 8, "optimizer": "adam", "epochs": 6, "dropout": 0.1}
WAYS = pytest.mark.parametrize("options", [SIDE_BY_SIDE, ONE_AFTER_ANOTHER], ids=["side by side", "one after another"])


def trained(K: int, options: dict, **more: object) -> cp.Run:
    return cp.train(NET, X, Y, loss="square", ensemble=K, seed=5, **{**options, **more})


@WAYS
@pytest.mark.parametrize("validation", [None, VALIDATION], ids=["", "validation"])
def test_its_best_network_is_the_best_of_as_many_restarts(options: dict, validation: object) -> None:
    run = trained(5, options, validation=validation)
    best = cp.train(NET, X, Y, loss="square", restarts=5, seed=5, validation=validation, **options)
    assert len(run.members) == 5
    np.testing.assert_array_equal(run.restarts, best.restarts)
    k = int(np.argmin(run.restarts))
    np.testing.assert_array_equal(run.members[k].network.parameters, best.network.parameters)
    np.testing.assert_array_equal(run.network.parameters, best.network.parameters)
    np.testing.assert_array_equal(run.members[k].history["loss"], best.history["loss"])
    assert isinstance(run.function, cp.Ensemble)
    expected = np.mean([member.network.predict(X) for member in run.members], axis=0)
    np.testing.assert_allclose(run.function.predict(X), expected, rtol=1e-13)


@WAYS
def test_a_network_does_not_depend_on_how_many_there_are(options: dict) -> None:
    few, many = trained(3, options), trained(6, options)
    for one, other in zip(few.members, many.members[:3], strict=True):
        np.testing.assert_allclose(one.network.parameters, other.network.parameters, rtol=1e-12)
    assert len({member.network.parameters.tobytes() for member in many.members}) == 6


def test_side_by_side_they_are_what_each_would_be_alone() -> None:
    fast, slow = trained(4, SIDE_BY_SIDE), trained(4, SIDE_BY_SIDE, engine="numpy")
    assert "lanes" in str(fast.engine)
    assert "lanes" not in str(slow.engine)
    for one, other in zip(fast.members, slow.members, strict=True):
        np.testing.assert_allclose(one.network.parameters, other.network.parameters, rtol=1e-9)
        np.testing.assert_allclose(one.history["loss"], other.history["loss"], rtol=1e-9)


def test_one_network_is_an_ordinary_training() -> None:
    run = trained(1, ONE_AFTER_ANOTHER)
    assert run.members == ()
    assert run.function is run.network


@WAYS
def test_it_can_be_stopped_and_continued_to_the_bit(options: dict) -> None:
    whole = trained(3, options)
    states: list[State] = []
    half = trained(3, {**options, "epochs": 3}) if options is SIDE_BY_SIDE else None
    if half is None:

        def stop(report: cp.Report) -> bool:
            states.append(report.state())
            return False

        trained(3, options, callbacks=stop)
        middle = states[len(states) // 2]
    else:
        assert half.state is not None
        middle = half.state
    arrays, rest = middle.packed()
    again = trained(3, options, resume=State.unpacked(arrays, json.loads(json.dumps(rest))))
    assert len(again.members) == 3
    for one, other in zip(again.members, whole.members, strict=True):
        np.testing.assert_array_equal(one.network.parameters, other.network.parameters)


@WAYS
def test_a_state_of_an_ensemble_is_no_state_of_restarts(options: dict) -> None:
    state = trained(3, options).state
    for more in ({"restarts": 3, "ensemble": 1}, {"ensemble": 1}, {"ensemble": 4}):
        with pytest.raises(ValueError, match="'an ensemble of 3'"):
            trained(3, options, resume=state, **more) if "ensemble" not in more else cp.train(
                NET, X, Y, loss="square", seed=5, resume=state, **options, **more
            )


@WAYS
def test_a_network_that_diverges_ends_it_and_is_named(options: dict) -> None:
    far = {**options, "optimizer": "sgd", "eta": 1e6, "dropout": None}
    with pytest.raises(cp.Diverged, match=r"network 0 of 3|all 3 networks"):
        trained(3, far)


def test_one_diverged_network_side_by_side_is_not_left_out_of_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Lanes._report

    def spoil(self: Lanes) -> None:
        self.parameters[1] = np.inf
        original(self)

    monkeypatch.setattr(Lanes, "_report", spoil)
    with pytest.raises(cp.Diverged, match="network 1 of 3"):
        trained(3, SIDE_BY_SIDE)


def test_restarts_and_an_ensemble_are_not_both() -> None:
    with pytest.raises(ValueError, match=r"restarts=2 .* ensemble=3 .* give one"):
        trained(3, SIDE_BY_SIDE, restarts=2)
    with pytest.raises(ValueError, match="ensemble"):
        trained(0, SIDE_BY_SIDE)


def test_after_ctrl_c_it_is_the_mean_of_those_that_are_finished() -> None:
    def interrupt(report: cp.Report) -> bool:
        seen.append(report.step)
        if len(seen) == 15:  # of 6 reports each: in the third network
            raise KeyboardInterrupt
        return False

    seen: list[int] = []
    run = trained(4, ONE_AFTER_ANOTHER, callbacks=interrupt)
    assert run.stopped_because == "interrupted"
    assert len(run.members) == 2
    whole = trained(4, ONE_AFTER_ANOTHER)
    for one, other in zip(run.members, whole.members, strict=False):
        np.testing.assert_array_equal(one.network.parameters, other.network.parameters)
