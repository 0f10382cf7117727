"""How much memory inputs take, told before it is taken."""

from __future__ import annotations

from collections.abc import Sequence

from ..columns.prepared import Prepared
from .tables.free_memory import GIB, free_memory
from .tables.refusal import Refusal

SHARE = 0.5
"""Of the memory that is free, inputs take at most so much: training copies batches and the split rows."""


def require_memory(columns: Sequence[Prepared], rows: int, itemsize: int, source: str, free: int | None = None) -> None:
    """Refusal where the inputs of so many rows do not fit; it names the widest columns, and leaving these out mends it."""
    free = free_memory() if free is None else free
    width = sum(column.width for column in columns)
    if free is None or rows * width * itemsize <= SHARE * free:
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
        f"{source}: {rows:,} rows of {needed:,} inputs take {rows * needed * itemsize / GIB:.1f} GiB, and of the "
        f"{free / GIB:.1f} GiB that are free inputs may take half; the widest columns are {named}",
        [f"--ignore={column.name}" for column in out],
    )
