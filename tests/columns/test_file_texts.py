"""Cells as files write them."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop.columns.cells import NUMBERS, TEXTS, TRUTHS
from clearprop.columns.file_texts import of_texts

CASES = {
    "numbers": (["1", " 2.5 ", "-3e2"], NUMBERS, [1.0, 2.5, -300.0]),
    "numbers and every mark of a gap": (["1", "", "?", "NA", "n/a", "-", ".", "NaN"], NUMBERS, [1.0, *[None] * 7]),
    "infinity is a number, to be refused where it is used": (["1", "inf", "1e999"], NUMBERS, [1.0, np.inf, np.inf]),
    "codes": (["007", "12"], TEXTS, ["007", "12"]),
    "a code with a sign": (["-01", "12"], TEXTS, ["-01", "12"]),
    "a fraction is no code": (["0.5", "-0.25", "0"], NUMBERS, [0.5, -0.25, 0.0]),
    "underscores": (["1_000", "2"], TEXTS, ["1_000", "2"]),
    "texts": (["a", " b ", ""], TEXTS, ["a", "b", None]),
    "truths however they are written": (["TRUE", "true", "False", ""], TRUTHS, [1.0, 1.0, 0.0, None]),
    "nothing": (["", "NA"], TEXTS, [None, None]),
    "a minus beside a plus": (["+", "-", "?"], TEXTS, ["+", "-", None]),
    "categories called none": (["none", "some"], TEXTS, ["none", "some"]),
}


@pytest.mark.parametrize(("given", "holds", "expected"), CASES.values(), ids=CASES)
def test_texts_of_a_file_are_numbers_truths_or_texts_with_gaps(
    given: list[str], holds: str, expected: list[object]
) -> None:
    cells = of_texts(given)
    assert (cells.holds, cells.typed) == (holds, False)
    assert cells.gaps.tolist() == [each is None for each in expected]
    assert cells.filled.tolist() == [each for each in expected if each is not None]


def test_texts_stay_texts_where_they_are_asked_to() -> None:
    assert of_texts(["1.50", "2", ""], as_texts=True).values.tolist() == ["1.50", "2", None]
