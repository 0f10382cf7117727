"""Two documents beside each other: where they differ, in keys, texts, order or numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

CLOSE = 1e-12
"""Relative to the larger number, or to 1 where both are smaller than that."""


ROUNDED = re.compile(r"check\.(max_error|verdict|arrays\[\d+\]\.(error|kinks\[\d+\]\.(behind|ahead)))$|\.said|numeric_\w+:\d+\.(values|summary|picture)")
"""What a check finds is the rounding of two ways to one number: it is compared by `roundings`."""


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """A line for every difference."""
    if ROUNDED.search(path):
        return
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            yield f"{path}: keys {list(one)} and {list(other)}"
            return
        for key in one:
            yield from differences(one[key], other[key], f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{path}: {len(one)} and {len(other)} elements: {str(one)[:200]} {str(other)[:200]}"
            return
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{path}[{index}]")
    elif is_number(one) and is_number(other):
        if not math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE):
            yield f"{path}: {one!r} and {other!r}"
    elif type(one) is not type(other) or one != other:
        yield f"{path}: {one!r} and {other!r}"


def is_number(value: Any) -> bool:
    """Whether it is a number and no truth."""
    return isinstance(value, int | float) and not isinstance(value, bool)
