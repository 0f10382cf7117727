"""The mathematics: pure functions of arrays, one record for each part, NumPy only. Importing it fills the catalogue."""

from . import activations, piecewise_activations, smooth_activations  # isort: skip  # in the order in which they are listed
from . import initializers, losses, metrics, optimizers, penalties, schedules, shortcuts
from .catalogue import CATALOGUE, Array, Part, find, hyper, names, register

__all__ = [
    "CATALOGUE",
    "Array",
    "Part",
    "activations",
    "find",
    "hyper",
    "initializers",
    "losses",
    "metrics",
    "names",
    "optimizers",
    "penalties",
    "piecewise_activations",
    "register",
    "schedules",
    "shortcuts",
    "smooth_activations",
]
