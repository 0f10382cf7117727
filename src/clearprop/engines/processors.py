"""How many threads work: what this process is allowed, what it has been asked for, and what a step may pay for."""

from __future__ import annotations

import os
from pathlib import Path

WORTH_SHARING = 4_000_000
"""Multiplications and additions of a step, some 20 microseconds on one core, below which threads wait longer than they work."""


def processors_bound() -> frozenset[int]:
    """The processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(os.cpu_count() or 1))


def processors() -> int:
    """Processors that this process may use: those it is bound to, within its control group's quota and OMP_NUM_THREADS."""
    bound = len(processors_bound())
    asked = (
        os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    )  # a list has one number for each level of nesting
    return max(1, min(bound, _quota() or bound, int(asked) if asked.isdecimal() and int(asked) else bound))


def threads_for(parameters: int, batch_size: int) -> int:
    """The most threads that a step on a mini-batch is tried on: all processors, where it takes long enough to be shared out."""
    return processors() if 6 * parameters * batch_size >= WORTH_SHARING else 1


def _quota(root: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Whole processors of time that the control group has, at least one; None where it sets no limit."""
    for quota_file, period_file in (("cpu.max", None), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        try:
            given = (root / quota_file).read_text().split()
            quota, period = given if period_file is None else (given[0], (root / period_file).read_text())
            return max(1, int(quota) // int(period)) if int(quota) > 0 else None
        except (OSError, ValueError):  # no such group, or "max"
            continue
    return None
