"""Runs: trainings that are kept in folders, so that none of their work is lost; begun, continued and compared."""

from .checkpoints import Checkpoints
from .comparison import Kept, plot_runs, read_run, runs_in
from .fitted import fit_in, resume
from .folder import RunFolder
from .kept import Keeping, begin, go_on
from .lock import Locked

__all__ = [
    "Checkpoints",
    "Keeping",
    "Kept",
    "Locked",
    "RunFolder",
    "begin",
    "fit_in",
    "go_on",
    "plot_runs",
    "read_run",
    "resume",
    "runs_in",
]
