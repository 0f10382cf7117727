"""Training: sampling, the loop of steps, stop conditions, validation, history, restarts and continuation."""

from .calibration import Calibration, calibrate
from .callbacks import Callback
from .history import History, Report
from .last_batch import LastBatch
from .population import Population
from .recording import RecordedStep, Recording
from .run import Diverged, NoStepSize, Run
from .sampling import Sampling
from .sgd_neural_net import sgd_neural_net
from .small_steps import Trainer
from .state import State
from .stopping import Stop, Watch
from .trainer import train

__all__ = [
    "Calibration",
    "Callback",
    "Diverged",
    "History",
    "LastBatch",
    "NoStepSize",
    "Population",
    "RecordedStep",
    "Recording",
    "Report",
    "Run",
    "Sampling",
    "State",
    "Stop",
    "Trainer",
    "Watch",
    "calibrate",
    "sgd_neural_net",
    "train",
]
