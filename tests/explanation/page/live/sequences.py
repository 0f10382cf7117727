"""`python -m tests.explanation.page.live.sequences 1000`: random sequences of actions on a live page, held against Python.

The page's own sources perform them in Node. After each action Python does the same action from where the page was, so that
each is held to rounding by itself: what ten steps of an optimiser make of a last digit is no matter of the page.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from clearprop.explanation.page.live import nudge_document, step_document
from tests.node import run

from .acting import Replay, random_actions
from .comparing import CLOSE, differences, other_functions, place_of, plain, rounded, undetermined
from .random_steps import random_steps
from .script import SCRIPT

TOGETHER = 10
"""Sequences of one call of Node."""
LENGTH = 10
MOVED = 8
"""How often a step is taken with numbers that are moved by rounding, where the two do not agree."""

Step = dict[str, Any]


def beginnings(draw: int) -> list[Step]:
    """Steps that a page may begin with; gradients are checked in the first one alone, which takes most of the time."""
    found: list[Step] = []
    for step in random_steps(4 * TOGETHER, seed=5000 + draw):
        if any(step["normalization"] or ()):
            continue
        first = {name: value for name, value in step.items() if name not in {"normalization", "normalized_by"}}
        found.append(first | {"check": not found})
    return found[:TOGETHER]


def differing(draw: int) -> list[str]:
    """What of a draw's sequences is not Python's, in words."""
    sequences = [
        {"first": first, "actions": list(random_actions(np.random.default_rng([draw, k]), Replay(first), LENGTH))}
        for k, first in enumerate(beginnings(draw))
    ]
    there = json.loads(run("test/run_actions.mjs", json.dumps({"script": str(SCRIPT), "sequences": sequences})))
    pairs = zip(sequences, there, strict=True)
    return [f"draw {draw}, sequence {k}: {each}" for k, pair in enumerate(pairs) for each in _differing(*pair)]


def _differing(sequence: dict[str, Any], page: dict[str, Any]) -> Iterator[str]:
    replay = Replay(sequence["first"])
    for at, (action, step) in enumerate(zip(sequence["actions"], page["way"], strict=True)):
        where = f"action {at}, {action}"
        before = replay.now
        replay.do(action)
        if _first_words(replay.refused) != _first_words(step["refused"]):
            yield f"{where}: refused {replay.refused!r} and {step['refused']!r}"
        if len(replay.past) != step["changes"]:
            yield f"{where}: {len(replay.past)} changes and {step['changes']}"
        for name in ("now", "base"):
            found = _unlike(getattr(replay, name), step[name], before, action)
            if found:
                yield f"{where}: {name} differs in {found}"
            setattr(replay, name, _adopted(getattr(replay, name), step[name]))
    yield from _differing_documents(replay, page)


def _unlike(own: Step | None, there: Step | None, before: Step, action: dict[str, Any]) -> dict[str, str]:
    """Where two steps differ by more than rounding makes of the action that led there."""
    if own is None or there is None:
        return {} if own is there else {"base": f"{own is None} and {there is None}"}
    own, there = (
        dict(sorted(as_json({name: value for name, value in each.items() if value is not None}).items()))
        for each in (own, there)
    )
    found = dict(differences(own, there))
    if found and action["do"] == "step":
        for again in _taken_again(before, action):
            free = {place for place, _ in differences(own, as_json(again))}
            found = {place: text for place, text in found.items() if place not in free}
    return found


def _taken_again(before: Step, action: dict[str, Any]) -> Iterator[Step]:
    """The step that follows where weights and points are moved by rounding: an optimiser may divide by what is 0 but for it."""
    rng = np.random.default_rng(0)
    for least in (0.0, 1.0) * (MOVED // 2):
        moved = Replay(before | {name: rounded(before[name], least, rng) for name in ("parameters", "X")})
        with other_functions(rng):
            moved.do(action)
        yield dict(sorted({name: value for name, value in moved.now.items() if value is not None}.items()))


def _adopted(own: Step | None, there: Step | None) -> Step | None:
    """The page's numbers in place of Python's, from which the next action goes on; the same record where they are equal."""
    if own is None or there is None:
        return own
    numbers = {name: there[name] for name in ("parameters", "X", "Y", "state", "eta") if there.get(name) is not None}
    changed = {name: value for name, value in numbers.items() if as_json(own.get(name)) != value}
    return own | changed if changed and "null" not in json.dumps(changed) else own


def _differing_documents(replay: Replay, page: dict[str, Any]) -> Iterator[str]:
    """Documents of the same step, alike in all that rounding does not decide."""
    found = dict(differences(plain(step_document(replay.now)), page["document"]))
    if found:
        free = undetermined(lambda given: plain(step_document(given)), replay.now)
        free |= {place_of(path) for path in found if path.endswith(".summary.zeros")}  # what rounding leaves of 1e-18
        nothing = tuple(f".entries[{k}]" for k, entry in enumerate(page["document"]["entries"]) if _is_rounding(entry))
        left = (path for path in found if place_of(path) not in free and not path.startswith(nothing))
        found = {path: found[path] for path in left}
    if found:
        yield f"the document differs in {found}"
    if replay.base is None or page["nudged"] is None:
        return
    nudged = plain(nudge_document({"base": replay.base, "now": replay.now}))
    own, there = ([each["symbol"] for each in given["nudges"]] for given in (nudged, page["nudged"]))
    if own != there:
        yield f"nudges {own} and {there}"
    for name in ("before", "after"):
        if dict(differences(nudged[name], page["nudged"][name])) and not _loss_is_free(replay, name, nudged[name]):
            yield f"the loss {name} a nudge differs: {nudged[name]} and {page['nudged'][name]}"


def _is_rounding(entry: dict[str, Any]) -> bool:
    """Whether a derivative, listed because it is the largest, is rounding where all paths cancel: any may be it."""
    products = [each["product"] for each in entry["paths"]] + [entry["rest"]]
    if not all(isinstance(each, int | float) for each in products):
        return False
    return abs(math.fsum(products)) <= CLOSE * max(1e-300, *map(abs, products))


def _loss_is_free(replay: Replay, name: str, loss: Any) -> bool:
    """Whether the loss at one end of a nudge changes when numbers and functions are moved by rounding."""
    rng = np.random.default_rng(0)
    ends = {"base": replay.base, "now": replay.now}
    for _ in range(MOVED):
        moved = {
            end: step | {part: rounded(step[part], 0.0, rng) for part in ("parameters", "X")}
            for end, step in ends.items()
            if step is not None
        }
        with other_functions(rng):
            if dict(differences(plain(nudge_document(moved))[name], loss)):
                return True
    return False


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


def main(sequences: int) -> int:
    """Prints what differs, and how many sequences there were."""
    began, draws, found = time.monotonic(), -(-sequences // TOGETHER), 0
    for draw in range(draws):
        for each in differing(draw):
            found += 1
            sys.stdout.write(f"{each}\n")
    seconds = time.monotonic() - began
    sys.stdout.write(f"{draws * TOGETHER} sequences of {LENGTH} actions: {found} differences, {seconds:.0f} s\n")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
