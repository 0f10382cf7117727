"""Tables of real data that come with packages of other people, for whoever has these: ISLP and palmerpenguins.

`pip install --no-deps ISLP palmerpenguins` is enough: their files are read, and nothing of them is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class File:
    """A CSV file of a package, what it is about, and columns that say the target in other words or name the rows."""

    package: str
    name: str
    target: str
    classes: bool = False
    without: tuple[str, ...] = ()


FILES = (
    File("ISLP", "Auto", "mpg", without=("name",)),
    File("ISLP", "Boston", "medv"),
    File("ISLP", "Carseats", "Sales"),
    File("ISLP", "College", "Apps"),
    File("ISLP", "Credit", "Balance", without=("ID",)),
    File("ISLP", "Hitters", "Salary"),
    File("ISLP", "OJ", "Purchase", classes=True),
    File("ISLP", "Wage", "wage", without=("logwage", "region")),
    File("palmerpenguins", "penguins", "species", classes=True),
)


def installed() -> list[File]:
    """The files of the packages that are there."""
    return [file for file in FILES if find_spec(file.package) is not None]


def loader(file: File) -> Callable[[], tuple[Any, Any]]:
    """What gives the table, a frame whose texts are categories, and its target. Rows with a gap are left out."""

    def load() -> tuple[Any, Any]:
        import pandas as pd

        spec = find_spec(file.package)
        assert spec is not None
        assert spec.submodule_search_locations is not None
        path = Path(next(iter(spec.submodule_search_locations)), "data", f"{file.name}.csv")
        table = pd.read_csv(path, na_values="?").dropna()
        X = table.drop(columns=[file.target, *file.without])
        texts = [name for name in X.columns if not pd.api.types.is_numeric_dtype(X[name])]
        return X.astype(dict.fromkeys(texts, "category")), table[file.target].to_numpy()

    return load
