"""Models of tables that exports are tested with: classes and values, columns of numbers and of text, names that are hostile."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import clearprop as cp
from clearprop.columns.texts import is_gap_mark
from clearprop.ensemble import networks_of

_RNG = np.random.default_rng(0)
_N = 90
_ISLAND = _RNG.choice(["Biscoe", "Dream", "Torgersen"], _N)
_BILL = _RNG.normal(44, 5, _N).round(1)
_MASS = _RNG.normal(4200, 800, _N).round()
_SPECIES = np.where(_BILL > 46, "Gentoo", np.where(_ISLAND == "Dream", "Chinstrap", "Adelie"))
BIRDS = {"bill": _BILL, "mass": _MASS, "island": _ISLAND}
HOSTILE = [
    'quote " and \\ backslash',
    "*/ int main(void) { return 1; } /*",
    "line\nend\r\n#include <nowhere.h>",
    "'); import os; os.system('true'); ('",
    '"""',
    "int",
    "lambda",
    "größe π \u202e turned",
    "??/",
    "{0} {name} %s %d",
    "-",
    "",
    "NAN",
    "a b",
    "a_b",
    "__import__('os')",
    "\\",
    "label",
    "x1",
    "value_1",
    "constant_30",
]
"""Names of columns and classes that would be code, or end a text or a comment, if they were not made safe."""

FITTED = (
    "classes of text",
    "classes of numbers",
    "values",
    "values of one column",
    "a spread too",
    "single precision",
    "margins of log softmax",
    "hostile names",
    "gaps and rare categories",
    "gaps, smoothly clipped",
    "several spellings",
    "several spellings, by their means",
    "mean of three networks",
    "mean of values in single precision",
    "mean of log softmax",
)

_LOG_SOFTMAX = {"loss": "nllm_log", "output_activation": "log_softmax"}
_CHOICES: dict[str, dict[str, Any]] = {
    "classes of numbers": {"normalization": "layer_norm"},
    "values": {"normalization": "batch_norm"},
    "values of one column": {"normalization": "batch_norm"},
    "a spread too": {"normalization": "batch_norm", "loss": "gaussian_nll"},
    "gaps, smoothly clipped": {"scaling": "smooth_clip"},
    "several spellings, by their means": {"kinds": {"island": "category(by='mean')"}},
    "single precision": {"dtype": "float32", "layers": "5:prelu,5:parametric(of=mish)"},
    "margins of log softmax": _LOG_SOFTMAX,
    "mean of three networks": {"ensemble": 3},
    "mean of values in single precision": {"ensemble": 2, "dtype": "float32"},
    "mean of log softmax": {"ensemble": 2, **_LOG_SOFTMAX},
}
_OF_VALUES = {"values", "values of one column", "a spread too", "mean of values in single precision"}


@cache
def fitted(name: str) -> tuple[cp.Model, cp.Table]:
    """A model and rows that it predicts."""
    columns: dict[str, Any] = dict(BIRDS)
    choices: dict[str, Any] = {"epochs": 20, "layers": "6:gelu,4:tanh", "test": 0.0} | _CHOICES.get(name, {})
    target: Any = 3 * _BILL + _MASS / 100 + _RNG.normal(size=_N) if name in _OF_VALUES else _SPECIES
    if name == "classes of numbers":
        target = np.where(_BILL > 44, 3, 7)
    if name == "values of one column":
        columns = {"bill": _BILL}
    if name in {"gaps and rare categories", "gaps, smoothly clipped"}:
        columns = {
            "bill": np.where(np.arange(_N) % 7, _BILL, np.nan),
            "whole": _MASS,
            "mass": np.where(np.arange(_N) % 5, _MASS, np.nan),
            "island": [None if i % 8 == 0 else f"rare {i}" if i % 3 == 0 else each for i, each in enumerate(_ISLAND)],
            "female": [bool(i % 3) for i in range(_N)],
        }
    if name.startswith("several spellings"):
        spelled = [each.upper() if i % 4 == 0 else f" {each}" if i % 9 == 0 else each for i, each in enumerate(_ISLAND)]
        columns, target = (
            {"bill": _BILL, "island": spelled},
            [str(each).title() if i % 3 else each for i, each in enumerate(_SPECIES)],
        )
    if name == "hostile names":
        columns = {each: _RNG.normal(size=_N) for each in HOSTILE[::2]}
        texts = [each for each in HOSTILE if not is_gap_mark(each)]
        columns |= {each: np.resize(np.roll(texts, -k)[:6], _N) for k, each in enumerate(HOSTILE[1::2])}
        target = np.array(HOSTILE[:3])[np.arange(_N) % 3]
    table = cp.Table.of({**columns, "the target": target})
    model = cp.fit(table, cp.Recipe(target="the target", **choices)).model
    return model, table.without(["the target"])


def bytes_of(function: cp.Network | cp.Ensemble) -> list[bytes]:
    """Every number of each network."""
    return [net.parameters.tobytes() + net.statistics.tobytes() for net in networks_of(function)]


def columns_of(table: cp.Table) -> dict[str, Any]:
    """The columns of a table as arrays, by name: NaN in the gaps of numbers, an empty text in those of texts."""
    made = {}
    for name in table.names:
        values = table.cells(name).values
        texts = values.dtype.kind in "UO" and any(isinstance(each, str) for each in values)
        made[name] = np.array(["" if each is None else each for each in values]) if texts else values.astype(float)
    return made
