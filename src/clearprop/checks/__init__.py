"""Gradient checks: whether a gradient is the derivative of the loss that is minimised, without using the chain rule."""

from .gradients import check_gradients
from .pieces import on_kinks
from .report import ArrayCheck, DirectionalCheck, EntryCheck, GradientCheck, Verdict, Where

__all__ = [
    "ArrayCheck",
    "DirectionalCheck",
    "EntryCheck",
    "GradientCheck",
    "Verdict",
    "Where",
    "check_gradients",
    "on_kinks",
]
