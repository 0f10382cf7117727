"""Variants: a trace's document as it reads in every other notation and layout, written as what changes, which is little.

A page that stands still carries them, so that a reader can switch without Python. No number changes: an array is turned, or
it stays.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, get_args

from ...jacobians import Layout
from ..notation.notations import NOTATIONS
from .json_values import Plain

Path: TypeAlias = tuple[str | int, ...]


def other_ways(layout: Layout, notation: str) -> list[tuple[Layout, str]]:
    """Every layout and notation but these."""
    return [pair for pair in itertools.product(get_args(Layout), NOTATIONS) if pair != (layout, notation)]


def ways() -> Plain:
    """Every layout and notation, for a page that makes its documents itself."""
    notations = [{"name": each.name, "title": each.title} for each in NOTATIONS.values()]
    return {"layouts": list(get_args(Layout)), "notations": notations}


def variants_of(document: Plain, others: Iterable[Plain]) -> list[Plain]:
    """What changes in `document` for each other layout and notation, whose whole documents are `others`."""
    return [_variant(document, other) for other in others]


def _variant(document: Plain, other: Plain) -> Plain:
    turned = [key for key, value in document["values"].items() if _turned(value, other["values"].get(key))]
    known = {key: value for key, value in other["values"].items() if key not in turned}
    rest = {**other, "values": {**document["values"], **known}}
    return {
        "layout": other["header"]["layout"]["name"],
        "notation": other["notation"]["name"],
        "title": other["notation"]["title"],
        "turned": turned,
        "replaced": [[list(path), value] for path, value in _differences(document, rest, ())],
    }


def _turned(value: Plain, other: Plain | None) -> bool:
    if other is None or (value["values"] == other["values"] and value["units"] == other["units"]):
        return False
    return other["values"] == [list(row) for row in zip(*value["values"], strict=True)]


def _differences(one: Any, other: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Paths at which `other` differs from `one`, and what stands there."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from _differences(one[key], other[key], (*path, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(left, right, (*path, index))
    elif one != other:
        yield path, other
