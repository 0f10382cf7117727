"""The facts of a model file that the program itself uses: each of the kind it must be. Others are a user's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXTS = (
    "source",
    "target",
    "task",
    "table",
    "loss",
    "penalty",
    "optimizer",
    "engine",
    "stopped_because",
    "layers",
    "dtype",
    "fold",
)
NUMBERS, WHOLE = ("test", "validation"), ("rows", "seed", "steps_taken")


def checked_facts(facts: Any) -> Mapping[str, Any]:
    """The facts. ValueError where they are no JSON object, or where one that the program uses is of another kind."""
    if not isinstance(facts, Mapping):
        raise ValueError(f"its facts are {type(facts).__name__}, not an object")
    for name in TEXTS:
        if not isinstance(facts.get(name), str | None):
            raise ValueError(f"its fact {name!r} must be a text; it is {str(facts[name])[:40]}")
    for name in (*NUMBERS, *WHOLE):
        kind = int if name in WHOLE else int | float
        if facts.get(name) is not None and (
            isinstance(facts[name], bool) or not isinstance(facts[name], kind) or facts[name] < 0
        ):
            raise ValueError(f"its fact {name!r} must be a number, 0 or more; it is {str(facts[name])[:40]}")
    if not isinstance(facts.get("eta"), str | int | float | None):
        raise ValueError("its fact 'eta' must be a number or a text")
    _require_scores(facts.get("scores", {}))
    return facts


def _require_scores(scores: Any) -> None:
    """ValueError unless scores are numbers by name, for each part of the rows."""
    parts = scores.values() if isinstance(scores, Mapping) else [None]
    for found in parts:
        if not isinstance(found, Mapping) or not {"rows", "loss"} <= found.keys():
            raise ValueError("its fact 'scores' must have rows, loss and metrics for each part of the rows")
        if not all(isinstance(value, int | float | None) for value in found.values()):
            raise ValueError("its fact 'scores' must hold numbers")
