"""A training that stops, writes down its state and goes on with a new engine ends with the bits of one that never stopped."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import Batches, Engine, Task, choose_engine
from clearprop.engines.levels import LEVEL
from clearprop.formulas.catalogue import CATALOGUE, Array, find, hyper
from clearprop.formulas.losses import NLLM, Square
from clearprop.formulas.optimizers import Optimizer, Outer
from clearprop.formulas.penalties import L1, L2, Penalty
from clearprop.formulas.regularizers import Dropout
from tests.engines.test_kernels_descent import fits_a_vector

ENGINES = pytest.mark.parametrize("engine", ["numpy", "compiled"])
RULES = sorted(
    name
    for name, kind in CATALOGUE["optimizer"].items()
    if not issubclass(kind, Outer) and not kind.whole_set  # type: ignore[attr-defined]  # every optimiser says whether
)
OUTER = (
    "clip_norm(largest=0.1, then=nadam)",
    "clip_value(largest=0.01, then=momentum)",
    "clip_array_norm(largest=0.01, then=adam)",
    "ntk(then=adam)",
    "scaling_layer(then=nadam)",
    "ntk(then=scaling_layer(then=amsgrad))",
)
STEPS = 40


def a_task(rule: str | Optimizer, dtype: str = "float64") -> Task:
    rng = np.random.default_rng(1)
    net = Network((21, 34, 5), ("tanh", "softmax"), seed=1, dtype=dtype)
    X, Y = rng.normal(size=(60, 21)).astype(dtype), np.eye(5, dtype=dtype)[rng.integers(5, size=60)]
    rule = find(Optimizer, rule) if isinstance(rule, str) else rule
    return Task(net, NLLM(), rule, X, Y, penalty=L2(1e-3), dropout=Dropout((0.1, 0.4)), seed=3)


def taken(task: Task, engine: str, batch_size: int, threads: int, cuts: list[int]) -> tuple[bytes, dict[str, bytes]]:
    """Parameters and state after all steps; at each cut all is written down and another engine begins."""
    rng = np.random.default_rng(2)
    batches, etas = rng.integers(len(task.X), size=(STEPS, batch_size)), rng.uniform(0.001, 0.01, STEPS)
    task = replace(task, network=task.network.copy())
    made = choose_engine(task, engine, batch_size, threads)[0]
    for begin, end in zip([0, *cuts], [*cuts, STEPS], strict=True):
        if begin:
            made, task = gone_on(made, engine, batch_size, threads, by_task=begin % 2 == 0)
        made.run(Batches.joined([batches[begin:end]]), etas[begin:end], begin + 1)
    return task.network.parameters.tobytes(), {name: array.tobytes() for name, array in made.state().items()}


def gone_on(engine: Engine, name: str, batch_size: int, threads: int, *, by_task: bool) -> tuple[Engine, Task]:
    """Another engine that has nothing of the first but what was written down."""
    net = engine.task.network
    written = pickle.dumps((net.parameters, net.statistics, engine.state()))
    net.parameters[...] = np.nan
    parameters, statistics, state = pickle.loads(written)
    other = net.copy()
    other.parameters, other.statistics[...] = parameters, statistics
    task = replace(engine.task, network=other, state=state if by_task else None)
    made = choose_engine(task, name, batch_size, threads)[0]
    if not by_task:
        made.restore(state)
    return made, task


@ENGINES
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rule", [*RULES, *OUTER])
def test_what_goes_on_has_the_bits_of_what_never_stopped(rule: str, dtype: str, threads: int, engine: str) -> None:
    task = a_task(rule, dtype)
    whole = taken(task, engine, 12, threads, [])
    assert whole[0] != task.network.parameters.tobytes()
    assert taken(task, engine, 12, threads, [1, 2, 17, 18, 33]) == whole
    assert taken(task, engine, 12, threads, list(range(1, STEPS))) == whole
    if threads > 1:
        assert taken(task, engine, 12, 1, [17]) == whole


@ENGINES
@pytest.mark.parametrize("rule", [*RULES, *OUTER])
def test_a_state_holds_what_a_continuation_needs_and_nothing_else(rule: str, engine: str) -> None:
    task = a_task(rule)
    made = choose_engine(task, engine, 12)[0]
    made.run(np.arange(12)[None], np.array([0.01]), 1)
    state, parameters, inputs = made.state(), task.network.parameters.size, task.network.widths[0]
    once = {"t", "M", "scale_t", "scale_M"}
    of_scale = {f"scale_{name}" for name in task.optimizer.rule.remembers} | {"scale"}
    for name, array in state.items():
        assert array.size == (1 if name in once else inputs if name in of_scale else parameters), name
    expected = second_step(task, state)
    for name in state:  # each array counts
        assert second_step(task, {**state, name: state[name] + 1}) != expected, name


def second_step(task: Task, state: dict[str, Array]) -> tuple[bytes, list[bytes]]:
    """Parameters and state after another step of the NumPy engine, which begins with a copy of `state`."""
    copy = {name: array.copy() for name, array in state.items()}
    made = choose_engine(replace(task, network=task.network.copy(), state=copy), "numpy", 12)[0]
    made.run(np.arange(12, 24)[None], np.array([0.01]), 2)
    return made.task.network.parameters.tobytes(), [array.tobytes() for array in made.state().values()]


@pytest.mark.parametrize("rule", [*RULES, *OUTER])
def test_work_space_may_hold_anything_before_a_step(rule: str) -> None:
    task = a_task(rule)
    made = choose_engine(task, "numpy", 12)[0]
    other = choose_engine(replace(task, network=task.network.copy()), "numpy", 12)[0]
    for name in task.optimizer.temporary_names() & made._state.keys() - {"starts", "factor", "weights"}:
        made._state[name].fill(np.nan)
    for engine in (made, other):
        engine.run(np.arange(24).reshape(2, 12), np.full(2, 0.01), 1)
    assert made.task.network.parameters.tobytes() == other.task.network.parameters.tobytes()
    assert [a.tobytes() for a in made.state().values()] == [a.tobytes() for a in other.state().values()]


@dataclass(frozen=True)
class HeavyBall(Optimizer):
    """A user's own, whose state has a name that nobody knows."""

    name = "heavy_ball"
    beta: float = hyper(0.9, low=0.0, high=1.0, about="how much of the last step is kept")

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return {"last": np.zeros_like(parameters)}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        state["last"] *= self.beta
        state["last"] -= eta * gradient
        parameters += state["last"]


