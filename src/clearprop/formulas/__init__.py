"""The mathematics: pure functions of arrays, one record for each part, NumPy only. Importing it fills the catalogue."""

# The order of the catalogue: the notes' parts first.
from . import activations, piecewise_activations, smooth_activations, learnt_activations  # isort: skip
from . import losses, regression_losses, class_losses, likelihoods  # isort: skip
from . import initializers, metrics, class_metrics, normalizations, penalties  # isort: skip
from . import rankings, regularizers, scalings, shortcuts  # isort: skip
from . import schedules, decays, cycles, plateaus  # isort: skip
from . import optimizers, adaptive_optimizers, adam_optimizers, sign_optimizers, lbfgs  # isort: skip
from . import clipping, parametrizations, averaging, compression  # isort: skip
from .catalogue import CATALOGUE, Array, Part, find, hyper, names, register

__all__ = [
    "CATALOGUE",
    "Array",
    "Part",
    "activations",
    "adam_optimizers",
    "adaptive_optimizers",
    "averaging",
    "class_losses",
    "class_metrics",
    "clipping",
    "compression",
    "cycles",
    "decays",
    "find",
    "hyper",
    "initializers",
    "lbfgs",
    "learnt_activations",
    "likelihoods",
    "losses",
    "metrics",
    "names",
    "normalizations",
    "optimizers",
    "parametrizations",
    "penalties",
    "piecewise_activations",
    "plateaus",
    "rankings",
    "register",
    "regression_losses",
    "regularizers",
    "scalings",
    "schedules",
    "shortcuts",
    "sign_optimizers",
    "smooth_activations",
]
