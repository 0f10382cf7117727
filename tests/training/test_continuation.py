"""Continuation: a training that continues from a state takes the steps of the uninterrupted one, to the bit."""

from __future__ import annotations

import inspect
import json
from itertools import product
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import processor_level
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.schedules import Schedule
from clearprop.training.sampling import Sampling
from clearprop.training.state import State
from clearprop.training.trainer import start_training
from clearprop.training.training import checked_training
from tests.parts import all_of

RNG = np.random.default_rng(1)
X = RNG.normal(size=(23, 3))
Y = np.sin(X[:, :2]) + 0.1 * RNG.normal(size=(23, 2))
HELD_OUT = (X[:7] + 0.1, Y[:7])


def falling(t: int) -> float:
    """A step size of one's own."""
    return 0.05 / (1 + 0.01 * t)


SCHEDULES = [
    0.02,
    "warmup(steps=7, then=reduce_on_plateau(of=constant(value=0.05), patience=0, factor=0.5, threshold=0.2, cooldown=1))",
    "cosine(start=0.05, steps=0)",
    falling,
]
OPTIMIZERS = [str(part) for part in all_of(Optimizer) if not part.rule.whole_set]
REGULARIZERS: list[dict[str, Any]] = [
    {},
    {"dropout": 0.3},
    {"input_noise": 0.1, "dropout": (0.1, 0.4), "max_norm": 1.5},
    {"penalty": "elastic_net(strength=0.01)"},
]
AVERAGES = [None, "ema(decay=0.9)", "ema(decay=0.8, every=3)", "swa(start=0.3)"]
STOPS = [None, "no_improvement(patience=2, tolerance=0.002)", ["target_loss(value=0.3)", "no_improvement(patience=50)"]]
ENGINES = ["numpy", "compiled"] if processor_level() else ["numpy"]


def net_of(**options: Any) -> cp.Network:
    return cp.Network((3, 5, 2), ("tanh", "identity"), seed=2, **options)


def through_a_file(state: State) -> State:
    """The state as it comes back from arrays and JSON."""
    arrays, rest = state.packed()
    return State.unpacked(dict(arrays), json.loads(json.dumps(rest)))


def assert_same(one: cp.Run, other: cp.Run) -> None:
    assert one.network.parameters.tobytes() == other.network.parameters.tobytes()
    assert one.network.statistics.tobytes() == other.network.statistics.tobytes()
    assert one.stopped_because == other.stopped_because
    told = (column for column in one.history.columns if column != "seconds")
    assert all(np.array_equal(one.history[name], other.history[name], equal_nan=True) for name in told)
    assert (one.restarts is None) == (other.restarts is None)
    if one.restarts is not None and other.restarts is not None:
        assert one.restarts.tolist() == other.restarts.tolist()
    if one.recording is not None and other.recording is not None:
        assert list(one.recording.steps) == list(other.recording.steps)


def assert_continues(at: int | None = None, net: cp.Network | None = None, **options: Any) -> cp.Run:
    """From the state after each report, or after that one, the undisturbed run is reached."""
    asked: dict[str, Any] = {"loss": "square", "batch_size": 4, "epochs": 6, "seed": 5} | options
    net = net or net_of()
    undisturbed = cp.train(net, X, Y, **asked)
    states: list[State] = []
    watched = cp.train(net, X, Y, **asked, callbacks=lambda report: states.append(report.state()))
    assert_same(undisturbed, watched)
    for state in states if at is None else states[at : at + 1]:
        assert_same(undisturbed, cp.train(net, X, Y, **asked, resume=through_a_file(state)))
    return undisturbed


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimiser_goes_on_to_the_bit(optimizer: str, engine: str) -> None:
    if "clip_array_norm" in optimizer:
        engine = "auto"  # no kernel has it
    assert_continues(optimizer=optimizer, engine=engine, eta=0.02)
    assert_continues(optimizer=optimizer, engine=engine, eta=0.02, batch_size=1, epochs=3)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: getattr(schedule, "__name__", str(schedule)))
@pytest.mark.parametrize("validation", [None, HELD_OUT], ids=["training loss", "validation loss"])
def test_every_schedule_goes_on(schedule: Any, validation: Any) -> None:
    assert_continues(eta=schedule, validation=validation, epochs=9)


@pytest.mark.parametrize("part", all_of(Schedule), ids=str)
def test_schedules_of_the_catalogue_go_on(part: Schedule) -> None:
    assert_continues(at=2, eta=part, epochs=4)


