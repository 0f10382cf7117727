"""How quantities are written in a notation: `dA_dZ` of layer 2 is ∂A²/∂Z². It names things and holds no values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .notations import MEANINGS, NOTATIONS, Letter, Notation

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LOWERED = str.maketrans("0123456789-hijkmnoprstuv", "₀₁₂₃₄₅₆₇₈₉₋ₕᵢⱼₖₘₙₒₚᵣₛₜᵤᵥ")


@dataclass(frozen=True)
class Written:
    """One formula, in plain text and in LaTeX; of a fraction its two parts too."""

    plain: str
    latex: str
    inline: str = ""
    """The LaTeX on one line, with a slash, for where a fraction would be too small; `latex` itself where it is empty."""
    parts: tuple[Written, Written] | None = None
    """Top and bottom of a fraction."""

    @property
    def one_line(self) -> str:
        """LaTeX that is one line high."""
        return self.inline or self.latex

    def __add__(self, other: Written) -> Written:
        """One after the other."""
        return Written(f"{self.plain} {other.plain}", f"{self.latex} {other.latex}")


def raised(number: int) -> str:
    """A layer's number as a superscript."""
    return str(number).translate(_RAISED)


def lowered(number: int | str) -> str:
    """An index, a number or a letter, as a subscript."""
    return str(number).translate(_LOWERED)


