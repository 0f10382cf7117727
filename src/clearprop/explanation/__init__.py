"""Explanation: the chain rule of one real step, computed once as a Trace and rendered from there."""

from .notations import NOTATIONS, Notation
from .recorded import Replay, replay
from .step import explain
from .trace import Trace
from .trace_around import Header, Update
from .trace_passes import BackwardLayer, ForwardLayer, Link, Shortcut

__all__ = [
    "NOTATIONS",
    "BackwardLayer",
    "ForwardLayer",
    "Header",
    "Link",
    "Notation",
    "Replay",
    "Shortcut",
    "Trace",
    "Update",
    "explain",
    "replay",
]
