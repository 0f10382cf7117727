"""`python -m benchmarks.failures`: what failures and slow ranks cost 1,000 ranks, simulated; nothing is measured.

`--picture` draws both, into docs/pictures/failures.svg.

Young 1974 and Daly 2006: checkpoints every sqrt(2 C M) seconds, for a checkpoint of C seconds and a failure every M seconds.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np

RANKS = 1000
YEAR = 365 * 24 * 3600.0
WORK = 30 * 24 * 3600.0
"""Seconds of a training without failures."""
RESTART = 60.0
TARGET = Path(__file__).parent.parent / "docs" / "pictures" / "failures.svg"


def share_of_work(between: float, checkpoint: float, every: float, rng: np.random.Generator, trials: int = 40) -> float:
    """The share of the time that is new work: a failure every `between` seconds on average, a checkpoint every `every`."""
    shares = []
    for _ in range(trials):
        done, clock, fails = 0.0, 0.0, rng.exponential(between)
        while done < WORK:
            segment = min(every, WORK - done)
            if clock + segment + checkpoint <= fails:
                clock, done = clock + segment + checkpoint, done + segment
            else:  # what was done since the checkpoint is lost
                clock = fails + RESTART
                fails = clock + rng.exponential(between)
        shares.append(done / clock)
    return float(np.mean(shares))


def waiting(ranks: int, spread: float, every: int, rng: np.random.Generator, rounds: int = 400) -> float:
    """How much longer than the mean a step is, where all wait for the slowest after `every` steps; times are log-normal."""
    steps = rng.lognormal(-(spread**2) / 2, spread, size=(rounds, ranks, every)).mean(axis=2)
    return float(steps.max(axis=1).mean())


def draw() -> None:
    """Left what is new work, by the time between checkpoints; right how long ranks wait for the slowest, by their number."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "failures"
    import matplotlib.pyplot as plt

    rng = np.random.default_rng(0)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
    between = YEAR / RANKS
    for colour, checkpoint in enumerate((0.5, 10.0, 60.0)):
        best = math.sqrt(2 * checkpoint * between)
        intervals = best * np.geomspace(0.1, 10, 13)
        shares = [100 * share_of_work(between, checkpoint, every, rng, 12) for every in intervals]
        left.semilogx(intervals, shares, f"C{colour}", label=f"a checkpoint of {checkpoint:g} s")
        left.axvline(best, color=f"C{colour}", linewidth=0.8, linestyle=":")
    left.set(
        xlabel="seconds between checkpoints (dotted: Young)", ylabel="% of the time that is new work", ylim=(70, 100)
    )
    left.legend(fontsize=7, loc="lower center")
    ranks = [2**k for k in range(1, 11)]
    for colour, every in enumerate((1, 16, 64)):
        label = "every step" if every == 1 else f"{every} local steps"
        right.semilogx(ranks, [waiting(n, 0.1, every, rng, 60) for n in ranks], f"C{colour}", base=2, label=label)
    right.set(xlabel="ranks, whose times spread by 10 %", ylabel="times the mean of a step")
    right.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(TARGET, metadata={"Date": None})


def main() -> None:
    """Print both tables, or draw them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--picture", action="store_true")
    if parser.parse_args().picture:
        draw()
        return
    rng = np.random.default_rng(0)
    print(
        "| a rank fails every | checkpoint | Young's interval | a third | Young | three times |\n" + "| --- " * 6 + "|"
    )
    for years in (1, 5):
        for checkpoint in (0.5, 10.0):
            between = years * YEAR / RANKS
            best = math.sqrt(2 * checkpoint * between)
            found = [share_of_work(between, checkpoint, best * times, rng) for times in (1 / 3, 1, 3)]
            print(
                f"| {years} years | {checkpoint} s | {best:.0f} s | "
                + " | ".join(f"{100 * each:.1f} %" for each in found)
                + " |"
            )
    print("\n| spread of a step | every step | 16 local steps | 64 |\n" + "| --- " * 4 + "|")
    for spread in (0.02, 0.1, 0.3):
        found = [waiting(RANKS, spread, every, rng) for every in (1, 16, 64)]
        print(f"| {100 * spread:.0f} % | " + " | ".join(f"{each:.2f} x" for each in found) + " |")


if __name__ == "__main__":
    main()
