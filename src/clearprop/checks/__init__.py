"""Gradient checks: whether a gradient is the derivative of the loss that is minimised, without using the chain rule."""

from .backward import check_backward
from .backward_report import BackwardCheck, InputCheck
from .gradients import check_gradients, check_pass
from .parts import PartCheck, Tried, check_part
from .pieces import on_kinks
from .report import INPUTS, ArrayCheck, DirectionalCheck, EntryCheck, GradientCheck, Verdict, Where

__all__ = [
    "INPUTS",
    "ArrayCheck",
    "BackwardCheck",
    "DirectionalCheck",
    "EntryCheck",
    "GradientCheck",
    "InputCheck",
    "PartCheck",
    "Tried",
    "Verdict",
    "Where",
    "check_backward",
    "check_gradients",
    "check_part",
    "check_pass",
    "on_kinks",
]
