"""A trace as a document: plain dictionaries, lists, text and numbers, the JSON that `trace.schema.json` describes.

Every array stands once, under `values`, and all else refers to it by its id. Values that JSON has no number for are the
texts "inf", "-inf" and "nan".
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np

from ..formulas.catalogue import Array
from .phases import diagram_of, phases_of
from .reasons import linear
from .symbols import Symbols, Written, shape_of, transpose
from .trace import BackwardLayer, Entry, Factor, ForwardLayer, Link, Lint, Product, Trace
from .values import Folded, key_of
from .written import assembly, entry_by_entry, scaling, update_rule, weights_written, written_out

FORMAT, VERSION = "clearprop.trace", 1
KEPT = 16
"""Units of a folded layer that are shown."""
CELLS, FINE = 32, 16
"""Cells along a side of the picture of an array that is not shown whole, and of one of many such pictures."""

Plain: TypeAlias = dict[str, Any]


def as_document(trace: Trace, *, fold: int | None) -> Plain:
    """The whole trace; a layer wider than `fold` is shown by the units that matter most, every layer whole for None."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "header": _header(trace),
        "notation": _notation(trace.header.symbols),
        "fold": _fold(trace, fold),
        "values": {key: _value(trace, key, fold) for key in trace.values},
        "forward": [_forward(trace, layer, fold) for layer in trace.forward.values()],
        "links": {key_of(*key): _link(trace, link) for key, link in trace.links.items()},
        "backward": [_backward(trace, trace.backward[l]) for l in sorted(trace.backward, reverse=True)],
        "entries": [_entry(entry) for entry in trace.entries],
        "update": _update(trace),
        "check": _check(trace),
        "cost": _cost(trace),
        "health": _health(trace, fold),
        "lints": [_lint(each) for each in trace.lints],
        "batch": _batch(trace),
        "phases": phases_of(trace),
        "diagram": diagram_of(trace),
    }


def number(value: float) -> float | str:
    """A number as JSON has it."""
    plain = float(value)
    return plain if math.isfinite(plain) else str(plain)


def written(formula: Written) -> Plain:
    """A formula, plain and in LaTeX."""
    return {"plain": formula.plain, "latex": formula.latex}


def _rows(array: Array) -> list[list[float | str]]:
    rows: list[list[float | str]] = array.tolist()
    if not np.isfinite(array).all():
        rows = [[number(float(each)) for each in row] for row in rows]
    return rows


