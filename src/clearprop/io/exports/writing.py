"""Operators as lines of a program: one statement for a value that is used again, nested expressions for the others.

What differs between languages is a table: how each operator is written, and how tightly it binds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from ...operators import CannotExpress, Graph, Node

CHOICE, LOGIC, COMPARISON, SUM, PRODUCT, NEGATION, ATOM = 1, 2, 3, 4, 5, 6, 7
"""How tightly an expression binds; one that binds less than its place asks for gets parentheses."""
ACROSS = 116
"""Characters of a line of numbers."""
LONGEST = 88
"""An expression of more characters becomes a statement of its own."""
TRUTHS = frozenset(
    {"Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal", "IsNaN", "Not", "And", "Or"},
)
"""Operators that give true or false."""

LOG1P_AND_MORE = {
    np.log1p: "Log1p",
    np.expm1: "Expm1",
    np.hypot: "Hypot",
    np.exp2: "Exp2",
    np.log2: "Log2",
    np.log10: "Log10",
    np.cbrt: "Cbrt",
    np.sinh: "Sinh",
    np.cosh: "Cosh",
    np.tan: "Tan",
    np.arcsin: "Asin",
    np.arccos: "Acos",
    np.arcsinh: "Asinh",
    np.arccosh: "Acosh",
    np.arctanh: "Atanh",
    np.arctan2: "Atan2",
    np.ceil: "Ceil",
    np.trunc: "Trunc",
}
"""Functions that NumPy and C have, and ONNX, or its runtimes for double precision, have not."""


@dataclass(frozen=True)
class Words:
    """An expression, and how tightly it binds."""

    text: str
    level: int = ATOM

    def within(self, level: int) -> str:
        """The text for a place that asks for this level."""
        return self.text if self.level >= level else f"({self.text})"


@dataclass(frozen=True)
class Form:
    """How an operator is written: `{}` for each operand, its level, and the levels that operands need."""

    template: str
    level: int = ATOM
    needs: tuple[int, ...] = ()

    def filled(self, operands: list[Words]) -> Words:
        """With the operands in their places."""
        needs = self.needs or (0,) * len(operands)
        return Words(
            self.template.format(*(each.within(need) for each, need in zip(operands, needs, strict=True))), self.level
        )


class Forms(Protocol):
    """The words of a language."""

    def form_of(self, node: Node) -> Form:
        """How an operator is written."""

    def constant(self, value: Any) -> Words:
        """A number."""


def binary(sign: str, level: int, right: int | None = None) -> Form:
    """An operator between two operands. At the same level the right one gets parentheses: rounding depends on the order."""
    return Form(f"{{}} {sign} {{}}", level, (level, level + 1 if right is None else right))


ARITHMETIC = {
    "Add": binary("+", SUM),
    "Sub": binary("-", SUM),
    "Mul": binary("*", PRODUCT),
    "Div": binary("/", PRODUCT),
    "Neg": Form("-{}", NEGATION, (ATOM,)),
    "Less": binary("<", COMPARISON, SUM),
    "LessOrEqual": binary("<=", COMPARISON, SUM),
    "Greater": binary(">", COMPARISON, SUM),
    "GreaterOrEqual": binary(">=", COMPARISON, SUM),
    "Equal": binary("==", COMPARISON, SUM),
    "Identity": Form("{}", 0, (0,)),
}
"""What C and Python write alike. Comparisons are no operands of comparisons."""


def uses_of(graph: Graph) -> Counter[str]:
    """How often each value is used; an output counts as two, so that it has a name."""
    counted = Counter(name for node in graph.nodes for name in node.takes)
    counted.update(dict.fromkeys(graph.outputs, 2))
    return counted


@dataclass
class Lines:
    """Statements that compute the nodes they are given, one after the other."""

    form_of: Callable[[Node], Form]
    uses: Mapping[str, int]
    words: dict[str, Words]
    """How each value that is there already is written."""
    declared: Callable[[str, str, bool], str]
    """The statement that gives a name to a text; last, whether it is true or false."""
    names: Callable[[], str]
    """A name that is not in use yet."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Names that values are to have."""
    said: list[str] = field(default_factory=list)

    def put(self, node: Node) -> None:
        """Add a node, of operands whose words are known."""
        operands = [self.words[name] for name in node.takes]
        if node.operator == "Identity":
            self.words[node.gives] = operands[0]
        else:
            self.keep(node, self.form_of(node).filled(operands))
        if node.gives in self.titles:
            self.name(node, self.titles[node.gives])

    def keep(self, node: Node, made: Words) -> None:
        """What a node gives, as a statement if it is used again or is long, else inside the expression that uses it."""
        self.words[node.gives] = made
        again = self.uses[node.gives] > 1 and not made.text.isidentifier()
        if node.gives not in self.titles and (again or len(made.text) > LONGEST):
            self.name(node, self.names())

    def name(self, node: Node, name: str) -> None:
        """Write the statement that gives a value its name."""
        self.said.append(self.declared(name, self.words[node.gives].text, node.operator in TRUTHS))
        self.words[node.gives] = Words(name)


@dataclass(frozen=True)
class Statements:
    """Statements, and the expressions of what they compute."""

    said: list[str]
    results: list[Words]


def statements(
    graph: Graph,
    words: Mapping[str, Words],
    forms: Forms,
    declared: Callable[[str, str, bool], str],
    titles: Mapping[str, str] | None = None,
) -> Statements:
    """A graph as statements and expressions of its outputs. `words` has what the graph takes, and constants that are arrays."""
    uses = Counter(name for node in graph.nodes for name in node.takes) + Counter(graph.outputs)
    numbers = {name: forms.constant(each.ravel()[0]) for name, each in graph.constants.items() if name not in words}
    lines = Lines(forms.form_of, uses, {**numbers, **words}, declared, count_up("t"), titles or {})
    for node in graph.nodes:
        lines.put(node)
    return Statements(lines.said, [lines.words[name] for name in graph.outputs])


def count_up(prefix: str) -> Callable[[], str]:
    """t1, t2, ..."""
    made = iter(range(1, 1_000_000))
    return lambda: f"{prefix}{next(made)}"


def no_form(target: str) -> Callable[[Any], CannotExpress]:
    """The error for an operator that a language has no word for."""
    return lambda operator: CannotExpress(f"{target} has no word for the operator {operator}")


def wrapped(items: Sequence[str]) -> list[str]:
    """Items with commas between them, in lines that are not too long."""
    lines, line = [], ""
    for each in items:
        if line and len(line) + len(each) > ACROSS:
            lines.append(line.rstrip())
            line = ""
        line += f"{each}, "
    return [*lines, line.removesuffix(", ")]


def shortest(value: Any) -> str:
    """A finite number in the fewest digits that read back to it, in its own type; always with a point or an exponent."""
    text = (
        np.format_float_scientific(value, trim="-") if _is_far(value) else np.format_float_positional(value, trim="0")
    )
    return str(text)


def _is_far(value: Any) -> bool:
    return value != 0 and not 1e-4 <= abs(value) < 1e7
