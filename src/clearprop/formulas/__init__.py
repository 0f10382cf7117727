"""The mathematics: pure functions of arrays, one record for each part, NumPy only. Importing it fills the catalogue."""

from . import (
    activations,
    adam_optimizers,
    adaptive_optimizers,
    clipping,
    cycles,
    decays,
    initializers,
    losses,
    metrics,
    optimizers,
    penalties,
    schedules,
    shortcuts,
    sign_optimizers,
)
from .catalogue import CATALOGUE, Array, Part, find, hyper, names, register

__all__ = [
    "CATALOGUE",
    "Array",
    "Part",
    "activations",
    "adam_optimizers",
    "adaptive_optimizers",
    "clipping",
    "cycles",
    "decays",
    "find",
    "hyper",
    "initializers",
    "losses",
    "metrics",
    "names",
    "optimizers",
    "penalties",
    "register",
    "schedules",
    "shortcuts",
    "sign_optimizers",
]
