"""How quantities are written: `dA_dZ` of layer 2 is ∂A²/∂Z². It names things and holds no values.

A quantity is the code's name for it and its layer, so that one trace can be written in any notation.
"""

from __future__ import annotations

from ..formulas.catalogue import nearest

NOTATIONS = {"mn": "Wˡ is mˡ × nˡ, vectors are columns, layers count 1..L"}
"""Each notation with what it settles. `mn` is that of the notes."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def require_notation(given: str) -> str:
    """`given`, where there is such a notation; ValueError with the nearest one otherwise."""
    if given not in NOTATIONS:
        raise ValueError(f"unknown notation {given!r}{nearest(str(given), list(NOTATIONS))}")
    return given


def raised(number: int) -> str:
    """A layer's number as a superscript."""
    return str(number).translate(_RAISED)


def lowered(number: int) -> str:
    """An index as a subscript."""
    return str(number).translate(_LOWERED)


def letter(name: str, l: int, *, scalar: bool = False) -> str:
    """`letter("W0", 2)` is W₀²; a scalar's letter is small, as in the notes. L, the loss, has no layer."""
    if name == "L":
        return "L"
    base = name[0].lower() if scalar else name[0]
    return base + ("₀" if name.endswith("0") else "") + raised(l)


def fraction(name: str, l: int, *, scalar: bool = False) -> tuple[str, str]:
    """Top and bottom of a derivative: `fraction("dZ_dA", 2)` is ("∂Z²", "∂A¹"), since layer 2 takes in A¹."""
    top, bottom = (part.removeprefix("d") for part in name.split("_"))
    below = l - 1 if name == "dZ_dA" else l
    return f"∂{letter(top, l, scalar=scalar)}", f"∂{letter(bottom, below, scalar=scalar)}"


def symbol(name: str, l: int, *, scalar: bool = False) -> str:
    """A letter or a derivative on one line.

    >>> symbol("dA_dZ", 2), symbol("dZ_dA", 2), symbol("W0", 1), symbol("dL_dW", 1, scalar=True)
    ('∂A²/∂Z²', '∂Z²/∂A¹', 'W₀¹', '∂L/∂w¹')
    """
    return "/".join(fraction(name, l, scalar=scalar)) if name.startswith("d") else letter(name, l, scalar=scalar)


def transposed(written: str) -> str:
    """The transpose: (W²)ᵀ, and Aᵀ for a plain letter."""
    return f"{written}ᵀ" if len(written) == 1 else f"({written})ᵀ"


def shape_of(shape: tuple[int, ...]) -> str:
    """`(3, 1)` as 3 × 1."""
    return " × ".join(map(str, shape))
