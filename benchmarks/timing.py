"""Times of several functions, measured in turn: if the machine slows down for a while, all slow down, and ratios stay."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 7


@dataclass(frozen=True)
class Rival:
    """`run` does `units` units of work, the same in every call."""

    run: Callable[[], object]
    units: int


def seconds_per_unit(rival: Rival) -> float:
    """One measurement."""
    start = time.perf_counter()
    rival.run()
    return (time.perf_counter() - start) / rival.units


def in_turn(
    ours: Rival, theirs: dict[str, Rival], rounds: int = ROUNDS
) -> tuple[float, dict[str, tuple[float, float]]]:
    """Our median time for a unit, and of each rival its own and the median of its ratios to ours in the same round."""
    for rival in (ours, *theirs.values()):
        rival.run()  # what is compiled or fetched on first use is not timed
    times: list[float] = []
    ratios: dict[str, list[tuple[float, float]]] = {name: [] for name in theirs}
    for _ in range(rounds):
        for name, rival in theirs.items():
            mine, other = seconds_per_unit(ours), seconds_per_unit(rival)
            times.append(mine)
            ratios[name].append((other, other / mine))
        if not theirs:
            times.append(seconds_per_unit(ours))
    return statistics.median(times), {
        name: (statistics.median(t for t, _ in pairs), statistics.median(r for _, r in pairs))
        for name, pairs in ratios.items()
    }
