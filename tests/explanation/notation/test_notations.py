"""Notations: the same step in each of them, written as its books write it, with a symbol table; its numbers do not change."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from clearprop.explanation.notation.notations import MEANINGS
from clearprop.explanation.notation.symbols import Symbols, Written
from clearprop.explanation.notation.variables import in_letters
from clearprop.formulas import CATALOGUE

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


def test_the_newer_notes_write_g_for_the_output_everywhere():
    told = trace("dd")
    text, latex, document = told.text(120), told.latex(), json.dumps(told.to_dict(), ensure_ascii=False)
    for other in (text, latex, document):
        for mark in ("A²", "a²₁", "A^{2}", "a^{2}", "∂a²"):
            assert mark not in other, mark
    assert "∂L/∂g" in text
    assert "∂g/∂Z²" in text
    assert r"\partial \mathcal{L} / \partial g" in latex
    assert Symbols(NOTATIONS["dd"], L=2).entry("A", 2, (1,)).plain == "g₁"
    assert Symbols(NOTATIONS["mn"], L=2).of("A", 2).plain == "A²"
    found = cp.diagnose(NET, [[0.4, -1.2]], [[0.0, 1.0]], loss="nllm", dL_dA={2: [[3.0, 4.0]]})
    assert re.search("∂L/∂g[₁₂]", found.text(notation="dd"))


OWN_LETTERS = {"mn": ("a", "a", "L"), "dd": ("g", "a", "L"), "nielsen": ("a", "a", "C"), "pytorch": ("h", "h", "loss")}
"""What each notation writes for the output, for another activation, and for the loss."""


def variables_of(formula: str) -> set[str]:
    """The names in a formula in plain text."""
    return set(re.findall(r"[A-Za-zα-ω]+", formula))


@pytest.mark.parametrize("notation", list(NOTATIONS))
@pytest.mark.parametrize(
    ("output", "loss", "target"),
    [("sigmoid", "nll", [1.0, 0.0]), ("softmax", "nllm", [1.0, 0.0]), ("tanh", "square", [1.0, 0.5])],
)
def test_formulas_of_parts_are_in_the_letters_of_the_notation(notation, output, loss, target):
    net = cp.Network((2, 3, 2), ("sigmoid", output), seed=0)
    trace = cp.explain(net, [0.4, -1.2], target, loss, notation=notation)
    out, inside, of_loss = OWN_LETTERS[notation]
    last = trace.backward[2]
    formulas = [link.formula for link in last.links] + [trace.header.loss_formula, trace.forward[2].derivative]
    if last.shortcut is not None:
        formulas += [last.shortcut.formula, *(line.written for line in last.shortcut.derivation)]
        assert f"∂{of_loss}/∂z" in last.shortcut.derivation[0].written.plain
    for formula in formulas:
        assert out in variables_of(formula.plain), formula
        assert out == "a" or "a" not in variables_of(formula.plain), formula
        assert out in formula.latex.replace(r"\mathtt{h}", "h")
    assert variables_of(trace.backward[1].links[-1].formula.plain) == {"diag", inside}
    assert variables_of(trace.backward[1].weight_link.why.places["slope"].plain) >= {inside}


@pytest.mark.parametrize("kind", ["activation", "loss", "shortcut"])
def test_every_formula_of_the_catalogue_changes_its_variables_and_no_words(kind):
    symbols = Symbols(NOTATIONS["pytorch"], L=1)
    for part in CATALOGUE[kind].values():
        for plain, latex in ((part.formula, part.latex), (part.derivative, part.latex_derivative)):
            if not plain:
                continue
            written = in_letters(Written(plain, latex), symbols, 1)
            assert variables_of(written.plain) == {
                "h" if each == "a" else "loss" if each == "L" else each for each in variables_of(plain)
            }
            assert (
                written.latex.replace(r"\mathtt{h}", "a").replace(r"\mathtt{z}", "z").replace(r"\mathtt{y}", "y")
                == latex
            )


def test_the_newer_notes_check_shapes_in_a_box():
    told = trace("dd")
    box = told.text(120).partition("┌ shape check")[2].partition("└")[0]
    for line in (
        "∂L/∂Z²: (2 × 2) · (2 × 1) = 2 × 1, as Z²",
        "∂L/∂W²: (3 × 1) · (1 × 2) = 3 × 2, as W²",
        "W² is d₁ × d₂",
    ):
        assert line in box
    assert told.latex().count(r"\textbf{shape check}") == 2
    assert [len(layer["shape_check"]) for layer in told.to_dict()["backward"]] == [3, 3]
    assert "∂L/∂W²: (2 × 1) · (1 × 3) = 2 × 3, as (W²)ᵀ" in trace("dd", layout="numerator").text(120)
    for notation in ("mn", "nielsen", "pytorch"):
        assert "shape check" not in trace(notation).text()
        assert "shape check" not in trace(notation).latex()


@pytest.mark.parametrize("layout", ["denominator", "numerator"])
def test_the_newer_notes_begin_a_chain_of_single_neurons_at_the_weight(layout):
    chain = cp.Network((1, 1, 1), ("tanh", "sigmoid"), seed=0)
    told = {
        notation: cp.explain(chain, [0.4], [1.0], "square", notation=notation, layout=layout)
        for notation in ("mn", "dd")
    }
    orders = {}
    for notation, each in told.items():
        layer = each.backward[1]
        orders[notation] = [name for name, _ in layer.product], [factor.name for factor in layer.weights.factors]
        pieces = [piece["link"] for phase in each.to_dict()["phases"] if phase["kind"] == "gradient" and phase["l"] == 1
                  for piece in phase["chain"]["pieces"]]  # fmt: skip
        assert (pieces[0] == "dZ_dW:1") is (notation == "dd")
    assert orders["dd"] == tuple(each[::-1] for each in orders["mn"])
    text = told["dd"].text(sections=["backward"])
    assert "From the weight to the loss" in text
    assert "the last 2 factors are" in text
    assert "shape check" not in text
    np.testing.assert_array_equal(told["dd"].backward[1].dL_dW, told["mn"].backward[1].dL_dW)


@pytest.mark.parametrize("notation", list(NOTATIONS))
def test_the_symbol_table_has_every_quantity_and_is_printed(notation):
    table = Symbols(NOTATIONS[notation]).table()
    letters = NOTATIONS[notation].letters
    assert [name for name, *_ in table] == [name for name in MEANINGS if name != "output" or name in letters]
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
