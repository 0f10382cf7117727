"""Explanation: the chain rule of one real step, computed once as a Trace and rendered from there."""

from .facade import Trace
from .notation.notations import NOTATIONS, Notation
from .recorded import Replay, replay
from .step import explain
from .trace.around import Header, Update
from .trace.passes import BackwardLayer, ForwardLayer, Link, Shortcut
from .trace.row import Prepared, RawRow

__all__ = [
    "NOTATIONS",
    "BackwardLayer",
    "ForwardLayer",
    "Header",
    "Link",
    "Notation",
    "Prepared",
    "RawRow",
    "Replay",
    "Shortcut",
    "Trace",
    "Update",
    "explain",
    "replay",
]
