"""Notations as data: how each of several books writes the same quantities, and on which side it keeps its weights.

A quantity is the code's name for it (`W0`, `dL_dZ`) and its layer, counted 1..L with the input as layer 0; so one trace can
be written in any notation. In a pattern, ˡ is the layer's number raised, ₗ lowered and # on the line; {l} is that of LaTeX.
A derivative that has no letter of its own is a fraction of those that have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...formulas.catalogue import require_choice


@dataclass(frozen=True)
class Letter:
    """How one quantity is written, in plain text and in LaTeX."""

    plain: str
    latex: str
    small: tuple[str, str] | None = None
    """The same, plain and LaTeX, where the quantity is a scalar."""
    shift: int = 0
    """Added to the layer's number: a width that is n of layer 2 may be m of layer 3."""


@dataclass(frozen=True)
class Notation:
    """One way of writing."""

    name: str
    title: str
    about: str
    letters: Mapping[str, Letter]
    general: str = "l"
    """What stands for a layer's number in general."""
    first_layer: int = 1
    """The number that the first layer of weights has."""
    out_in: bool = False
    """Whether W has a row for each output, the transpose of the notes' W."""
    from_zero: bool = False
    """Whether the entries of an array are counted from 0, and written in brackets."""
    weight_first: bool = False
    """Whether the chain of a network of single neurons begins with the link to the weight, as that of matrices does."""
    checks_shapes: bool = False
    """Whether a box checks the shapes of each product."""


_WIDTHS_MN = {"m": Letter("mˡ", "m^{l}"), "n": Letter("nˡ", "n^{l}")}

_NOTES = {
    "W": Letter("Wˡ", "W^{l}", ("wˡ", "w^{l}")),
    "W0": Letter("W₀ˡ", "W_0^{l}", ("w₀ˡ", "w_0^{l}")),
    "Z": Letter("Zˡ", "Z^{l}", ("zˡ", "z^{l}")),
    "A": Letter("Aˡ", "A^{l}", ("aˡ", "a^{l}")),
    "Z_hat": Letter("Ẑˡ", r"\hat{Z}^{l}", ("ẑˡ", r"\hat{z}^{l}")),
    "V": Letter("Vˡ", "V^{l}", ("vˡ", "v^{l}")),
    "A_taken": Letter("Ãˡ", r"\tilde{A}^{l}", ("ãˡ", r"\tilde{a}^{l}")),
    "mean": Letter("μˡ", r"\mu^{l}"),
    "variance": Letter("(σˡ)²", r"(\sigma^{l})^2"),
    "kept": Letter("Mˡ", "M^{l}"),
    "gain": Letter("gainˡ", r"\mathrm{gain}^{l}"),
    "shift": Letter("shiftˡ", r"\mathrm{shift}^{l}"),
    "alpha": Letter("αˡ", r"\alpha^{l}"),
    "X": Letter("x", "x"),
    "Y": Letter("y", "y"),
    "L": Letter("L", r"\mathcal{L}"),
    "R": Letter("R", "R"),
    "eta": Letter("η", r"\eta"),
}

