"""The environment of a run: what it was computed with, and by which command."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ..engines import processor_level
from ..engines.processors import processors

PACKAGES = ("clearprop", "numpy", "scipy", "scikit-learn", "safetensors", "pandas", "polars", "pyarrow")


def environment() -> dict[str, Any]:
    """Versions, processor and command, as plain JSON."""
    return {
        "command": sys.argv,
        "folder": os.getcwd(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
        "system": platform.platform(),
        "machine": platform.machine(),
        "processor": _processor(),
        "processors": processors(),
        "kernels": processor_level() or None,
        "process": os.getpid(),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str | None:
    """The processor's name, where the system says it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or None
