"""What the columns of a table are and become, as lines: a row for each column, or the counts where there are many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from ..amounts import count
from ..columns import Column
from ..columns.column import said_of_spellings
from ..columns.kinds import NUMBER, YES_NO, said_of_gaps, shown
from ..columns.spellings import said_of_joined
from ..columns.texts import lack_a_century
from ..io.tables.table import Table
from .display import LABEL_WIDTH, fitting, grid, quiet, shortened, shortened_end, strong, terminal_width

MOST_COLUMNS, LONGEST, MOST_OF_EXAMPLE = 16, 60, 30
"""Of more columns `train` prints counts and what is left out; longer texts go on in the next line, and examples are cut."""
SHORTEST, SHORTEST_NAME, SHORTEST_EXAMPLE, GAP = 24, 12, 10, 2
"""What will be done has so much room at least, a name, and an example; spaces between columns."""


def column_lines(
    records: Sequence[Column], table: Table, target: Column | None, scaling: str | None = None, *, indent: int = 0
) -> list[str]:
    """The head and a line for each column: name, kind, gaps, what will be done, an example.

    They fit in the terminal beside an indent: what will be done goes on in further lines, and examples are cut. Where that is
    not enough there are none, and a line says so. `scaling` is what is done to numbers where it is not standardising.
    """
    every = (*records, *([target] if target is not None else []))
    longest_name = _room_for_names(every, terminal_width() - indent)
    room = terminal_width() - indent - longest_name - _width_behind_names(every)
    examples = {record.name: _example(table, str(record.name)) for record in every}
    longest = min(max([SHORTEST_EXAMPLE, *map(len, examples.values())]), max(SHORTEST_EXAMPLE, room - GAP - SHORTEST))
    lacks = SHORTEST + GAP + longest - room
    with_example = lacks <= 0
    width = max(SHORTEST, min(LONGEST, room - (GAP + longest) * with_example))
    rows = [["column", "kind", "gaps", "what will be done", *["an example"] * with_example]]
    for record in every:
        done = _done(record, scaling) if record is not target else _of_target(record)
        is_quiet = record.is_left_out and record is not target
        short = shortened(str(record.name), longest_name)
        name = strong(short) if record is target else short
        first = [name, record.kind, f"{record.gaps:,}" if record.gaps else ""]
        pieces = zip_longest(wrap(done, width), [shortened_end(examples[record.name], longest)], fillvalue="")
        for index, (piece, example) in enumerate(pieces):
            shown_piece = quiet(piece) if is_quiet else piece
            rows.append([*(first if index == 0 else [""] * 3), shown_piece, *[example] * with_example])
    header, *lines = grid(rows, left=len(rows[0]))
    where = [] if with_example else [quiet(f"a terminal of {terminal_width() + lacks} columns shows examples too")]
    return [quiet(header.rstrip()), *(line.rstrip() for line in lines), *where, *_lines_of_doubt(every)]


def _width_behind_names(every: Sequence[Column]) -> int:
    """How wide the kinds and the gaps are, with what is between them."""
    kinds = max([len("kind"), *(len(record.kind) for record in every)])
    gaps = max([len("gaps"), *(len(f"{record.gaps:,}") for record in every)])
    return kinds + gaps + 3 * GAP


def _room_for_names(every: Sequence[Column], width: int) -> int:
    """How wide names may be, so that what will be done has room."""
    longest = max([len("column"), *(len(str(record.name)) for record in every)])
    return min(longest, max(SHORTEST_NAME, width - _width_behind_names(every) - SHORTEST - GAP - SHORTEST_EXAMPLE))


def _of_target(record: Column) -> str:
    """That it is the target, which texts in it are no values, so that their rows are left out, and which are one class."""
    gaps = said_of_gaps(record.others) if record.others else ""
    return "; ".join(filter(None, ["the target", gaps, said_of_joined(record.spellings.joined)]))


def _done(record: Column, scaling: str | None) -> str:
    """What becomes of a column; of numbers with the scaling that they get."""
    if scaling is None or record.is_left_out or record.becomes != NUMBER:
        return record.treatment
    return record.treatment.replace("standardised", f"scaled by {scaling}", 1)


def column_record(record: Column, target: Column | None) -> dict[str, Any]:
    """What a column is and becomes, for a program."""
    return {
        "name": str(record.name),
        "kind": record.kind,
        "why": record.why,
        "told": record.told,
        "gaps": record.gaps,
        "is_target": record is target,
        "is_left_out": record.is_left_out and record is not target,
        "may_be_dates": record.may_be_dates,
        "count_as_gaps": list(record.others),
        "spellings": dict(record.spellings.joined),
        "may_be_one": [list(group) for group in record.spellings.apart],
        "inputs": [] if record is target else list(record.inputs),
    }


def column_counts(records: Sequence[Column]) -> list[str]:
    """How many columns there are of each kind, how many gaps, and each column that is left out."""
    used, out = [each for each in records if not each.is_left_out], [each for each in records if each.is_left_out]
    kinds = Counter(record.kind for record in used)
    lines = [", ".join(f"{many:,} {kind}" if kind == YES_NO else count(many, kind) for kind, many in kinds.items())]
    gaps = [record for record in used if record.gaps]
    if gaps:
        lines.append(
            f"gaps in {len(gaps):,} of them, {sum(record.gaps for record in gaps):,} in all, filled and marked"
        )
    for record in out[:MOST_COLUMNS]:
        lines += _wrapped(f"left out: {record.name!r}, {record.kind} ({record.why})")
    if len(out) > MOST_COLUMNS:
        lines.append(f"and {len(out) - MOST_COLUMNS:,} more; clearprop plan shows them all")
    return [*lines, *_lines_of_doubt(records)]


IN_A_SHELL = '--kind "{name}={kind}"'
"""How the shell says what a column is, with places for its name and kind."""


def lines_of_spellings(record: Column) -> list[str]:
    """Which texts of a column are read as one category, or may be one, and what a person can say."""
    said = said_of_spellings(record, IN_A_SHELL)
    return [] if said is None else _wrapped(said.removeprefix("column "))


def _lines_of_doubt(records: Sequence[Column]) -> list[str]:
    """What of the columns could be otherwise, and what a person can say: spellings, and dates that nobody can tell."""
    lines = [line for record in records for line in lines_of_spellings(record)]
    for record in records:
        if record.may_be_dates and not record.told:
            if lack_a_century([*map(str, record.values)]):
                mend = "years of two digits do not tell the century; write them with four digits in the table"
                lines += _wrapped(f"{record.name!r} may be dates: {mend}")
            else:
                ways = [f"--kind \"{record.name}=date(first='{each}')\"" for each in ("day", "month")]
                lines += [f"{record.name!r} may be dates: say {ways[0]}", f"  or {ways[1]}"]
    return lines


def _wrapped(text: str) -> list[str]:
    """Lines that fit in the terminal beside a label; a word, such as a command, stays whole."""
    return fitting(text, LABEL_WIDTH)


def _example(table: Table, name: str) -> str:
    cells = table.cells(name)
    if cells.first is None:
        return ""
    value = cells.written(cells.first)
    text = value if isinstance(value, str) else f"{value:.15g}" if isinstance(value, float) else shown(value)
    return shortened_end(" ".join(text.split()), MOST_OF_EXAMPLE)
