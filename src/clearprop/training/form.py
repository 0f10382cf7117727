"""The form of a state: what kind of value stands where. A state from a file may have been written by anyone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

OVER = "state/loop"
"""The state of the restart under way, which is None where all are over."""
FREE = "watches"
"""The list of the stop conditions' states; the conditions may change."""


def require_form(given: Any, own: Any, place: str = "state") -> None:
    """ValueError, with the place, where a value is not of the kind that a training's own state has there.

    Where the own state has None, which is what is not there at the beginning, an array, a dict or None may stand.
    """
    if own is None:
        allowed = given is None or isinstance(given, np.ndarray | dict)
    elif isinstance(own, np.ndarray):
        allowed = isinstance(given, np.ndarray) and (given.shape, given.dtype) == (own.shape, own.dtype)
    elif isinstance(own, dict):
        allowed = (given is None and place == OVER) or _is_dict_like(given, own, place)
    elif isinstance(own, list):
        free = not own or place.endswith(FREE)  # it grows in training
        allowed = isinstance(given, list) and (free or len(given) == len(own))
        for index, each in enumerate(own if allowed and not free else []):
            require_form(given[index], each, f"{place}/{index}")
    elif isinstance(own, bool | np.bool_ | str):
        allowed = isinstance(given, str) == isinstance(own, str) and isinstance(given, bool | np.bool_ | str)
    else:
        allowed = _is_number_like(given, own)
    if not allowed:
        raise ValueError(f"{place} is {_kind(given)}, and in this training it is {_kind(own)}")


def _is_dict_like(given: Any, own: dict[str, Any], place: str) -> bool:
    if not isinstance(given, dict):
        return False
    if place.endswith("columns"):  # of the history, which is empty at the beginning
        return _are_columns(given)
    if set(given) != set(own):
        return False
    for name, each in own.items():
        require_form(given[name], each, f"{place}/{name}")
    return True


def _are_columns(given: dict[str, Any]) -> bool:
    """Whether these are lists of numbers of one length."""
    lists = [each for each in given.values() if isinstance(each, list)]
    numbers = all(isinstance(each, int | float) for column in lists for each in column)
    return len(lists) == len(given) and numbers and len({len(each) for each in lists}) <= 1


def _is_number_like(given: Any, own: Any) -> bool:
    """Whether a number may stand for another: whole for whole; a sum that is 0 at the beginning may become an array of sums."""
    if isinstance(given, bool) or not isinstance(given, int | float | np.number):
        return False
    return isinstance(own, float | np.floating) or (isinstance(given, int) or math.isfinite(given))


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array {value.shape} of {value.dtype}"
    if isinstance(value, dict):
        return f"a dict of {', '.join(map(str, list(value)[:8]))}"
    return f"{type(value).__name__} {str(value)[:40]}"
