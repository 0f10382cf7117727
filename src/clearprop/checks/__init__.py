"""Checks: whether a gradient is the derivative of the number that is minimised, told without the chain rule."""

from .gradients import check_gradients
from .report import ArrayCheck, DirectionalCheck, EntryCheck, GradientCheck, Verdict, Where

__all__ = ["ArrayCheck", "DirectionalCheck", "EntryCheck", "GradientCheck", "Verdict", "Where", "check_gradients"]
