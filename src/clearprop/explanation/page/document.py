"""A trace as a document: plain dictionaries, lists, text and numbers, the JSON that `trace.schema.json` describes.

Every array stands once, under `values`, and all else refers to it by its id.
"""

from __future__ import annotations

import numpy as np

from ...formulas.catalogue import Array
from ...validation import whole_number
from ..account.header import whole_loss
from ..notation.symbols import Symbols
from ..trace.around import Update
from ..trace.record import Step
from ..trace.values import KEPT, Folded, key_of
from .diagram import diagram_of
from .document_around import batch_part, check_part, cost_part, entry_part, health_part, lint_part, update_part
from .document_passes import backward_part, forward_part, link_part
from .document_row import row_part
from .document_symbols import symbols_part
from .growing import forks_of
from .json_values import CELLS, Plain, formula_json, number, picture_of, rows_of
from .phases import opening_of, phases_of
from .pseudocode import pseudocode_of
from .words import words

FORMAT, VERSION = "clearprop.trace", 1


def as_document(trace: Step, *, fold: int | None) -> Plain:
    """The whole trace; a layer wider than `fold` is shown by the units that matter most, every layer whole for None."""
    if fold is not None:
        fold = whole_number(fold, 1, "fold", "None for all units")
    return {
        "format": FORMAT,
        "version": VERSION,
        "header": _header(trace),
        "notation": _notation(trace.header.symbols),
        "row": row_part(trace, fold),
        "fold": _fold(trace, fold),
        "values": {key: _value(trace, key, fold) for key in trace.values},
        "symbols": symbols_part(trace),
        "forward": [forward_part(trace, layer, fold) for layer in trace.forward.values()],
        "links": {key_of(*key): link_part(trace, link) for key, link in trace.links.items()},
        "backward": [backward_part(trace, trace.backward[l]) for l in sorted(trace.backward, reverse=True)],
        "entries": [entry_part(entry) for entry in trace.entries],
        "update": update_part(trace),
        "check": check_part(trace),
        "cost": cost_part(trace),
        "health": health_part(trace, fold),
        "lints": [lint_part(each) for each in trace.lints],
        "batch": batch_part(trace),
        "opening": opening_of(trace),
        "phases": phases_of(trace),
        "forks": forks_of(trace),
        "pseudocode": pseudocode_of(trace),
        "words": words(),
        "diagram": diagram_of(trace),
    }


def _value(trace: Step, key: str, fold: int | None) -> Plain:
    value, folded = trace.values[key], trace.values.fold(key, fold, KEPT)
    plain: Plain = {
        "shape": list(value.array.shape),
        "units": [value.rows, value.columns],
        "values": rows_of(folded.array),
    }
    if folded.rows is not None or folded.columns is not None:
        plain |= _left_out(value.array, folded)
    return plain


def _left_out(array: Array, folded: Folded) -> Plain:
    """Which rows and columns are shown, counted from 0, and what can be said of the whole."""
    finite = array[np.isfinite(array)]
    return {
        "rows": None if folded.rows is None else list(folded.rows),
        "columns": None if folded.columns is None else list(folded.columns),
        "summary": {
            "norm": number(float(np.linalg.norm(array))),
            "smallest": number(float(finite.min(initial=np.inf))),
            "largest": number(float(finite.max(initial=-np.inf))),
            "mean": number(float(array.mean())),
            "zeros": int((array == 0).sum()),
        },
        "picture": picture_of(array, CELLS),
    }


def _header(trace: Step) -> Plain:
    header = trace.header
    right = None if header.label is None else header.label == header.predicted
    about = {
        "denominator": "∂v/∂u has a row for each u and a column for each v",
        "numerator": "∂v/∂u has a row for each v and a column for each u",
    }[header.layout]
    penalty = None
    if header.penalty is not None and header.penalty_formula is not None:
        formula = formula_json(header.penalty_formula)
        penalty = {"name": header.penalty, "formula": formula, "value": number(header.penalty_value)}
    return {
        "network": {
            "text": header.network,
            "widths": list(header.widths),
            "activations": list(header.activations),
            "dtype": header.dtype,
            "parameters": sum(_learnt(update) for update in trace.update.values()),
        },
        "point": header.point,
        "label": header.label,
        "predicted": header.predicted,
        "right": right,
        "probability": None if header.probability is None else number(header.probability),
        "classes": None if header.classes is None else list(header.classes),
        "loss": {
            "name": header.loss,
            "formula": formula_json(header.loss_formula),
            "symbol": formula_json(header.symbols.of("L")),
            "own": formula_json(header.own.of("L")),
            "point_letter": formula_json(header.point_letter),
            "of_point": number(header.point_loss),
            "value": number(header.loss_value),
            "whole": formula_json(whole_loss(trace)),
        },
        "penalty": penalty,
        "optimizer": header.optimizer,
        "t": header.t,
        "eta": number(header.eta),
        "schedule": header.schedule,
        "seed": header.seed,
        "layout": {"name": header.layout, "about": about},
        "scalar": trace.is_chain,
    }


def _learnt(update: Update) -> int:
    """How many numbers a layer learns."""
    return update.W.size + update.W0.size + sum(each.before.size for each in update.others)


def _notation(symbols: Symbols) -> Plain:
    notation = symbols.notation
    return {
        "name": notation.name,
        "title": notation.title,
        "about": notation.about,
        "weights": "outputs in rows" if notation.out_in else "inputs in rows",
        "first_layer": notation.first_layer,
        "symbols": [
            {"name": name, "symbol": formula_json(symbol), "shape": shape, "meaning": meaning}
            for name, symbol, shape, meaning in symbols.table()
        ],
    }


def _fold(trace: Step, fold: int | None) -> Plain:
    units = [
        None if fold is None or (kept := trace.values.kept(l, fold, KEPT)) is None else list(kept)
        for l in range(trace.L + 1)
    ]
    return {
        "folded": any(each is not None for each in units),
        "limit": fold,
        "kept": KEPT,
        "units": units,
        "about": f"a layer wider than {fold} units is shown by the {KEPT} that matter most at this point: "
        "the largest inputs, then the largest |∂ℒ/∂z|; norms, sums and checks are of the whole",
    }
