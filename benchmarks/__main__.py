"""`python -m benchmarks`: steps on points and on mini-batches, restarts and predictions against the peers that are installed.

Interleaved; medians; one thread. A figure below its target stays in the table with a mark. Name rows to measure only these.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType

import numpy as np

from clearprop import Network
from clearprop.engines.compiled import CompiledEngine, trainer
from clearprop.engines.levels import processor_level

from .machine import Limits, limits, processor
from .timing import Rival, in_turn
from .workloads import (
    DIGITS_30,
    DIGITS_30_SPARSE,
    DIGITS_100,
    DIGITS_512,
    ETA,
    RELU_1,
    SIGMOID_1,
    SMALL,
    Workload,
)

SECONDS = 0.1
"""What one measurement takes, roughly."""
PEERS = {
    "JAX lax.scan": ("jax_scan", "steps", 3e-6),
    "JAX, W by columns": ("jax_scan", "steps_by_columns", 3e-6),
    "PyTorch eager": ("torch_eager", "steps", 3e-4),
    "PyTorch compile": ("torch_eager", "steps_compiled", 5e-5),
    "scikit-learn": ("sklearn_partial_fit", "steps", 3e-4),
    "FANN": ("fann", "steps", 1e-6),
    "NumPy engine": ("numpy_out", "steps", 5e-5),
}
"""Name to module, function, and about the seconds of its step on the smallest net."""


@dataclass(frozen=True)
class Row:
    """A net, and the targets for a step: how many times faster than each peer, the least and the best."""

    work: Workload
    targets: dict[str, tuple[float, float | None]] = field(default_factory=dict)


ROWS = (
    Row(
        SIGMOID_1,
        {"JAX": (1.8, 1.9), "FANN": (2.8, None), "PyTorch compile": (600, None), "PyTorch eager": (6000, None)},
    ),
    Row(RELU_1, {"JAX": (18, 21), "FANN": (18, 21)}),
    Row(SMALL, {"JAX": (4, 6), "FANN": (15, None), "PyTorch eager": (900, None), "scikit-learn": (500, None)}),
    Row(DIGITS_30, {"JAX": (2.1, 2.6), "FANN": (14, None), "PyTorch eager": (160, None)}),
    Row(DIGITS_30_SPARSE, {"JAX": (2.1, 5)}),
    Row(DIGITS_100, {"JAX": (1.8, 2.5), "FANN": (17, None), "PyTorch eager": (60, None)}),
    Row(DIGITS_512, {"JAX": (2.5, 4), "PyTorch eager": (12, None)}),
)


def peer(name: str) -> ModuleType | None:
    """A peer's module; None, with a printed line, where it is not installed."""
    try:
        return import_module(f"{__package__}.peers.{name}")
    except ImportError as error:
        print(f"- left out: {name}: {error}")
        return None


def main(chosen: list[str]) -> None:
    """Print the tables."""
    modules = {name: peer(name) for name in {module: None for module, _, _ in PEERS.values()}}
    found = limits()
    print(f"\n{processor()}, {platform.machine()}, Python {platform.python_version()}")
    print(f"clearprop kernels: level {processor_level()}, float32, one thread")
    print(", ".join(module.VERSION for module in modules.values() if module))
    if found:
        speeds = ", ".join(f"{size >> 10} KiB {speed:.0f}" for size, speed in found.read_and_write.items())
        print(
            f"one core: {found.gflops_float32:.0f} GFLOP/s in float32, {found.gflops_float64:.0f} in float64; "
            f"GB/s read and written again: {speeds}"
        )
    for row in ROWS:
        if not chosen or str(row.work) in chosen:
            measure_steps(row, modules, found)
    if not chosen or "restarts" in chosen:
        measure_restarts(modules)
    if not chosen or "predict" in chosen:
        measure_predict(modules)
    if not chosen or "mini-batches" in chosen:
        for threads in (1, 2):  # each in a process of its own, bound to so many processors
            subprocess.run([sys.executable, "-m", "benchmarks.mini_batches", "--threads", str(threads)], check=True)
        subprocess.run([sys.executable, "-m", "benchmarks.picture"], check=True)
    if not chosen or "in-page" in chosen:
        subprocess.run([sys.executable, "-m", "benchmarks.in_page"], check=True)


def measure_steps(row: Row, modules: dict[str, ModuleType | None], found: Limits | None) -> None:
    """One net: our step, and each peer's."""
    work = row.work
    guess = 1 + work.operations / 1500  # times the smallest net's step, for those who compute fast
    ours = Rival(*our_steps(work, int(SECONDS / (5e-8 * (1 + work.operations / 4000)))))
    rivals = {}
    for name, (module, function, seconds) in PEERS.items():
        if modules[module] is None or (name == "PyTorch compile" and name not in row.targets):
            continue
        count = max(64, int(SECONDS / (seconds * (guess if seconds < 1e-5 else 1 + guess / 500))))
        make = getattr(modules[module], function)
        verify(name, work, make)
        rivals[name] = Rival(make(work, work.order(count)), count)
    seconds, results = in_turn(ours, rivals)
    gflops = work.operations / seconds / 1e9
    share = f", {gflops / found.gflops_float32:.0%} of the peak" if found else ""
    bytes_ = 4 * work.net.parameters.size
    print(
        f"\n{work}: {seconds * 1e6:.4g} us a step, {gflops:.1f} GFLOP/s{share}; {bytes_ / seconds / 1e9:.0f} GB/s of weights"
    )
    best_jax = max((name for name in results if name.startswith("JAX")), key=lambda n: -results[n][0], default=None)
    for name, (time, ratio) in results.items():
        target = row.targets.get("JAX" if name == best_jax else name)
        print(line(name, time, ratio, target))


