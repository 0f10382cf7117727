"""An account in a terminal: how each kind of block is set there, and nothing of what it says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from typing import Any

from ...validation import whole_number
from ..account.blocks import Block, Boxed, Equation, Facts, List, Note, Operand, Product, Table, Title
from ..account.sections import FOLD, account_of, as_settable
from ..notation.sentences import Bars, Line, Number, Place, Sentence, in_digits, pieces, plain_place
from ..notation.symbols import shape_of
from ..trace.record import Step
from ..trace.values import Value
from .boxes import Box, beside, braced, flow, grid, paint, stack, word
from .matrices import bars, vector
from .terminal import INDENT, Term, Terminal

NARROW, WIDE, WIDEST = 60, 120, 1_000_000
COLUMNS = 12
"""Entries of a vector on one line."""
ROLE = 23
"""Columns for what an equation is, where its value stands on the same line."""
CANCELS = str.maketrans("⟨⟩", "«»")
"""What stands around what cancels. A stroke through a letter is a second character: many fonts draw it beside, as a minus."""

TOGETHER = {
    *((Title, kind) for kind in (Facts, Equation, Product, Table, List, Note)),
    *((Note, kind) for kind in (Equation, Product, List)),
    (Equation, Product),
    (Equation, List),
    (Product, Equation),
}
"""Kinds of blocks that stand below one another without an empty line between."""


def as_text(
    trace: Step,
    *,
    width: int | None = None,
    color: bool = False,
    digits: int = 4,
    fold: int | None = FOLD,
    sections: Sequence[str] | None = None,
) -> str:
    """The explanation, `width` columns wide (the terminal's, between 60 and 120, where it is None)."""
    digits, fold = as_settable(digits, fold)
    if width is None:
        width = min(max(shutil.get_terminal_size((100, 24)).columns, NARROW), WIDE)
    width = whole_number(width, NARROW, "width", most=WIDEST)
    setting = _Setting(Terminal(width, digits, trace.ranked, fold), trace)
    for block in account_of(trace, fold=fold, sections=sections):
        setting.set(block)
    return paint(setting.page.lines, color=color).strip("\n")


class _Setting:
    """Blocks being set on a page."""

    def __init__(self, page: Terminal, trace: Step) -> None:
        self.page, self.values = page, trace.values
        self.last: type = Title
        self.ways: dict[type, Callable[[Any], None]] = {
            Title: self._title,
            Facts: self._facts,
            Equation: self._equation,
            Product: self._product,
            Table: self._table,
            List: self._list,
            Note: self._note,
            Boxed: self._boxed,
        }

    def set(self, block: Block) -> None:
        """One block, an empty line before it where it is of another kind than the one before."""
        kind = type(block)
        if kind is not self.last and (self.last, kind) not in TOGETHER:
            self.page.blank()
        self.ways[kind](block)
        self.last = kind

    def sentence(self, sentence: Sentence) -> str:
        """Words, with what stands in their places."""
        return "".join(words + ("" if place is None else self._place(place)) for words, place in pieces(sentence))

    def _place(self, place: Place) -> str:
        if isinstance(place, Line):
            columns = None if self.page.fold is None else COLUMNS
            return vector(self.values[place.array].array, digits=self.page.digits, columns=columns)
        return self._strip(place) if isinstance(place, Bars) else plain_place(place, self.page.digits)

    def _strip(self, own: Bars) -> str:
        strip, room = bars(own.shares), self.page.width - 40
        return strip if len(strip) <= room or self.page.fold is None else strip[: room - 1] + "…"

    def _title(self, title: Title) -> None:
        text = self.sentence(title.text)
        if title.level == "section":
            self.page.title(text, title.tone)
            return
        self.page.blank()
        first, dot, rest = text.partition(" · ")
        self.page.line((first, "strong"), (dot + rest, ""))

    def _facts(self, facts: Facts) -> None:
        self.page.facts([(name, self.sentence(fact)) for name, fact in facts.rows])

    def _equation(self, own: Equation) -> None:
        """A formula on a line; one with a lead begins with that, and its reason is a paragraph below."""
        left = [own.left.plain] if own.left else []
        value = [in_digits(own.value, self.page.digits)] if own.value else []
        formula = " = ".join([*left, own.right.plain, *value])
        shapes = f"   {self.sentence(own.shapes)}" if own.shapes else ""
        behind = shapes + (f"   {own.source}" if own.source else "")
        reason = None if own.reason is None else self.sentence(own.reason)
        if not own.lead:
            self.page.line((formula, own.tone), (behind + (f"   {reason}" if reason else ""), "quiet"))
            return
        lead, indent = (own.lead + "   ", INDENT) if own.number is None else (own.lead.ljust(ROLE - 2), ROLE)
        if own.number is None:
            self.page.blank()
        self.page.line((lead, "strong"), (formula, own.tone), (behind, "quiet"))
        if reason:
            self.page.prose(reason, indent=indent)

    def _table(self, table: Table) -> None:
        self.page.blank()
        rows = [[self.sentence(cell) for cell in row] for row in (table.head, *table.rows)]
        self.page.table(rows, left=table.left, tones=table.tones)
        self.page.blank()

    def _list(self, own: List) -> None:
        for item in own.items:
            text = self.sentence(item.text)
            if item.formula is None:
                self.page.prose(f"· {text}", indent=INDENT)
                continue
            head = "  = " if item.formula.plain.startswith("= ") else "    "
            self.page.line(
                (head + item.formula.plain.removeprefix("= ").translate(CANCELS), "backward"),
                (f"   {text}", "quiet"),
                indent=INDENT,
            )
        if any(item.formula and "⟨" in item.formula.plain for item in own.items):
            self.page.prose("what stands in « » cancels", "quiet", indent=INDENT)

    def _note(self, note: Note) -> None:
        self.page.prose(self.sentence(note.text), note.tone)

    def _boxed(self, own: Boxed) -> None:
        self.page.framed(own.title, [self.sentence(line) for line in own.lines])

    def _product(self, own: Product) -> None:
        """Matrices side by side, symbols over braces, numbers in a column each, or all of it on one line."""
        if any(each.formula for each in own.operands):
            self._columns(own)
        elif any(each.role for each in own.operands):
            self._braces(own)
        elif own.scalar:
            self._on_a_line(own)
        else:
            self.page.equation(*(self._term(each) for each in own.operands))

    def _term(self, own: Operand) -> Term:
        if own.array is None:
            number = "" if own.number is None else in_digits(own.number, self.page.digits)
            return Term(own.sign, own.symbol.plain, number, own.tone)
        return Term(own.sign, own.symbol.plain, self._value(own), own.tone)

    def _value(self, own: Operand) -> Value:
        value = self.values[str(own.array)]
        return Value(value.array.T, value.columns, value.rows) if own.transposed else value

    def _number(self, own: Operand, *, factor: bool = True) -> str:
        """A single value, in brackets where it is negative and stands behind a sign."""
        number = own.number or Number(float(self.values[str(own.array)].array[0, 0]))
        return in_digits(
            Number(number.value, "factor") if factor and number.how == "value" else number, self.page.digits
        )

    def _on_a_line(self, own: Product) -> None:
        """A result, its formula and its numbers; what is no product or sum is several numbers, each after its symbol."""
        signs = [each.sign for each in own.operands]
        if "=" not in signs:
            said = [f"{each.symbol.plain} = {self._number(each, factor=False)}" for each in own.operands]
            self.page.line((", ".join(said), own.operands[0].tone))
            return
        at = 0 if signs[1] == "=" else signs.index("=")
        result, others = own.operands[at], [each for place, each in enumerate(own.operands) if place != at]
        names, numbers, after = "", "", others[1].sign if len(others) > 1 else "="
        for place, each in enumerate(others):
            sign = f" {each.sign} " if place and each.sign else ""
            names, numbers = (
                names + sign + each.symbol.plain,
                numbers + sign + self._number(each, factor=place > 0 or after in {"·", ""}),
            )
        self.page.line(
            (f"{result.symbol.plain} = {names} = {numbers} = ", ""),
            (self._number(result, factor=False), result.tone),
        )

    def _braces(self, own: Product) -> None:
        """Symbols, each over a brace with its role and shape; what is known as one over a brace of its own."""
        left, *factors = own.operands
        boxes = [self._over_role(each) for each in factors]
        if own.shared is not None:
            start, stop = own.shared.start - 1, own.shared.stop - 1
            label = self.sentence(own.shared.label)
            group = beside(_dotted(boxes[start:stop]))
            if group.width <= self.page.width - INDENT:
                whole = Box(braced(group, word(label, "shared")).lines, group.axis)
                boxes = [*boxes[:start], whole, *boxes[stop:]]
            else:
                self.page.prose(
                    f"the last factors are {label}" if start else f"the first factors are {label}", "shared"
                )
        self.page.boxes([beside([_fraction(left), word("=")]), *_dotted(boxes)])

    def _over_role(self, own: Operand) -> Box:
        body = _fraction(own)
        shape = [] if own.shape is None else [word(shape_of(own.shape), "quiet")]
        roles = [word(part, "quiet") for part in own.role.split(" ")]
        return Box(braced(body, *roles, *shape).lines, body.axis)

    def _columns(self, own: Product) -> None:
        """A column for each factor: symbol, role, formula, number; and the result below them."""
        result, *factors = own.operands
        terms = [[_signs(each.sign), self._column(each)] for each in factors]
        terms[0].insert(0, [_fraction(result), *[word("")] * 5])
        for row in flow([grid(term).width for term in terms], self.page.width - INDENT):
            self.page.box(grid([column for term in terms[row] for column in term]))
        self.page.line((f"{result.symbol.plain} = {self._number(result, factor=False)}", "backward"))

    def _column(self, own: Operand) -> list[Box]:
        first, _, rest = own.role.rpartition(" ")
        role = stack([word("╰─┬─╯", "quiet"), word(first, "quiet"), word(rest, "quiet")])
        formula = "" if own.formula is None else own.formula.plain
        bracketed = f"({formula})" if " " in formula else formula
        return [
            _fraction(own),
            role,
            word(""),
            word(bracketed, own.tone),
            word(""),
            word(self._number(own), own.tone),
        ]


def _signs(sign: str) -> list[Box]:
    fraction_height = Box((((" ", ""),), ((sign, ""),), ((" ", ""),)), 1)
    return [fraction_height, word(""), word(""), word(sign), word(""), word(sign)]


def _fraction(own: Operand) -> Box:
    """A derivative as a fraction of three lines; one line for a plain letter."""
    if own.symbol.parts is None:
        return word(own.symbol.plain, own.tone)
    top, bottom = (part.plain for part in own.symbol.parts)
    rule = "─" * max(len(top), len(bottom))
    return stack([word(top, own.tone), word(rule, own.tone), word(bottom, own.tone)], axis_of=1)


def _dotted(factors: Sequence[Box]) -> list[Box]:
    """Factors with a dot before each but the first."""
    return [factor if index == 0 else beside([word("·"), factor]) for index, factor in enumerate(factors)]
