"""Readers that look for blocks in what a rendering wrote, one after the other. They know a rendering's marks, not its code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple

import numpy as np
import pytest

from clearprop.explanation.account.blocks import Block, Equation, Facts, List, Note, Operand, Product, Table, Title
from clearprop.explanation.latex.pieces import sentence as latex_words
from clearprop.explanation.notation.sentences import Bars, Line, Number, Sentence, Shape, count_of, pieces
from clearprop.explanation.notation.symbols import Written
from clearprop.explanation.trace.values import Values
from tests.explanation.reading import _matrices, _number, _tokens_of_latex

EXACT = {"value", "factor", "precise", "long"}


class Reader:
    """What a rendering wrote, read from the top; each block must stand behind the one before it."""

    flags = re.DOTALL

    def __init__(self, written: str, values: Values) -> None:
        self.written, self.values, self.at = self.plain(written), values, 0

    def find(self, block: Block) -> None:
        """The block; AssertionError where it is not there, or says another number."""
        looks = {Title: self.title, Equation: self.equation, Product: self.product}
        if type(block) in looks:
            looks[type(block)](block)
        for pattern, sentences in self.lines_of(block):
            self.seek(pattern, *sentences)

    def lines_of(self, block: Block) -> Iterator[tuple[str, list[Sentence]]]:
        """What is written of a block line by line, and whose numbers stand in each line."""
        if isinstance(block, Facts):
            yield from ((self.words(name) + self.between + self.pattern(fact), [fact]) for name, fact in block.rows)
        elif isinstance(block, Table):
            rows = (block.head, *block.rows)
            yield from ((self.between.join(self.pattern(cell) for cell in row), list(row)) for row in rows)
        elif isinstance(block, List):
            for item in block.items:
                formula = [self.formula(item.formula)] if item.formula else []
                yield self.between.join([*formula, self.pattern(item.text)]), [item.text]
        elif isinstance(block, Note):
            yield self.pattern(block.text), [block.text]

    def seek(self, pattern: str, *sentences: Sentence) -> re.Match[str]:
        """The next place where the pattern fits, with the numbers of these sentences in it."""
        found = re.compile(pattern, self.flags).search(self.written, self.at)
        near = self.written[self.at : self.at + 400]
        assert found, f"not there: {pattern}\nbehind: {near}"
        numbers = [place for each in sentences for _, place in pieces(each) if isinstance(place, Number)]
        for read, number in zip((each for each in found.groups() if each is not None), numbers, strict=True):
            self.same(read, number)
        self.at = found.end()
        return found

    def same(self, read: str, number: Number) -> None:
        """Whether a number reads back: with every digit where it is a value, as near as its kind writes it elsewhere."""
        value = self.number(read)
        if number.how in EXACT:
            assert value == number.value or (np.isnan(value) and np.isnan(number.value)), f"{read} is not {number}"
        elif number.how in {"percent", "fine percent"}:
            assert value / 100 == pytest.approx(number.value, abs=0.0051, nan_ok=True)
        else:
            assert value == pytest.approx(number.value, rel=0.06, nan_ok=True)

    def pattern(self, sentence: Sentence) -> str:
        """A sentence, its numbers as groups."""
        return "".join(
            self.words(words) + ("" if place is None else self.place(place)) for words, place in pieces(sentence)
        )

    def equation(self, own: Equation) -> None:
        sides = [self.words(own.lead)] if own.lead else []
        formula = [self.formula(own.left)] if own.left else []
        formula.append(self.formula(own.right))
        number = [self.digits] if own.value else []
        sides.append(self.equal.join([*formula, *number]))
        sides += [self.pattern(own.shapes)] if own.shapes else []
        sides += [self.words(own.source)] if own.source else []
        found = self.seek_with(self.between.join(sides), own.shapes, [own.value] if own.value else [])
        assert found
        if own.reason:
            self.seek(self.pattern(own.reason), own.reason)

    def seek_with(self, pattern: str, sentence: Sentence | None, numbers: list[Number]) -> bool:
        found = re.compile(pattern, self.flags).search(self.written, self.at)
        assert found, f"not there: {pattern}\nbehind: {self.written[self.at : self.at + 400]}"
        numbers += [place for _, place in pieces(sentence) if isinstance(place, Number)] if sentence else []
        for read, number in zip((each for each in found.groups() if each is not None), numbers, strict=True):
            self.same(read, number)
        self.at = found.end()
        return True

    def product(self, own: Product) -> None:
        """Symbols, roles and shapes in one piece of the writing, and the arrays in it, from left to right."""
        piece = self.next_piece(own)
        for operand in own.operands:
            for part in self.said_of(operand):
                assert part in piece, f"{part} is not in {piece}"
        if own.shared is not None:
            assert re.search(self.pattern(own.shared.label), piece, self.flags)
        expected = [self.array(each) for each in own.operands if each.array or each.number]
        found = self.arrays_in(piece, own)
        if own.scalar:
            assert {float(each.ravel()[0]) for each in expected} <= {float(each.ravel()[0]) for each in found}
            return
        assert len(found) == len(expected), piece
        for read, given in zip(found, expected, strict=True):
            np.testing.assert_array_equal(read, given)

    def array(self, operand: Operand) -> np.ndarray:
        if operand.array is None:
            assert operand.number is not None
            return np.array([[operand.number.value]])
        array = self.values[operand.array].array
        return array.T if operand.transposed else array


class TextReader(Reader):
    """A terminal's text, wide enough for each block to stand on lines of its own."""

    between, equal, digits = r"\s+(?:·\s+)?", r"\s+=\s+", r"\(?(-?[\d.,]+(?:e[+-]\d+)?|-?inf|nan)\)?"

    @staticmethod
    def plain(written: str) -> str:
        return written

    @staticmethod
    def number(read: str) -> float:
        return float(read.replace(",", ""))

    @staticmethod
    def words(words: str) -> str:
        return r"\s+".join(re.escape(each) for each in re.split(r"\s+", words))

    def place(self, place: object) -> str:
        if isinstance(place, Number):
            return self.digits + (r"(?:\s%)?" if "percent" in place.how else "")
        if isinstance(place, Written):
            return self.formula(place)
        if isinstance(place, Shape):
            return re.escape(" × ".join(map(str, place.of)))
        if isinstance(place, Line):
            flat = self.values[place.array].array.ravel()
            return r",\s".join(re.escape(_shortest(float(each))) for each in flat).join((r"\(?", r"\)?"))
        if isinstance(place, Bars):
            return r"[·▁▂▃▄▅▆▇█]+"
        return self.words(place if isinstance(place, str) else count_of(*astuple(place)))

    def formula(self, formula: Written) -> str:
        return self.words(formula.plain.replace("⟨", "«").replace("⟩", "»"))

    def title(self, title: Title) -> None:
        self.seek(self.pattern(title.text), title.text)

    def next_piece(self, own: Product) -> str:
        """From the line of its first symbol on, as far as its kind goes."""
        first = own.operands[0].symbol
        found = self.written.find(first.parts[0].plain if _fractions(own) and first.parts else first.plain, self.at)
        assert found >= 0, f"{first.plain} is not behind {self.written[self.at : self.at + 300]}"
        start = self.written.rindex("\n\n" if _fractions(own) else "\n", 0, found) + 1
        if own.scalar and not _fractions(own):
            end = self.written.index("\n", found)
        else:
            end = (self.written + "\n\n").index("\n\n", found)
            if own.scalar:  # symbols, formulas, numbers and the result stand in pieces of their own
                for _ in range(2):
                    end = self.written.index("\n\n", end + 2)
                end = (self.written + "\n").index("\n", end + 2)
        self.at = end
        return self.written[start:end]

    def said_of(self, operand: Operand) -> list[str]:
        """What must be said of an operand."""
        if operand.role:
            fraction = [part.plain for part in operand.symbol.parts] if operand.symbol.parts else [operand.symbol.plain]
            shape = [" × ".join(map(str, operand.shape))] if operand.shape else []
            return [*fraction, *operand.role.split(), *shape, *([operand.formula.plain] if operand.formula else [])]
        return [] if operand.symbol.parts and operand.array is None else [operand.symbol.plain]

    def arrays_in(self, piece: str, own: Product) -> list[np.ndarray]:
        if _fractions(own) and not own.scalar:
            return []
        if own.scalar:
            return [np.array([[float(each)]]) for each in re.findall(r"-?(?:\d+\.?\d*(?:e[+-]\d+)?|inf|nan)", piece)]
        lines = piece.splitlines()
        spans = dict(_matrices(lines))
        found = [(start, array) for start, _, array in spans.values()]
        for line in (each for each in lines if "×" not in each):
            outside = line
            for start, end, _ in spans.values():
                outside = outside[:start] + " " * (end - start + 1) + outside[end + 1 :]
            if re.fullmatch(
                r"[\s=·+⊙→←≈−,().\de\-infa]*\d[\s=·+⊙→←≈−,().\de\-infa]*|\s*\(?-?(?:inf|nan)\)?\s*", outside
            ):
                numbers = re.finditer(r"-?(?:\d+\.?\d*(?:e[+-]\d+)?|inf|nan)", outside)
                found += [(each.start(), np.array([[float(each.group())]])) for each in numbers]
        return [array for _, array in sorted(found, key=lambda pair: pair[0])]


