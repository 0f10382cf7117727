"""Training: sampling, the loop of steps, stop conditions, validation, history, restarts and continuation."""

from .calibration import Calibration, calibrate
from .history import History, Report
from .recording import RecordedStep, Recording
from .run import Diverged, NoStepSize, Run
from .sgd_neural_net import sgd_neural_net
from .small_steps import Trainer
from .state import State
from .trainer import train

__all__ = [
    "Calibration",
    "Diverged",
    "History",
    "NoStepSize",
    "RecordedStep",
    "Recording",
    "Report",
    "Run",
    "State",
    "Trainer",
    "calibrate",
    "sgd_neural_net",
    "train",
]
