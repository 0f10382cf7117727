"""Prepared columns as plain JSON and back. What is read may be hostile: every field is checked, and sizes are bounded."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ..formulas.catalogue import find
from ..formulas.scalings import Scaling, Standard
from .choices import ChoiceColumn
from .date_parts import PARTS, DateParts
from .kinds import LONGEST
from .mean_targets import MeanColumn
from .number_forms import NumberForm
from .prepared import DateColumn, NumberColumn, Prepared
from .texts import DateForm, date_form_names

MOST_NAMES = 1_000_000
"""Of categories in a column, and of characters in a text: far above what a file can hold."""


def to_json(column: Prepared) -> dict[str, Any]:
    """Plain JSON that `from_json` reads back to an equal column. Fields at their defaults are left out."""
    if isinstance(column, NumberColumn):
        form = {key: value for key, value in vars(column.form).items() if value != getattr(NumberForm, key)}
        plain = {"kind": "number", "name": column.name, "mean": column.mean, "scale": column.scale, "fill": column.fill}
        more: dict[str, Any] = {"marked": column.marked, "form": form, "others": list(column.others)}
        more |= {"scaling": str(column.scaling)} if column.scaling != Standard() else {}
        more |= {"required": column.required, "words": column.words and list(column.words)}
    elif isinstance(column, ChoiceColumn):
        plain = {"kind": "choice", "name": column.name, "categories": list(column.categories)}
        more = {"grouped": column.grouped, "marked": column.marked, "words": column.words and list(column.words)}
        more |= {"spellings": dict(column.spellings)}
    elif isinstance(column, MeanColumn):
        plain = {
            "kind": "mean",
            "name": column.name,
            "own": to_json(column.choice),
            "categories": list(column.categories),
        }
        plain |= {"means": [list(each) for each in column.means], "otherwise": list(column.otherwise)}
        more = {"of": list(column.of)}
    else:
        parts = column.parts
        plain = {
            "kind": "date",
            "name": column.name,
            "parts": list(parts.parts),
            "mean": parts.mean,
            "scale": parts.scale,
        }
        form_name = None if column.form is None else column.form.name
        more = {"marked": parts.marked, "form": form_name, "others": list(column.others), "required": column.required}
    return plain | {key: value for key, value in more.items() if value}


def from_json(plain: Any) -> Prepared:
    """The column that `to_json` wrote. ValueError for anything else."""
    if not isinstance(plain, Mapping) or plain.get("kind") not in _READERS:
        raise ValueError(f"a column is a number, a choice, a mean or a date; given {str(plain)[:80]}")
    reader, fields = _READERS[plain["kind"]]
    unknown = plain.keys() - fields - {"kind"}
    if unknown:
        raise ValueError(f"unknown field {min(map(str, unknown))!r} of a {plain['kind']} column")
    return reader(plain)


def _number_column(plain: Mapping[str, Any]) -> NumberColumn:
    form = plain.get("form", {})
    if not isinstance(form, Mapping) or form.keys() - {"decimal", "thousands", "before", "after"}:
        raise ValueError("a form of numbers has decimal, thousands, before and after")
    made = NumberForm(**{key: _text(value) for key, value in form.items()})
    if made.decimal not in {".", ","} or made.thousands not in {"", ",", ".", " "} or made.decimal == made.thousands:
        raise ValueError(f"numbers cannot be {made.name}")
    fill = plain.get("fill")
    return NumberColumn(
        _text(plain["name"]),
        _number(plain["mean"]),
        _scale(plain["scale"]),
        None if fill is None else _number(fill),
        _truth(plain.get("marked", False)),
        made,
        _texts(plain.get("others", [])),
        find(Scaling, _text(plain["scaling"])) if "scaling" in plain else Standard(),
        _truth(plain.get("required", False)),
        _words(plain.get("words")),
    )


def _choice_column(plain: Mapping[str, Any]) -> ChoiceColumn:
    given = plain["categories"]
    if not isinstance(given, list | tuple) or len(given) > MOST_NAMES:
        raise ValueError("categories must be a list")
    for value in given:
        if not isinstance(value, bool):
            _text(value) if isinstance(value, str) else _number(value)
    if len({type(value) in {str, bool} and type(value) for value in given}) > 1 or len(set(given)) < len(given):
        raise ValueError("categories must be all texts, all truth values or all numbers, each another")
    grouped, marked = _truth(plain.get("grouped", False)), _truth(plain.get("marked", False))
    if not (given or grouped or marked):
        raise ValueError("a choice has no category")
    spellings, words = plain.get("spellings", {}), _words(plain.get("words"))
    if not isinstance(spellings, Mapping) or len(spellings) > MOST_NAMES:
        raise ValueError("spellings must be an object of texts")
    as_pairs = tuple((_text(text), _text(word)) for text, word in spellings.items())
    if {text for text, _ in as_pairs} & {*given, *spellings.values()}:
        raise ValueError("a spelling must be another text than any category")
    return ChoiceColumn(_text(plain["name"]), tuple(given), grouped, marked, as_pairs, words)


def _mean_column(plain: Mapping[str, Any]) -> MeanColumn:
    own, name = from_json(plain["own"]), _text(plain["name"])
    if not isinstance(own, ChoiceColumn) or own.name != name:
        raise ValueError("own must be a choice of the same name")
    known = _choice_column({"name": name, "categories": plain["categories"], "marked": True}).categories
    if known and own.categories and isinstance(known[0], str) is not isinstance(own.categories[0], str):
        raise ValueError("categories must be of one sort, those with an input of their own too")
    of, means, otherwise = _texts(plain["of"]), plain["means"], plain["otherwise"]
    if not (of and isinstance(means, list | tuple) and isinstance(otherwise, list | tuple)):
        raise ValueError("means and otherwise must be lists, and of must say what they are of")
    if len(means) != len(of) or len(otherwise) != len(of) or any(not isinstance(each, list | tuple) for each in means):
        raise ValueError("there must be a list of means, and a number otherwise, for each of what they are of")
    if any(len(each) != len(known) for each in means):
        raise ValueError("each category must have a mean")
    return MeanColumn(
        name, own, known, tuple(tuple(map(_number, each)) for each in means), tuple(map(_number, otherwise)), of
    )


def _date_column(plain: Mapping[str, Any]) -> DateColumn:
    parts = _texts(plain["parts"])
    if not set(parts) <= set(PARTS) or len(set(parts)) < len(parts):
        raise ValueError(f"parts of dates are {', '.join(PARTS)}; given {', '.join(parts)}")
    form = plain.get("form")
    if form is not None and form not in date_form_names():
        raise ValueError(f"dates cannot be written {str(form)[:80]!r}")
    made = DateParts(_number(plain["mean"]), _scale(plain["scale"]), parts, _truth(plain.get("marked", False)))
    made_form = None if form is None else DateForm(form)
    others, required = _texts(plain.get("others", [])), _truth(plain.get("required", False))
    return DateColumn(_text(plain["name"]), made, made_form, others, required)


_READERS: dict[str, tuple[Callable[[Mapping[str, Any]], Prepared], set[str]]] = {
    "number": (
        _number_column,
        {"name", "mean", "scale", "fill", "marked", "form", "others", "scaling", "required", "words"},
    ),
    "choice": (_choice_column, {"name", "categories", "grouped", "marked", "spellings", "words"}),
    "mean": (_mean_column, {"name", "own", "categories", "means", "otherwise", "of"}),
    "date": (_date_column, {"name", "parts", "mean", "scale", "marked", "form", "others", "required"}),
}


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError(f"a text is needed; given {str(value)[:80]}")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MOST_NAMES:
        raise ValueError(f"a list of texts is needed; given {str(value)[:80]}")
    return tuple(map(_text, value))


def _words(value: Any) -> tuple[str, str] | None:
    if value is None:
        return None
    made = _texts(value)
    if len(made) != 2 or made[0] == made[1]:
        raise ValueError(f"words are two texts, for false and for true; given {str(value)[:80]}")
    return made[0], made[1]


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise ValueError(f"a finite number is needed; given {str(value)[:80]}")
    return value


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond every float
        return False


def _scale(value: Any) -> Any:
    if _number(value) <= 0:
        raise ValueError(f"a scale must be above 0; given {value}")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"true or false is needed; given {str(value)[:80]}")
    return value
