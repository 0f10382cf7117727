"""How operators, numbers and arrays are written in Python with NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...formulas.catalogue import Array
from ...operators import Graph, Node
from .writing import (
    ARITHMETIC,
    ATOM,
    LOG1P_AND_MORE,
    NEGATION,
    PRODUCT,
    Form,
    Words,
    binary,
    no_form,
    shortest,
    wrapped,
)

_FUNCTIONS = {
    "Exp": "exp",
    "Log": "log",
    "Sqrt": "sqrt",
    "Tanh": "tanh",
    "Sin": "sin",
    "Cos": "cos",
    "Atan": "arctan",
    "Abs": "abs",
    "Sign": "sign",
    "Round": "rint",
    "Floor": "floor",
    "Max": "maximum",
    "Min": "minimum",
    "Pow": "power",
    "Where": "where",
    "IsNaN": "isnan",
    "Not": "logical_not",
    "And": "logical_and",
    "Or": "logical_or",
    **{operator: function.__name__ for function, operator in LOG1P_AND_MORE.items()},
}
_METHODS = {"ReduceSum": "sum", "ReduceMean": "mean", "ReduceMax": "max"}


class NumPyForms:
    """The words of NumPy, for numbers of one type."""

    def __init__(self, dtype: str, graph: Graph, calls: Sequence[str] = ()) -> None:
        self.dtype, self.graph, self.calls = dtype, graph, calls

    def form_of(self, node: Node) -> Form:
        """How an operator is written. CannotExpress for one without a word."""
        operator, operands = node.operator, ", ".join("{}" for _ in node.takes)
        if operator == "Where" and all(name in self.graph.constants for name in node.takes[1:]):
            return Form(f"np.where({{}}, {self.dtype}({{}}), {self.dtype}({{}}))")  # two plain numbers would be float64
        if operator in _FUNCTIONS:
            return Form(f"np.{_FUNCTIONS[operator]}({operands})")
        if operator in _METHODS:
            return Form(f"{{}}.{_METHODS[operator]}(axis=1, keepdims=True)", ATOM, (ATOM,))
        more = {
            "Cast": Form(f"{{}}.astype({self.dtype})", ATOM, (ATOM,)),
            "MatMul": binary("@", PRODUCT),
            "Concat": Form(f"np.concatenate([{operands}], axis=1)"),
            "ArgMax": Form("{}.argmax(axis=1)", ATOM, (ATOM,)),
            "Gather": Form("{}[:, {}]", ATOM, (ATOM, 0)),
            "LogSoftmax": Form("log_softmax_of({})"),
            **ARITHMETIC,
        }
        if operator == "Call":
            return Form(f"{self.calls[node.attributes['function']]}({operands})")
        if operator not in more:
            raise no_form("NumPy")(operator)
        return more[operator]

    def constant(self, value: Any) -> Words:
        """A number."""
        text = number_text(value)
        return Words(text, NEGATION if text.startswith("-") else ATOM)


def number_text(value: Any) -> str:
    """A number that reads back to the same."""
    if not np.isfinite(value):
        return "np.nan" if np.isnan(value) else "np.inf" if value > 0 else "-np.inf"
    text = shortest(value)
    return text.removesuffix(".0")


def array_text(values: Array, dtype: str) -> str:
    """An array (k,) or (m, k) of numbers of this type."""
    rows = values if values.ndim == 2 else values[None]
    lines = ["\n     ".join(wrapped([number_text(each) for each in row])) for row in rows]
    if values.ndim == 1:
        return f"np.array([{lines[0]}], {dtype})"
    inner = "".join(f"    [{line}],\n" for line in lines)
    return f"np.array([\n{inner}], {dtype})"


def texts_text(values: Array) -> str:
    """An array of texts, in ASCII."""
    return f"np.array([{', '.join(ascii(str(each)) for each in values)}])"


def places_text(index: Array) -> str:
    """Places of columns: a slice where they are neighbours."""
    if (np.diff(index) == 1).all():
        return f"{index[0]}:{index[-1] + 1}"
    return f"[{', '.join(str(int(each)) for each in index)}]"
