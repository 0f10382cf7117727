"""What a live page says of nudges and of the valley is what Python says, in every key, text and number."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from clearprop.explanation.page.live import nudge_document, step_valley

from .comparing import Document, differences, plain, undetermined
from .random_steps import random_steps
from .script import in_page

DRAWS, STEPS = 40, 5


def here(function: Any, given: dict[str, Any]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = plain(function(given))
    except (ValueError, TypeError) as error:
        return {"error": str(error)}
    return found


Move = dict[int, float]


def nudged_pairs(draw: int) -> list[tuple[Document, Move]]:
    """Steps, and by how much some of their numbers are moved; place -1 is the first input."""
    rng = np.random.default_rng([7, draw])
    return [(base, _move(rng, len(base["parameters"]))) for base in random_steps(STEPS, seed=1000 + draw)]


def _move(rng: np.random.Generator, p: int) -> Move:
    places = rng.integers(0, p, rng.integers(1, 4)).tolist()
    return {place: float(rng.choice([0.001, -0.125, 0.5])) for place in [-1, *places]}


def pair(base: Document, move: Move) -> Document:
    now = copy.deepcopy(base)
    for place, by in move.items():
        if place < 0:
            now["X"][base.get("at", 0)][0] += by
        else:
            now["parameters"][place] += by
    return {"base": base, "now": now}


def agree(document: Callable[[Document], Document], given: Document, there: Document) -> None:
    """Alike in all that rounding does not decide: where they differ, so does Python's own with numbers moved by as much."""
    found = {part_of(path): text for path, text in differences(document(given), there)}
    if not found:
        return
    left = found.keys() - {part_of(path) for path in undetermined(document, given)}
    assert not left, ({part: found[part] for part in left}, given)


def part_of(path: str) -> str:
    """A part of the document; all of its numbers in one."""
    return re.sub(r"\[\d+\]", "", path)


@pytest.mark.parametrize("draw", range(DRAWS))
def test_nudges(draw: int) -> None:
    pairs = nudged_pairs(draw)
    for (base, move), there in zip(pairs, in_page("nudged", [pair(*each) for each in pairs]), strict=True):
        agree(lambda given, move=move: here(nudge_document, pair(given, move)), base, there)


@pytest.mark.parametrize("draw", range(DRAWS))
def test_the_valley(draw: int) -> None:
    steps = list(random_steps(STEPS, seed=2000 + draw))
    for given, there in zip(steps, in_page("valley", steps), strict=True):
        agree(lambda given: here(step_valley, given), given, there)
