"""The columns of a table as operators: what each kind of column in `preprocessing` becomes, for exports.

A new kind of column needs one function here: from the columns of that kind, and a symbol (n, 1) for each, to the inputs that
they become and what must be true of a row. A kind without one cannot be exported, and is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from ...columns.cells import NUMBERS, TEXTS
from ...operators import CannotExpress, Symbol
from ..preprocessing import ChoiceColumn, Column, NumberColumn, abbreviate, standardised


@dataclass(frozen=True)
class Given:
    """One thing that a raw row holds."""

    name: str
    holds: str = NUMBERS
    """`NUMBERS` or `TEXTS`."""
    width: int = 1
    """How many numbers it is; a column is one."""
    known: tuple[str, ...] = ()
    """The texts that have a meaning."""
    distance: float = 0.0
    """How far numbers are from 0, in their own standard deviations: what is lost in a type with few digits."""


@dataclass(frozen=True)
class Required:
    """What must be true of a row: there is no prediction for other rows."""

    says: str
    """What must be, as an error tells it."""
    met: Symbol
    """(n, 1), true or false."""


@dataclass(frozen=True)
class Prepared:
    """The network's inputs A (n, m)."""

    A: Symbol
    required: tuple[Required, ...] = ()


def given_of(column: Column) -> Given:
    """What a row holds of a column."""
    if isinstance(column, NumberColumn):
        return Given(column.name, distance=abs(column.mean) / column.scale)
    if not column.is_text:
        return Given(column.name)
    known = tuple(map(str, column.categories)) if isinstance(column, ChoiceColumn) else ()
    return Given(column.name, TEXTS, known=known)


def prepared(columns: Sequence[Column], given: Mapping[str, Symbol]) -> Prepared:
    """The inputs that columns become, side by side. CannotExpress names a column that there are no operators for."""
    parts: list[Prepared] = []
    for kind, group in groupby(columns, type):
        alike = list(group)
        if kind not in EXPRESSIONS:
            raise CannotExpress(f"column {alike[0].name!r} is a {kind.__name__}, which cannot be exported yet")
        parts.append(EXPRESSIONS[kind](alike, [given[column.name] for column in alike]))
    return Prepared(beside([part.A for part in parts]), tuple(each for part in parts for each in part.required))


def beside(values: Sequence[Symbol]) -> Symbol:
    """Values (n, k) side by side."""
    return values[0] if len(values) == 1 else values[0].by("Concat", *values, axis=1)


def finite(X: Symbol, names: Sequence[str], width: int, *, gaps: bool = False) -> Required:
    """That all of a row's numbers X (n, width) are finite; with `gaps` some may be NaN. `names` is empty for X itself."""
    each: Any = np.logical_or(np.isfinite(X), np.isnan(X)) if gaps else np.isfinite(X)
    met = each if width == 1 else each.astype(X.dtype).sum(axis=1, keepdims=True) == width
    return Required(f"{abbreviate(names, 6) if names else 'every number'} must be finite{' or NaN' * gaps}", met)


def _numbers(columns: Sequence[NumberColumn], xs: Sequence[Symbol]) -> Prepared:
    """Neighbouring numbers are standardised together, as the vectors that they are."""
    X, names = beside(xs), [column.name for column in columns]
    mean, scale = np.array([each.mean for each in columns]), np.array([each.scale for each in columns])
    return Prepared(standardised(X, mean, scale), (finite(X, names, len(columns)),))


def _choices(columns: Sequence[ChoiceColumn], xs: Sequence[Symbol]) -> Prepared:
    """1 where the row has the category, else 0; one that did not occur in training is refused, as `encode` refuses it."""
    parts, required = [], []
    for column, x in zip(columns, xs, strict=True):
        is_it = x.by("Equal", x, np.array(column.categories)[None], truth=True)
        parts.append(is_it.astype(x.graph.dtype))
        known = parts[-1].sum(axis=1, keepdims=True) > 0
        required.append(Required(f"{column.name!r} must be one of {abbreviate(column.categories)}", known))
    return Prepared(beside(parts), tuple(required))


EXPRESSIONS: dict[type, Callable[[Sequence[Any], Sequence[Symbol]], Prepared]] = {
    NumberColumn: _numbers,
    ChoiceColumn: _choices,
}
"""What columns of each kind become."""
