"""What the constructors' parameters may be: scikit-learn's constraints, widened by the catalogue's parts."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.metrics import get_scorer_names
from sklearn.utils._param_validation import Interval, Options, StrOptions

from ..engines.choice import ENGINES
from ..formulas.activations import Activation
from ..formulas.catalogue import Part, find, names, nearest
from ..formulas.initializers import Initializer
from ..formulas.losses import Loss
from ..formulas.metrics import Metric
from ..formulas.normalizations import Normalization
from ..formulas.optimizers import Optimizer
from ..formulas.regularizers import Regularizer
from ..formulas.scalings import Scaling
from ..formulas.schedules import Schedule
from ..training.calibration import METHODS
from ..training.last_batch import LastBatch
from . import presets, words
from .preparation import FILLED

DTYPES = ("float64", "float32")


class PartOf(Options):
    """A part of the catalogue by its text, or a record of one's own; a sequence of them where there may be `several`."""

    def __init__(self, kind: type[Part], *, several: bool = False) -> None:
        super().__init__(type=object, options=set())
        self.kind, self.several = kind, several

    def is_satisfied_by(self, val: Any) -> bool:
        if self.several and isinstance(val, tuple | list):
            return all(self.is_satisfied_by(each) or each in words.ACTIVATIONS for each in val)
        return not self.why_not(val)

    def why_not(self, val: Any, words: Sequence[str] = ()) -> str:
        """What is wrong with one that is none; `words` are others that are allowed beside the catalogue's names."""
        try:
            find(self.kind, val)
        except (ValueError, TypeError) as error:
            name = val.partition("(")[0].strip() if isinstance(val, str) else ""
            known = [*words, *names(self.kind)]
            unknown = name.replace("-", "_").isidentifier() and name not in known
            return f"unknown {self.kind.kind} {name!r}{nearest(name, known, self.kind)}" if unknown else str(error)
        return ""

    def __str__(self) -> str:
        one = f"a part of the catalogue of kind {self.kind.kind!r}"
        return f"{one}, a sequence of them" if self.several else one


class ScorerName(Options):
    """The name of what early stopping looks at: "loss", a metric of the catalogue or a scorer of scikit-learn."""

    def __init__(self) -> None:
        super().__init__(type=str, options={"loss", *names(Metric), *get_scorer_names()})

    def is_satisfied_by(self, val: Any) -> bool:
        return isinstance(val, str) and (val in self.options or PartOf(Metric).is_satisfied_by(val))

    def __str__(self) -> str:
        return "'loss', a metric of the catalogue, the name of a scorer of scikit-learn"


def reason(estimator: Any, name: str) -> str:
    """The end of a refusal of the parameter `name`, where more can be said than what is allowed: the nearest name, a bound."""
    constraints, given = estimator._parameter_constraints[name], getattr(estimator, name)
    parts = next((each for each in constraints if isinstance(each, PartOf)), None)
    words = [word for each in constraints if isinstance(each, StrOptions | ScorerName) for word in sorted(each.options)]
    if parts is not None and parts.several and isinstance(given, tuple | list):
        given = next((each for each in given if each not in words and parts.why_not(each)), None)
    if name == "dtype" and isinstance(given, type | np.dtype) and np.dtype(given).name in words:
        return f"; write {np.dtype(given).name!r}"
    if isinstance(given, str) and parts is None:
        near = nearest(given, words)
        return near if "did you mean" in near else ""
    if isinstance(given, str | type) and parts is not None:
        return f": {parts.why_not(given, words)}"
    return ""


COMMON: dict[str, list[Any]] = {
    "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
    "activation": [StrOptions(set(words.ACTIVATIONS)), PartOf(Activation, several=True)],
    "solver": [StrOptions(set(words.SOLVERS)), PartOf(Optimizer)],
    "alpha": [Interval(Real, 0, None, closed="left")],
    "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    "learning_rate": [StrOptions(set(words.LEARNING_RATES)), PartOf(Schedule)],
    "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
    "power_t": [Interval(Real, 0, None, closed="left")],
    "max_iter": [Interval(Integral, 1, None, closed="left")],
    "shuffle": ["boolean"],
    "random_state": ["random_state"],
    "tol": [Interval(Real, 0, None, closed="left")],
    "verbose": ["verbose"],
    "warm_start": ["boolean"],
    "momentum": [Interval(Real, 0, 1, closed="both")],
    "nesterovs_momentum": ["boolean"],
    "early_stopping": ["boolean"],
    "validation_fraction": [Interval(Real, 0, 1, closed="left")],
    "beta_1": [Interval(Real, 0, 1, closed="left")],
    "beta_2": [Interval(Real, 0, 1, closed="left")],
    "epsilon": [Interval(Real, 0, None, closed="neither")],
    "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), Options(Real, {np.inf})],
    "max_fun": [Interval(Integral, 1, None, closed="left")],
    # ---- clearprop's own
    "output_activation": [None, StrOptions(set(words.ACTIVATIONS)), PartOf(Activation)],
    "initializer": [None, PartOf(Initializer)],
    "l1_ratio": [Interval(Real, 0, 1, closed="both")],
    "dropout": [Interval(Real, 0, 1, closed="left"), "array-like", PartOf(Regularizer)],
    "normalization": [None, StrOptions({"batch", "layer"}), PartOf(Normalization)],
    "input_noise": [None, Interval(Real, 0, None, closed="left"), PartOf(Regularizer)],
    "max_norm": [None, Interval(Real, 0, None, closed="left"), PartOf(Regularizer)],
    "scoring": [None, ScorerName(), callable],
    "callbacks": [None, callable, list, tuple],
    "ensemble": [Interval(Integral, 1, None, closed="left")],
    "restarts": [Interval(Integral, 1, None, closed="left")],
    "missing": [None, StrOptions(set(FILLED))],
    "categorical_features": [None, StrOptions({"from_dtype"}), "array-like", dict],
    "output_initializer": [None, PartOf(Initializer)],
    "scaling": [None, PartOf(Scaling)],
    "best_epoch": [StrOptions({"first", "last"})],
    "last_batch": [PartOf(LastBatch)],
    "dtype": [None, StrOptions(set(DTYPES))],
    "preset": [None, StrOptions(set(presets.NAMES))],
    "threads": [None, Interval(Integral, 1, None, closed="left")],
    "engine": [StrOptions(set(ENGINES))],
    "shards": [None, Interval(Integral, 1, None, closed="left")],
}
CLASSIFIER: dict[str, list[Any]] = {
    **COMMON,
    "loss": [StrOptions({"log_loss", "cross_entropy"}), PartOf(Loss)],
    "class_weight": [StrOptions({"balanced"}), dict, list, tuple, np.ndarray, None],
    "label_smoothing": [Interval(Real, 0, 1, closed="left")],
    "calibration": [None, StrOptions({"auto", *METHODS})],
}
REGRESSOR: dict[str, list[Any]] = {
    **COMMON,
    "loss": [StrOptions(set(words.LOSSES)), PartOf(Loss)],
    "standardize_target": ["boolean"],
}


def keep(estimator: Any, given: dict[str, Any]) -> None:
    """Set every argument of a constructor, its `locals()`, as the attribute of its name."""
    vars(estimator).update({name: value for name, value in given.items() if name not in {"self", "__class__"}})
