"""The faults, room by room. To add one: a `Fault` with a line as it is, the line gone wrong, and what is wrong with it."""

from __future__ import annotations

from ..fault import Fault
from .advice import ADVICE
from .around import AROUND
from .columns import COLUMNS
from .diagnosis import DIAGNOSIS
from .engines import ENGINES
from .ensembles import ENSEMBLES
from .estimators import ESTIMATORS
from .estimators_given import ESTIMATORS_GIVEN
from .exercises import EXERCISES
from .exports import EXPORTS
from .findings import FINDINGS
from .grading import GRADING
from .kernels import KERNELS
from .live import LIVE
from .mathematics import MATHEMATICS
from .notebooks import NOTEBOOKS
from .ranks import RANKS
from .renderings import RENDERINGS
from .runs import RUNS
from .scores import SCORES
from .tables import TABLES
from .training import TRAINING
from .tuning import TUNING
from .whole import WHOLE

FAULTS: list[Fault] = [
    *MATHEMATICS,
    *ENGINES,
    *KERNELS,
    *TRAINING,
    *RUNS,
    *TUNING,
    *ESTIMATORS,
    *ESTIMATORS_GIVEN,
    *ENSEMBLES,
    *ADVICE,
    *COLUMNS,
    *TABLES,
    *WHOLE,
    *EXPORTS,
    *AROUND,
    *FINDINGS,
    *NOTEBOOKS,
    *RANKS,
    *RENDERINGS,
    *SCORES,
    *DIAGNOSIS,
    *EXERCISES,
    *GRADING,
    *LIVE,
]

__all__ = ["FAULTS"]
