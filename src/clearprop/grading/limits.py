"""How much a submission may take: time, memory, output and files."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What one run of a submission may take. More ends it, and is reported."""

    seconds: float = 5.0
    """For the import, and for each script of calls."""
    megabytes: int = 1000
    """Of memory, addresses that NumPy reserves included."""
    output_megabytes: float = 1.0
    """Printed, in all."""
    file_megabytes: int = 16
    """Written into its own folder, in all."""
    slow_scripts: int = 3
    """So many scripts may run out of time or end the program; those after them are not run."""

    def of_process(self) -> dict[str, int]:
        """As the runner sets them for itself."""
        return {
            "RLIMIT_AS": self.megabytes * MEGABYTE,
            "RLIMIT_FSIZE": self.file_megabytes * MEGABYTE,
            "RLIMIT_CORE": 0,
            "RLIMIT_NOFILE": 64,
        }
