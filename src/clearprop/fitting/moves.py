"""How the layers of a recipe's network move: which are frozen, and which take a part of the step size. No step is taken."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ..training.step_factors import Name

NAMED = re.compile(r"[A-Za-z]\w*(\[\d+\])?")


def as_names(given: Any) -> tuple[Name, ...] | None:
    """Layers and arrays, of a text with commas between them too; None where there are none. ValueError for what is no name.

    >>> as_names("1, W0[2]")
    (1, 'W0[2]')
    """
    listed = given.split(",") if isinstance(given, str) else [given] if isinstance(given, int) else given or ()
    return tuple(_name(each, "frozen") for each in listed) or None


def as_factors(given: Any) -> dict[Name, float] | None:
    """The part of eta that layers and arrays take; None where none is named. ValueError for what is no such part."""
    if given is not None and not isinstance(given, Mapping):
        raise ValueError(f"eta_factors must have a number for each layer or array, such as {{1: 0.1}}; given {given!r}")
    named = {_name(name, "eta_factors"): value for name, value in (given or {}).items()}
    return {name: _factor(name, value) for name, value in named.items()} or None


def _factor(name: Name, value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number <= 1:
        raise ValueError(f"eta_factors[{name!r}] must be a number from 0 to 1, a part of eta; given {value!r}")
    return number


def said_of(facts: Mapping[str, Any]) -> list[str]:
    """What a model's facts say of its layers, for people to read."""
    frozen, factors = facts.get("frozen") or [], facts.get("eta_factors") or {}
    by_factor: dict[float, list[str]] = {}
    for name, factor in factors.items():
        by_factor.setdefault(factor, []).append(str(name))
    slower = [f"eta times {factor:g} for {', '.join(names)}" for factor, names in by_factor.items()]
    return [f"{', '.join(map(str, frozen))} frozen"] * bool(frozen) + slower


def _name(given: Any, what: str) -> Name:
    text = str(given).strip()
    if not isinstance(given, bool) and text.isdecimal():
        return int(text)
    if not isinstance(given, str) or not NAMED.fullmatch(text):
        raise ValueError(f"{what} names layers, such as 1, or arrays, such as W0[2] or W0; given {given!r}")
    return text
