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
from .timing import Rival, in_turn

Target = tuple[float, float | None]
"""How many times faster than the best peer: at least, and at best."""

PEERS = ("jax", "torch", "torch_compiled", "numpy", "sklearn")
ONE_THREAD: dict[tuple[str, str], dict[int, Target]] = {
    ("64-32-10", "sgd"): {10: (4, 5), 32: (2.4, 3), 128: (1.85, 2.3), 512: (2, 2.4)},
    ("64-32-10", "adam"): {32: (1, None)},
    ("784-100-10", "sgd"): {10: (1.8, 2), 32: (1.33, 1.45), 128: (1.25, 1.4), 512: (1.18, 1.3)},
    ("784-100-10", "adam"): {10: (1.4, 1.7), 32: (1.3, 1.5), 128: (1.1, None), 512: (1.05, None)},
    ("784-512-512-10", "sgd"): {10: (1.3, 1.6), 32: (1.2, 1.3), 128: (1, None), 512: (1, None)},
    ("784-512-512-10", "adam"): {10: (1.4, 1.7), 32: (1.3, 1.5), 128: (1.1, None), 512: (1.05, None)},
}
TWO_THREADS: dict[tuple[str, str], dict[int, Target]] = {
    ("64-32-10", "sgd"): {512: (1, None)},
    ("784-100-10", "sgd"): {32: (2, None), 128: (1.8, None), 512: (1.5, None)},
    ("784-512-512-10", "sgd"): {10: (1, None), 32: (1, None), 128: (1, None), 512: (1, None)},
    ("784-512-512-10", "adam"): {32: (1, None), 128: (1, None)},
}
PREDICTED = {"64-32-10": 1.1, "784-30-10": 1.1, "784-100-10": 1.1, "784-512-512-10": 1.1}
SHARE_OF_PEAK = {("784-512-512-10", 128): 0.8, ("784-512-512-10", 512): 0.8}
SECONDS = 0.15
"""What one measurement takes, roughly."""


@dataclass(frozen=True)
class Outcome:
    """Our time for a step, and each peer's time and ratio to ours."""

    seconds: float
    peers: dict[str, tuple[float, float]]

    @property
    def best(self) -> str:
        return min(self.peers, key=lambda name: self.peers[name][1])


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
        for net, least in PREDICTED.items():
            measure_predictions(net, least)


def measure(
    net: str, optimizer: str, batch: int, target: Target, threads: int, found: Limits | None, *, compiles: bool
) -> Outcome:
    """One row: our step and the peers'."""
    from .peers import batches as peers
    from .workloads import named

    work = named(net)
    operations = work.operations * batch
    count = max(3, int(SECONDS / (operations / 5e10 + 2e-6)))
    rows = np.random.default_rng(2).integers(len(work.points[0]), size=(count, batch))
    ours = peers.clearprop(work, optimizer, rows, threads)
    check = np.random.default_rng(3).integers(len(work.points[0]), size=(5, batch))
    expected = peers.numpy(work, optimizer, check)()
    verify("clearprop", peers.clearprop(work, optimizer, check, threads)(), expected)
    rivals = {}
    for name in PEERS:
        if name == "torch_compiled" and (optimizer != "sgd" or not compiles or (net, batch) not in COMPILED):
            continue
        make = getattr(peers, name)
        try:
            verify(name, make(work, optimizer, check)(), expected)
        except ImportError:
            continue
        fewer = max(3, count // 40) if name in {"torch", "sklearn"} and batch * work.operations < 1e8 else count
        rivals[name] = Rival(make(work, optimizer, rows[:fewer]), fewer)
    outcome = Outcome(*in_turn(Rival(ours, count), rivals))
    print(line(f"{net} {optimizer} B = {batch}", outcome, target, operations, batch, threads, found, net))
    return outcome


def measure_apart(threads: int, found: Limits | None, rounds: int = 3) -> None:
    """All rows, each engine in processes of its own, `rounds` of them in turn."""
    from .workloads import named

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
            print(line(row, outcome, target, named(net).operations * batch, batch, threads, found, net))


def seconds_alone(name: str, threads: int) -> dict[str, float]:
    """One engine's median seconds a step, for every row of several threads."""
    from .peers import batches as peers
    from .workloads import named

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


COMPILED = {("64-32-10", 32), ("784-100-10", 32), ("784-512-512-10", 128)}


def line(
    name: str,
    outcome: Outcome,
    target: Target,
    operations: int,
    batch: int,
    threads: int,
    found: Limits | None,
    net: str,
) -> str:
    """A row as people read it."""
    gflops, ratio = operations / outcome.seconds / 1e9, outcome.peers[outcome.best][1]
    share = gflops / found.gflops_float32 / threads if found else 0.0
    least, aim = target
    wanted = SHARE_OF_PEAK.get((net, batch), 0.0) if threads == 1 else 0.0
    verdict = "reached" if ratio >= least and share >= wanted else "SHORT"
    verdict = "aim reached" if aim and ratio >= aim else verdict
    peak = f" and {wanted:.0%} of peak" if wanted else ""
    peers = ", ".join(f"{peer} {ratio:.2f}x" for peer, (_, ratio) in outcome.peers.items())
    return (
        f"{name:<28}{outcome.seconds * 1e6:>9.1f} us  {batch / outcome.seconds:>9.3g} samples/s  {gflops:>6.1f} GFLOP/s"
        f" ({share:.0%})   at least {least:g}x{peak}" + (f", aim {aim:g}x" if aim else "") + f": {verdict}; {peers}"
    )


def measure_predictions(net: str, least: float, points: int = 1024) -> None:
    """Predictions for many points at once, called from Python."""
    from .peers import predictions
    from .workloads import named

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
    ratio = outcome.peers[outcome.best][1]
    peers = ", ".join(f"{peer} {ratio:.2f}x" for peer, (_, ratio) in outcome.peers.items())
    verdict = "reached" if ratio >= least else "SHORT"
    print(
        f"predict {points} points, {net:<16}{outcome.seconds * 1e6:>9.1f} us   at least {least:g}x: {verdict}; {peers}"
    )


def many(call: Callable[[], object], times: int) -> Callable[[], None]:
    def run() -> None:
        for _ in range(times):
            call()

    return run


def verify(name: str, got: np.ndarray | None, expected: np.ndarray) -> None:
    """Raise unless these are the reference's steps; float32 rounds, and a ReLU on its kink may go either way."""
    if got is not None and not np.linalg.norm(got - expected) < 1e-3 * np.linalg.norm(expected):
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
