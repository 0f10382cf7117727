r"""An account in LaTeX: how each kind of block is set there, and nothing of what it says.

The result is a fragment for a text of one's own, a frame of beamer too, or a document that compiles as it is. A fragment needs
amsmath, xcolor, cancel and booktabs, and graphicx where wide equations are to be made smaller. It provides \clearpropback{...}
(gradients), \clearpropforward (values), \clearpropshared (what is used again), \clearpropquiet, \clearpropfit (text, as wide as
the line at most), \clearpropsection, \clearproppart, \clearpropkeep and \clearpropbar, so a text may define them first as it
likes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from ..account.blocks import Block, Boxed, Equation, Facts, List, Note, Operand, Product, Table, Title, Tone
from ..account.sections import FOLD, account_of, as_settable
from ..notation.sentences import Count, Line, Number, Place, Sentence, Shape, pieces, plain_place
from ..notation.symbols import Written
from ..trace.record import Step
from ..trace.values import Value
from .document import PROVIDED
from .pieces import bars, columns_that_fit, in_math, joined, matrix, named, row, sentence, shape, tabular

TONES: dict[Tone, str] = {"forward": "forward", "backward": "back", "shared": "shared", "quiet": "quiet"}
"""The macro of each tone."""
SIGNS = {
    "·": r"\cdot",
    "→": r"\;\longrightarrow\;",
    "←": r"\;\longleftarrow\;",
    "⊙": r"\odot",
    "−": "-",
    "≈": r"\approx",
    ",": r",\quad",
}


def as_latex(
    trace: Step,
    *,
    digits: int = 4,
    fold: int | None = FOLD,
    sections: Sequence[str] | None = None,
) -> str:
    """The explanation as a fragment; numbers to `digits` decimals (17: every digit), matrices of at most `fold` rows."""
    digits, fold = as_settable(digits, fold)
    parts = as_blocks(trace, account_of(trace, fold=fold, sections=sections), digits=digits, fold=fold)
    return PROVIDED + "\n\n".join(parts) + "\n"


def as_blocks(trace: Step, blocks: Iterable[Block], *, digits: int, fold: int | None) -> Iterator[str]:
    """Some blocks of an account, each set by itself."""
    return _Setting(trace, digits, fold).all(blocks)


class _Setting:
    """Blocks being set."""

    def __init__(self, trace: Step, digits: int, fold: int | None) -> None:
        self.values, self.digits, self.fold = trace.values, digits, fold
        self.ranked = {l: list(units) for l, units in trace.ranked.items()}
        self.ways: dict[type, Callable[[Any], str]] = {
            Title: self._title,
            Facts: self._facts,
            Equation: self._equation,
            Product: self._product,
            Table: self._table,
            List: self._list,
            Note: self._note,
            Boxed: self._boxed,
        }

    def all(self, blocks: Iterable[Block]) -> Iterator[str]:
        """Every block; formulas that follow one another are one display."""
        for formulas, run in groupby(blocks, lambda block: isinstance(block, Equation) and not block.lead):
            if formulas:
                yield display(stacked([self._formula(block) for block in run if isinstance(block, Equation)]))
            else:
                yield from map(self.set, run)

    def set(self, block: Block) -> str:
        """One block."""
        way = self.ways[type(block)]
        return way(block)

    def sentence(self, own: Sentence) -> str:
        """Words, with what stands in their places."""
        set_ = joined(sentence(words) + ("" if place is None else self._place(place)) for words, place in pieces(own))
        return _WIDE.sub(r"\\quad ", set_)

    def _place(self, place: Place) -> str:
        if isinstance(place, str | Count):
            return sentence(plain_place(place, self.digits))
        if isinstance(place, Written):
            return f"${place.one_line}$"
        if isinstance(place, Number):
            return f"${in_math(place, self.digits)}$"
        if isinstance(place, Line):
            return f"${row(self.values[place.array].array, digits=self.digits, fold=self.fold)}$"
        if isinstance(place, Shape):
            return f"${shape(place.of)}$"
        return bars(place.shares, fold=self.fold)

    def _title(self, title: Title) -> str:
        text = self.sentence(title.text)
        if title.level == "section":
            return rf"\clearpropkeep\clearpropsection{{{text}}}"
        first, dot, rest = text.partition(rf" {sentence('·')} ")
        return rf"\clearpropkeep\clearproppart{{{first}}} {rest}" if dot else rf"\clearpropkeep\clearproppart{{{text}}}"

    def _facts(self, facts: Facts) -> str:
        lines = [rf"\clearpropquiet{{{sentence(name)}}} & {self.sentence(fact)} \\" for name, fact in facts.rows]
        return "\n".join([r"\begin{tabular}{@{}lp{0.8\linewidth}@{}}", *lines, r"\end{tabular}"])

    def _equation(self, own: Equation) -> str:
        """A formula with a lead: a paragraph that begins with it, and the reason on the next line."""
        sides = [own.left.one_line] if own.left else []
        formula = coloured(" = ".join([*sides, own.right.one_line, *self._number_of(own)]), own.tone)
        lead = rf"\clearpropkeep\textbf{{{sentence(own.lead)}}}"
        said = r" \quad ".join([lead, f"${formula}$", *self._behind(own)])
        reason = "" if own.reason is None else self.sentence(own.reason)
        return said + (rf"\\ {reason}." if reason else "")

    def _formula(self, own: Equation) -> str:
        """A formula by itself, and what stands behind it."""
        sides = [own.left.latex] if own.left else []
        formula = coloured(" = ".join([*sides, own.right.latex, *self._number_of(own)]), own.tone)
        behind = self._behind(own)
        behind += [self.sentence(own.reason)] if own.reason else []
        return "".join([formula, *(rf" \qquad\text{{{each}}}" for each in behind)])

    def _number_of(self, own: Equation) -> list[str]:
        return [in_math(own.value, self.digits)] if own.value else []

    def _behind(self, own: Equation) -> list[str]:
        """Shapes and source."""
        shapes = [self.sentence(own.shapes)] if own.shapes else []
        return [*shapes, *([rf"\clearpropquiet{{{sentence(own.source)}}}"] if own.source else [])]

    def _table(self, table: Table) -> str:
        rows = [[self.sentence(cell) for cell in cells] for cells in (table.head, *table.rows)]
        places = "".join("l" if column < table.left else "r" for column in range(len(table.head)))
        return tabular(rows, places)

    def _list(self, own: List) -> str:
        if all(item.formula for item in own.items):
            lines = [self._derived(item.formula, self.sentence(item.text)) for item in own.items if item.formula]
            return display(r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}")
        items = [rf"\item {self.sentence(item.text)}" for item in own.items]
        return "\n".join([r"\begin{itemize}\setlength{\itemsep}{0pt}", *items, r"\end{itemize}"])

    def _derived(self, formula: Written, reason: str) -> str:
        """A line of a derivation, aligned at its equality sign."""
        left, _, right = formula.latex.partition("=")
        return rf"{left} &= {right} && \text{{\footnotesize {reason}}}"

    def _note(self, note: Note) -> str:
        text = self.sentence(note.text)
        if note.tone == "strong":
            return rf"\textbf{{{text}}}"
        return coloured(text, note.tone)

    def _boxed(self, own: Boxed) -> str:
        lines = [rf"\textbf{{{sentence(own.title)}}}", *(self.sentence(line) for line in own.lines)]
        inside = " \\\\ ".join(lines)
        return rf"\noindent\fbox{{\begin{{minipage}}{{0.94\linewidth}}{inside}\end{{minipage}}}}"

    def _product(self, own: Product) -> str:
        """Matrices in place, symbols over braces, or single numbers behind their symbols."""
        if any(each.formula for each in own.operands):
            return self._factors(own)
        if any(each.role for each in own.operands):
            return self._braces(own)
        if own.scalar:
            return self._on_a_line(own)
        values = [self._value(each) for each in own.operands]
        columns = columns_that_fit([value.array.shape[1] for value in values if value], self.fold)
        set_ = [self._matrix(each, value, columns) for each, value in zip(own.operands, values, strict=True)]
        return display(
            *(f"{SIGNS.get(each.sign, each.sign)} {body}" for each, body in zip(own.operands, set_, strict=True))
        )

    def _value(self, own: Operand) -> Value | None:
        """The array of an operand as it stands there."""
        if own.array is None:
            return None
        value = self.values[own.array]
        return Value(value.array.T, value.columns, value.rows) if own.transposed else value

    def _matrix(self, own: Operand, value: Value | None, most: int | None) -> str:
        """An array of at most so many columns over a brace with its name and shape, or a number over its symbol."""
        if value is None:
            number = "" if own.number is None else in_math(own.number, self.digits)
            return named(number, own.symbol.one_line)
        body, columns = matrix(value, self.ranked, digits=self.digits, rows=self.fold, columns=most)
        below = shape(value.array.shape) + (rf",\ \text{{columns }} {columns}" if columns else "")
        return named(coloured(body, own.tone), own.symbol.one_line, below)

    def _number(self, own: Operand, *, factor: bool = True) -> str:
        """A single value, in brackets where it is negative and stands behind a sign."""
        number = own.number or Number(float(self.values[str(own.array)].array[0, 0]))
        return in_math(Number(number.value, "factor") if factor and number.how == "value" else number, self.digits)

    def _on_a_line(self, own: Product) -> str:
        """A result, its formula and its numbers; what is no product or sum is several numbers, each after its symbol."""
        signs = [each.sign for each in own.operands]
        if "=" not in signs:
            said = (f"{each.symbol.latex} = {self._number(each, factor=False)}" for each in own.operands)
            return display(r",\quad ".join(said))
        at = 0 if signs[1] == "=" else signs.index("=")
        result, others = own.operands[at], [each for place, each in enumerate(own.operands) if place != at]
        signs = [SIGNS.get(each.sign, each.sign) if place else "" for place, each in enumerate(others)]
        names = " ".join(f"{sign} {each.symbol.latex}" for sign, each in zip(signs, others, strict=True))
        numbers = " ".join(f"{sign} {self._number(each)}" for sign, each in zip(signs, others, strict=True))
        value = coloured(self._number(result, factor=False), result.tone)
        return display(result.symbol.latex, "=", names, "=", numbers, "=", value)

    def _braces(self, own: Product) -> str:
        """Symbols, each over a brace with its role and shape; what is known as one over a brace of its own."""
        left, *factors = own.operands
        set_ = [self._over_role(each) for each in factors]
        if own.shared is not None:
            start, stop = own.shared.start - 1, own.shared.stop - 1
            label = rf"\text{{{self.sentence(own.shared.label)}}}"
            group = rf"\underbrace{{{_TIMES.join(set_[start:stop])}}}_{{{coloured(label, 'shared')}}}"
            set_ = [*set_[:start], group, *set_[stop:]]
        return display(left.symbol.latex, "=", _TIMES.join(set_))

    def _over_role(self, own: Operand) -> str:
        shaped = "" if own.shape is None else shape(own.shape)
        return named(coloured(own.symbol.latex, own.tone), rf"\text{{{own.role}}}", shaped)

    def _factors(self, own: Product) -> str:
        """Symbols over their roles, then formulas, then numbers, each row a product that comes to the result (7.18, 7.30)."""
        result, *factors = own.operands
        signs = ["" if not place else SIGNS.get(each.sign, each.sign) for place, each in enumerate(factors)]
        left = result.symbol.latex

        def rows(written: Callable[[Operand], str]) -> str:
            return " ".join(f"{sign} {written(each)}".strip() for sign, each in zip(signs, factors, strict=True))

        symbols = rows(self._over_role)
        formulas = rows(lambda each: rf"\left({(each.formula or each.symbol).latex}\right)")
        value = rf"\clearpropback{{{self._number(result, factor=False)}}}"
        numbers = display(left, "=", rows(self._number), "=", value)
        return f"{display(left, '=', symbols)}\n\n{display(left, '=', formulas)}\n\n{numbers}"


_TIMES = r" \cdot "
_WIDE = re.compile(" {2,}")
"""Several spaces, which LaTeX takes for one."""


def coloured(body: str, tone: Tone) -> str:
    """Something in its tone."""
    return rf"\clearprop{TONES[tone]}{{{body}}}" if tone in TONES else body


def stacked(formulas: Sequence[str]) -> str:
    """Formulas below one another."""
    below = r" \\[2pt] ".join(formulas)
    return below if len(formulas) == 1 else rf"\begin{{gathered}}{below}\end{{gathered}}"


def display(*terms: str) -> str:
    """An equation of its own, as wide as the page at most."""
    return r"\[\clearpropfit{$\displaystyle " + " ".join(term for term in terms if term) + r"$}\]"
