"""When a target's values are classes, and when there are too many of them."""

from __future__ import annotations

import pytest

from clearprop.columns.class_targets import are_classes, are_too_many_classes
from clearprop.columns.kinds import FEW


@pytest.mark.parametrize(
    ("distinct", "counts", "classes"),
    [
        ([0.0, 1.0], [2, 2], True),
        ([0.0, 1.0], [9, 1], False),  # a value that occurs once is no class
        ([0.0, 0.5], [9, 9], False),
        (list(map(float, range(FEW))), [2] * FEW, True),
        (list(map(float, range(FEW + 1))), [2] * (FEW + 1), False),
    ],
)
def test_few_whole_numbers_that_repeat_are_classes(distinct: list[float], counts: list[int], classes: bool) -> None:
    assert are_classes(distinct, counts) is classes


@pytest.mark.parametrize(("classes", "rows", "too_many"), [(FEW, FEW, False), (30, 60, False), (31, 60, True)])
def test_many_classes_need_two_rows_each(classes: int, rows: int, too_many: bool) -> None:
    assert are_too_many_classes(classes, rows) is too_many