def line(name: str, seconds: float, ratio: float, target: tuple[float, float | None] | None) -> str:
    """A peer's row: its time, how many times ours is faster, and the target."""
    text = f"  {name:<20}{seconds * 1e6:>12.4g} us {ratio:>10.1f}x"
    if target:
        least, aim = target
        verdict = "reached" if ratio >= least else "SHORT"
        if aim and ratio >= aim:
            verdict = "aim reached"
        text += f"   at least {least:g}x" + (f", aim {aim:g}x" if aim else "") + f": {verdict}"
    return text


def our_steps(work: Workload, count: int) -> tuple[Callable[[], object], int]:
    """The compiled engine's run of steps, from the same start every time."""
    task = work.task
    engine, order, etas = CompiledEngine(task), work.order(count)[:, None], np.array([ETA])

    def run() -> np.ndarray:
        task.network.parameters = work.net.parameters
        engine.run(order, etas, 1)
        return task.network.parameters

    verify("clearprop", work, one_run)
    return run, count


def one_run(work: Workload, order: np.ndarray) -> Callable[[], np.ndarray]:
    task = work.task

    def run() -> np.ndarray:
        CompiledEngine(task).run(order[:, None], np.full(len(order), ETA), 1)
        return task.network.parameters

    return run


def verify(name: str, work: Workload, make: Callable[[Workload, np.ndarray], Callable[[], np.ndarray | None]]) -> None:
    """Raise unless these are the steps that the reference takes; float32 rounds 64 of them to some 1e-5."""
    order = work.order(64)
    got = make(work, order)()
    if got is None:
        return
    expected = work.reference(order)
    error = np.linalg.norm(got - expected) / np.linalg.norm(expected)
    if not error < 1e-4:
        raise RuntimeError(f"{name} takes other steps than the reference on {work}: {error:.1e} apart")


def measure_restarts(modules: dict[str, ModuleType | None], K: int = 256, steps: int = 2000) -> None:
    """Many networks of one shape, each on its own points."""
    work = SIGMOID_1
    starts = np.stack([Network(work.widths, work.activations, seed=k, dtype="float32").parameters for k in range(K)])
    orders = np.stack([work.order(steps + k)[k:] for k in range(K)])
    made, parameters, losses = trainer(work.task), np.empty_like(starts), np.zeros(K)

    def ours(threads: int) -> Callable[[], np.ndarray]:
        def run() -> np.ndarray:
            parameters[...] = starts
            made.run_side_by_side(parameters, orders, np.array([ETA]), losses, threads)
            return parameters

        return run

    rivals, expected = {}, ours(1)().copy()
    for name, module, count, target in restart_peers(modules, steps):
        got = module.restarts(work, starts, orders[:, :count])()
        if count == steps and not np.allclose(got, expected, rtol=1e-3, atol=1e-4):
            raise RuntimeError(f"{name} takes other steps")
        rivals[name] = (Rival(module.restarts(work, starts, orders[:, :count]), K * count), target)
    for threads in (1, 2):
        seconds, results = in_turn(
            Rival(ours(threads), K * steps), {name: rival for name, (rival, _) in rivals.items()}
        )
        print(f"\n{K} restarts of {work}, {threads} thread(s): {seconds * 1e9:.2f} ns a step of one network")
        for name, (time, ratio) in results.items():
            print(line(name, time, ratio, rivals[name][1]))


def restart_peers(
    modules: dict[str, ModuleType | None], steps: int
) -> Iterator[tuple[str, ModuleType, int, tuple[float, float | None]]]:
    jax, torch = modules["jax_scan"], modules["torch_eager"]
    if jax:
        yield "JAX vmap", jax, steps, (5, 12)
    if torch:
        yield "PyTorch batched", torch, 200, (80, None)


def measure_predict(modules: dict[str, ModuleType | None], calls: int = 2000) -> None:
    """One point at a time, called from Python: ours, NumPy's formulas, PyTorch's module."""
    work = DIGITS_30
    net, x = work.net, work.points[0][:1]
    W1, W01, W2, W02 = net.W[1], net.W0[1], net.W[2], net.W0[2]

    def numpy() -> np.ndarray:
        a = 1 / (1 + np.exp(-(x @ W1 + W01)))
        return 1 / (1 + np.exp(-(a @ W2 + W02)))

    assert np.allclose(net.predict(x), numpy(), atol=1e-6)
    rivals = {"NumPy": (numpy, (10.0, None))}
    if modules["torch_eager"]:
        torch = modules["torch_eager"].predict(work)
        assert np.allclose(torch(x).numpy(), numpy(), atol=1e-6)
        rivals["PyTorch"] = (lambda: torch(x), (20.0, None))

    def many(call: Callable[[], object]) -> Rival:
        def run() -> None:
            for _ in range(calls):
                call()

        return Rival(run, calls)

    seconds, results = in_turn(many(lambda: net.predict(x)), {name: many(call) for name, (call, _) in rivals.items()})
    print(f"\npredict one point, {work}, from Python: {seconds * 1e6:.2f} us a call")
    for name, (time, ratio) in results.items():
        print(line(name, time, ratio, rivals[name][1]))


if __name__ == "__main__":
    main(sys.argv[1:])
