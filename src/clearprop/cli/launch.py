"""A command that mpiexec, or another launcher, has started several times: its processes are ranks, and the first one speaks."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import click

from ..engines.ranks import MPIRanks, RankFailed, Ranks

RANK_AND_SIZE = (
    ("PMI_RANK", "PMI_SIZE"),
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"),
)
"""What launchers tell each process: MPICH and its kin, Open MPI, srun."""
ON_RANKS = "train"
"""The command whose processes work together."""
AFTER_THE_FIRST = 0.5
"""Seconds until another rank than the first says why MPI cannot begin: mostly it is the same on all, and the first says it."""


@dataclass(frozen=True)
class Place:
    """Which of how many processes this is, by its launcher."""

    rank: int
    size: int


def place_in_launch() -> Place | None:
    """None for a process that was started alone, or as the only one of a step of SLURM."""
    for rank, size in RANK_AND_SIZE:
        told = os.environ.get(rank, ""), os.environ.get(size, "")
        if all(each.isdecimal() for each in told) and not (rank == "SLURM_PROCID" and told[1] == "1"):
            return Place(int(told[0]), int(told[1]))
    return None


def world() -> Ranks | None:
    """The processes of this launch; None for a process that was started alone.

    ModuleNotFoundError without mpi4py, and ValueError where its MPI is not the launcher's: then each process would train and
    write for itself.
    """
    place = place_in_launch()
    if place is None or (place.size == 1 and find_spec("mpi4py") is None):  # a job of one process needs no MPI
        return None
    return _ranks_at(place)


@cache
def _ranks_at(place: Place) -> Ranks:
    try:
        from mpi4py import MPI
    except (ImportError, RuntimeError) as error:
        raise ModuleNotFoundError(
            f"a launcher has started {place.size} processes, and without mpi4py each would train and write for itself: "
            f"pip install 'clearprop[mpi]' ({error})"
        ) from None
    found = MPI.COMM_WORLD.Get_size()
    if found != place.size:
        library = MPI.Get_library_version().partition("\n")[0].strip("\0 ")
        raise ValueError(
            f"a launcher has started {place.size} processes, and {library}, which mpi4py uses, knows of {found}; start them "
            "with the mpiexec of that library, which pip puts beside python"
        )
    return MPIRanks(MPI.COMM_WORLD)


@contextmanager
def as_one_command(args: list[str]) -> Iterator[None]:
    """A block in which all processes of a launch run one command. Of what they print, that of the first rank is shown.

    An error of any rank is one of all; the first one shows it.
    """
    place = place_in_launch()
    if place is None:
        yield
        return
    shown = sys.stderr
    if place.rank:
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end of the process
    command = next((each for each in args if not each.startswith("-")), "")
    if command != ON_RANKS:
        if place.size > 1 and command:
            raise click.UsageError(
                f"`{command}` is for one process, and a launcher has started {place.size}; `{ON_RANKS}` shares its work"
            )
        yield
        return
    try:
        ranks = world()
    except (ImportError, ValueError) as error:
        if place.rank:
            time.sleep(AFTER_THE_FIRST)
            print(f"error: rank {place.rank} on {platform.node()}: {error}", file=shown)
        raise
    if ranks is None:
        yield
        return
    with _ending_together(ranks):
        yield
        ranks.each(None)  # the first rank may still be writing


@contextmanager
def _ending_together(ranks: Ranks) -> Iterator[None]:
    try:
        yield
    except RankFailed:
        raise
    except BaseException as error:
        said = error.format_message() if isinstance(error, click.ClickException) else str(error)
        ranks.fail(said or type(error).__name__)
        raise
