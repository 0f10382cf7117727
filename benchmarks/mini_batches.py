"""`python -m benchmarks.mini_batches --threads K`: steps on mini-batches, and predictions for many points, against the peers.

K threads are all that this process may use, so that a peer cannot take more; interleaved; medians. With more than one, every
engine runs in a process of its own, in turn: waiting thread pools take processor time from each other. `python -m
benchmarks` runs it for one thread and for two.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import click
import numpy as np

from .machine import Limits, limits
from .targets import Target
from .timing import Rival, in_turn
from .workloads import Workload, named

PEERS = ("jax", "torch", "torch_compiled", "numpy", "sklearn")
ONE_THREAD: dict[tuple[str, str], dict[int, Target]] = {
    ("64-32-10", "sgd"): {
        10: Target(share=0.45, share_aim=0.52),
        32: Target(share=0.58, share_aim=0.65),
        128: Target(share=0.62, share_aim=0.7),
        512: Target(share=0.65, share_aim=0.7),
    },
    ("64-32-10", "adam"): {32: Target(1)},
    ("784-100-10", "sgd"): {
        10: Target(1.8),
        32: Target(share=0.7, share_aim=0.82),
        128: Target(share=0.76, share_aim=0.82),
        512: Target(share=0.78, share_aim=0.82),
    },
    ("784-100-10", "adam"): {10: Target(1.4), 32: Target(1.3), 128: Target(1.1), 512: Target(1.05)},
    ("784-512-512-10", "sgd"): {
        10: Target(1.3),
        32: Target(1.1, share=0.8, share_aim=0.92),
        128: Target(1.1, share=0.86, share_aim=0.92),
        512: Target(1.1, share=0.86, share_aim=0.92),
    },
    ("784-512-512-10", "adam"): {10: Target(1.4), 32: Target(1.3), 128: Target(1.2), 512: Target(1.1)},
    ("64-256-256-10, batch_norm", "adam"): {256: Target(1.3)},
    ("64-256-256-10, layer_norm", "adam"): {256: Target(1.3)},
}
TWO_THREADS: dict[tuple[str, str], dict[int, Target]] = {
    ("64-32-10", "sgd"): {512: Target(1)},
    ("100-64-32-2", "adam"): {1024: Target(2)},
    ("784-100-10", "sgd"): {32: Target(2), 128: Target(1.8), 512: Target(1.5)},
    ("784-512-512-10", "sgd"): dict.fromkeys((10, 32, 128, 512), Target(1)),
    ("784-512-512-10", "adam"): dict.fromkeys((32, 128), Target(1)),
}
COMPILED = {
    *(("64-32-10", 32), ("784-100-10", 32), ("784-512-512-10", 128)),
    *(("64-256-256-10, batch_norm", 256), ("64-256-256-10, layer_norm", 256)),
}
"""Rows in which torch.compile takes part, with plain SGD or normalisation."""
PREDICTED = {
    "64-32-10": Target(1.1),
    "784-30-10": Target(1.1),
    "784-100-10": Target(1.15),
    "784-512-512-10": Target(1.1),
}
SECONDS = 0.15
"""What one measurement takes, roughly."""


@dataclass(frozen=True)
class Outcome:
    """Our time for a step, and each peer's time and ratio to ours."""

    seconds: float
    peers: dict[str, tuple[float, float]]

    @property
    def ratio(self) -> float | None:
        """The best peer's time over ours; None without peers."""
        return min((ratio for _, ratio in self.peers.values()), default=None)

    @property
    def told(self) -> str:
        """Every peer's ratio."""
        return ", ".join(f"{name} {ratio:.2f}x" for name, (_, ratio) in self.peers.items()) or "no peer is installed"


@click.command()
@click.option("--threads", default=1, show_default=True)
@click.option("--net", "chosen", multiple=True, help="Only these, such as 784-100-10 or predict.")
@click.option("--batch", "sizes", multiple=True, type=int)
@click.option(
    "--compile/--no-compile", "compiles", default=True, help="torch.compile takes half a minute for each row."
)
@click.option("--alone", type=click.Choice(["clearprop", *PEERS]), help="Print one engine's seconds a step, as JSON.")
def main(threads: int, chosen: tuple[str, ...], sizes: tuple[int, ...], compiles: bool, alone: str | None) -> None:
    """Print the rows."""
    if alone:
        print(json.dumps(seconds_alone(alone, threads)))
        return
    rows, found = ONE_THREAD if threads == 1 else TWO_THREADS, limits()
    print(f"\nmini-batches, float32, {threads} thread(s): against the best of {', '.join(PEERS)}")
    if threads > 1:
        measure_apart(threads, found)
        return
    for (net, optimizer), targets in rows.items():
        for batch, target in targets.items():
            if (not chosen or net in chosen) and (not sizes or batch in sizes):
                measure(net, optimizer, batch, target, threads, found, compiles=compiles)
    if not chosen or "predict" in chosen:
        for net, target in PREDICTED.items():
            measure_predictions(net, target)


