"""Short work keeps the interpreter's lock, because a busy thread gives it back late; long work lets other threads go on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import Batches, Task, processor_level
from clearprop.engines.compiled import CompiledEngine
from clearprop.formulas.catalogue import find
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import Optimizer

pytestmark = pytest.mark.skipif(processor_level() is None, reason="the lock is let go by kernels alone")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(32, 4))
LABELS = np.arange(32) % 2


class Busy(threading.Thread):
    """A thread that, once it may go on, never gives the lock back by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on, self.count, self.over = threading.Event(), 0, False

    def run(self) -> None:
        self.may_go_on.wait()
        while not self.over:
            self.count += 1


@pytest.fixture
def busy() -> Iterator[Busy]:
    """Such a thread, before it goes on: then it waits for the lock, for two seconds where nobody lets go."""
    before, thread = sys.getswitchinterval(), Busy()
    thread.start()
    sys.setswitchinterval(2.0)
    yield thread
    thread.over = True
    thread.may_go_on.set()
    sys.setswitchinterval(before)
    thread.join()


def short_calls() -> dict[str, Callable[[], object]]:
    net = cp.Network((4, 32, 2), ("tanh", "softmax"))
    trainer = cp.Trainer(net, loss="nllm", optimizer="adam")
    target, rows = np.array([0.0, 1.0]), np.arange(32)
    task = Task(net, find(Loss, "nllm"), find(Optimizer, "adam"), X, np.eye(2)[LABELS])
    engine = CompiledEngine(task, 32)
    batches, etas = Batches.joined([rows[None]]), np.array([0.001])
    return {
        "predict": lambda: net.predict(X),
        "learn_one": lambda: net.learn_one(X[0], target, loss="nllm", eta=0.1),
        "a step": lambda: trainer.step(X, LABELS),
        "a run of one step": lambda: engine.run(batches, etas, 1),
        "a gradient": lambda: engine.loss_and_gradient(rows, 1),
    }


@pytest.mark.parametrize("name", short_calls())
def test_short_work_keeps_the_lock(name: str, busy: Busy) -> None:
    call = short_calls()[name]
    call()
    busy.may_go_on.set()
    for _ in range(3000):
        call()
    count, busy.over = busy.count, True
    assert count == 0


def long_calls() -> dict[str, Callable[[], object]]:
    net = cp.Network((500, 500, 500, 2), ("tanh", "tanh", "softmax"))
    many, labels = RNG.normal(size=(4000, 500)), np.arange(4000) % 2
    trainer = cp.Trainer(net, loss="nllm")
    return {"predict": lambda: net.predict(many), "a step": lambda: trainer.step(many, labels)}


@pytest.mark.lengthy
@pytest.mark.parametrize("name", long_calls())
def test_long_work_lets_others_go_on(name: str, busy: Busy) -> None:
    call = long_calls()[name]
    call()
    busy.may_go_on.set()
    for _ in range(3):
        call()
    count, busy.over = busy.count, True
    assert count > 0
