"""What sections in LaTeX are written with: a trace's arrays and numbers under their symbols; it does not choose which."""

from __future__ import annotations

from ..trace.equations import shape
from ..trace.passes import Factor
from ..trace.record import Trace
from ..trace.values import Value, key_of
from .pieces import matrix, named, number, sentence


class Writer:
    """A trace being written, numbers to `digits` decimals and matrices of at most `fold` rows and columns."""

    def __init__(self, trace: Trace, digits: int, fold: int | None) -> None:
        self.trace, self.digits, self.fold = trace, digits, fold
        self.symbols = trace.header.symbols
        self.ranked = {l: list(units) for l, units in trace.ranked.items()}

    def value(self, value: Value, name: str, tone: str = "") -> str:
        """An array over a brace; a single number bare."""
        body, columns = matrix(value, self.ranked, digits=self.digits, fold=self.fold)
        if value.array.shape == (1, 1) and self.trace.is_chain:
            return body
        below = shape(value.array.shape) + (rf",\ \text{{columns }} {columns}" if columns else "")
        return named(body, name, below, tone)

    def quantity(self, name: str, l: int, tone: str = "", *, called: str | None = None) -> str:
        """A quantity of a layer, over its own symbol."""
        symbol = called if called is not None else self.symbols.inline(name, l)
        return self.value(self.trace.values[key_of(name, l)], symbol, tone)

    def factor(self, factor: Factor, key: str | None = None) -> str:
        """A factor as it stands in its product."""
        value = self.trace.values[key or key_of(factor.name, factor.l)]
        if factor.transposed:
            value = Value(value.array.T, value.columns, value.rows)
        return self.value(value, self.symbols.inline(factor.name, factor.l, transposed=factor.transposed))

    def num(self, value: float) -> str:
        """A number."""
        return number(value, self.digits)

    def number_of(self, l: int) -> int:
        """The number that the notation gives a layer."""
        return self.symbols.notation.first_layer + l - 1

    def layer_title(self, l: int) -> str:
        """A layer's number and activation."""
        return rf"\clearpropkeep\paragraph{{Layer {self.number_of(l)}}} {sentence(self.trace.forward[l].activation)}"