def _value(trace: Trace, key: str, fold: int | None) -> Plain:
    value, folded = trace.values[key], trace.values.fold(key, fold, KEPT)
    plain: Plain = {
        "shape": list(value.array.shape),
        "units": [value.rows, value.columns],
        "values": _rows(folded.array),
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


def array_document(array: Array, *, whole: bool, cells: int) -> Plain:
    """An array by itself: its shape, and every number of it or a picture."""
    plain: Plain = {"shape": list(array.shape)}
    return plain | ({"values": _rows(array)} if whole else {"picture": picture_of(array, cells)})


def picture_of(array: Array, most: int) -> Plain:
    """The whole array in so many cells a side: of each block its entry of the largest size, in hundredths of the largest."""
    rows, columns = (_edges(size, most) for size in array.shape)
    finite = np.nan_to_num(array, nan=0.0, posinf=0.0, neginf=0.0)
    high, low = (
        reduce.reduceat(reduce.reduceat(finite, rows, axis=0), columns, axis=1) for reduce in (np.maximum, np.minimum)
    )
    cells = np.where(high > -low, high, low)
    scale = float(abs(cells).max())
    return {"scale": number(scale), "cells": np.rint(100 * cells / (scale or 1.0)).astype(int).tolist()}


def _edges(size: int, most: int) -> Array:
    """Where each of at most so many equal blocks begins."""
    return np.linspace(0, size, min(size, most), endpoint=False).astype(int)


def _header(trace: Trace) -> Plain:
    header = trace.header
    right = None if header.label is None else header.label == header.predicted
    about = {
        "denominator": "∂v/∂u has a row for each u and a column for each v",
        "numerator": "∂v/∂u has a row for each v and a column for each u",
    }[header.layout]
    penalty = None
    if header.penalty is not None and header.penalty_formula is not None:
        formula = written(header.penalty_formula)
        penalty = {"name": header.penalty, "formula": formula, "value": number(header.penalty_value)}
    return {
        "network": {
            "text": header.network,
            "widths": list(header.widths),
            "activations": list(header.activations),
            "dtype": header.dtype,
            "parameters": sum((m + 1) * n for m, n in zip(header.widths, header.widths[1:], strict=False)),
        },
        "point": header.point,
        "label": header.label,
        "predicted": header.predicted,
        "right": right,
        "probability": None if header.probability is None else number(header.probability),
        "classes": None if header.classes is None else list(header.classes),
        "loss": {
            "name": header.loss,
            "formula": written(header.loss_formula),
            "symbol": written(header.symbols.of("L")),
            "of_point": number(header.point_loss),
            "value": number(header.loss_value),
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


def _notation(symbols: Symbols) -> Plain:
    notation = symbols.notation
    return {
        "name": notation.name,
        "title": notation.title,
        "about": notation.about,
        "weights": "outputs in rows" if notation.out_in else "inputs in rows",
        "first_layer": notation.first_layer,
        "symbols": [
            {"name": name, "symbol": written(symbol), "shape": shape, "meaning": meaning}
            for name, symbol, shape, meaning in symbols.table()
        ],
    }


def _fold(trace: Trace, fold: int | None) -> Plain:
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
        "the largest inputs, then the largest |∂L/∂z|; norms, sums and checks are of the whole",
    }


def _forward(trace: Trace, layer: ForwardLayer, fold: int | None) -> Plain:
    symbols, l = trace.header.symbols, layer.l
    m, n = trace.header.widths[l - 1 : l + 1]
    shapes = f"({n} × {m}) ({m} × 1) + ({n} × 1) = {n} × 1"
    if not symbols.notation.out_in:
        shapes = f"({m} × {n})ᵀ ({m} × 1) + ({n} × 1) = {n} × 1"
    taken = key_of("A_taken" if key_of("kept", l - 1) in trace.values else "A", l - 1)
    operands = [
        (key_of("W", l), not symbols.notation.out_in and not symbols.scalar),
        (taken, False),
        (key_of("W0", l), False),
    ]
    stages = [_stage(trace, "Z", l, linear(l, symbols, taken.partition(":")[0]), shapes, operands, "7.25")]
    into_f = "Z"
    if layer.normalized is not None:
        own, into_f = layer.normalized, "V"
        moments = [(key_of(name, l), False) for name in ("Z", "mean", "variance")]
        stages.append(_stage(trace, "Z_hat", l, own.formula, f"{n} × 1", moments, own.source))
        scaled = [(key_of(name, l), False) for name in ("gain", "Z_hat", "shift")]
        stages.append(_stage(trace, "V", l, scaling(symbols, l), f"{n} × 1", scaled, own.source))
    stages.append(_stage(trace, "A", l, layer.formula, f"{n} × 1", [(key_of(into_f, l), False)], layer.source))
    if layer.kept is not None:
        kept = Written("m a / (1 − rate)", r"\frac{m\, a}{1 - p}")
        both = [(key_of("kept", l), False), (key_of("A", l), False)]
        stages.append(_stage(trace, "A_taken", l, kept, f"{n} × 1", both, "dropout"))
    counts = {zone: sum(each.zone == zone for each in layer.zones) for zone in ("active", "dead", "saturated")}
    shown = trace.values.kept(l, fold, KEPT) if fold is not None else None
    return {
        "l": l,
        "number": symbols.notation.first_layer + l - 1,
        "activation": layer.activation,
        "formula": written(layer.formula),
        "derivative": written(layer.derivative),
        "elementwise": layer.elementwise,
        "stages": stages,
        "zone_counts": counts,
        "zones": [
            {
                "unit": zone.unit,
                "zone": zone.zone,
                "slope": number(zone.slope),
                "depth": number(zone.depth),
                "reason": zone.reason,
            }
            for zone in layer.zones
            if shown is None or zone.unit - 1 in shown
        ],
    }


def _stage(
    trace: Trace,
    name: str,
    l: int,
    formula: Written,
    shapes: str,
    operands: list[tuple[str, bool]],
    source: str,
) -> Plain:
    """One value of a layer: what it is computed from, and how."""
    return {
        "quantity": key_of(name, l),
        "symbol": written(trace.header.symbols.of(name, l)),
        "formula": written(formula),
        "shapes": shapes,
        "operands": [{"value": key, "transposed": transposed} for key, transposed in operands],
        "source": source,
    }


def _link(trace: Trace, link: Link) -> Plain:
    symbols = trace.header.symbols
    return {
        "name": link.name,
        "l": link.l,
        "role": link.role,
        "symbol": written(symbols.of(link.name, link.l)),
        "formula": written(link.formula),
        "shape": list(link.value.shape),
        "shape_text": shape_of(link.value.shape),
        "structure": link.structure,
        "value": key_of(link.name, link.l),
        "reason": link.reason,
        "source": link.source,
        "reused_by": list(link.reused_by),
    }


def _factor(trace: Trace, factor: Factor) -> Plain:
    name, l = factor.name, factor.l
    symbol = trace.header.symbols.of(name, l)
    return {
        "value": key_of(name, l),
        "link": key_of(name, l) if (name, l) in trace.links else None,
        "symbol": written(transpose(symbol) if factor.transposed else symbol),
        "transposed": factor.transposed,
        "shape": list(factor.value.shape),
    }


def _product(trace: Trace, product: Product, result: str) -> Plain:
    return {
        "result": result,
        "symbol": written(trace.header.symbols.of(product.name, product.l)),
        "factors": [_factor(trace, factor) for factor in product.factors],
        "written": written(assembly(trace, product)),
    }


def _backward(trace: Trace, layer: BackwardLayer) -> Plain:
    symbols, l = trace.header.symbols, layer.l
    new = {(link.name, link.l) for link in layer.links}
    elementwise = shortcut = None
    if layer.elementwise is not None:
        elementwise = {
            "slopes": key_of("slopes", l),
            "times": key_of("dL_dA", l),
            "result": key_of(layer.result, l),
            "difference": number(layer.elementwise.difference),
            "written": written(entry_by_entry(trace, l)),
        }
    if layer.shortcut is not None:
        own = layer.shortcut
        shortcut = {
            "name": own.name,
            "formula": written(own.formula),
            "result": key_of(layer.result, l),
            "long_way": key_of("long_way", l),
            "difference": None if own.difference is None else number(own.difference),
            "reason": own.reason,
            "derivation": [{"written": written(step.written), "reason": step.reason} for step in own.derivation],
        }
    return {
        "l": l,
        "product": {
            "result": key_of("dL_dZ", l),
            "factors": [{"link": key_of(*key), "new": key in new} for key in layer.product],
            "written": written(written_out(trace, layer)),
        },
        "compressed": None
        if l == trace.L
        else {
            "factors": len(layer.product) - 2,
            "value": key_of("dL_dZ", l + 1),
            "symbol": written(symbols.of("dL_dZ", l + 1)),
            "about": f"reused from layer {symbols.notation.first_layer + l} (Notation 11)",
        },
        "steps": [
            _product(trace, step, key_of("long_way" if layer.shortcut and step.name == layer.result else step.name, l))
            for step in layer.steps
        ],
        "elementwise": elementwise,
        "shortcut": shortcut,
        "weights": {
            **_product(trace, layer.weights, key_of("point_dL_dW", l)),
            "penalty": None if layer.dR_dW is None else key_of("dR_dW", l),
            "total": key_of("dL_dW", l),
            "written": written(weights_written(trace, layer)),
        },
        "bias": {
            "result": key_of("dL_dW0", l),
            "written": written(symbols.of("dL_dW0", l) + Written("=", "=") + symbols.of("dL_dZ", l)),
            "reason": "a bias adds to z as it is",
        },
    }


def _entry(entry: Entry) -> Plain:
    return {
        "name": entry.name,
        "l": entry.l,
        "indices": list(entry.indices),
        "symbol": written(entry.symbol),
        "derivative": written(entry.derivative),
        "formula": written(entry.formula),
        "value": number(entry.value),
        "paths": [
            {
                "units": [{"quantity": key_of(name, l), "unit": unit} for name, l, unit in path.units],
                "factors": [{"symbol": written(symbol), "value": number(value)} for symbol, value in path.factors],
                "product": number(path.product),
            }
            for path in entry.paths
        ],
        "count": entry.count,
        "rest": number(entry.rest),
        "shortcut": entry.shortcut,
    }


def _update(trace: Trace) -> Plain:
    rule = trace.rule

    def layer(l: int) -> Plain:
        update = trace.update[l]
        return {
            "l": l,
            "W": {"before": key_of("W", l), "gradient": key_of("step_dW", l), "after": key_of("W_after", l)},
            "W0": {"before": key_of("W0", l), "gradient": key_of("step_dW0", l), "after": key_of("W0_after", l)},
            "others": [
                {
                    "name": each.name,
                    "before": key_of(each.name, l),
                    "gradient": key_of(f"step_d{each.name}", l),
                    "after": key_of(f"{each.name}_after", l),
                }
                for each in update.others
            ],
            "written": [written(each) for each in update_rule(trace, l)],
            "state": [
                {
                    "name": each.name,
                    "before": key_of(f"{each.name}_before", l),
                    "after": key_of(f"{each.name}_after", l),
                }
                for each in update.state
            ],
        }

    return {
        "rule": {"name": rule.name, "formula": written(rule.formula), "plain": rule.plain, "about": rule.about},
        "eta": number(trace.header.eta),
        "t": trace.header.t,
        "loss_before": number(trace.header.loss_value),
        "loss_after": number(rule.loss_after),
        "layers": [layer(l) for l in trace.update],
        "what_if": [
            {
                "l": l,
                "wrong": key_of("wrong_dL_dW", l),
                "difference": key_of("wrong_difference", l),
                "relative": number(each.relative),
                "reason": each.reason,
            }
            for l, each in trace.what_if.items()
        ],
    }


def _check(trace: Trace) -> Plain | None:
    check = trace.check
    if check is None:
        return None
    return {
        "ok": check.ok,
        "method": check.method,
        "because": check.because,
        "tolerance": number(check.tolerance),
        "max_error": number(check.max_error),
        "verdict": check.verdict,
        "caveats": list(check.caveats),
        "arrays": [
            {
                "l": each.l,
                "given": key_of(each.name, each.l),
                "numeric": key_of(f"numeric_{each.name}", each.l),
                "checked": each.checked,
                "at_kink": each.at_kink,
                "size": each.size,
                "error": number(each.error),
            }
            for each in check.arrays
        ],
    }


def _cost(trace: Trace) -> Plain:
    cost = trace.cost
    own = ("from_loss", "to_loss", "reused")
    return {
        "layers": [{"l": each.l, **{name: getattr(each, name) for name in own}} for each in cost.layers],
        **{name: getattr(cost, name) for name in (*own, "forward", "weights")},
        "reason": cost.reason,
    }


def _health(trace: Trace, fold: int | None) -> list[Plain]:
    own = ("dL_dA", "dL_dZ", "dL_dW", "dL_dW0", "W", "change", "ratio", "blame")

    def units(l: int, shares: Iterable[float]) -> list[Plain]:
        shown = trace.values.kept(l, fold, KEPT) if fold is not None else None
        return [
            {"unit": unit, "blame": number(share)}
            for unit, share in enumerate(shares, 1)
            if shown is None or unit - 1 in shown
        ]

    return [
        {
            "l": l,
            **{name: number(getattr(each, name)) for name in own},
            "units": units(l, each.units),
            "verdict": each.verdict,
        }
        for l, each in trace.health.items()
    ]


def _lint(lint: Lint) -> Plain:
    return {
        "code": lint.code,
        "severity": lint.severity,
        "l": lint.l,
        "units": list(lint.units),
        "message": lint.message,
        "remedy": lint.remedy,
        "measured": {name: number(value) for name, value in lint.measured.items()},
    }


def _batch(trace: Trace) -> Plain | None:
    batch = trace.batch
    if batch is None:
        return None
    keys = {"A": "batch_A", "dL_dZ": "batch_dL_dZ"}
    return {
        "size": batch.size,
        "at": batch.at,
        "losses": [number(each) for each in batch.losses],
        "shares": [number(each) for each in batch.shares],
        "layers": [
            {
                "l": l,
                "factors": [
                    {
                        "value": key_of(keys[factor.name], factor.l),
                        "transposed": factor.transposed,
                        "shape": list(factor.value.shape),
                    }
                    for factor in layer.weights.factors
                ],
                "penalty": None if trace.backward[l].dR_dW is None else key_of("dR_dW", l),
                "result": key_of("dL_dW", l),
                "norms": [number(each) for each in layer.norms],
            }
            for l, layer in batch.layers.items()
        ],
    }
