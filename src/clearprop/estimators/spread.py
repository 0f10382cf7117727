"""What is said where the standard deviations that a regressor has learnt are left behind."""

from __future__ import annotations

from typing import Any

from ..advice.warned import warn


def warn_of_spread(estimator: Any, what_has: str) -> None:
    """Warn where the network has outputs for standard deviations, and `what_has` the predictions alone."""
    if hasattr(estimator, "classes_") or estimator.n_outputs_ == estimator.network_.widths[-1]:
        return
    warn(
        f"{what_has} the predictions alone, without the standard deviations of predict(X, return_std=True), which "
        f"loss={estimator.loss!r} learns as further outputs of `network_`"
    )
