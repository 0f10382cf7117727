"""Who computes the steps: an engine repeats no decision of the reference, and agrees with it."""

from .batches import Batches
from .choice import EngineChoice, choose_engine
from .engine import Engine, NonFinite, Task, require_points
from .levels import processor_level

__all__ = [
    "Batches",
    "Engine",
    "EngineChoice",
    "NonFinite",
    "Task",
    "choose_engine",
    "processor_level",
    "require_points",
]