@dataclass(frozen=True)
class Symbols:
    """A notation at work. `scalar` writes small letters, for networks in which every value is a scalar."""

    notation: Notation = NOTATIONS["mn"]
    scalar: bool = False
    point: int | str | None = None
    """Whose loss is meant: Lᵢ, that of point i of a batch, counted from 1 or a letter; None for the loss of the whole step."""
    L: int = 0
    """The number of layers, where the output of the last one may have a letter of its own; 0 where it is not known."""
    held: tuple[int, ...] = ()
    """The layers that are normalised with the batch's own mean and variance. A derivative of Lᵢ by a value that stands before
    one of them holds these two fixed, and says so."""
    _written: dict[str, Written] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was asked before: an account asks for each of its symbols some fifteen times."""

    def of(self, name: str, l: int = 0, *, transposed: bool = False) -> Written:
        r"""A letter or a derivative.

        >>> [Symbols().of(*each).plain for each in (("dA_dZ", 2), ("dZ_dA", 2), ("W0", 1))]
        ['∂A²/∂Z²', '∂Z²/∂A¹', 'W₀¹']
        >>> Symbols().of("dL_dW", 1).latex
        '\\frac{\\partial \\mathcal{L}}{\\partial W^{1}}'
        """
        key = f"{name}:{l}:{transposed}"
        if key not in self._written:
            whole = self.letter(name, l)
            if whole is None:
                whole = self._fraction(name, l)
            self._written[key] = transpose(whole) if transposed and not self.scalar else whole
        return self._written[key]

    def letter(self, name: str, l: int = 0) -> Written | None:
        """What the notation has one letter for; None for a derivative that is a fraction."""
        letter = self.letter_of(name, l)
        if letter is None or (self.point is not None and name.startswith("dL_d")):
            return None  # such a letter is of the whole loss, which the loss of one point is not
        return self._of_point(letter) if name == "L" else self._lettered(letter, l)

    def letter_of(self, name: str, l: int) -> Letter | None:
        """The notation's letter; the output's own, where it has one."""
        letters = self.notation.letters
        return letters.get("output" if name == "A" and l == self.L > 0 and "output" in letters else name)

    def loss_first(self, layout: str) -> bool:
        """Whether a chain begins at the loss. A number has no layout: then it is the notation that says so."""
        return not self.notation.weight_first if self.scalar else layout == "numerator"

    def parts(self, name: str, l: int) -> tuple[Written, Written]:
        """Top and bottom of a derivative: of `dZ_dA` of layer 2, ∂Z² and ∂A¹, since layer 2 takes in A¹."""
        top, bottom = name.removeprefix("d").split("_d")
        below = l - 1 if name.startswith(("dZ_dA", "dW_dA")) else l
        return _partial(self.of(top, l)), _partial(self.of(bottom, below))

    def holds(self, name: str, l: int) -> bool:
        """Whether a derivative takes the batch's mean and variance as fixed numbers, which they are not in the whole one."""
        if not name.startswith("dL_d"):
            return name in {"dZ_hat_dZ", "dA_dZ"} and l in self.held
        # Its Z stands before a layer's mean and variance, and all else of the layer behind them.
        first = l if name in {"dL_dZ", "dL_dW", "dL_dW0"} else l + 1
        return self.point is not None and any(first <= k for k in self.held)

    def _fraction(self, name: str, l: int) -> Written:
        return self._over(self.parts(name, l), held=self.holds(name, l))

    def _over(self, parts: tuple[Written, Written], *, held: bool) -> Written:
        top, bottom = parts
        plain, inline = f"{top.plain}/{bottom.plain}", f"{top.latex} / {bottom.latex}"
        latex = rf"\frac{{{top.latex}}}{{{bottom.latex}}}"
        if held:
            plain, inline, latex = plain + HELD.plain, inline + HELD.latex, rf"\left.{latex}\right{HELD.latex}"
            bottom = Written(bottom.plain + HELD.plain, bottom.latex)
        return Written(plain, latex, inline, (top, bottom))

    def _of_point(self, letter: Letter) -> Written:
        whole = self._lettered(letter, 0)
        if self.point is None:
            return whole
        if self.notation.from_zero:
            counted = self.point if isinstance(self.point, str) else self.point - 1
            return Written(f"{whole.plain}[{counted}]", f"{whole.latex}[{counted}]")
        return Written(f"{whole.plain}{lowered(self.point)}", f"{whole.latex}_{{{self.point}}}")

    def by_entry(self, name: str, l: int, indices: Sequence[int | str]) -> Written:
        """The derivative of the loss by one entry: ∂L/∂w¹₂₃."""
        top, bottom = _partial(self.of("L")), _partial(self.entry(name, l, indices))
        return self._over((top, bottom), held=self.holds(f"dL_d{name}", l))

    def entry(self, name: str, l: int, indices: Sequence[int | str]) -> Written:
        """One entry of an array: w¹₂₃; indices count from 1, input before output for a weight, and may be letters.

        >>> Symbols().entry("W", 1, (2, 3)).plain, Symbols().entry("W0", 1, ("k",)).latex
        ('w¹₂₃', 'w_{0,k}^{1}')
        """
        ordered = list(reversed(indices)) if name == "W" and self.notation.out_in else list(indices)
        letter = self.letter_of(name, l)
        assert letter is not None
        if self.notation.from_zero:
            counted = ", ".join(index if isinstance(index, str) else str(index - 1) for index in ordered)
            whole = self._lettered(letter, l)
            return Written(f"{whole.plain}[{counted}]", f"{whole.latex}_{{[{counted}]}}")
        small = letter.small or (letter.plain, letter.latex)
        base = self._lettered(Letter(*small, shift=letter.shift), l)
        comma = "," if any(isinstance(index, int) and index > 9 for index in ordered) else ""
        below, inside = comma.join(map(lowered, ordered)), comma.join(map(str, ordered))
        if "_0" in base.latex:
            return Written(base.plain + comma + below, base.latex.replace("_0", f"_{{0,{inside}}}"))
        return Written(base.plain + below, f"{base.latex}_{{{inside}}}")

    def _lettered(self, letter: Letter, l: int) -> Written:
        number = l + letter.shift + self.notation.first_layer - 1
        plain, latex = letter.small if self.scalar and letter.small else (letter.plain, letter.latex)
        plain = plain.replace("ˡ", raised(number)).replace("ₗ", lowered(number)).replace("#", str(number))
        return Written(plain, latex.replace("^{l}", f"^{{{number}}}").replace("{l}", f"{{{number}}}"))

    def general(self, name: str, *, back: int = 0) -> Written:
        """A symbol for layer l itself, with the letter l where a number would stand; for layer l - `back`, -1 to 1.

        >>> Symbols().general("dZ_dA", back=-1).plain
        '∂Zˡ⁺¹/∂Aˡ'
        """
        key = f"{name}:{back}"
        if key not in self._written:
            self._written[key] = self._general(name, back)
        return self._written[key]

    def _general(self, name: str, back: int) -> Written:
        number, l = 7070, self.notation.general  # a number that no symbol has otherwise
        whole = self.of(name, number - back - self.notation.first_layer + 1)
        plain, latex, inline = whole.plain, whole.latex, whole.inline
        for here, signs, inside in (
            (number, ("ˡ", "ₗ", l), l),
            (number - 1, ("ˡ⁻¹", "ₗ₋₁", f"({l}−1)"), f"{l}-1"),
            (number + 1, ("ˡ⁺¹", "ₗ₊₁", f"({l}+1)"), f"{l}+1"),
        ):
            for digits, sign in zip((raised(here), lowered(here), str(here)), signs, strict=True):
                plain = plain.replace(digits, sign)
            latex, inline = (each.replace(str(here), inside) for each in (latex, inline))
        return Written(plain, latex, inline)

    def table(self) -> list[tuple[str, Written, str, str]]:
        """The symbol table for a layer l of this notation: the code's name, symbol, shape in widths, meaning."""
        rows = []
        for name, (meaning, shape) in MEANINGS.items():
            if name == "output" and name not in self.notation.letters:
                continue
            width = self.of("m", 1).plain if name == "X" else ""
            sides = [width or self.general(side).plain if side != "1" else side for side in shape.split()]
            if name in {"W", "dL_dW"} and self.notation.out_in:
                sides.reverse()
            rows.append((name, self.general(name), " × ".join(sides), meaning))
        return rows


HELD = Written("|μσ²", r"|_{\mu,\sigma^2}")
"""Behind a derivative that takes mean and variance of the batch as fixed numbers."""


def _partial(of: Written) -> Written:
    return Written(f"∂{of.plain}", rf"\partial {of.latex}")


def transpose(written: Written) -> Written:
    """The transpose: (W²)ᵀ, and Aᵀ for a plain letter."""
    plain = f"{written.plain}ᵀ" if len(written.plain) == 1 else f"({written.plain})ᵀ"
    return Written(plain, rf"\left({written.latex}\right)^{{T}}", rf"({written.one_line})^{{T}}")


def shape_of(shape: Sequence[int]) -> str:
    """`(3, 1)` as 3 × 1."""
    return " × ".join(map(str, shape))


def upright(name: str) -> str:
    """A name for LaTeX."""
    return name.replace("_", r"\_")
