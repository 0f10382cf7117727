"""Who computes the steps: an engine repeats no decision of the reference, and agrees with it."""

from .batches import Batches
from .choice import EngineChoice, choose_engine
from .engine import Engine, NonFinite, Task, require_points
from .last_layer import LastLayer
from .levels import processor_level
from .ranks import ALONE, Ranks, ranks_of
from .sharing import Sharing, require_shardable

__all__ = [
    "ALONE",
    "Batches",
    "Engine",
    "EngineChoice",
    "LastLayer",
    "NonFinite",
    "Ranks",
    "Sharing",
    "Task",
    "choose_engine",
    "processor_level",
    "ranks_of",
    "require_points",
    "require_shardable",
]
