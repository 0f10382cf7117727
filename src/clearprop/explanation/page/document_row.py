"""The raw row behind a point, for the document of a trace, and as a live page is given it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..notation.symbols import Written
from ..trace.record import Step
from ..trace.row import Prepared, RawRow
from ..trace.values import KEPT, key_of
from .json_values import Plain, formula_json, number


def row_part(trace: Step, fold: int | None) -> Plain | None:
    """How the row became what the network takes, input by input; of a wide one those that are shown of x too."""
    row = trace.row
    if row is None:
        return None
    units = None if fold is None else trace.values.kept(0, fold, KEPT)
    shown = row.inputs if units is None else [row.inputs[i] for i in units]
    outputs = trace.values[key_of("A", trace.L)].array.ravel().tolist()
    return {
        "scaling": row.scaling,
        "formula": None if row.formula is None else formula_json(row.formula),
        "words": list(row.words),
        "in_all": len(row.inputs),
        "inputs": [_prepared(each) for each in shown],
        "targets": [
            _prepared(each) | {"output": number(a), "predicted": number(each.unscaled(a))}
            for each, a in zip(row.targets, outputs, strict=False)
        ],
    }


def given_row(row: RawRow | None) -> Plain | None:
    """A raw row as a live page is given it."""
    if row is None:
        return None
    return {
        "scaling": row.scaling,
        "formula": None if row.formula is None else formula_json(row.formula),
        "words": list(row.words),
        "inputs": [_prepared(each) for each in row.inputs],
        "targets": [_prepared(each) for each in row.targets],
    }


def row_of(given: Mapping[str, Any] | None) -> RawRow | None:
    """The raw row that `given_row` wrote."""
    if given is None:
        return None
    formula, words = given["formula"], given["words"]
    return RawRow(
        inputs=tuple(_prepared_of(each) for each in given["inputs"]),
        scaling=given["scaling"],
        formula=None if formula is None else Written(formula["plain"], formula["latex"]),
        words=(words[0], words[1]),
        targets=tuple(_prepared_of(each) for each in given["targets"]),
    )


def _prepared_of(given: Mapping[str, Any]) -> Prepared:
    centre, scale = (None if given[name] is None else float(given[name]) for name in ("centre", "scale"))
    return Prepared(given["name"], given["raw"], float(given["number"]), centre, scale, float(given["value"]))


def _prepared(each: Prepared) -> Plain:
    return {
        "name": each.name,
        "raw": each.raw,
        "number": number(each.number),
        "centre": None if each.centre is None else number(each.centre),
        "scale": None if each.scale is None else number(each.scale),
        "value": number(each.value),
    }
