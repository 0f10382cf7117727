"""Which options mend a refused text file: they are tried on the whole file, so that the command that is named succeeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from .formats import Rows
from .reading import Reading
from .refusal import Refusal
from .sources import Source

MOST_READ_AGAIN = 1 << 28
"""A larger file is not read once more for that; the options of the refusal are then named as they are."""
WITHOUT_QUOTES = ("--quote=none",)
MOST_FAULTS = 4
"""A file has at most so many faults of different kinds that options mend."""
Opening = Callable[[Source, Reading], Rows]


def tried(refused: Refusal, source: Source, how: Reading, opened: Opening) -> Refusal:
    """The refusal with the first of its options with which the whole file can be read; with none where there are none."""
    if not (refused.options or refused.instead_of_these) or source.size > MOST_READ_AGAIN:
        return refused
    for options in (refused.options, *refused.instead_of_these):
        found = _sufficient(options, source, how, opened)
        if found is not None and not (options == WITHOUT_QUOTES and _moves_cells(*found, source, how, opened)):
            return Refusal(str(refused), found[0], names=found[1])
    return Refusal(str(refused))


def _sufficient(
    options: tuple[str, ...], source: Source, how: Reading, opened: Opening
) -> tuple[tuple[str, ...], Sequence[str]] | None:
    """These options, with those for other faults further down, and the names of the columns; None where they do not suffice."""
    for _ in range(MOST_FAULTS):
        try:
            rows = opened(source, with_options(how, options))
            left = sum(len(block.numbers) for block in rows.blocks())
        except Refusal as more:
            if not set(more.options) - set(options):
                return None
            options = (*options, *more.options)
        except ValueError:
            return None
        else:
            if not left:
                return None
            latest = {option.partition("=")[0]: option for option in options}
            return tuple(latest.values()), rows.names
    return None


def _moves_cells(options: tuple[str, ...], names: Sequence[str], source: Source, how: Reading, opened: Opening) -> bool:
    """Whether cells that are whole in quotes become several without: then rows have other columns, or other faults."""
    try:
        with_quotes = opened(source, with_options(how, ("--ragged=skip",))).names
    except ValueError:  # the names themselves have wrong quotes
        return False
    return options != WITHOUT_QUOTES or list(names) != list(with_quotes)


def with_options(how: Reading, options: tuple[str, ...]) -> Reading:
    """How a file is read where these options of the shell are given too.

    >>> with_options(Reading(), ("--skip=2", "--no-header", "--target=3")).given
    {'header': False, 'skip': 2}
    """
    for option in options:
        name, _, value = option.removeprefix("--").partition("=")
        if name == "no-header":
            how = replace(how, header=False)
        elif name == "skip":
            how = replace(how, skip=int(value))
        elif name == "ragged":
            how = replace(how, ragged=value)
        elif name == "quote":
            how = replace(how, quote=value)
        elif name == "encoding":
            how = replace(how, encoding=value)
    return how
