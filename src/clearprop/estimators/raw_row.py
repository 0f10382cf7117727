"""The raw row behind a point that is explained: what each column had, and the numbers by which it became an input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from ..explanation import Prepared, RawRow
from ..explanation.notation.symbols import Written
from ..formulas.catalogue import Array


def raw_row(estimator: Any, X: Any, y: Array, x: Array, Y: Array) -> RawRow | None:
    """Of one row X (1, features) with target y (outputs,), which became x (m,) and Y (outputs,); None where it is x itself."""
    prepared = estimator.preparation_
    if prepared.columns is prepared.scaler is prepared.targets is None:
        return None
    encoded, scaler = np.ravel(prepared.encode(X)), prepared.scaler
    inputs = [
        Prepared(name, raw, float(number), *_centre_and_scale(scaler, i), float(value))
        for i, ((name, raw), number, value) in enumerate(zip(_sources(estimator, X), encoded, x, strict=True))
    ]
    targets = _targets(prepared.targets, y, Y) if prepared.targets is not None else ()
    if scaler is None:
        return RawRow(tuple(inputs), targets=targets)
    part = scaler.part
    formula = Written(part.formula, part.latex) if part.formula and part.latex else None
    return RawRow(tuple(inputs), str(part), formula, part.words, targets)


def _centre_and_scale(scaler: Any, i: int) -> tuple[float | None, float | None]:
    if scaler is None:
        return None, None
    factor = float(scaler.factor[i])
    return float(scaler.centre[i]), math.inf if factor == 0 else 1 / factor


def _targets(targets: Any, y: Array, Y: Array) -> tuple[Prepared, ...]:
    names = ["y"] if len(Y) == 1 else [f"y{k}" for k in range(1, len(Y) + 1)]
    numbers = zip(names, y.tolist(), targets.mean.tolist(), targets.scale.tolist(), Y.tolist(), strict=True)
    return tuple(
        Prepared(name, _text(raw), float(raw), mean, scale, value) for name, raw, mean, scale, value in numbers
    )


def _sources(estimator: Any, X: Any) -> list[tuple[str, str]]:
    """The name of each input, and what the row has where it is from."""
    made = vars(estimator)
    cells = np.asarray(X.toarray() if hasattr(X, "toarray") else X, dtype=object)[0].tolist()
    names = made.get("feature_names_in_", [f"x{j}" for j in range(1, len(cells) + 1)])
    columns = made.get("columns_")
    if columns is None:
        return [(str(name), _text(cell)) for name, cell in zip(names, cells, strict=True)]
    return [(says.format(names[j]), _text(cells[j])) for j, says in _inputs_of(columns)]


def _inputs_of(transformer: Any) -> list[tuple[int, str]]:
    """For each input, the column that it is from and what it says, with a place for the column's name."""
    found: list[tuple[int, str]] = []
    for name, by, columns in transformer.transformers_:
        if name not in {"numbers", "categories"} or not len(columns):
            continue
        encoder = by[-1] if isinstance(by, Pipeline) else by
        if hasattr(encoder, "categories_"):
            for j, categories in zip(columns, encoder.categories_, strict=True):
                found += [(int(j), "{} = " + str(each).replace("{", "{{").replace("}", "}}")) for each in categories]
        elif hasattr(encoder, "statistics_"):
            kept = np.flatnonzero(~np.isnan(encoder.statistics_.astype(float)))
            found += [(int(columns[j]), "{}") for j in kept]
            found += [(int(columns[j]), "{} is missing") for j in encoder.indicator_.features_]
        else:
            found += [(int(j), "{}") for j in columns]
    return found


def _text(cell: Any) -> str:
    """What a cell holds, as a reader writes it."""
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN, and pandas' NaT
        return "a gap"
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, int | float | np.number):
        return str(cell)
    return f"{cell:.6g}"
