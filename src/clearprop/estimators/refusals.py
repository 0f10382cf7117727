"""What a refusal of rows says beyond scikit-learn's words: the columns and rows that are meant, and what mends them.

Cells are looked at only once a check has failed; errors keep their class and their first sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np

from ..columns import NotOfKind
from ..columns.cells import DATES, NUMBERS, TEXTS, TIMES, Cells, read
from ..formulas.catalogue import Array
from .columns import as_frame, column_of
from .places import SHOWN, cells_in, gaps_in, more_columns, rows_in_words

Table: TypeAlias = Sequence[tuple[Any, Any]]
"""Of each column its name, or its number, and its cells."""
NO_TYPES = (
    "categorical_features='from_dtype' finds no categories in an array, whose columns have no types of their own: "
    "give a data frame, or the numbers of the columns"
)
OF_TYPES = ("could not convert", "could not be promoted", "dtype", "datetime", "must be a string or a real number")
"""What errors say of columns that hold no numbers: scikit-learn's, NumPy's and pandas'."""


@contextmanager
def explained(
    X: Any, y: Any = None, *, only: Container[Any] | None = None, from_dtype: bool = False, trained: bool = False
) -> Iterator[None]:
    """Within it, an error of scikit-learn's checks of X and y also says which cells are meant, in `only` these columns.

    `from_dtype` says that columns are to be told by their types, `trained` that a model exists, which has learnt others.
    """
    try:
        yield
    except NotOfKind:
        raise
    except (ValueError, TypeError) as error:
        said = _said(str(error), X, y, only, from_dtype=from_dtype, trained=trained)
        if not said:
            raise
        raise type(error)(said) from None


def _said(error: str, X: Any, y: Any, only: Container[Any] | None, *, from_dtype: bool, trained: bool) -> str:
    """The message of an error with what is known beyond it; empty where that is nothing."""
    first = error.partition("\n")[0].rstrip(".")
    if error.startswith(("Input y contains", "Input sample_weight contains")):
        return f"{first}. {rows}" if (rows := rows_at_fault(y, error.split()[1])) else ""
    if error.startswith("Expected unique column names"):
        return f"{first} {_doubled(as_frame(X).columns)}"
    if error.startswith(("Input X contains NaN", "Input contains NaN")):
        found = _rows_of(X, lambda cells: cells.gaps, only)
        return gaps_in(found, trained=trained) if found else ""
    if "contains infinity" in first:
        found = _rows_of(X, _infinite, only)
        what = cells_in(found, "an infinite number") if found else ""
        return f"{first}. {what}: correct these rows, or leave them out" if found else ""
    if any(words in error for words in OF_TYPES):
        others = _not_numbers(_columns(X))
        named = hasattr(as_frame(X), "columns")
        return f"{first}; {_mended(others, named, from_dtype, trained)}" if others else ""
    return ""


def rows_at_fault(y: Any, name: str = "y") -> str:
    """Which rows of y have no value, or an infinite one, as a sentence; empty where none has."""
    try:
        values = np.asarray(y, np.float64)
    except (ValueError, TypeError):
        return ""
    bad = np.flatnonzero(~np.isfinite(values.reshape(len(values), -1)).all(axis=1))
    if not len(bad):
        return ""
    have = "has" if len(bad) == 1 else "have"
    said = rows_in_words(bad).capitalize()
    remedy = "leave out rows without a target" if name == "y" else "leave these rows out, or give them a weight"
    return f"{said} of {name}, counted from 0, {have} no finite value: {remedy}"


def _columns(X: Any) -> Table:
    """The columns of a table; none of what is no table, or sparse, which has only numbers."""
    if hasattr(X, "tocsr"):
        return []
    table = as_frame(X)
    if hasattr(table, "columns"):
        return [(name, column_of(table, j)) for j, name in enumerate(table.columns)]
    try:
        rows = np.array(table, dtype=object) if isinstance(table, list | tuple) else np.asarray(table)
    except ValueError:  # rows of different lengths
        return []
    return list(enumerate(rows.T)) if rows.ndim == 2 else []


def _rows_of(X: Any, bad: Callable[[Cells], Array], only: Container[Any] | None) -> dict[Any, Array]:
    """The rows of bad cells, by the column's name, of those columns that have some."""
    if hasattr(X, "tocsr"):
        stored = X.tocoo()
        wrong = bad(read(stored.data))
        rows, columns = stored.row[wrong], stored.col[wrong]
        return {int(j): np.sort(rows[columns == j]) for j in np.unique(columns)}
    looked_at = [(name, column) for name, column in _columns(X) if only is None or name in only]
    found = [(name, np.flatnonzero(bad(read(column)))) for name, column in looked_at]
    return {name: rows for name, rows in found if len(rows)}


def _infinite(cells: Cells) -> Array:
    return np.isinf(cells.values) if cells.holds == NUMBERS else np.zeros(len(cells), bool)


def _not_numbers(table: Table) -> dict[Any, tuple[str, str]]:
    """Columns that hold texts or dates, by name: what each has, and what it may be taken for."""
    found = {}
    for name, column in table:
        cells = read(column)
        if cells.holds in {DATES, TIMES}:
            found[name] = f"column {name!r} holds {cells.holds}", "date"
        if cells.holds == TEXTS:
            words = [row for row, text in enumerate(cells.values.tolist()) if not _is_number(text)]
            few = 2 * len(words) <= len(cells)
            if words:
                said = f"column {name!r} has {cells.values[words[0]]!r} in row {words[0]}"
                found[name] = said, "number" if few else "category"
    return found


def _mended(others: dict[Any, tuple[str, str]], named: bool, from_dtype: bool, trained: bool) -> str:
    """What columns have that are no numbers, and what makes numbers of it."""
    said, kinds = [each for each, _ in others.values()], {name: kind for name, (_, kind) in others.items()}
    counted = ", counted from 0" if any(" in row " in each for each in said) else ""
    where = ", ".join([*said[:SHOWN], *more_columns(said)]) + counted
    if trained:
        return f"{where}: in training there were numbers"
    if set(kinds.values()) == {"number"}:
        return f"{where}: correct such cells, or leave their rows out"
    if from_dtype:
        return f"{where}; {NO_TYPES}"
    if named:
        return f"{where}: categorical_features='from_dtype' makes inputs of texts and dates; or leave these columns out"
    kinds = {name: "category" if kind == "number" else kind for name, kind in kinds.items()}
    return f"{where}: categorical_features={kinds} makes inputs of them; or leave these columns out"


def _is_number(text: str | None) -> bool:
    try:
        float(text or "nan")
    except ValueError:
        return False
    return True


def _doubled(names: Any) -> str:
    """Which names of columns occur twice, where, and how to leave the later ones out."""
    places: dict[Any, list[str]] = {}
    for j, name in enumerate(names):
        places.setdefault(name, []).append(str(j))
    said = "; ".join(
        f"{name!r} is the name of columns {' and '.join(js)}" for name, js in places.items() if len(js) > 1
    )
    return f"{said}, counted from 0. Rename them, or leave the later ones out: X.loc[:, ~X.columns.duplicated()]"
