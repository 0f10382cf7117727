"""Numbers as people read them, in the shell, in reports and in pictures. Nothing is computed here."""

from __future__ import annotations

PLAIN_FROM, COMMAS_FROM, PLAIN_TO = 1e3, 1e4, 1e7
"""Numbers from the first to the last are written in full, from the second on with commas, because 2008 may be a year."""


def number(value: float, digits: int = 4) -> str:
    """A number rounded to a few digits.

    >>> number(0.123456), number(230_731.4), number(1437.0), number(3.2e9)
    ('0.1235', '230,700', '1437', '3.2e+09')
    """
    rounded = float(f"{value:.{digits}g}")
    if not PLAIN_FROM <= abs(rounded) < PLAIN_TO:
        return f"{rounded:.{digits}g}"
    return f"{rounded:,.0f}" if abs(rounded) >= COMMAS_FROM else f"{rounded:.0f}"


def many(number_of: float, thing: str) -> str:
    """A number and its noun: 1 epoch, 2.5 epochs, 1,437 rows."""
    written = f"{number_of:,}" if isinstance(number_of, int) else f"{number_of:.4g}"
    return f"{written} {thing}{'s' * (written != '1')}"
