"""What a live page writes for paper is what Python writes, letter for letter."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pytest

from clearprop.explanation.slides.live import step_latex, step_slides
from tests.explanation.page.live.random_steps import random_steps
from tests.explanation.page.live.script import in_page

STEPS = 6
POWER = re.compile(r" ?\\cdot 10\^\{(-?\d+)\}")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
PLACE = 1.01e-4
"""One of the last place that is written: a number that ends in a half may be rounded either way."""


def same(mine: str, there: str) -> bool:
    mine, there = POWER.sub(r"e\1", mine), POWER.sub(r"e\1", there)
    pairs = zip(NUMBER.findall(mine), NUMBER.findall(there), strict=False)
    near = all(a == b or math.isclose(float(a), float(b), rel_tol=PLACE, abs_tol=PLACE) for a, b in pairs)
    return near and NUMBER.sub("0", mine) == NUMBER.sub("0", there)


def written(own: Callable[[dict[str, Any]], str], given: dict[str, Any]) -> str | dict[str, str]:
    """What Python writes, or the text of its error as the page gives it."""
    try:
        return own(given)
    except ValueError as error:
        return {"error": str(error)}


@pytest.mark.parametrize(("function", "own"), [("stepLatex", step_latex), ("stepSlides", step_slides)])
def test_a_page_writes_the_slides_and_the_latex_of_python(function: str, own: Callable[[dict[str, Any]], str]) -> None:
    # Without a check of gradients, whose errors are rounding, and other digits in each language.
    steps = [each | {"check": False} for each in random_steps(STEPS, seed=700)]
    for given, there in zip(steps, in_page(function, steps), strict=True):
        mine = written(own, given)
        if isinstance(mine, dict):
            assert there == mine
            continue
        assert isinstance(there, str), there
        other = [pair for pair in zip(mine.splitlines(), there.splitlines(), strict=True) if not same(*pair)]
        assert not other, (other[0], given)
