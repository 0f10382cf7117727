"""A state that somebody wrote: what is of another kind, shape or size than the training's own is named, before any step."""

from __future__ import annotations

import signal
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.training import State
from clearprop.training.interrupts import EndedAtOnce, Interrupted, Interrupts

X = np.random.default_rng(2).normal(size=(20, 2))
ASKED: dict[str, Any] = {
    "loss": "square",
    "optimizer": "adam",
    "batch_size": 4,
    "validation": (X, X[:, :1]),
    "averaging": "ema",
    "stop": "no_improvement",
}


def net() -> cp.Network:
    return cp.Network((2, 3, 1), ("tanh", "identity"), seed=0)


def changed(path: str, value: Any, **options: Any) -> State:
    state = cp.train(net(), X, X[:, :1], **{**ASKED, **options}, epochs=3).state
    assert state is not None
    *way, name = path.split("/")
    place: Any = state.values
    for each in way:
        place = place[int(each) if isinstance(place, list) else each]
    place[name] = value
    return state


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            "parameters",
            np.zeros(3),
            r"state/parameters is an array \(3,\) of float64, and in this training it is an array \(13,\)",
        ),
        ("parameters", np.zeros(13, "f4"), "state/parameters is an array"),
        ("optimizer/mean", np.zeros(1), "state/optimizer"),
        ("optimizer", {}, "state/optimizer is|the state cannot be restored"),
        ("supply/taken", 10**8, "no draw has the batches of"),
        ("supply/generator", {"bit_generator": "PCG64"}, "state/supply/generator"),
        ("average/next", 0, "the next update of the average is at step 0"),
        ("history", {"columns": {"loss": [1.0], "step": [1.0, 2.0]}}, "state/history/columns"),
        ("step", -1, "-1 steps have been taken"),
        ("because", 5, "state/because is int 5"),
        ("best/loss", "low", "state/best/loss is str low"),
        ("eta", None, "state/eta is NoneType"),
    ],
    ids=lambda each: str(each)[:20],
)
def test_what_no_training_of_this_kind_has_is_named(path: str, value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        cp.train(net(), X, X[:, :1], **ASKED, epochs=5, resume=changed(path, value))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("losses", [1.0] * 9, "9 of 3 restarts are over"),
        ("losses", [1.0], "1 of 3 restarts are over"),
        ("loop", {"parameters": 1}, "restarts are over|state/loop"),
    ],
)
def test_restarts_in_turn_are_checked_too(path: str, value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        cp.train(net(), X, X[:, :1], **ASKED, epochs=3, restarts=3, resume=changed(path, value, restarts=3))


@pytest.mark.parametrize(
    "more", [{}, {"batch_size": 1, "metrics": (), "stop": None, "averaging": None, "validation": None}]
)
def test_restarts_that_are_all_over_are_those_that_they_were(more: dict[str, Any]) -> None:
    asked = {**ASKED, **more, "restarts": 3, "epochs": 3}
    one = cp.train(net(), X, X[:, :1], **asked)
    again = cp.train(net(), X, X[:, :1], **asked, resume=one.state)
    assert again.network.parameters.tobytes() == one.network.parameters.tobytes()


# ---- Ctrl-C


def test_the_first_ctrl_c_waits_and_the_second_does_not() -> None:
    with pytest.raises(Interrupted), Interrupts():
        signal.raise_signal(signal.SIGINT)  # raised at the end of the block
    with Interrupts() as interrupts:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(EndedAtOnce):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(Interrupted):
            interrupts.check()


def test_a_second_ctrl_c_ends_a_training_without_a_result() -> None:
    """It may come inside a step, so that there is no state of any step to give."""

    def twice(report: cp.Report) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        cp.train(net(), X, X[:, :1], loss="square", eta=0.1, callbacks=twice)


def test_a_keeper_gets_no_state_of_a_step_that_was_cut_short() -> None:
    class Notes(cp.training.keeping.Keeper):  # type: ignore[attr-defined, name-defined, misc]
        ends: list[int] = []  # noqa: RUF012

        def end(self, step: int, state: State) -> None:
            self.ends.append(step)

    def cut(report: cp.Report) -> None:
        raise KeyboardInterrupt

    def asked(report: cp.Report) -> None:
        signal.raise_signal(signal.SIGINT)

    for callback in (cut, asked):
        run = cp.train(net(), X, X[:, :1], loss="square", eta=0.1, callbacks=callback, keeper=Notes(), batch_size=4)
        assert run.stopped_because == "interrupted"
    assert Notes.ends == [5]
