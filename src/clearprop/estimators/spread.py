"""What is said where the standard deviations that a regressor has learnt are left behind."""

from __future__ import annotations

from typing import Any

from ..advice.warned import warn
from ..ensemble import networks_of
from .several import function_of


def warn_of_spread(estimator: Any, what_has: str) -> None:
    """Warn where the network has outputs for standard deviations, and `what_has` the predictions alone."""
    outputs = networks_of(function_of(estimator))[0].widths[-1]
    if hasattr(estimator, "classes_") or estimator.n_outputs_ == outputs:
        return
    warn(
        f"{what_has} the predictions alone, without the standard deviations of predict(X, return_std=True), which "
        f"loss={estimator.loss!r} learns as further outputs of `network_`"
    )
