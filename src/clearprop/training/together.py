"""Ranks that train together: what must be the same on all of them before the first step, and how one that fails ends all."""

from __future__ import annotations

import hashlib
import platform
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..engines import Ranks, processor_level
from ..engines.ranks import RankFailed
from ..formulas.catalogue import Array
from ..sparse_rows import SparseRows
from .interrupts import EndedAtOnce
from .run import Diverged, NoStepSize
from .state import State
from .training import Training

DIGESTED = {
    "table": "rows of the table",
    "X": "points X",
    "Y": "targets Y",
    "weights": "weights of points",
    "validation": "validation points",
    "parameters": "initial weights",
    "factors": "factors of steps",
    "mask": "masked weights",
    "random": "random numbers, by seed or generator,",
    "resume": "numbers in the state to resume",
}
"""Of what ranks compare digests, and what to call it."""


@contextmanager
def taking_part(ranks: Ranks) -> Iterator[None]:
    """A block in which ranks train. An error of one of them, after the first step, ends all processes, with its traceback.

    Before the first step all raise it; a training that diverges, or is interrupted, ends on all ranks by itself.
    """
    try:
        yield
    except (RankFailed, Diverged, NoStepSize):
        raise
    except EndedAtOnce:
        ranks.end_all(130)
        raise
    except Exception as error:
        if ranks.size > 1 and ranks.launched:
            print_failure(ranks)
            ranks.end_all()
        elif ranks.size > 1:
            ranks.fail(str(error))
        raise
    finally:
        ranks.launched = False


def print_failure(ranks: Ranks) -> None:
    """Write the traceback of the error that is handled, under the name of the rank, to the standard error of the process."""
    text = f"{ranks.name(ranks.rank)} failed, so all ranks end:\n{traceback.format_exc()}"
    stream = sys.__stderr__ or sys.stderr
    stream.write(text)
    stream.flush()


def require_alike(training: Training, place: Any, resume: State | None) -> None:
    """RankFailed, on all ranks, where one of them has other data, settings or versions. `place` is that of the generator."""
    ranks = training.ranks
    if ranks.size == 1:
        return
    require_same(ranks, _launch(training, place, resume))
    ranks.launched = True


def require_same(ranks: Ranks, given: Mapping[str, Any]) -> None:
    """RankFailed, on all ranks, where one of them has another value by some name; the first name that differs is said."""
    every = ranks.each(dict(given))
    for rank, theirs in enumerate(every):
        for name, own in every[0].items():
            if theirs.get(name) != own:
                raise RankFailed(_said(ranks, rank, name, theirs.get(name), own))
        if more := [name for name in theirs if name not in every[0]]:
            raise RankFailed(_said(ranks, rank, more[0], theirs[more[0]], None))


def versions() -> dict[str, str]:
    """What must be the same on all ranks of their machines, for the same bits."""
    return {
        "clearprop": sys.modules["clearprop"].__version__,
        "NumPy": np.__version__,
        "Python": platform.python_version(),
        "instruction level": processor_level(),
    }


def _said(ranks: Ranks, rank: int, name: str, theirs: Any, own: Any) -> str:
    if name in DIGESTED:
        return f"{ranks.name(rank)} has other {DIGESTED[name]} than {ranks.name(0)}; all ranks need the same"
    return f"{ranks.name(rank)} has {name} {theirs}, and {ranks.name(0)} has {own}; all ranks need the same"


def _launch(training: Training, place: Any, resume: State | None) -> dict[str, Any]:
    """What must be the same on all ranks, by name: the first that differs is what is said."""
    task, held = training.task, training.held_out
    about = {name: each for name, each in training.about.items() if name not in {"data", "seed", *DIGESTED}}
    return {
        **versions(),
        **about,
        "steps": training.steps,
        "eta": _etas(training),
        "stop": [str(stop) for stop in training.stops],
        "record": training.recorded,
        "engine": training.engine,
        "keep": training.keep,
        "random": digest_of_numbers(np.frombuffer(str(place).encode(), np.uint8)),
        "X": digest_of_numbers(task.X),
        "Y": digest_of_numbers(task.Y),
        "weights": digest_of_numbers(task.weights),
        "mask": digest_of_numbers(training.masked),
        "validation": "none" if held is None else " ".join(map(digest_of_numbers, (held.X, held.Y, held.weights))),
        "parameters": digest_of_numbers(task.network.parameters),
        "factors": digest_of_numbers(task.factors),
        "the step of resume": None if resume is None else resume.step,
        "resume": None if resume is None else _digest_of_state(resume),
    }


def _etas(training: Training) -> str:
    """The schedule, of which a function of somebody's own shows only in its first values."""
    try:
        first = training.schedule.eta(np.arange(1, 1 + min(training.steps, 4))).tolist()
    except Exception:  # noqa: BLE001 - a schedule of anybody's own: the loop says what is wrong with it
        return type(training.schedule).__name__
    return f"{training.schedule.name} ({', '.join(f'{each:g}' for each in first)}, ...)"


def _digest_of_state(state: State) -> str:
    arrays, _ = state.packed()
    return " ".join(f"{name} {digest_of_numbers(array)}" for name, array in sorted(arrays.items()))


def digest_of_numbers(given: Array | SparseRows | None) -> str:
    """A digest of every number."""
    if given is None:
        return "none"
    digested = hashlib.blake2b(digest_size=8)
    for array in given.parts if isinstance(given, SparseRows) else (given,):
        digested.update(f"{array.shape}{array.dtype}".encode())
        digested.update(np.ascontiguousarray(array).data.cast("B") if array.size else b"")
    return digested.hexdigest()
