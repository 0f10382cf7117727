"""How much memory a process can take, as the system says it."""

from __future__ import annotations

import os

GIB = 2**30


def free_memory() -> int | None:
    """The memory that a process can take now, in bytes; None where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            told = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
        return int(told["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
