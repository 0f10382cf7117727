"""Numbers as people read them, in the shell, in reports and in pictures. Nothing is computed here."""

from __future__ import annotations

PLAIN_FROM, PLAIN_TO = 1e3, 1e7
"""Numbers from the first to the second are written in full, with a comma between thousands."""


def number(value: float, digits: int = 4) -> str:
    """A number rounded to a few digits.

    >>> number(0.123456), number(230_731.4), number(1437.0), number(3.2e9)
    ('0.1235', '230,700', '1,437', '3.2e+09')
    """
    rounded = float(f"{value:.{digits}g}")
    return f"{rounded:,.0f}" if PLAIN_FROM <= abs(rounded) < PLAIN_TO else f"{rounded:.{digits}g}"
