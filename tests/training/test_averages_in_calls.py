"""The average that the kernels keep within a call is the one that is kept between calls, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import Batches, Engine, NonFinite, Task
from clearprop.engines.compiled import CompiledEngine
from clearprop.formulas.averaging import EMA, SWA, Averaging
from clearprop.formulas.catalogue import find
from clearprop.formulas.losses import Square
from clearprop.formulas.optimizers import Optimizer
from clearprop.training.averages import Average

STEPS = 24


def taken(in_call: bool, rule: Averaging, batch: int, dtype: str, diverges: bool) -> tuple[bytes, bytes, int, int, int]:
    """Parameters, average, how many entered it, the next step, and where a call diverged; calls of 10, 10 and 4 steps."""
    rng = np.random.default_rng(1)
    net = cp.Network((5, 7, 2), ("tanh", "identity"), seed=2, dtype=dtype)
    X, Y = rng.normal(size=(40, 5)).astype(dtype), rng.normal(size=(40, 2)).astype(dtype)
    engine = CompiledEngine(Task(net, Square(), find(Optimizer, "sgd" if batch == 1 else "adam"), X, Y), batch, 1)
    average = Average(rule, net, X, STEPS, epoch=6)
    order, etas = rng.integers(0, 40, (STEPS, batch)), np.full(STEPS, 0.01)
    if diverges:
        etas[13] = np.finfo(dtype).max
    failed = -1
    try:
        for first, last in ((0, 10), (10, 20), (20, 24)):
            given = Batches.joined([order[first:last]]), etas[first:last], first + 1, average
            engine.run_averaged(*given) if in_call else Engine.run_averaged(engine, *given)
    except NonFinite as error:
        failed = error.step
    return net.parameters.tobytes(), average.network.parameters.tobytes(), average.count, average.next, failed


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("batch", [1, 8])
@pytest.mark.parametrize("rule", [EMA(0.9), EMA(0.5, every=7), SWA(0.25)], ids=str)
def test_an_average_within_a_call_is_that_between_calls(rule: Averaging, batch: int, dtype: str) -> None:
    for diverges in (False, True):
        inside, between = (taken(in_call, rule, batch, dtype, diverges) for in_call in (True, False))
        assert inside == between
        assert (inside[-1] >= 0) is diverges
        assert inside[0] != inside[1], "the average is not the last network"
