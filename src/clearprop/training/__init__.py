"""Training: what is drawn, when a step is taken, when it is enough, and what is kept."""

from .history import History, Report
from .loop import Diverged, NoStepSize, Run
from .recording import RecordedStep, Recording
from .sgd_neural_net import sgd_neural_net
from .trainer import train

__all__ = [
    "Diverged",
    "History",
    "NoStepSize",
    "RecordedStep",
    "Recording",
    "Report",
    "Run",
    "sgd_neural_net",
    "train",
]
