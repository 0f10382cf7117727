"""The choice between engines. It says which one takes a task and why; it computes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from ..formulas.catalogue import nearest
from . import compiled
from .compiled import CompiledEngine
from .engine import Engine, Task
from .numpy_engine import NumpyEngine

ENGINES = ("auto", "numpy", "compiled")


@dataclass(frozen=True)
class EngineChoice:
    """Which engine computed the steps, and why that one."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} ({self.reason})"


def choose_engine(task: Task, given: str = "auto", batch_size: int | None = None) -> tuple[Engine, EngineChoice]:
    """The engine for a task. `auto` takes the fastest that can; ValueError where a named one cannot.

    `batch_size` is that of every step; None where it is not known or varies.
    """
    if given not in ENGINES:
        raise ValueError(f"unknown engine {given!r}{nearest(str(given), list(ENGINES))}")
    if given == "numpy":
        return NumpyEngine(task), EngineChoice("numpy", "as asked")
    reason = compiled.why_not(task, batch_size)
    if not reason:
        engine = CompiledEngine(task)
        return engine, EngineChoice(
            "compiled", f"{engine.kernel} kernel, instruction level {compiled.processor_level()}"
        )
    if given == "compiled":
        raise ValueError(f"engine 'compiled' cannot take this task: {reason}")
    return NumpyEngine(task), EngineChoice("numpy", reason)
