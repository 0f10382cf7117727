"""What training gives: the network, how it came about, and the errors that carry it."""

from __future__ import annotations

from dataclasses import dataclass

from ..engines import EngineChoice
from ..formulas.catalogue import Array
from ..formulas.schedules import Schedule
from ..network import Network
from .history import History
from .recording import Recording
from .state import State


@dataclass(frozen=True)
class Run:
    """What training gives: the trained network, and how it came about."""

    network: Network
    """The best one by validation loss where there is a validation set, else the last."""
    history: History
    stopped_because: str
    engine: EngineChoice
    """Which engine computed the steps, and why that one."""
    classes: Array | None = None
    """What the outputs stand for, where targets were labels."""
    recording: Recording | None = None
    """The steps that were kept, where that was asked for."""
    restarts: Array | None = None
    """The loss that each restart was judged by, (K,), infinite where it diverged; None where there was only one."""
    schedule: Schedule | None = None
    """The step size as a function of t, which also says how long "the whole training" was."""
    state: State | None = None
    """Where it ended, for `train(..., resume=run.state)` to go on from."""


class Diverged(ArithmeticError):
    """Training met a value that is not finite.

    `run` holds the history so far and the last finite network (with a validation set, the best one so far).
    """

    def __init__(self, message: str, run: Run) -> None:
        super().__init__(message)
        self.run = run


class NoStepSize(ValueError):
    """The schedule failed in the middle of training.

    `run` holds the history so far and the network after the last step that had a step size (with a validation set, the
    best one).
    """

    def __init__(self, message: str, run: Run) -> None:
        super().__init__(message)
        self.run = run
