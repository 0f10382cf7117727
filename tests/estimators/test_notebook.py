"""A notebook written for scikit-learn's perceptrons runs with the one line changed, and finds the same."""

from __future__ import annotations

import warnings
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .since import SINCE_1_7

pytest.importorskip("matplotlib")
pytest.importorskip("pandas")

NOTEBOOK = (Path(__file__).parent / "notebooks" / "perceptrons.py").read_text(encoding="utf-8")
THEIRS, OURS = (
    f"from {room} import MLPClassifier, MLPRegressor\n" for room in ("sklearn.neural_network", "clearprop.estimators")
)
NAMES = [line.split('"')[1] for line in NOTEBOOK.splitlines() if line.startswith('found["')]
LOOPED = [
    "votes",
    "stack",
    "bag",
    "calibrated",
    "one versus rest",
    "stream after 500",
    "CountVectorizer",
    "TfidfVectorizer",
]
CLOSE = {"rtol": 1e-7, "atol": 1e-9}
"""Steps are rounded at 1e-16 each; searches, stacks and lbfgs are built on them."""


@cache
def found(line: str) -> dict[str, Any]:
    """What the notebook finds with its perceptrons imported by this line."""
    assert NOTEBOOK.count(THEIRS) == 1
    cells: dict[str, Any] = {"__name__": "notebook"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(NOTEBOOK.replace(THEIRS, line), "notebook", "exec"), cells)
    assert cells["MLPClassifier"].__module__.startswith(line.split()[1])
    return cells["found"]


@SINCE_1_7
def test_both_find_as_much() -> None:
    assert list(found(OURS)) == list(found(THEIRS))
    assert {*NAMES, *LOOPED} <= found(OURS).keys()
    assert len(NAMES) > 30


@SINCE_1_7
@pytest.mark.parametrize("name", [*NAMES, *LOOPED])
def test_what_is_found_is_the_same(name: str) -> None:
    alike(found(OURS)[name], found(THEIRS)[name])


def alike(mine: Any, other: Any) -> None:
    if isinstance(other, list | tuple):
        assert len(mine) == len(other)
        for pair in zip(mine, other, strict=True):
            alike(*pair)
    elif (isinstance(other, np.ndarray) and other.dtype.kind == "f") or isinstance(other, Real):
        np.testing.assert_allclose(mine, other, **CLOSE)
    elif isinstance(other, np.ndarray):
        np.testing.assert_array_equal(mine, other)
    else:
        assert mine == other
