"""Notations: the same step in each of them, written as its books write it, with a symbol table; its numbers do not change."""

from __future__ import annotations

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from clearprop.explanation.notation.notations import MEANINGS
from clearprop.explanation.notation.symbols import Symbols

NET = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0)


def trace(notation, **options):
    return cp.explain(NET, [0.4, -1.2], 1, notation=notation, **options)


@pytest.mark.parametrize(
    ("notation", "quantity", "plain"),
    [
        ("mn", ("W0", 2), "W₀²"),
        ("mn", ("dZ_dA", 2), "∂Z²/∂A¹"),
        ("dd", ("W", 1), "W¹"),
        ("nielsen", ("W", 1), "w²"),
        ("nielsen", ("W0", 1), "b²"),
        ("nielsen", ("A", 0), "a¹"),
        ("nielsen", ("dL_dZ", 2), "δ³"),
        ("nielsen", ("dL_dW", 1), "∂C/∂w²"),
        ("pytorch", ("W", 1), "layer1.weight"),
        ("pytorch", ("dL_dW0", 2), "layer2.bias.grad"),
        ("pytorch", ("dZ_dA", 2), "∂z2/∂h1"),
    ],
)
def test_a_quantity_is_written_as_the_notation_has_it(notation, quantity, plain):
    assert Symbols(NOTATIONS[notation]).of(*quantity).plain == plain


@pytest.mark.parametrize(
    ("notation", "entry", "plain"),
    [
        ("mn", ("W", 1, (2, 3)), "w¹₂₃"),
        ("mn", ("W", 1, (2, 13)), "w¹₂,₁₃"),
        ("mn", ("W0", 1, (3,)), "w₀¹₃"),
        ("nielsen", ("W", 1, (2, 3)), "w²₃₂"),
        ("pytorch", ("W", 1, (2, 3)), "layer1.weight[2, 1]"),
        ("pytorch", ("A", 1, (3,)), "h1[2]"),
    ],
)
def test_an_entry_is_counted_as_the_notation_counts(notation, entry, plain):
    assert Symbols(NOTATIONS[notation]).entry(*entry).plain == plain


@pytest.mark.parametrize("notation", list(NOTATIONS))
def test_the_symbol_table_has_every_quantity_and_is_printed(notation):
    table = Symbols(NOTATIONS[notation]).table()
    assert [name for name, *_ in table] == list(MEANINGS)
    text = trace(notation).text(120)
    for _, symbol, shape, _ in table:
        assert symbol.plain in text
        assert shape in text


def test_general_symbols_stand_for_any_layer():
    rows = {name: (symbol.plain, shape) for name, symbol, shape, _ in Symbols(NOTATIONS["dd"]).table()}
    assert rows["W"] == ("Wˡ", "dₗ₋₁ × dₗ")
    assert rows["dZ_dA"] == ("∂Zˡ/∂Aˡ⁻¹", "dₗ₋₁ × dₗ")
    nielsen = {name: (symbol.plain, shape) for name, symbol, shape, _ in Symbols(NOTATIONS["nielsen"]).table()}
    assert nielsen["W"] == ("wˡ", "nₗ × nₗ₋₁")
    assert nielsen["dL_dZ"] == ("δˡ", "nₗ × 1")


@pytest.mark.parametrize("notation", list(NOTATIONS))
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
def test_numbers_do_not_change_they_turn(notation, layout):
    ours, other = trace("mn"), trace(notation, layout=layout)
    out_in = NOTATIONS[notation].out_in
    for l in NET.layers:
        W, gradient = other.forward[l].W, other.backward[l].dL_dW
        assert ((ours.forward[l].W.T if out_in else ours.forward[l].W) == W).all()
        flip = out_in != (layout == "numerator")
        assert (gradient == (ours.backward[l].dL_dW.T if flip else ours.backward[l].dL_dW)).all()
        assert gradient.shape == (W.shape if layout == "denominator" else W.shape[::-1])
    assert other.header.loss_value == ours.header.loss_value


def test_nielsens_equations_are_his():
    text = trace("nielsen").text(120)
    assert "z² = w² a¹ + b²" in text
    assert "∂z³/∂a² = (w³)ᵀ" in text
    assert "∂C/∂b³ = δ³" in text
    assert "w² ← w² − η ∂C/∂w²" in text


def test_a_notation_of_your_own_is_data():
    import dataclasses

    mine = dataclasses.replace(
        NOTATIONS["mn"], name="mine", letters=NOTATIONS["mn"].letters | {"L": NOTATIONS["nielsen"].letters["L"]}
    )
    assert Symbols(mine).of("dL_dW", 1).plain == "∂C/∂W¹"


def test_scalars_have_small_letters_where_the_notation_has_them():
    text = cp.explain(cp.Network((1, 1), ("sigmoid",), seed=0), [1.0], 1, "nll").text(100)
    assert "∂L/∂w¹" in text
    assert "W¹" not in text
    assert np.isfinite(trace("mn").header.loss_value)
