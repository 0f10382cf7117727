"""Short work keeps the interpreter's lock, because a busy thread gives it back late; long work lets other threads go on."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import processor_level

pytestmark = pytest.mark.skipif(processor_level() is None, reason="the lock is let go by kernels alone")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(32, 4))
LABELS = np.arange(32) % 2


class Busy(threading.Thread):
    """A thread that never gives the lock back by itself."""

    count, over = 0, False

    def run(self) -> None:
        while not self.over:
            self.count += 1


@pytest.fixture
def busy() -> Iterator[Busy]:
    """Such a thread, from which the lock is back after a tenth of a second."""
    before, thread = sys.getswitchinterval(), Busy()
    thread.start()
    sys.setswitchinterval(0.1)
    yield thread
    sys.setswitchinterval(before)
    thread.over = True
    thread.join()


def short_calls() -> dict[str, Callable[[], object]]:
    net = cp.Network((4, 32, 2), ("tanh", "softmax"))
    trainer = cp.Trainer(net, loss="nllm", optimizer="adam")
    target = np.array([0.0, 1.0])
    return {
        "predict": lambda: net.predict(X),
        "learn_one": lambda: net.learn_one(X[0], target, loss="nllm", eta=0.1),
        "a step": lambda: trainer.step(X, LABELS),
        "a step looked at closely": lambda: trainer.step(X.tolist(), LABELS),
        "a gradient": lambda: trainer.gradient(X, LABELS),
    }


@pytest.mark.parametrize("name", short_calls())
def test_short_work_keeps_the_lock(name: str, busy: Busy) -> None:
    call = short_calls()[name]
    call()
    began, count = time.perf_counter(), busy.count
    for _ in range(1000):
        call()
    assert busy.count == count or time.perf_counter() - began < 0.3


def long_calls() -> dict[str, Callable[[], object]]:
    net = cp.Network((500, 500, 500, 2), ("tanh", "tanh", "softmax"))
    many, labels = RNG.normal(size=(4000, 500)), np.arange(4000) % 2
    trainer = cp.Trainer(net, loss="nllm")
    return {"predict": lambda: net.predict(many), "a step": lambda: trainer.step(many, labels)}


@pytest.mark.parametrize("name", long_calls())
def test_long_work_lets_others_go_on(name: str, busy: Busy) -> None:
    call = long_calls()[name]
    call()
    counts = []
    for _ in range(3):
        before = busy.count
        call()
        counts.append(busy.count - before)
    assert max(counts) > 1000