class LatexReader(Reader):
    """A fragment of LaTeX, without the dollars in its sentences."""

    between = r"(?:\\q?quad|\\text(?=\{)|[\s&\\{}])*"
    equal, digits = (
        r"\s*&?=\s*",
        r"(?:\\left\()?(-?\d+(?:\{,\}\d+)*(?:\.\d+)?(?: \\cdot 10\^\{-?\d+\})?|-?\\infty|\\mathrm\{NaN\})(?:\\right\))?",
    )

    @staticmethod
    def plain(written: str) -> str:
        unmarked = re.sub(r"\\clearprop(?:back|forward|shared|quiet)(?=\{)", "", written.replace("$", ""))
        return re.sub(" {2,}", " ", unmarked.replace(r"\footnotesize ", ""))

    @staticmethod
    def number(read: str) -> float:
        return _number(read.replace("{,}", ""))

    @staticmethod
    def words(words: str) -> str:
        escaped = re.escape(latex_words(words).replace("$", "")).replace(r"\ ", " ")
        return re.sub(r" {2,}", lambda _: r"\s*(?:\\quad)?\s*", escaped)

    def place(self, place: object) -> str:
        if isinstance(place, Number):
            return self.digits + (r"(?:\\,\\%)?" if "percent" in place.how else "")
        if isinstance(place, Written):
            return self.formula(place)
        if isinstance(place, Shape):
            return re.escape(r" \times ".join(map(str, place.of)))
        if isinstance(place, Line):
            size = self.values[place.array].array.size
            return r"\(?" + ", ".join([self.digits.replace("(-?", "(?:-?", 1)] * size) + r"\)?"
        if isinstance(place, Bars):
            return r"(?:\\clearpropbar\{[\d.]+ex\})+"
        return self.words(place if isinstance(place, str) else count_of(*astuple(place)))

    def formula(self, formula: Written) -> str:
        either = {re.escape(each) for each in (formula.latex, formula.one_line)}
        pattern = "|".join(sorted(either))
        return f"(?:{pattern})".replace("=", r"&?=")

    def title(self, title: Title) -> None:
        first, dot, rest = title.text.words.partition(" · ")
        parts = [self.pattern(Sentence(words, title.text.places)) for words in ([first, rest] if dot else [first])]
        self.seek(r"\\clearprop(?:section|part)\{" + r"\} ".join(parts), title.text)

    def next_piece(self, own: Product) -> str:
        start = self.written.index(r"\[\clearpropfit{\displaystyle ", self.at)
        end = self.written.index(r"\]", start)
        if own.scalar and _fractions(own):
            for _ in range(2):
                end = self.written.index(r"\]", end + 2)
        self.at = end
        return self.written[start:end]

    def said_of(self, operand: Operand) -> list[str]:
        if operand.role:
            shape = [r" \times ".join(map(str, operand.shape))] if operand.shape else []
            return [operand.symbol.latex, operand.role, *shape, *([operand.formula.latex] if operand.formula else [])]
        return []

    def arrays_in(self, piece: str, own: Product) -> list[np.ndarray]:
        if _fractions(own) and not own.scalar:
            return []
        if own.scalar:
            return [np.array([[self.number(each)]]) for each in re.findall(self.digits, piece) if _is_number(each)]
        for operand in own.operands:
            assert operand.symbol.one_line in piece, operand.symbol
        return [
            each
            for each in _tokens_of_latex(piece.replace(r"\underbrace{{", r"\underbrace{\clearpropback{"))
            if not isinstance(each, str)
        ]


def _fractions(own: Product) -> bool:
    """Whether a product shows symbols over their roles."""
    return any(each.role for each in own.operands)


def _is_number(read: str) -> bool:
    try:
        _number(read.replace("{,}", ""))
    except ValueError:
        return False
    return True


def _shortest(value: float) -> str:
    """A number as it is written with every digit."""
    return f"{value + 0.0:g}" if not np.isfinite(value) or (value == int(value) and abs(value) < 10**6) else repr(value)


READERS = {"text": TextReader, "latex": LatexReader}
