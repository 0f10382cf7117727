"""`Dataset`, the base class of named data sets: a name, a task, and a table to load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...formulas.catalogue import Part
from .table import Table


@dataclass(frozen=True)
class Dataset(Part):
    """A named data set, a part of the catalogue: `find(Dataset, "moons(noise=0.2)")`."""

    kind = "dataset"
    task: ClassVar[str]
    """"classification" or "regression"."""

    image: ClassVar[tuple[int, int] | None] = None
    """Where a row is a picture, pixel by pixel: how many rows and columns it has."""

    def load(self) -> Table:
        """The table, with the name of its target."""
        raise NotImplementedError(f"dataset {self.name!r} must define load")
