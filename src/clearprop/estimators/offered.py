"""Methods that an estimator has only where its parameters allow them: `hasattr` says so, and a call says why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.utils._available_if import _AvailableIfDescriptor

from ..training.last_batch import Drop
from . import words
from .presets import of_preset

BALANCED = (
    "class_weight='balanced' is not supported by partial_fit, which sees only some of the rows. Compute the weights once, by "
    "sklearn.utils.class_weight.compute_class_weight('balanced', classes=classes, y=y) from all rows or a large sample, and "
    "give them as class_weight, in the order of the classes"
)


class NotOffered(AttributeError, ValueError):
    """The estimator has no such method as it is set: missing for `hasattr`, and a wrong value for whoever calls it."""


class _Offered(_AvailableIfDescriptor):
    def _check(self, obj: Any, owner: type) -> None:
        """The check's own error, not scikit-learn's around it, which keeps the reason for those who look at its cause."""
        self.check(obj)


def offered_if(check: Callable[[Any], object]) -> Callable[[Callable[..., Any]], Any]:
    """A decorator: the method is there where `check(estimator)` raises nothing; it raises NotOffered with the reason."""
    return lambda method: _Offered(method, check, attribute_name=method.__name__)


def steps_can_go_on(estimator: Any) -> None:
    """NotOffered where `partial_fit` has no meaning."""
    if words.takes_whole_set(estimator.solver):
        raise NotOffered("partial_fit is only available for stochastic optimizers. lbfgs is not stochastic.")
    if estimator.early_stopping:
        of = of_preset(estimator, "early_stopping")
        raise NotOffered(f"partial_fit does not support early_stopping=True{of}: set early_stopping=False")
    if vars(estimator).get("calibration") == "temperature":
        raise NotOffered(
            "calibration='temperature' needs points that are held out, and partial_fit has none: give calibration='auto', "
            "which does without here, or None. fit with warm_start=True and validation_data goes on from the same weights, and "
            "fits a temperature at its end"
        )
    if isinstance(vars(estimator).get("class_weight"), str):
        raise NotOffered(BALANCED)
    if estimator.last_batch in ("drop", Drop()):  # what it may be is checked elsewhere
        raise NotOffered(
            "partial_fit with last_batch='drop' would never use the rows of a call that are left over; give 'even', 'merge' or "
            "'keep'"
        )
