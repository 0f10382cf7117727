"""Named data sets, and `load_table`, which loads one or reads a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ...columns.kinds import NUMBER
from ...engines import ranks_of
from ...formulas.catalogue import CATALOGUE, find, names, parse, register
from . import curves, planar  # noqa: F401 - the import registers their data sets
from .missing_file import no_file
from .named import Dataset
from .opening import open_rows
from .reading import Reading
from .storing import table_of
from .table import Table


def load_table(
    source: str | PathLike[str], *, text: Sequence[str] = (), strict: bool = True, communicator: Any = None, **how: Any
) -> Table:
    """The table of a `source`: the name of a data set, `"moons(noise=0.2)"`, or the path of a file, `-` for the standard input.

    A `source` with a suffix or a folder is a path, and so is the name of a file that exists; any other is a data set. `text`
    names columns of a file that are text although they look like numbers; with `strict` they must exist. `how` are the other
    fields of `Reading`: separator, encoding, header, ... The ranks of a `communicator` of mpi4py, which all call this, read a
    large Parquet file together. Errors are those of `read_table`, and ValueError for an unknown name.

    >>> load_table("xor(points=100)")
    Table of 100 rows: x1, x2, class (text)
    """
    if not _is_path(source):
        if (text and strict) or how:
            given = f"columns of a file can be {'declared as text' if text else 'read in another way'}"
            raise ValueError(f"only {given}; {source} is a named data set")
        return find(Dataset, _with_underscores(str(source))).load()
    if str(source) != "-" and not Path(source).exists():
        raise no_file(source, f"; data sets with a name are {', '.join(names(Dataset))}")
    reading = Reading(text=tuple(text), **how)
    table = table_of(open_rows(source, reading, strict=strict), reading.on_disk, ranks_of(communicator))
    return replace(table, reading={name: value for name, value in how.items() if name != "on_disk"})


def _is_path(source: str | PathLike[str]) -> bool:
    if not isinstance(source, str) or source == "-" or Path(source).is_file():
        return True
    try:
        name, _ = parse(Dataset, _with_underscores(source))
    except ValueError:
        return True  # not the form of a data set's name
    return name not in CATALOGUE[Dataset.kind] and Path(source).is_dir()  # which is refused as a folder


def _with_underscores(name: str) -> str:
    """A name with underscores for hyphens: in the shell people write `breast-cancer`."""
    word, bracket, rest = name.partition("(")
    return word.replace("-", "_") + bracket + rest


class FromSklearn(Dataset):
    """A public data set that is part of scikit-learn."""

    task = "classification"
    loader: ClassVar[str]
    target: ClassVar[str]

    def load(self) -> Table:
        try:
            sklearn = import_module("sklearn.datasets")
        except ImportError:
            raise ImportError(
                f"the data set {self.name!r} is part of scikit-learn: pip install 'clearprop[sklearn]'"
            ) from None
        return self._table(getattr(sklearn, self.loader)())

    def _table(self, bunch: Any) -> Table:
        columns = dict(zip(map(str, bunch.feature_names), bunch.data.T, strict=True))
        return Table.of(
            columns | {self.target: self._targets(bunch)},
            source=self.name,
            target=self.target,
            task=self.task,
            kinds=dict.fromkeys(columns, NUMBER),  # also where one is constant, as some pixels are
        )

    def _targets(self, bunch: Any) -> Any:
        return bunch.target_names[bunch.target]


@register
class Digits(FromSklearn):
    """1,797 images of handwritten digits, 8 x 8 pixels of 0 to 16."""

    name, loader, target = "digits", "load_digits", "digit"
    other_names = ("load_digits",)
    source = "Alpaydin and Kaynak 1998, UCI"
    image = (8, 8)


@register
class FewDigits(Digits):
    """The first 400 images of the digits, 8 x 8 pixels of 0 to 16."""

    name, other_names = "few_digits", ("small_digits",)

    def load(self) -> Table:
        table = super().load()
        return table.rows(np.arange(400))


@register
class Iris(FromSklearn):
    """150 flowers of three species, by the length and width of sepals and petals."""

    name, loader, target = "iris", "load_iris", "species"
    other_names = ("load_iris",)
    source = "Fisher 1936"


@register
class Wine(FromSklearn):
    """178 wines of three growers, by their chemical analysis."""

    name, loader, target = "wine", "load_wine", "grower"
    other_names = ("load_wine",)
    source = "Forina 1988, UCI"


@register
class BreastCancer(FromSklearn):
    """569 tumours, malignant or benign, by the shape of their cells' nuclei."""

    name, loader, target = "breast_cancer", "load_breast_cancer", "diagnosis"
    other_names = ("load_breast_cancer", "cancer", "wdbc")
    source = "Wolberg, Street and Mangasarian 1995, UCI"


@register
class Diabetes(FromSklearn):
    """442 patients, and the progression of the disease after one year."""

    name, loader, target = "diabetes", "load_diabetes", "progression"
    other_names = ("load_diabetes",)
    source = "Efron et al. 2004"
    task = "regression"

    def _targets(self, bunch: Any) -> Any:
        return bunch.target
