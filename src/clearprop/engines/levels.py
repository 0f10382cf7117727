"""Instruction levels: which kernels were built, which of them this processor runs, and the one in use. It runs none.

The kernels are optional: without them everything runs on the NumPy engine. A wheel has them for every level; the highest
that the processor has is used, or the one that the environment variable CLEARPROP_LEVEL names.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

LEVELS = ("portable", "v2", "v3", "v4")
"""Instruction levels from the least to the most: any processor, and x86-64-v2, -v3 and -v4."""


def levels_of_processor() -> tuple[str, ...]:
    """The levels that this processor can run, from the least; none where no kernels were compiled."""
    try:
        from ._kernels_level import processor_level
    except ImportError:
        return ()
    return LEVELS[: LEVELS.index(processor_level()) + 1]


def usable_levels() -> tuple[str, ...]:
    """The levels that this processor can run and that were built, from the least."""
    return tuple(level for level in levels_of_processor() if find_spec(_module(level)) is not None)


def why_none() -> str:
    """Why no level is usable."""
    lacking = "this installation has no compiled kernels"
    return f"{lacking} of a level that this processor runs" if levels_of_processor() else lacking


def kernels_of(level: str) -> ModuleType:
    """The kernels of one of the `usable_levels`."""
    return import_module(_module(level))


def _module(level: str) -> str:
    return f"{__package__}._kernels" + ("" if level == "portable" else f"_{level}")


def _chosen_level() -> str | None:
    usable, given = usable_levels(), os.environ.get("CLEARPROP_LEVEL")
    if given and given not in usable:
        allowed = ", ".join(usable) or "none"
        raise ImportError(f"CLEARPROP_LEVEL={given}: levels that were built and that this processor runs: {allowed}")
    return given or (usable[-1] if usable else None)


LEVEL = _chosen_level()
"""The level in use; None without compiled kernels."""
KERNELS = kernels_of(LEVEL) if LEVEL else None


def processor_level() -> str | None:
    """The instruction level of the kernels in use, such as "v4" for x86-64-v4; None without compiled kernels."""
    return LEVEL