def measure(
    net: str, optimizer: str, batch: int, target: Target, threads: int, found: Limits | None, *, compiles: bool
) -> Outcome:
    """One row: our step and the peers'."""
    from .peers import batches as peers

    work = named(net)
    operations = work.operations * batch
    count = max(3, int(SECONDS / (operations / 5e10 + 2e-6)))
    rows = np.random.default_rng(2).integers(len(work.points[0]), size=(count, batch))
    ours = peers.clearprop(work, optimizer, rows, threads)
    check = np.random.default_rng(3).integers(len(work.points[0]), size=(5, batch))
    expected = peers.numpy(work, optimizer, check)()
    verify("clearprop", work, peers.clearprop(work, optimizer, check, threads)(), expected)
    rivals = {}
    for name in PEERS:
        plain = optimizer == "sgd" or work.normalization
        if name == "torch_compiled" and not (compiles and plain and (net, batch) in COMPILED):
            continue
        if name == "sklearn" and work.normalization:
            continue
        make = getattr(peers, name)
        try:
            verify(name, work, make(work, optimizer, check)(), expected)
        except ImportError:
            continue
        fewer = max(3, count // 40) if name in {"torch", "sklearn"} and batch * work.operations < 1e8 else count
        rivals[name] = Rival(make(work, optimizer, rows[:fewer]), fewer)
    outcome = Outcome(*in_turn(Rival(ours, count), rivals))
    print(line(f"{net} {optimizer} B = {batch}", outcome, target, operations, batch, threads, found))
    return outcome


def measure_apart(threads: int, found: Limits | None, rounds: int = 3) -> None:
    """All rows, each engine in processes of its own, `rounds` of them in turn."""

    times: dict[str, list[dict[str, float]]] = {name: [] for name in ("clearprop", "jax", "torch", "numpy", "sklearn")}
    for _ in range(rounds):
        for name, seen in times.items():
            command = [sys.executable, "-m", "benchmarks.mini_batches", "--threads", str(threads), "--alone", name]
            done = subprocess.run([*command, "--bound"], check=False, capture_output=True, text=True)
            if done.returncode == 0:  # else it is not installed
                seen.append(json.loads(done.stdout))
    for (net, optimizer), targets in TWO_THREADS.items():
        for batch, target in targets.items():
            row = f"{net} {optimizer} B = {batch}"
            taken = {name: statistics.median(each[row] for each in seen) for name, seen in times.items() if seen}
            ours = taken.pop("clearprop")
            outcome = Outcome(ours, {name: (seconds, seconds / ours) for name, seconds in taken.items()})
            print(line(row, outcome, target, named(net).operations * batch, batch, threads, found))


def seconds_alone(name: str, threads: int) -> dict[str, float]:
    """One engine's median seconds a step, for every row of several threads."""
    from .peers import batches as peers

    seconds = {}
    for (net, optimizer), targets in TWO_THREADS.items():
        for batch in targets:
            work = named(net)
            count = max(3, int(SECONDS / (work.operations * batch / 1e11 + 2e-6)))
            count = count if name in {"clearprop", "jax"} else max(3, count // 10)
            rows = np.random.default_rng(2).integers(len(work.points[0]), size=(count, batch))
            made = getattr(peers, name)
            call = made(work, optimizer, rows, threads) if name == "clearprop" else made(work, optimizer, rows)
            alone = Rival(call, count)
            seconds[f"{net} {optimizer} B = {batch}"] = in_turn(alone, {})[0]
    return seconds


def line(
    name: str, outcome: Outcome, target: Target, operations: int, batch: int, threads: int, found: Limits | None
) -> str:
    """A row as people read it."""
    gflops = operations / outcome.seconds / 1e9
    share = gflops / found.gflops_float32 / threads if found else None
    of_peak = "" if share is None else f" ({share:.0%})"
    return (
        f"{name:<28}{outcome.seconds * 1e6:>9.1f} us  {batch / outcome.seconds:>9.3g} samples/s  {gflops:>6.1f} GFLOP/s"
        f"{of_peak}{target.verdict(ratio=outcome.ratio, share=share)}; {outcome.told}"
    )


def measure_predictions(net: str, target: Target, points: int = 1024) -> None:
    """Predictions for many points at once, called from Python."""
    from .peers import predictions

    work = named(net)
    X = np.resize(work.points[0], (points, work.widths[0]))
    expected = work.net.predict(X)
    rivals = {}
    for name in ("jax", "torch", "numpy"):
        try:
            call = getattr(predictions, name)(work, X)
        except ImportError:
            continue
        if not np.allclose(call(), expected, atol=1e-5):
            raise RuntimeError(f"{name} predicts something else on {net}")
        rivals[name] = Rival(many(call, 20), 20)
    outcome = Outcome(*in_turn(Rival(many(lambda: work.net.predict(X), 20), 20), rivals))
    verdict = target.verdict(ratio=outcome.ratio)
    print(f"predict {points} points, {net:<16}{outcome.seconds * 1e6:>9.1f} us{verdict}; {outcome.told}")


def many(call: Callable[[], object], times: int) -> Callable[[], None]:
    def run() -> None:
        for _ in range(times):
            call()

    return run


def verify(name: str, work: Workload, got: np.ndarray | None, expected: np.ndarray) -> None:
    """Raise unless these are the reference's steps; float32 rounds, and a ReLU on its kink may go either way."""
    if got is None:
        return
    got, expected = work.comparable(got), work.comparable(expected)
    if not np.linalg.norm(got - expected) < 1e-3 * np.linalg.norm(expected):
        raise RuntimeError(f"{name} takes other steps than the reference")


def bind(threads: int) -> None:
    """Let what this process becomes, and every pool that a library will make in it, have that many processors."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    os.environ.pop("XLA_FLAGS", None)
    os.environ["CLEARPROP_BENCH_THREADS"] = str(threads)


if __name__ == "__main__":
    if (
        "--bound" not in sys.argv
    ):  # NumPy has been imported by now: what it has made of the threads stays until a new start
        given = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv else "1"
        bind(int(given))
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.mini_batches", *sys.argv[1:], "--bound"])
    sys.argv.remove("--bound")
    main()
