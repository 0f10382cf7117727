"""scikit-learn's multi-layer perceptrons, drop-in: change one import line, keep everything, faster, and ask for more.

>>> from clearprop.estimators import MLPClassifier
>>> from sklearn.datasets import load_iris
>>> X, y = load_iris(return_X_y=True)
>>> MLPClassifier(max_iter=500, random_state=0).fit(X, y).score(X, y) > 0.95
True
"""

from ..columns import ColumnWarning
from .classifier import MLPClassifier
from .exports.converters import register_converters
from .exports.trusted import trusted_types
from .regressor import MLPRegressor
from .unused import UnusedParameterWarning

__all__ = [
    "ColumnWarning",
    "MLPClassifier",
    "MLPRegressor",
    "UnusedParameterWarning",
    "register_converters",
    "trusted_types",
]
