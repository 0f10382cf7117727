"""Readers of what a trace writes: equations of matrices, parsed back from text for a terminal and from LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clearprop.formulas import Array

NUMBER = r"-?(?:\d+\.?\d*(?:e[+-]?\d+)?|inf|nan)"
SIGNS = "=·+⊙→←≈−"


@dataclass(frozen=True)
class Equation:
    """A matrix, and what it is said to be: sums of products, from left to right."""

    left: Array
    right: tuple[tuple[Array, ...], ...]
    """Terms, each a tuple of factors."""
    entrywise: bool
    """Whether factors are multiplied entry by entry."""

    @property
    def value(self) -> Array:
        """What stands to the right of the equality sign, worked out."""
        total = None
        for factors in self.right:
            product = factors[0]
            for factor in factors[1:]:
                product = product * factor if self.entrywise else product @ factor
            total = product if total is None else total + product
        assert total is not None
        return total


def _equation(tokens: list[str | Array]) -> Equation | None:
    """An equation from matrices and signs; None for what is no product or sum."""
    signs = [each for each in tokens if isinstance(each, str)]
    arrays = [each for each in tokens if not isinstance(each, str)]
    if len(tokens) < 3 or signs[:1] != ["="] or set(signs) - {"=", "·", "+", "⊙"} or signs.count("=") != 1:
        return None
    terms: list[list[Array]] = [[]]
    for sign, array in zip(signs, arrays[1:], strict=True):
        if sign == "+":
            terms.append([])
        terms[-1].append(array)
    return Equation(arrays[0], tuple(tuple(term) for term in terms), "⊙" in signs)


# ---- Text


def equations_in_text(text: str) -> Iterator[Equation]:
    """Every equation of matrices in a text that was written wide enough for each to stand on its own."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            block.append(line)
            continue
        try:
            equation = _equation(list(_tokens_of_block(block)))
        except ValueError:  # brackets around words
            equation = None
        block = []
        if equation is not None:
            yield equation


def _tokens_of_block(block: list[str]) -> Iterator[str | Array]:
    """Matrices and signs of one block, from left to right: those on the line where all matrices meet."""
    spans = dict(_matrices(block))
    for line in block:
        outside = line
        for start, end, _ in spans.values():
            outside = outside[:start] + " " * (end - start + 1) + outside[end + 1 :]
        if re.search(rf"(^|\s)[{SIGNS}](\s|$)", outside) and not re.search(r"[A-Za-z∂′]", outside):
            found: list[tuple[int, str | Array]] = [(start, array) for start, _, array in spans.values()]
            for each in re.finditer(rf"[{SIGNS}]|\(?{NUMBER}\)?", outside):
                sign = each.group() in SIGNS
                found.append((each.start(), each.group() if sign else np.array([[float(each.group().strip("()"))]])))
            yield from (token for _, token in sorted(found, key=lambda pair: pair[0]))
            return


def _matrices(block: list[str]) -> Iterator[tuple[tuple[int, int], tuple[int, int, Array]]]:
    """Each bracketed matrix: where it begins, its columns, its values."""
    for row, line in enumerate(block):
        for start, bracket in enumerate(line):
            if bracket != "⎡" and not line.startswith("[ ", start):  # "[" alone stands in a symbol, loss[2]
                continue
            end = line.index("⎤" if bracket == "⎡" else "]", start)
            rows = [line[start + 1 : end]]
            below = row + 1
            while bracket == "⎡" and block[below - 1][start] != "⎣":
                rows.append(block[below][start + 1 : end])
                below += 1
            yield (row, start), (start, end, np.array([[float(each) for each in cells.split()] for cells in rows]))


# ---- LaTeX


def equations_in_latex(latex: str) -> Iterator[Equation]:
    """Every equation of matrices in a fragment."""
    for display in re.findall(r"\\\[\\clearpropfit\{\$\\displaystyle (.*)\$\}\\\]", latex):
        try:
            equation = _equation(list(_tokens_of_latex(display)))
        except ValueError:  # braces under symbols
            equation = None
        if equation is not None:
            yield equation


def _tokens_of_latex(display: str) -> Iterator[str | Array]:
    signs = {
        "=": "=",
        r"\cdot": "·",
        "+": "+",
        r"\odot": "⊙",
        r"\longrightarrow": "→",
        r"\longleftarrow": "←",
        "-": "−",
    }
    place = 0
    while place < len(display):
        if display.startswith(r"\underbrace{", place):
            body, place = _braced(display, place + len(r"\underbrace"))
            yield _array(body)
            if display.startswith("_{", place):
                _, place = _braced(display, place + 1)
            continue
        sign = next((each for each in sorted(signs, key=len, reverse=True) if display.startswith(each, place)), None)
        if sign is not None:
            yield signs[sign]
        place += len(sign) if sign else 1


def _braced(text: str, start: int) -> tuple[str, int]:
    """What stands between the brace at `start` and its partner, and where it ends."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return text[start + 1 : place], place + 1
    raise AssertionError(f"no end to {text[start : start + 40]}")


def _array(body: str) -> Array:
    colored = re.fullmatch(r"\\clearprop[a-z]+\{(.*)\}", body)
    body = colored.group(1) if colored else body
    inside = re.fullmatch(r"\\left\[\\begin\{array\}\{r+\}(.*)\\end\{array\}\\right\]", body)
    cells = [row.split("&") for row in inside.group(1).split(r"\\")] if inside else [[body]]
    return np.array([[_number(each) for each in row] for row in cells])


def _number(written: str) -> float:
    plain = written.replace(r"\left(", "").replace(r"\right)", "").strip()
    plain = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", plain)
    return float({r"\infty": "inf", r"-\infty": "-inf", r"\mathrm{NaN}": "nan"}.get(plain, plain))
