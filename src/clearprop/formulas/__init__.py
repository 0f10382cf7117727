"""The mathematics: pure functions of arrays, one record for each part, NumPy only. Importing it fills the catalogue."""

from . import activations, piecewise_activations, smooth_activations  # isort: skip  # in the order in which they are listed
from . import losses, regression_losses, class_losses  # isort: skip
from . import initializers, metrics, optimizers, penalties, schedules, shortcuts
from .catalogue import CATALOGUE, Array, Part, find, hyper, names, register

__all__ = [
    "CATALOGUE",
    "Array",
    "Part",
    "activations",
    "class_losses",
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
    "regression_losses",
    "schedules",
    "shortcuts",
    "smooth_activations",
]
