"""Dataset: what a named data set is. A name, a task, and a table to load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..formulas.catalogue import Part
from .tables import Table


@dataclass(frozen=True)
class Dataset(Part):
    """A data set that has a name, found as every other part is: `find(Dataset, "moons(noise=0.2)")`."""

    kind = "dataset"
    task: ClassVar[str]
    """"classification" or "regression"."""

    def load(self) -> Table:
        """The table, its target named."""
        raise NotImplementedError(f"dataset {self.name!r} must define load")
