"""Numbers in words: in full up to ten million."""

from __future__ import annotations

import pytest

from clearprop.amounts import number
from clearprop.fitting.wording import measure


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (230_731.4, "230,700"),
        (-315_312.0, "-315,300"),
        (999.96, "1000"),
        (9_999_999.0, "1e+07"),
        (0.00012344, "0.0001234"),
        (12.0, "12"),
        (3.2e9, "3.2e+09"),
    ],
)
def test_thousands_are_written_in_full(value: float, said: str) -> None:
    assert number(value) == said
    assert measure("rmse", value) == said
