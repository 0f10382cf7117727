"""What must be true of a row, as operators: there is no prediction for other rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...operators import Symbol
from ..preprocessing import abbreviate


@dataclass(frozen=True)
class Required:
    """What must be true of a row: there is no prediction for other rows."""

    says: str
    """What must be, as an error tells it."""
    met: Symbol
    """(n, 1), true or false."""


def finite(X: Symbol, names: Sequence[str], width: int, *, gaps: bool = False) -> Required:
    """That all of a row's numbers X (n, width) are finite; with `gaps` some may be NaN. `names` is empty for X itself."""
    each: Any = np.logical_or(np.isfinite(X), np.isnan(X)) if gaps else np.isfinite(X)
    met = each if width == 1 else each.astype(X.dtype).sum(axis=1, keepdims=True) == width
    return Required(f"{abbreviate(names, 6) if names else 'every number'} must be finite{' or NaN' * gaps}", met)
