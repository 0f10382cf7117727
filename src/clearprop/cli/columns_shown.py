"""What the columns of a table are and become, as lines: a row for each column, or the counts where there are many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..columns import Column
from ..columns.kinds import YES_NO, shown
from ..io.tables.table import Table
from .display import count, grid, quiet, strong

MOST_COLUMNS, LONGEST = 16, 60
"""Of more columns `train` prints counts and what is left out; longer texts are cut."""


def column_lines(records: Sequence[Column], table: Table, target: Column | None) -> list[str]:
    """The head and a line for each column: name, kind, gaps, what will be done, an example."""
    rows = [["column", "kind", "gaps", "what will be done", "an example"]]
    for record in (*records, *([target] if target is not None else [])):
        done = record.treatment if record is not target else "the target"
        done = quiet(_cut(done)) if record.is_left_out and record is not target else _cut(done)
        name = strong(str(record.name)) if record is target else str(record.name)
        rows.append(
            [name, record.kind, f"{record.gaps:,}" if record.gaps else "", done, _example(table, str(record.name))]
        )
    header, *lines = grid(rows, left=len(rows[0]))
    return [quiet(header.rstrip()), *(line.rstrip() for line in lines)]


def column_counts(records: Sequence[Column]) -> list[str]:
    """How many columns there are of each kind, how many gaps, and each column that is left out."""
    used, out = [each for each in records if not each.is_left_out], [each for each in records if each.is_left_out]
    kinds = Counter(record.kind for record in used)
    lines = [
        ", ".join(f"{number:,} {kind}" if kind == YES_NO else count(number, kind) for kind, number in kinds.items())
    ]
    gaps = [record for record in used if record.gaps]
    if gaps:
        lines.append(
            f"gaps in {len(gaps):,} of them, {sum(record.gaps for record in gaps):,} in all, filled and marked"
        )
    lines += [f"left out: {record.name!r}, {record.kind} ({_cut(record.why)})" for record in out[:MOST_COLUMNS]]
    return lines + (
        [f"and {len(out) - MOST_COLUMNS:,} more; clearprop plan shows them all"] if len(out) > MOST_COLUMNS else []
    )


def _example(table: Table, name: str) -> str:
    filled = table.cells(name).filled
    if not len(filled):
        return ""
    value = filled[0]
    return _cut(value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else shown(value), 30)


def _cut(text: str, most: int = LONGEST) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
