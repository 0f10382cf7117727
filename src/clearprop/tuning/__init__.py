"""Tuning: the choices of a recipe are searched for a table, in a study that is kept in a folder."""

from .search import tune
from .space import Space
from .study import Tried
from .tuned import Tuned

__all__ = ["Space", "Tried", "Tuned", "tune"]
