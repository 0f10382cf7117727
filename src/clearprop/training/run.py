"""`Run`, the result of a training, and the errors that carry one."""

from __future__ import annotations

from dataclasses import dataclass

from ..engines import EngineChoice
from ..ensemble import Ensemble, Function
from ..formulas.catalogue import Array
from ..formulas.schedules import Schedule
from ..network import Network
from .history import History
from .recording import Recording
from .state import State


@dataclass(frozen=True)
class Run:
    """The result of a training: the trained network, its history, and why it stopped."""

    network: Network
    """The best one by validation loss where there is a validation set, else the last."""
    history: History
    stopped_because: str
    engine: EngineChoice
    """Which engine computed the steps, and why that one."""
    classes: Array | None = None
    """The classes that the outputs stand for, where targets were labels."""
    recording: Recording | None = None
    """The recorded steps, if `record` was given."""
    restarts: Array | None = None
    """The loss by which each restart was compared, (K,), infinite where it diverged; None where there was only one.

    The lowest on the validation set; without one, the training loss over the last epoch and the steps after it.
    """
    members: tuple[Run, ...] = ()
    """The run of each network, where all are kept; `network` and `history` are then those of the best one."""
    is_ensemble: bool = False
    """Whether `function` is the mean of `members`, as `ensemble=K` asks for."""
    schedule: Schedule | None = None
    """The step size as a function of t; a schedule for "the whole training" has its length here."""
    state: State | None = None
    """The state at the end; `train(..., resume=run.state)` continues from it."""

    @property
    def function(self) -> Function:
        """What was trained: the network, or the `Ensemble` of all, if that was asked for."""
        return self.ensemble if self.is_ensemble else self.network

    @property
    def ensemble(self) -> Ensemble:
        """All networks that were kept, one or several; `predict` is their mean, `predict_each` the outputs of each."""
        return Ensemble(run.network for run in self.members or (self,))


class Diverged(ArithmeticError):
    """A value in training was not finite.

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


def state_given(resume: State | Run) -> State:
    """What `resume` stands for: a state, or that of a run. TypeError for anything else."""
    state = resume.state if isinstance(resume, Run) else resume
    if not isinstance(state, State):
        raise TypeError(
            f"resume must be a State, such as run.state, or a run; given an object of type {type(resume).__name__}"
        )
    return state
