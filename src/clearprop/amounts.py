"""Numbers and their nouns as people read them, in messages, tables, reports and pictures. Nothing is computed here."""

from __future__ import annotations

PLAIN_FROM, COMMAS_FROM, PLAIN_TO = 1e3, 1e4, 1e7
"""Numbers from the first to the last are written in full, from the second on with commas, because 2008 may be a year."""
HISSING = ("s", "x", "z", "tch", "sh")
"""Nouns that end in one of these get an e before their s."""


def number(value: float, digits: int = 4) -> str:
    """A number rounded to a few digits.

    >>> number(0.123456), number(230_731.4), number(1437.0), number(3.2e9)
    ('0.1235', '230,700', '1437', '3.2e+09')
    """
    rounded = float(f"{value:.{digits}g}")
    if not PLAIN_FROM <= abs(rounded) < PLAIN_TO:
        return f"{rounded:.{digits}g}"
    return f"{rounded:,.0f}" if abs(rounded) >= COMMAS_FROM else f"{rounded:.0f}"


def count(many: float, thing: str) -> str:
    """How many things, with commas between thousands; of epochs there may be a part.

    >>> count(1, "row"), count(1437, "row"), count(2.5, "epoch"), count(3, "epoch"), count(2, "batch"), count(0, "category")
    ('1 row', '1,437 rows', '2.5 epochs', '3 epochs', '2 batches', '0 categories')
    """
    written = f"{int(many):,}" if many == int(many) else f"{many:.4g}"
    return f"{written} {thing if written == '1' else plural(thing)}"


def plural(thing: str) -> str:
    """The plural of a noun, of several words that of the last one."""
    if thing.endswith("y") and thing[-2:-1] not in {*"aeiou"}:
        return f"{thing[:-1]}ies"
    return thing + ("es" if thing.endswith(HISSING) else "s")
