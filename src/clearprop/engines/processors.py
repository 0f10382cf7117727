"""How many threads work: what this process is allowed, what it has been asked for, and what pays for a step."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

A_VALUE, A_WEIGHT, A_MEETING = 430, 140, 1_700_000
"""What a value of a point, a weight, and the meetings of a step cost two threads, in multiplications and additions.

What one core has written another must fetch. Measured on two cores with AVX-512, float32, 44 shapes: by these numbers two
threads are taken for no shape on which they are slower than one, and for all on which they save more than a tenth of the
time but networks of fewer than 30,000 weights.
"""


def processors() -> int:
    """Processors that this process may use: those it is bound to, within its control group's quota and OMP_NUM_THREADS."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    asked = (
        os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    )  # a list has one number for each level of nesting
    return max(1, min(bound, _quota() or bound, int(asked) if asked.isdecimal() and int(asked) else bound))


def threads_for(widths: Sequence[int], parameters: int, batch_size: int) -> int:
    """The threads for a step on a mini-batch: all processors where half of the arithmetic takes longer than sharing it out."""
    work = 6 * parameters * batch_size
    sharing = A_VALUE * batch_size * sum(widths) + A_WEIGHT * parameters + A_MEETING
    return processors() if work > sharing else 1


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
