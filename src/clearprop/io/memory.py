"""How much memory inputs take, told before it is taken."""

from __future__ import annotations

from collections.abc import Sequence

from ..columns.choices import ChoiceColumn
from ..columns.mean_targets import MeanColumn
from ..columns.prepared import Prepared
from .tables.free_memory import GIB, free_memory
from .tables.refusal import Refusal

SHARE = 0.5
"""Of the memory that is free, inputs take at most so much: training copies batches and the split rows."""


SPARSE_FROM = 1 << 28
"""Bytes of a dense array up to which it is taken: it needs no more than a part of any memory, and is a little faster."""
WORTH_IT = 4
"""So many times as large must the dense array be."""


def is_sparse(columns: Sequence[Prepared], rows: int, itemsize: int) -> bool:
    """Whether the inputs of so many rows are kept sparse."""
    dense = rows * sum(column.width for column in columns) * itemsize
    return dense > SPARSE_FROM and dense >= WORTH_IT * rows * row_bytes(columns, itemsize)


def row_bytes(columns: Sequence[Prepared], itemsize: int) -> int:
    """Bytes of a sparse row."""
    return sum(4 if choice is not None else 0 for choice in map(choice_of, columns)) + itemsize * sum(
        column.width - (choice.width if (choice := choice_of(column)) is not None else 0) for column in columns
    )


def choice_of(column: Prepared) -> ChoiceColumn | None:
    """The one-hot part of a column, which comes first; None for numbers and dates."""
    return column.choice if isinstance(column, MeanColumn) else column if isinstance(column, ChoiceColumn) else None


def require_memory(
    columns: Sequence[Prepared], rows: int, itemsize: int, source: str, free: int | None = None, *, sparse: bool = False
) -> None:
    """Refusal where the inputs of so many rows do not fit; it names the widest columns, and leaving these out mends it.

    `sparse` says that only numbers, and the places of ones, are kept of one-hot columns.
    """
    free = free_memory() if free is None else free
    width = sum(column.width for column in columns)
    taken = rows * (row_bytes(columns, itemsize) if sparse else width * itemsize)
    if free is None or taken <= SHARE * free:
        return
    out: list[Prepared] = []
    for column in sorted(columns, key=lambda each: -each.width)[:-1]:
        out.append(column)
        width -= column.width
        if rows * width * itemsize <= SHARE * free:
            break
    needed = sum(column.width for column in columns)
    named = ", ".join(f"{column.name!r} ({column.width:,} inputs)" for column in out[:5])
    raise Refusal(
        f"{source}: {rows:,} rows of {needed:,} inputs take {taken / GIB:.1f} GiB, and of the "
        f"{free / GIB:.1f} GiB that are free inputs may take half; the widest columns are {named}",
        [f"--ignore={column.name}" for column in out],
    )
