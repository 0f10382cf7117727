"""How operators, numbers and arrays are written in C99, in float or double."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...formulas.catalogue import Array
from ...operators import Node
from .writing import ARITHMETIC, ATOM, CHOICE, COMPARISON, LOGIC, NEGATION, Form, Words, no_form, shortest, wrapped

_FUNCTIONS = {
    "Exp": "exp",
    "Log": "log",
    "Sqrt": "sqrt",
    "Tanh": "tanh",
    "Sin": "sin",
    "Cos": "cos",
    "Atan": "atan",
    "Abs": "fabs",
    "Round": "rint",
    "Floor": "floor",
    "Max": "fmax",
    "Min": "fmin",
    "Pow": "pow",
    "Log1p": "log1p",
    "Expm1": "expm1",
    "Hypot": "hypot",
    "Exp2": "exp2",
    "Log2": "log2",
    "Log10": "log10",
    "Cbrt": "cbrt",
    "Sinh": "sinh",
    "Cosh": "cosh",
    "Tan": "tan",
    "Asin": "asin",
    "Acos": "acos",
    "Asinh": "asinh",
    "Acosh": "acosh",
    "Atanh": "atanh",
    "Atan2": "atan2",
    "Ceil": "ceil",
    "Trunc": "trunc",
}
"""Functions of <math.h>, for double; those for float end in `f`."""
_OTHERS = ARITHMETIC | {
    "Where": Form("{} ? {} : {}", CHOICE, (LOGIC, LOGIC, LOGIC)),
    "Not": Form("!{}", NEGATION, (ATOM,)),
    "And": Form("{} && {}", LOGIC, (COMPARISON, COMPARISON)),
    "Or": Form("({} || {})", ATOM, (COMPARISON, COMPARISON)),
    "IsNaN": Form("isnan({}) != 0", COMPARISON),
}


@dataclass(frozen=True)
class CForms:
    """The words of C for numbers of one type, float32 or float64."""

    dtype: np.dtype[Any]
    calls: list[str] = field(default_factory=list)
    """The names of the functions that activations are."""

    @property
    def number(self) -> str:
        """The type."""
        return "float" if self.dtype == np.float32 else "double"

    @property
    def suffix(self) -> str:
        """What ends a constant, and the name of a function, of this type."""
        return "f" if self.dtype == np.float32 else ""

    def form_of(self, node: Node) -> Form:
        """How an operator is written. CannotExpress for one without a word."""
        if node.operator == "Cast":
            return Form(f"({self.number}){{}}", NEGATION, (ATOM,))
        if node.operator == "Sign":
            return Form(f"({self.number})(({{0}} > 0) - ({{0}} < 0))", NEGATION)
        if node.operator == "Call":
            operands = ", ".join("{}" for _ in node.takes)
            return Form(f"{self.calls[node.attributes['function']]}({operands})", ATOM)
        if node.operator in _FUNCTIONS:
            operands = ", ".join("{}" for _ in node.takes)
            return Form(f"{_FUNCTIONS[node.operator]}{self.suffix}({operands})", ATOM)
        if node.operator not in _OTHERS:
            raise no_form("C")(node.operator)
        return _OTHERS[node.operator]

    def declared(self, name: str, text: str, truth: bool) -> str:
        """The statement that names a value."""
        return f"const {'int' if truth else self.number} {name} = {text};"

    def constant(self, value: Any) -> Words:
        """A number."""
        given = self.dtype.type(value)
        if not np.isfinite(given):
            text = "NAN" if math.isnan(given) else "INFINITY" if given > 0 else "-INFINITY"
            return Words(text if self.suffix else f"({self.number}){text}", NEGATION)  # these macros are of type float
        text = shortest(given) + self.suffix
        return Words(text, NEGATION if text.startswith("-") else ATOM)

    def array(self, name: str, values: Array) -> list[str]:
        """A constant array (k,) or (m, k) of numbers, or of small whole numbers in the smallest type that holds them."""
        sizes = "".join(f"[{size}]" for size in values.shape)
        whole = values.dtype.kind in "iu"
        kind = ("signed char" if values.dtype == np.int8 else "int") if whole else self.number
        rows = values if values.ndim == 2 else values[None]
        written = [[str(each) if whole else self.constant(each).text for each in row.tolist()] for row in _typed(rows)]
        lines = ["\n  ".join(wrapped(row)) for row in written]
        body = [f"  {{{line}}}," if values.ndim == 2 else f"  {line}," for line in lines]
        return [f"static const {kind} {name}{sizes} = {{", *body, "};"]


def _typed(rows: Array) -> Array:
    """Rows whose `tolist` keeps the type of each number."""
    return rows.astype(object) if rows.dtype.kind == "f" and rows.dtype != np.float64 else rows
