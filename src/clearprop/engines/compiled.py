"""The compiled engine's side in Python. The kernels are optional: without them everything runs on the NumPy engine."""

from __future__ import annotations

try:
    from . import _kernels
except ImportError:  # installed without a compiler
    _kernels = None  # type: ignore[assignment]  # a module or nothing


def processor_level() -> str | None:
    """The highest instruction level that this processor has, such as "x86-64-v4"; None without compiled kernels."""
    return None if _kernels is None else _kernels.processor_level()


def why_not() -> str:
    """Why the compiled engine does not take a task; empty where it can."""
    if _kernels is None:
        return "this installation has no compiled kernels"
    return "the compiled kernels have no training steps yet"