def test_a_rule_of_ones_own_goes_on_too() -> None:
    task = a_task(HeavyBall())
    assert taken(task, "numpy", 12, 1, [17, 18])[0] == taken(task, "numpy", 12, 1, [])[0]


def test_running_statistics_go_on() -> None:
    task = a_task("adam")
    net = Network((21, 34, 5), ("tanh", "softmax"), normalization="batch_norm", seed=1)
    task = replace(task, network=net)
    assert taken(task, "numpy", 12, 1, [17, 18]) == taken(task, "numpy", 12, 1, [])


KERNELS: tuple[tuple[str, tuple[int, ...], Penalty | None, str, float, int], ...] = (
    ("small", (5, 4, 2), None, "sgd", 0.0, 1024),
    ("small", (64, 8, 1), None, "sgd", 0.0, 1024),
    ("dense", (10, 9, 8, 2), None, "sgd", 0.0, 1),
    ("penalised", (10, 9, 2), L2(0.01), "sgd", 0.0, 1),
    ("sparse", (100, 20, 3), None, "sgd", 0.9, 1),
    ("blocked", (784, 30, 10), None, "sgd", 0.0, 16),
    ("blocked", (301, 19, 3), L2(0.01), "sgd", 0.0, 16),
    ("by rule", (30, 20, 3), None, "adam", 0.0, 1),
    ("by rule", (5, 4, 3), L1(0.01), "sgd", 0.0, 1),
)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("kernel", "widths", "penalty", "rule", "zeros", "together"), KERNELS)
def test_steps_on_single_points_may_be_cut_after_any_multiple_of_those_taken_together(
    kernel: str, widths: tuple[int, ...], penalty: Penalty | None, rule: str, zeros: float, together: int, dtype: str
) -> None:
    rng = np.random.default_rng(0)
    net = Network(widths, ["tanh"] * (len(widths) - 2) + ["identity"], seed=1, dtype=dtype)
    X, Y = rng.normal(size=(60, widths[0])), rng.normal(size=(60, widths[-1]))
    X[rng.random(X.shape) < zeros] = 0
    task = Task(net, Square(), find(Optimizer, rule), X.astype(dtype), Y.astype(dtype), penalty=penalty)
    if kernel == "small" and not fits_a_vector(LEVEL or "portable", widths[1], dtype):
        kernel, together = "dense", 1
    count = max(100, 3 * together + 7)
    order, etas = rng.integers(60, size=(count, 1)), np.full(count, 1e-4)

    def after(*cuts: int) -> bytes:
        own = replace(task, network=net.copy())
        engine = choose_engine(own, "compiled", 1)[0]
        assert (engine.kernel, engine.steps_together) == (kernel, together)  # type: ignore[attr-defined]  # a compiled one
        for begin, end in zip([0, *cuts], [*cuts, count], strict=True):
            if begin:
                engine = choose_engine(replace(own, state=engine.state()), "compiled", 1)[0]
            engine.run(order[begin:end], etas[begin:end], begin + 1)
        return own.network.parameters.tobytes()

    whole = after()
    assert after(together) == whole
    assert after(together, 3 * together) == whole
    if together == 1:
        assert after(17, 18, 50) == whole
    elif dtype == "float64":  # which a cut elsewhere may change, in the last digits
        ours, theirs = (np.frombuffer(each) for each in (after(5), whole))
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@ENGINES
@pytest.mark.parametrize("batch_size", [1, 12])
def test_the_state_is_the_task_s_own_arrays_and_restoring_copies_into_them(engine: str, batch_size: int) -> None:
    task = replace(a_task("adam"), dropout=None)
    state = task.optimizer.first_state(task.network.parameters, task.network.shapes)
    made = choose_engine(replace(task, state=state), engine, batch_size)[0]
    rows = np.arange(batch_size)[None]
    made.run(rows, np.array([0.01]), 1)
    first = {name: array.copy() for name, array in made.state().items()}
    assert made.state().keys() == {"t", "m", "v"}
    assert all(array is state[name] for name, array in made.state().items())
    assert first["t"][0] == 1
    after_one = task.network.parameters.copy()
    made.run(rows, np.array([0.01]), 2)
    after_two = task.network.parameters.copy()
    made.restore(first)
    task.network.parameters = after_one
    assert made.state()["m"].tobytes() == first["m"].tobytes()
    made.run(rows, np.array([0.01]), 2)
    assert task.network.parameters.tobytes() == after_two.tobytes()
    assert first["t"][0] == 1  # a copy stays as it was
    made.state()["m"][...] = 0  # what somebody changes in place counts once it is restored
    made.restore(state)
    assert not made.state()["m"].any()


@ENGINES
def test_a_state_without_an_array_that_the_rule_needs_is_refused(engine: str) -> None:
    task = a_task("adam")
    state = choose_engine(task, engine, 4)[0].state()
    state = {name: array for name, array in state.items() if name != "v"}
    with pytest.raises(ValueError, match=r"^the state of adam lacks v$"):
        choose_engine(replace(task, state=state), engine, 4)
