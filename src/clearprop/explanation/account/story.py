"""Story: a trace, and the pieces of blocks that every section is made of."""

from __future__ import annotations

from ..notation.sentences import Number, say
from ..trace.passes import Factor
from ..trace.record import Step
from ..trace.values import key_of
from .blocks import Operand, Title, Tone


class Story:
    """A trace that is being told. `fold` is how many rows a rendering shows of a matrix, None for all of them."""

    def __init__(self, trace: Step, fold: int | None) -> None:
        self.trace, self.fold = trace, fold
        self.symbols, self.own = trace.header.symbols, trace.header.own
        self.chain = trace.is_chain

    @property
    def alone(self) -> bool:
        """Whether the step is that of one point, so that its gradient is the whole one."""
        return self.trace.batch is None

    def first(self, many: int, shown: int) -> int:
        """How many of so many rows are told: the first ones only where matrices are folded too."""
        return many if self.fold is None else min(many, shown)

    def number_of(self, l: int) -> int:
        """The number that the notation gives a layer."""
        return self.symbols.notation.first_layer + l - 1

    def layer_title(self, l: int) -> Title:
        """A layer's number and its activation."""
        number = Number(self.number_of(l), "whole")
        return Title(say("Layer {l} · {f}", l=number, f=self.trace.forward[l].activation), "layer", "")

    def scalar(self, name: str, l: int) -> Number | None:
        """The number that a quantity is, in a chain of single neurons."""
        return Number(float(self.trace.values[key_of(name, l)].array[0, 0])) if self.chain else None

    def operand(self, sign: str, name: str, l: int, tone: Tone = "") -> Operand:
        """A quantity of the whole step with its value."""
        return Operand(sign, self.symbols.of(name, l), key_of(name, l), tone=tone)

    def gradient(self, sign: str, name: str, l: int, tone: Tone = "backward", key: str = "") -> Operand:
        """A derivative of the shown point's loss with its value, which may have a `key` of its own."""
        return Operand(sign, self.own.of(name, l), key or key_of(name, l), tone=tone)

    def factor(self, sign: str, factor: Factor, tone: Tone = "") -> Operand:
        """A factor as it stands in its product. The link to the weights is shown as what it is, A of the layer before."""
        key = key_of(factor.name, factor.l)
        symbol = self.own.of(factor.name, factor.l, transposed=factor.transposed)
        if factor.name == "dZ_dW":
            turned = factor.transposed != (self.trace.header.layout == "numerator")
            symbol = self.symbols.of(self.trace.taken(factor.l), factor.l - 1, transposed=turned)
        return Operand(sign, symbol, key, factor.transposed, tone=tone)

    def by_penalty(self, l: int) -> Operand:
        """What the penalty adds to dL/dW."""
        return Operand("+", self.symbols.of("dR_dW", l), key_of("dR_dW", l), role="penalty" if self.chain else "")
