"""Who computes the steps: an engine repeats no decision of the reference, and agrees with it."""

from .choice import EngineChoice, choose_engine
from .compiled import processor_level
from .engine import Engine, NonFinite, Task, require_points

__all__ = ["Engine", "EngineChoice", "NonFinite", "Task", "choose_engine", "processor_level", "require_points"]