@pytest.mark.parametrize("part", all_of(Sampling), ids=str)
@pytest.mark.parametrize("batch_size", [1, 4, None])
def test_every_sampling_goes_on(part: Sampling, batch_size: int | None) -> None:
    assert_continues(sampling=part, batch_size=batch_size, eta=0.02)


CROSSED = list(product(["sgd", "adam"], range(len(SCHEDULES)), REGULARIZERS, AVERAGES, STOPS, ENGINES, [1, 5]))


@pytest.mark.parametrize("case", range(0, len(CROSSED), 7))
def test_what_may_be_combined_goes_on(case: int) -> None:
    optimizer, schedule, regularizers, averaging, stop, engine, batch_size = CROSSED[case]
    if engine == "compiled" and ("max_norm" in regularizers):
        engine = "auto"
    asked = {"optimizer": optimizer, "eta": SCHEDULES[schedule], "averaging": averaging, "stop": stop, "engine": engine}
    validation = HELD_OUT if case % 2 else None
    assert_continues(at=case % 5, batch_size=batch_size, validation=validation, **asked, **regularizers)


@pytest.mark.parametrize("normalization", ["batch_norm", "layer_norm"])
@pytest.mark.parametrize("averaging", AVERAGES)
def test_running_moments_go_on(normalization: str, averaging: str | None) -> None:
    net = net_of(normalization=normalization)
    assert_continues(net=net, averaging=averaging, validation=HELD_OUT, optimizer="adam", batch_size=5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("engine", ENGINES)
def test_either_type_and_any_number_of_threads(dtype: str, threads: int, engine: str) -> None:
    net = cp.Network((3, 40, 2), ("relu", "identity"), seed=2, dtype=dtype)
    one = assert_continues(net=net, engine=engine, threads=threads, optimizer="adam", dropout=0.2, batch_size=8)
    asked = {"loss": "square", "optimizer": "adam", "dropout": 0.2, "batch_size": 8, "engine": engine, "seed": 5}
    half = cp.train(net, X, Y, **asked, epochs=3, threads=threads)
    other = cp.train(net, X, Y, **asked, epochs=6, threads=3 - threads, resume=half.state)
    assert one.network.parameters.tobytes() == other.network.parameters.tobytes()


@pytest.mark.parametrize("engine", ENGINES)
def test_restarts_go_on(engine: str) -> None:
    asked = {"engine": engine, "eta": 0.05, "restarts": 3, "batch_size": 4, "epochs": 4, "validation": HELD_OUT}
    assert_continues(**asked, dropout=0.2)


def test_restarts_that_diverge_are_passed_over_after_a_continuation_too() -> None:
    net = net_of(init="zeros")
    net.parameters += 1e160
    asked: dict[str, Any] = {"loss": "square", "eta": 0.02, "restarts": 3, "batch_size": 4, "epochs": 3, "seed": 5}
    states: list[State] = []
    undisturbed = cp.train(net, X, Y, **asked, callbacks=lambda report: states.append(report.state()))
    assert np.isinf(undisturbed.restarts[0])
    for state in states:
        assert_same(undisturbed, cp.train(net, X, Y, **asked, resume=through_a_file(state)))


def test_recorded_steps_go_on() -> None:
    whole = assert_continues(record=[2, 9, 20, 31], optimizer="momentum", eta=0.02)
    assert list(whole.recording.steps) == [2, 9, 20, 31]


def test_a_recorded_step_is_the_one_of_its_number() -> None:
    asked: dict[str, Any] = {"loss": "square", "eta": 0.05, "batch_size": 4, "dropout": 0.3}
    kept = cp.train(net_of(), X, Y, **asked, steps=12, record=[1, 8]).recording
    for t in (1, 8):
        before, after = (cp.train(net_of(), X, Y, **asked, steps=steps).network for steps in (t - 1, t))
        assert kept[t].before.tobytes() == before.parameters.tobytes()
        assert kept[t].after.tobytes() == after.parameters.tobytes()


def test_lbfgs_begins_anew_at_every_state_and_says_so() -> None:
    """Its memory is SciPy's own, so that the run whose states are taken is the one that is met again, not the undisturbed."""
    asked: dict[str, Any] = {"loss": "square", "optimizer": "lbfgs", "batch_size": None, "epochs": 12}
    states: list[State] = []
    every_fourth = lambda report: states.append(report.state()) if report.step % 4 == 0 else None  # noqa: E731
    taken = cp.train(net_of(), X, Y, **asked, callbacks=every_fourth)
    assert "L-BFGS started again where a state was taken" in taken.engine.reason
    assert len(states) == 3
    for state in states:
        again = cp.train(net_of(), X, Y, **asked, callbacks=every_fourth, resume=through_a_file(state))
        assert_same(taken, again)
        assert again.engine == taken.engine


# ---- advanced in pieces


def begun_training(**options: Any) -> Any:
    names = inspect.signature(cp.train).parameters
    defaults = {name: names[name].default for name in inspect.signature(checked_training).parameters if name in names}
    asked = {**defaults, "loss": "square", "net": net_of(), "X": X, "Y": Y, "eta": 0.05, "epochs": 5} | options
    points = [asked.pop(name) for name in ("net", "X", "Y")]
    return start_training(checked_training(*points, **asked), np.random.default_rng(3))


@pytest.mark.parametrize("pieces", [1, 3, 7, 16, 50])
@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("restarts", [1, 3])
def test_advancing_in_pieces_gives_the_bits_of_one_call(
    pieces: int, batch_size: int, engine: str, restarts: int
) -> None:
    asked = {"batch_size": batch_size, "engine": engine, "restarts": restarts, "averaging": "ema(every=2)"}
    together, apart = (begun_training(**asked, dropout=0.2, optimizer="momentum") for _ in range(2))
    because = together.advance()
    until = 0
    while not apart.advance(until := until + pieces):
        assert apart.step == until
    one, other = together.finish(because), apart.finish(because)
    assert one.network.parameters.tobytes() == other.network.parameters.tobytes()
    np.testing.assert_allclose(one.history["loss"], other.history["loss"], rtol=1e-14, err_msg="sums in another order")


SINGLE, LANES, IN_TURN = (
    {"optimizer": "adam", "batch_size": 4},
    {"restarts": 5, "batch_size": 1, "engine": "auto", "validation": HELD_OUT},
    {"restarts": 3, "batch_size": 4, "optimizer": "momentum", "dropout": 0.2, "engine": "numpy"},
)


@pytest.mark.parametrize("asked", [SINGLE, LANES, IN_TURN], ids=["single", "side by side", "one after another"])
def test_a_state_between_reports_goes_on_too(asked: dict[str, Any]) -> None:
    steps = begun_training(**asked).steps
    for place in range(0, steps + 1, max(1, steps // 9)):
        cut, other = begun_training(**asked), begun_training(**asked)
        because = cut.advance(place)
        other.restore(through_a_file(cut.state()).values)
        assert other.step == cut.step == place
        assert_same(cut.finish(because or cut.advance()), other.finish(other.advance()))


def test_small_restarts_are_side_by_side_where_there_are_kernels() -> None:
    assert begun_training(**LANES).kind == ("side_by_side" if processor_level() else "one_after_another")


def test_lanes_go_on_from_the_state_of_a_run() -> None:
    asked: dict[str, Any] = {"loss": "square", "eta": 0.02, **LANES}
    half = cp.train(net_of(), X, Y, **asked, epochs=3)
    whole = cp.train(net_of(), X, Y, **asked, epochs=6)
    assert_same(whole, cp.train(net_of(), X, Y, **asked, epochs=6, resume=through_a_file(half.state)))


@pytest.mark.parametrize(
    "asked",
    [{"batch_size": 4, "engine": engine} for engine in ENGINES]
    + ([{"batch_size": 1, "restarts": 5, "engine": "compiled"}] if processor_level() else []),
    ids=str,
)
@pytest.mark.parametrize("ended", [1, 13, 29])
def test_after_an_end_inside_an_epoch_reports_come_at_the_steps_of_an_undisturbed_run(
    ended: int, asked: dict[str, Any]
) -> None:
    """And say the same: the mean over all points of that epoch, also of those before the end."""
    asked = {"loss": "square", "eta": 0.02, "sample_weight": np.arange(1.0, 24.0), **asked}
    half = cp.train(net_of(), X, Y, **asked, steps=ended)
    assert half.history["step"][-1] == ended
    undisturbed = cp.train(net_of(), X, Y, **asked, steps=50)
    resumed = cp.train(net_of(), X, Y, **asked, steps=50, resume=through_a_file(half.state))
    assert resumed.network.parameters.tobytes() == undisturbed.network.parameters.tobytes()
    more = resumed.history["step"] != ended
    assert more.sum() == len(resumed.history) - 1, "the report at the end of the first part"
    assert resumed.history["step"][more].tolist() == undisturbed.history["step"].tolist()
    # Its steps are in two calls of an engine, so that their losses are added in another order.
    np.testing.assert_allclose(resumed.history["loss"][more], undisturbed.history["loss"], rtol=1e-14)
    if undisturbed.restarts is not None:
        np.testing.assert_allclose(resumed.restarts, undisturbed.restarts, rtol=1e-14)


@pytest.mark.parametrize("steps", [23, 24, 50, 23 * 1000 + 1, 23 * 2500])
@pytest.mark.parametrize("at_once", [1, 16, 4096])
def test_a_training_says_when_a_report_is_due_and_where_a_call_ends(steps: int, at_once: int) -> None:
    training = begun_training(batch_size=1, epochs=None, steps=steps).training
    reports, calls = [0], [0]
    while reports[-1] < steps:
        reports.append(training.next_report(reports[-1]))
    while calls[-1] < steps:
        calls.append(training.end_of_call(calls[-1], at_once))
    period = training.steps_per_report
    assert reports == [*range(0, steps, period), steps]
    assert set(reports) <= set(calls)
    assert max(np.diff(calls)) == min(at_once, period, steps)
    for step in range(0, steps, max(1, steps // 97)):  # from whatever step it is asked
        assert training.next_report(step) == next(each for each in reports if each > step)
        assert training.end_of_call(step, at_once) == next(each for each in calls if each > step)


# ---- stopped and continued by a person


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been() -> None:
    asked: dict[str, Any] = {"loss": "square", "eta": 0.05, "batch_size": 4, "epochs": 8}
    stopped = cp.train(net_of(), X, Y, **asked, callbacks=lambda report: report.epoch == 3)
    assert stopped.stopped_because == "a callback asked for it"
    assert_same(cp.train(net_of(), X, Y, **asked), cp.train(net_of(), X, Y, **asked, resume=stopped.state))


def test_a_run_that_has_taken_all_its_steps_can_take_more() -> None:
    asked: dict[str, Any] = {"loss": "square", "eta": 0.05, "batch_size": 4}
    half, whole = (cp.train(net_of(), X, Y, **asked, epochs=epochs) for epochs in (4, 8))
    assert_same(whole, cp.train(net_of(), X, Y, **asked, epochs=8, resume=half.state))
    assert_same(half, cp.train(net_of(), X, Y, **asked, epochs=4, resume=half.state))


def test_a_condition_that_was_met_ends_it_again_and_not_where_it_is_left_out() -> None:
    asked: dict[str, Any] = {"loss": "square", "eta": 0.05, "batch_size": 4, "epochs": 30}
    met = cp.train(net_of(), X, Y, **asked, stop="target_loss(value=0.5)")
    assert met.stopped_because == "the loss reached 0.5"
    again = cp.train(net_of(), X, Y, **asked, stop="target_loss(value=0.5)", resume=met.state)
    assert_same(met, again)
    assert_same(cp.train(net_of(), X, Y, **asked), cp.train(net_of(), X, Y, **asked, resume=met.state))


def test_what_diverged_goes_on_with_a_smaller_step() -> None:
    asked: dict[str, Any] = {"loss": "square", "batch_size": 4, "epochs": 8}
    with pytest.raises(cp.Diverged) as caught:
        cp.train(net_of(), X, 100 * Y, **asked, eta=lambda t: 1e-5 if t < 20 else 1.7e308)
    run = caught.value.run
    assert run.state.step == 19
    gone_on = cp.train(net_of(), X, 100 * Y, **asked, eta=1e-5, resume=through_a_file(run.state))
    assert np.isfinite(gone_on.network.parameters).all()
    assert gone_on.stopped_because == "all 48 steps taken"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"loss": "huber"}, "loss 'square'"),
        ({"batch_size": 5}, "batch_size 4"),
        ({"optimizer": "adam"}, "optimizer 'sgd'"),
        ({"sampling": "with_replacement"}, "sampling 'shuffle'"),
        ({"dropout": 0.5}, "dropout None"),
        ({"restarts": 2}, "restarts 1"),
        ({"metrics": "rmse"}, r"metrics \[\]"),
    ],
)
def test_the_state_of_another_training_is_refused(changed: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {"loss": "square", "batch_size": 4, "epochs": 2}
    state = cp.train(net_of(), X, Y, **asked).state
    with pytest.raises(ValueError, match=f"resume: the state is of a training with {said}"):
        cp.train(net_of(), X, Y, **asked | changed, resume=state)


@pytest.mark.parametrize(
    "changed",
    [{"sample_weight": np.arange(1.0, 24.0)}, {"validation": HELD_OUT}, {"validation": (HELD_OUT[0] + 1, HELD_OUT[1])}],
    ids=["weights", "no validation", "other validation"],
)
def test_other_points_weights_and_validation_sets_are_refused_in_words(changed: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"loss": "square", "batch_size": 4, "epochs": 2}
    held_out = None if changed.get("validation") is HELD_OUT else HELD_OUT
    state = cp.train(net_of(), X, Y, **asked, validation=held_out).state
    with pytest.raises(ValueError, match="are not those of the training that the state is of"):
        cp.train(net_of(), X, Y, **asked | {"validation": held_out} | changed, resume=state)


def test_fewer_steps_than_have_been_taken_are_refused() -> None:
    asked: dict[str, Any] = {"loss": "square", "batch_size": 4}
    state = cp.train(net_of(), X, Y, **asked, epochs=4).state
    with pytest.raises(ValueError, match="24 steps have been taken, and only 12 are asked for"):
        cp.train(net_of(), X, Y, **asked, epochs=2, resume=state)


@pytest.mark.parametrize("changed", [{"epochs": 5}, {"stop": "target_loss(value=0.5)"}], ids=str)
def test_restarts_that_are_over_are_not_made_longer_in_silence(changed: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"loss": "square", "batch_size": 4, "epochs": 2, "restarts": 3}
    state = cp.train(net_of(), X, Y, **asked).state
    with pytest.raises(ValueError, match=r"steps of each restart 12; given 30|stop"):
        cp.train(net_of(), X, Y, **asked | changed, resume=state)


def test_restarts_whose_states_a_callback_took_go_on_without_it() -> None:
    """Alone, these would be side by side; the state says that they were one after another."""
    asked: dict[str, Any] = {"loss": "square", "eta": 0.02, "epochs": 3, "restarts": 3, "batch_size": 1}
    states: list[State] = []
    one = cp.train(net_of(), X, Y, **asked, callbacks=lambda report: states.append(report.state()))
    for state in states:
        assert_same(one, cp.train(net_of(), X, Y, **asked, resume=through_a_file(state)))


def test_restarts_side_by_side_say_what_keeps_them_from_it() -> None:
    asked: dict[str, Any] = {"loss": "square", "eta": 0.02, "epochs": 3, "restarts": 3, "batch_size": 1}
    state = cp.train(net_of(), X, Y, **asked).state
    if state.kind == "side_by_side":
        with pytest.raises(ValueError, match="trained side by side, and these cannot be: the NumPy engine was"):
            cp.train(net_of(), X, Y, **asked, engine="numpy", resume=state)


def test_weights_that_are_too_large_for_any_step_are_told_from_a_large_step() -> None:
    asked: dict[str, Any] = {"loss": "square", "batch_size": 4, "epochs": 60}
    with pytest.raises(cp.Diverged, match="eta was 10, try a smaller one") as caught:
        cp.train(net_of(), X, Y, **asked, eta=10.0)
    with pytest.raises(cp.Diverged, match="continue from an earlier state"):
        cp.train(net_of(), X, Y, **asked, eta=1e-6, resume=caught.value.run.state)


def test_a_report_of_an_estimator_says_that_it_has_no_state() -> None:
    from clearprop.estimators import MLPRegressor

    with pytest.raises(NotImplementedError, match="warm_start and partial_fit"):
        MLPRegressor(max_iter=2, callbacks=lambda report: report.state()).fit(X, Y[:, 0])


def test_another_table_another_network_and_other_starts_are_refused() -> None:
    asked: dict[str, Any] = {"loss": "square", "batch_size": 4, "epochs": 2}
    state = cp.train(net_of(), X, Y, **asked).state
    with pytest.raises(ValueError, match="X, Y, sample_weight"):
        cp.train(net_of(), X + 1, Y, **asked, resume=state)
    with pytest.raises(ValueError, match="network"):
        cp.train(cp.Network((3, 4, 2), ("tanh", "identity")), X, Y, **asked, resume=state)
    several = cp.train(net_of(), X, Y, **asked, restarts=3, seed=1).state
    with pytest.raises(ValueError, match="the seed, from which the restarts are drawn"):
        cp.train(net_of(), X, Y, **asked, restarts=3, seed=2, resume=several)
    with pytest.raises(TypeError, match="resume must be a State"):
        cp.train(net_of(), X, Y, **asked, resume="yesterday")
