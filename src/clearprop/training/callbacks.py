"""Callbacks: functions that get every report and may stop the training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from .history import Report

Callback: TypeAlias = Callable[[Report], object]
"""Called with every report; training stops if it returns True."""


def as_callbacks(given: Callback | Sequence[Callback] | None) -> tuple[Callback, ...]:
    """One callback or several, as a tuple; TypeError for what cannot be called."""
    listed = () if given is None else tuple(given) if isinstance(given, Sequence) else (given,)
    for each in listed:
        if not callable(each) or isinstance(each, type):
            raise TypeError(f"a callback is a function of a Report; given {each!r}")
    return listed


def asked_to_stop(callbacks: tuple[Callback, ...], report: Report) -> bool:
    """Call every callback; whether one of them returned True, Python's or NumPy's. Any other answer does not stop training."""
    answers = [callback(report) for callback in callbacks]
    return any(isinstance(answer, bool | np.bool_) and bool(answer) for answer in answers)
