"""Rows as the user gave them, before any check or preparation: what a scorer is handed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sklearn.utils import _safe_indexing, indexable

from ..formulas.catalogue import Array


@dataclass(frozen=True)
class Given:
    """Points X and targets y, in whatever holds them."""

    X: Any
    y: Any

    def only(self, numbers: Array) -> Given:
        """The rows `numbers` (k,)."""
        return Given(*(_safe_indexing(each, numbers) for each in indexable(self.X, self.y)))
