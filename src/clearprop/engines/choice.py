"""The choice between engines. It says which one takes a task and why; it computes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..formulas.catalogue import require_choice
from ..sparse_rows import SparseRows
from . import compiled
from .compiled import CompiledEngine
from .engine import Engine, Task
from .levels import processor_level
from .numpy_engine import NumpyEngine
from .sparse_engine import SparseEngine

ENGINES = ("auto", "numpy", "compiled")


@dataclass(frozen=True)
class EngineChoice:
    """Which engine computed the steps, and why that one."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} ({self.reason})"


def choose_engine(
    task: Task, given: str = "auto", batch_size: int | None = None, threads: int | None = None
) -> tuple[Engine, EngineChoice]:
    """The engine for a task. `auto` takes the fastest that can; ValueError where a named one cannot.

    `batch_size` is that of the largest step; None where all points may be in one. `threads=None` takes what is fastest.
    """
    require_choice(given, ENGINES, "engine")
    sparse, reason = isinstance(task.X, SparseRows), compiled.why_not(task)
    if given != "numpy" and not reason:
        engine = CompiledEngine(task, len(task.X) if batch_size is None else batch_size, threads)
        several = f", {'up to ' * engine.compares}{engine.threads} threads" if engine.threads > 1 else ""
        what = f"{engine.kernel} kernel, instruction level {processor_level()}{several}"
        return engine, EngineChoice("compiled", what + "; inputs that are 0 are left out" * sparse)
    if sparse:
        return _made_dense(task, given, batch_size, threads)
    if given == "numpy":
        return NumpyEngine(task), EngineChoice("numpy", "as asked")
    if given == "compiled":
        raise ValueError(f"engine 'compiled' cannot take this task: {reason}")
    return NumpyEngine(task), EngineChoice("numpy", reason)


def _made_dense(task: Task, given: str, batch_size: int | None, threads: int | None) -> tuple[Engine, EngineChoice]:
    """The engine that a task with a few dense points has, given such points a few batches at a time."""

    def make(part: Task) -> Engine:
        return choose_engine(part, given, batch_size or len(part.X), threads)[0]

    some, choice = choose_engine(
        replace(task, X=task.X[:2], Y=task.targets(slice(2)), which=None, weights=None), given, 2, 1
    )
    how = f"{choice.reason}; of inputs that are mostly 0, a few batches are made dense at a time"
    return SparseEngine(task, make, type(some)), EngineChoice(choice.name, how)
