"""The raw row behind a point that is explained: what each column had, and the numbers by which it became an input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..columns.cells import is_missing
from ..explanation import Prepared, RawRow
from ..explanation.notation.symbols import Written
from ..formulas.catalogue import Array
from .columns import as_table


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
    cells = np.asarray(X.toarray() if hasattr(X, "toarray") else as_table(X), dtype=object)[0].tolist()
    names = made.get("feature_names_in_", [f"x{j}" for j in range(1, len(cells) + 1)])
    columns = made.get("columns_")
    if columns is None:
        return [(str(name), _text(cell)) for name, cell in zip(names, cells, strict=True)]
    return [(f"{names[j]}{suffix}", _text(cells[j])) for j, suffix in columns.sources()]


def _text(cell: Any) -> str:
    """What a cell holds, as a reader writes it."""
    if is_missing(cell):
        return "a gap"
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, int | float | np.number):
        return str(cell)
    return f"{cell:.6g}"
