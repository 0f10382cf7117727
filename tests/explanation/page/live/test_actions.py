"""A thousand random sequences of actions leave a live page where Python's replay of them leads: step, texts and numbers.

The page's own sources perform them in Node; `tests/browser/test_sequences.py` does some of them by hand on a real page.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from clearprop.explanation.page.live import nudge_document, step_document
from tests.node import run

from .acting import Replay, random_actions
from .comparing import differences, place_of, plain, rounded, undetermined
from .random_steps import random_steps
from .script import SCRIPT

DRAWS, SEQUENCES = 50, 20
LENGTH = 10


def beginnings(draw: int) -> list[dict[str, Any]]:
    """Steps that a page may begin with; gradients are checked in the first one alone, which takes most of the time."""
    found = []
    for step in random_steps(4 * SEQUENCES, seed=5000 + draw):
        if any(step["normalization"] or ()):
            continue
        first = {name: value for name, value in step.items() if name not in {"normalization", "normalized_by"}}
        found.append(first | {"check": not found})
    return found[:SEQUENCES]


@pytest.mark.parametrize("draw", range(DRAWS))
def test_a_page_that_was_acted_on_is_where_python_is(draw: int) -> None:
    rng = np.random.default_rng([3, draw])
    replays, sequences, ways = [], [], []
    for first in beginnings(draw):
        replay = Replay(first)
        actions, way = [], []
        for action in random_actions(rng, replay, LENGTH):
            actions.append(action)
            way.append((replay.refused, len(replay.past)))
        replays.append(replay)
        sequences.append({"first": first, "actions": actions})
        ways.append(way)
    there = json.loads(run("test/run_actions.mjs", json.dumps({"script": str(SCRIPT), "sequences": sequences})))
    for replay, way, sequence, page in zip(replays, ways, sequences, there, strict=True):
        _agree(replay, way, sequence, page)


def _agree(replay: Replay, way: list[Any], sequence: dict[str, Any], page: dict[str, Any]) -> None:
    for (refused, changes), step, action in zip(way, page["way"], sequence["actions"], strict=True):
        assert _first_words(refused) == _first_words(step["refused"]), (action, sequence)
        assert changes == step["changes"], (action, sequence)
    now, there = (
        as_json({name: value for name, value in each.items() if value is not None})
        for each in (replay.now, page["now"])
    )
    assert now.keys() == there.keys(), sequence
    found = {path.split(".")[1].partition("[")[0] for path, _ in differences(in_order(now), in_order(there))}
    if found:  # an optimiser that divides by a gradient of 0 but for rounding steps by that rounding
        assert found <= {"parameters", "state"}, (found, sequence)
        assert found <= _undetermined_by_now(replay, sequence), (found, sequence)
        return
    assert (replay.base is None) == (page["base"] is None), sequence
    _same_document(replay, page, sequence)
    if replay.base is not None:
        nudged = plain(nudge_document({"base": replay.base, "now": replay.now}))
        assert [each["symbol"] for each in nudged["nudges"]] == [each["symbol"] for each in page["nudged"]["nudges"]]
        for name in ("before", "after"):
            assert not dict(differences(nudged[name], page["nudged"][name])), sequence


def in_order(step: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(step.items()))


def _undetermined_by_now(replay: Replay, sequence: dict[str, Any]) -> set[str]:
    """What Python's own replay gives otherwise when the first step's numbers are moved by rounding."""
    rng, found = np.random.default_rng(0), set[str]()
    for _ in range(4):
        first = sequence["first"] | {name: rounded(sequence["first"][name], 1.0, rng) for name in ("parameters", "X")}
        again = Replay(first)
        for action in sequence["actions"]:
            again.do(action)
        found |= {
            path.split(".")[1].partition("[")[0] for path, _ in differences(in_order(replay.now), in_order(again.now))
        }
    return found


def _same_document(replay: Replay, page: dict[str, Any], sequence: dict[str, Any]) -> None:
    """Alike in all that rounding does not decide."""
    found = dict(differences(plain(step_document(replay.now)), page["document"]))
    if found:
        free = undetermined(lambda given: plain(step_document(given)), replay.now)
        left = {path: text for path, text in found.items() if place_of(path) not in free}
        assert not left, (left, sequence)


def as_json(value: Any) -> Any:
    """Numbers that are not finite are nothing in JSON, as the page writes its own step."""
    if isinstance(value, dict):
        return {name: as_json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _first_words(error: str | None) -> str | None:
    """Python guesses what was meant, which a page does not."""
    return None if error is None else error.partition(";")[0].replace(".0", "")