NOTATIONS = {
    notation.name: notation
    for notation in (
        Notation(
            name="mn",
            title="the notes'",
            about="Wˡ is mˡ × nˡ, vectors are columns, layers count 1..L",
            letters=_NOTES | _WIDTHS_MN,
        ),
        Notation(
            name="dd",
            title="the course's newer",
            about=(
                "Wˡ is dₗ₋₁ × dₗ, vectors are columns, layers count 1..L; dₗ is the width of layer l, d₀ the input's; "
                "g is the output, Aᴸ; a weight's link comes first in its chain"
            ),
            letters=_NOTES
            | {"output": Letter("g", "g"), "m": Letter("dₗ", "d_{l}", shift=-1), "n": Letter("dₗ", "d_{l}")},
            weight_first=True,
            checks_shapes=True,
        ),
        Notation(
            name="nielsen",
            title="Nielsen's",
            about="wˡ has a row for each unit of layer l, so zˡ = wˡ aˡ⁻¹ + bˡ; δˡ is ∂C/∂zˡ; layer 1 is the input",
            letters={
                "W": Letter("wˡ", "w^{l}"),
                "W0": Letter("bˡ", "b^{l}"),
                "Z": Letter("zˡ", "z^{l}"),
                "A": Letter("aˡ", "a^{l}"),
                "Z_hat": Letter("ẑˡ", r"\hat{z}^{l}"),
                "V": Letter("vˡ", "v^{l}"),
                "A_taken": Letter("ãˡ", r"\tilde{a}^{l}"),
                "mean": Letter("μˡ", r"\mu^{l}"),
                "variance": Letter("(σˡ)²", r"(\sigma^{l})^2"),
                "kept": Letter("mˡ", "m^{l}"),
                "gain": Letter("γˡ", r"\gamma^{l}"),
                "shift": Letter("βˡ", r"\beta^{l}"),
                "alpha": Letter("αˡ", r"\alpha^{l}"),
                "X": Letter("x", "x"),
                "Y": Letter("y", "y"),
                "L": Letter("C", "C"),
                "R": Letter("R", "R"),
                "eta": Letter("η", r"\eta"),
                "dL_dZ": Letter("δˡ", r"\delta^{l}"),
                "m": Letter("nₗ", "n_{l}", shift=-1),
                "n": Letter("nₗ", "n_{l}"),
            },
            first_layer=2,
            out_in=True,
        ),
        Notation(
            name="pytorch",
            title="PyTorch's names",
            about=(
                "weight is out_features × in_features; what backward() leaves in .grad has its tensor's shape. "
                "PyTorch keeps points in rows, z = h @ weight.T + bias; here they stand as columns"
            ),
            letters={
                "W": Letter("layer#.weight", r"\mathtt{layer{l}.weight}"),
                "W0": Letter("layer#.bias", r"\mathtt{layer{l}.bias}"),
                "Z": Letter("z#", r"\mathtt{z{l}}"),
                "A": Letter("h#", r"\mathtt{h{l}}"),
                "Z_hat": Letter("z_hat#", r"\mathtt{z\_hat{l}}"),
                "V": Letter("v#", r"\mathtt{v{l}}"),
                "A_taken": Letter("dropped#", r"\mathtt{dropped{l}}"),
                "mean": Letter("mean#", r"\mathtt{mean{l}}"),
                "variance": Letter("var#", r"\mathtt{var{l}}"),
                "kept": Letter("mask#", r"\mathtt{mask{l}}"),
                "gain": Letter("norm#.weight", r"\mathtt{norm{l}.weight}"),
                "shift": Letter("norm#.bias", r"\mathtt{norm{l}.bias}"),
                "alpha": Letter("act#.weight", r"\mathtt{act{l}.weight}"),
                "X": Letter("x", r"\mathtt{x}"),
                "Y": Letter("y", r"\mathtt{y}"),
                "L": Letter("loss", r"\mathtt{loss}"),
                "R": Letter("penalty", r"\mathtt{penalty}"),
                "eta": Letter("lr", r"\mathtt{lr}"),
                "dL_dW": Letter("layer#.weight.grad", r"\mathtt{layer{l}.weight.grad}"),
                "dL_dW0": Letter("layer#.bias.grad", r"\mathtt{layer{l}.bias.grad}"),
                "dL_dZ": Letter("z#.grad", r"\mathtt{z{l}.grad}"),
                "dL_dA": Letter("h#.grad", r"\mathtt{h{l}.grad}"),
                "m": Letter("in", r"\mathtt{in}"),
                "n": Letter("out", r"\mathtt{out}"),
            },
            general="N",
            out_in=True,
            from_zero=True,
        ),
    )
}
"""Every notation by name; `mn`, that of the notes, is the one that is taken where none is asked for."""

MEANINGS = {
    "X": ("the input, which is A of layer 0", "m 1"),
    "Z": ("pre-activations of layer l", "n 1"),
    "A": ("activations of layer l", "n 1"),
    "output": ("the output of the network, A of layer L", ""),
    "W": ("weights of layer l", "m n"),
    "W0": ("biases (offsets) of layer l", "n 1"),
    "Y": ("the target", "n 1"),
    "L": ("the loss", ""),
    "R": ("the penalty", ""),
    "eta": ("the step size, at step t", ""),
    "dL_dA": ("how the loss changes with the activations", "n 1"),
    "dL_dZ": ("how the loss changes with the pre-activations: all links after layer l in one (Notation 11)", "n 1"),
    "dA_dZ": ("the link within layer l", "n n"),
    "dZ_dA": ("the link from layer l to the layer before it", "m n"),
    "dZ_dW": ("the link to the weights, written short", "m 1"),
    "dL_dW": ("the weight gradient", "m n"),
    "dL_dW0": ("the bias gradient", "n 1"),
}
"""What each quantity is and its shape in widths, denominator layout: the rows of the symbol table.

`output` is one where it has a letter of its own."""


def notation_called(given: str) -> Notation:
    """The notation of that name; ValueError with the nearest one where there is none."""
    require_choice(given, NOTATIONS, "notation")
    return NOTATIONS[given]
