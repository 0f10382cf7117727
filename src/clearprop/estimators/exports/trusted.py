"""Which classes of clearprop a saved estimator holds, for a reader that loads only what it is told to trust: skops."""

from __future__ import annotations

from ...columns import Column
from ...columns.date_parts import DateParts
from ...columns.number_forms import NumberForm
from ...columns.spellings import Spellings
from ...columns.texts import DateForm
from ...formulas.catalogue import CATALOGUE
from ...network import Network
from ...training.best import Best
from ..classifier import MLPClassifier
from ..columns import Columns, DateInputs
from ..improvement import LatestBest
from ..preparation import Scaler
from ..regressor import MLPRegressor
from ..solver import Solver, Terms
from ..targets import Labels

CLASSES = (
    *(
        MLPClassifier,
        MLPRegressor,
        Labels,
        Scaler,
        Columns,
        DateInputs,
        Column,
        DateParts,
        DateForm,
        NumberForm,
        Spellings,
    ),
    *(Solver, Terms, Network, Best, LatestBest),
)
"""What a fitted estimator holds beside arrays, parts of the catalogue and objects of scikit-learn and NumPy."""


def trusted_types() -> list[str]:
    """The names to pass to `skops.io.load(file, trusted=...)`: every class of clearprop that a saved estimator may hold.

    They are the estimators, a few records of what was fitted, and every part of the catalogue; loading one sets its attributes
    and runs nothing that the file chooses. `numpy.dtype` is among them, which scikit-learn's encoder of categories holds. Parts
    of your own are not: add their names.

    >>> trusted_types()[:2]
    ['clearprop.estimators.classifier.MLPClassifier', 'clearprop.estimators.regressor.MLPRegressor']
    """
    parts = [part for parts in CATALOGUE.values() for part in parts.values()]
    return [f"{each.__module__}.{each.__qualname__}" for each in (*CLASSES, *parts)] + ["numpy.dtype"]
