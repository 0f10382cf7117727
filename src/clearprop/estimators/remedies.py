"""What a warning says beyond scikit-learn's words: which layer, and what was measured to help. It changes no estimator."""

from __future__ import annotations

from typing import Any

from ..engines import NonFinite
from .rows import Rows


def not_converged(estimator: Any, epochs: int) -> str:
    """The warning that `max_iter` epochs were not enough."""
    return (
        f"Stochastic Optimizer: Maximum iterations ({epochs}) reached and the optimization hasn't converged yet."
    )


def diverged(estimator: Any, rows: Rows, error: NonFinite) -> str:
    """Where training left the finite numbers."""
    return f"Training diverged in epoch {estimator.n_iter_ + 1}, step {error.step + 1}: {error}."
