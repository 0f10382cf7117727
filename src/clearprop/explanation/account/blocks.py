"""Blocks: what an account is made of. They are data: ids of arrays, symbols, sentences with places; none is set yet.

A rendering says how each kind of block is set, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..notation.sentences import Number, Sentence
from ..notation.symbols import Written

Tone: TypeAlias = Literal["", "forward", "backward", "shared", "quiet", "strong"]


@dataclass(frozen=True)
class Title:
    """The heading of a section, of a layer in it, or of a part."""

    text: Sentence
    level: Literal["section", "layer", "part"] = "section"
    tone: Tone = "quiet"


@dataclass(frozen=True)
class Facts:
    """Names, and what each of them is."""

    rows: tuple[tuple[str, Sentence], ...]


@dataclass(frozen=True)
class Equation:
    """A formula in symbols, with what it is, the shapes in it, its source and its reason."""

    left: Written | None
    right: Written
    lead: str = ""
    """What it is: a link's role, the name of a rule."""
    number: Number | None = None
    """What it comes to, where that is a single number."""
    shapes: Sentence | None = None
    source: str = ""
    reason: Sentence | None = None
    tone: Tone = ""

    @property
    def value(self) -> Number | None:
        """The number, where the right side does not say it already."""
        return None if self.number is None or self.right.plain == f"{self.number.value:g}" else self.number


@dataclass(frozen=True)
class Operand:
    """One quantity in a product: the sign before it, its symbol, its value or what it is."""

    sign: str
    symbol: Written
    array: str | None = None
    """The id of its value; None where only the symbol is shown, or `number` is the value."""
    transposed: bool = False
    """Whether the array is to be turned to stand here."""
    number: Number | None = None
    role: str = ""
    """Its role in the chain rule; a symbol with a role stands over a brace."""
    formula: Written | None = None
    shape: tuple[int, ...] | None = None
    tone: Tone = ""


@dataclass(frozen=True)
class Shared:
    """Operands `start` to `stop`, without the latter, that are known as one."""

    start: int
    stop: int
    label: Sentence


@dataclass(frozen=True)
class Product:
    """Quantities in place, from left to right; products, sums, and what leads from one to the next."""

    operands: tuple[Operand, ...]
    scalar: bool = False
    """Whether every value is a single number, so that all of it fits on lines."""
    shared: Shared | None = None


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings. The first `left` columns begin together, the others end together."""

    head: tuple[Sentence, ...]
    rows: tuple[tuple[Sentence, ...], ...]
    left: int = 1
    tones: tuple[Tone, ...] = ()


@dataclass(frozen=True)
class Item:
    """One line of a list: a sentence, perhaps behind a formula that it is the reason of."""

    text: Sentence
    formula: Written | None = None


@dataclass(frozen=True)
class List:
    """Lines that belong together."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Note:
    """A sentence of its own."""

    text: Sentence
    tone: Tone = ""


@dataclass(frozen=True)
class Boxed:
    """Sentences in a frame with a title."""

    title: str
    lines: tuple[Sentence, ...]


Block: TypeAlias = Title | Facts | Equation | Product | Table | List | Note | Boxed


def table(
    head: Iterable[Sentence], rows: Iterable[Iterable[Sentence]], *, left: int = 1, tones: Iterable[Tone] = ()
) -> Table:
    """A table from any rows."""
    return Table(tuple(head), tuple(tuple(row) for row in rows), left, tuple(tones))
