"""How each value of a trace is written, by its id: a page reads every symbol here and makes none."""

from __future__ import annotations

from ..notation.symbols import Written
from ..trace.equations import batch_symbol
from ..trace.record import Step
from ..trace.values import key_of
from .json_values import Plain, formula_json

_DERIVED = ("slopes", "long_way", "wrong_dL_dW", "wrong_difference")
"""Values that are named in words, or that stand in a product which has their symbol."""


def symbols_part(trace: Step) -> Plain:
    """The symbol of each value, under the value's id; of the input, the loss and the step size, under layer 0."""
    found = {key_of(name, 0): trace.header.symbols.of(name) for name in ("X", "L", "eta")}
    for key in trace.values:
        symbol = _symbol(trace, *key.split(":"))
        if symbol is not None:
            found[key] = symbol
    return {key: formula_json(symbol) for key, symbol in found.items()}


def _symbol(trace: Step, name: str, layer: str) -> Written | None:
    """Of the whole step's loss what the step uses, and the batch; of the point's own loss all else."""
    whole, own, l = trace.header.symbols, trace.header.own, int(layer)
    if name.startswith("batch_"):
        return batch_symbol(trace, name.removeprefix("batch_"), l)
    if name in _DERIVED or name.startswith(("step_", "numeric_")) or name.endswith(("_before", "_after")):
        return None
    if name == "dL_dX" or name in _learnt(trace, l):
        return whole.of(name, l)
    if name == "point_dL_dW":  # without the penalty's part
        return trace.header.of_point.of("dL_dW", l)
    return own.of(name.removeprefix("point_"), l)


def _learnt(trace: Step, l: int) -> set[str]:
    """The gradients that the step of layer l uses."""
    others = trace.update[l].others if l in trace.update else ()
    return {f"dL_d{name}" for name in ("W", "W0", *(each.name for each in others))}
