"""What this machine can do at best: measured by a small C program, where there is a C compiler."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """One core's limits: multiply-adds in float32 and float64, and bytes read and written again, by working set."""

    gflops_float32: float
    gflops_float64: float
    read_and_write: dict[int, float]


def limits() -> Limits | None:
    """The best of three measurements; None without a C compiler."""
    with tempfile.TemporaryDirectory(prefix="clearprop-bench-") as folder:
        program, source = Path(folder) / "limits", Path(__file__).with_name("limits.c")
        try:
            subprocess.run(
                ["cc", "-O3", "-march=native", "-Wno-psabi", "-o", program, source], check=True, capture_output=True
            )
            runs = [
                subprocess.run([program], check=True, capture_output=True, text=True).stdout.split() for _ in range(3)
            ]
        except (OSError, subprocess.CalledProcessError):
            return None
    best = [max(float(run[i]) for run in runs) for i in range(len(runs[0]))]
    return Limits(best[0], best[1], dict(zip(map(int, best[2::2]), best[3::2], strict=True)))


def processors() -> int:
    """How many of them this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
