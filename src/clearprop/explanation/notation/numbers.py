"""How numbers are written: to so many decimals, whole numbers bare, as a percentage. It knows no matrices."""

from __future__ import annotations

import math

import numpy as np

from ...formulas.catalogue import Array

EVERY_DIGIT = 17
"""So many digits, or more, ask for the shortest text that reads back as the same number."""


def number(value: float, digits: int = 4) -> str:
    """A number to `digits` decimals; 0 and whole numbers bare, so that what is exactly 0 stands out.

    >>> number(0.25), number(-3.0), number(0.0), number(1.5e-7)
    ('0.2500', '-3', '0', '1.500e-07')
    """
    return to_decimals(value, decimals=digits, digits=digits)


def decimals_of(values: Array, digits: int) -> int:
    """Decimals that show the largest value to `digits` places: small gradients get more of them, up to three."""
    size = abs(values[np.isfinite(values)]).max(initial=0.0)
    return digits + (min(max(-math.floor(math.log10(size)) - 1, 0), 3) if size else 0)


def to_decimals(value: float, decimals: int, digits: int) -> str:
    """A number to so many decimals; in powers of ten, to so many digits, where that would show nothing of it."""
    if not math.isfinite(value) or (value == int(value) and abs(value) < 10**6):
        return f"{value + 0.0:g}"
    if digits >= EVERY_DIGIT:
        return repr(float(value))
    if 10.0**-decimals <= abs(value) < 10**6:
        return f"{value:.{decimals}f}"
    return f"{value:.{max(digits - 1, 0)}e}"


def percent(fraction: float, decimals: int = 0) -> str:
    """0.0042 as "0.42 %"."""
    return f"{100 * fraction:.{decimals}f} %" if math.isfinite(fraction) else f"{fraction:g}"


def disagreement(value: float) -> str:
    """A rounding difference, short: 2.2e-16, or "exactly" for none."""
    return "exactly" if value == 0 else f"to {np.format_float_scientific(value, precision=1, exp_digits=2)}"
