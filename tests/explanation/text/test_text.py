"""The text of a trace: every number of a small network, folded where it is large, in the width and colours asked for."""

from __future__ import annotations

import re

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation.notation.numbers import number
from clearprop.explanation.text.boxes import TONES
from clearprop.explanation.text.matrices import matrix, vector

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def trace_of(widths, activations, loss="nllm", y=1, **options):
    net = cp.Network(widths, activations, seed=3)
    x = np.random.default_rng(0).normal(size=widths[0])
    return cp.explain(net, x, y, loss, **options)


def lines_of(box):
    return ["".join(text for text, _ in line) for line in box.lines]


SMALL = ((2, 3, 2), ("tanh", "softmax"))
NETWORKS = [
    (SMALL, "nllm", 1),
    (((1, 1, 1), ("tanh", "sigmoid")), "nll", 1),
    (((3, 1), ("sigmoid",)), "nll", 1),
    (((1, 1, 1, 1, 1, 1), ("tanh", "relu", "sigmoid", "leaky_relu", "identity")), "square", 1.5),
    (((3, 4, 3, 4, 3, 2), ("tanh", "relu", "sigmoid", "leaky_relu", "identity")), "linear", [1.0, 2.0]),
    (((64, 32, 10), ("relu", "softmax")), "nllm", 3),
]


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
@pytest.mark.parametrize(("shape", "loss", "y"), NETWORKS)
def test_no_line_is_wider_than_the_terminal(shape, loss, y, layout, width):
    text = trace_of(*shape, loss, y, layout=layout, penalty="l2(strength=0.1)").text(width)
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("layout", ["denominator", "numerator"])
def test_a_small_network_shows_every_number_in_full(layout):
    trace = trace_of(*SMALL, layout=layout)
    text = trace.text(100, digits=5)
    assert "…" not in text
    shown = {round(float(found), 4) for found in re.findall(r"-?\d+\.\d+(?:e-\d+)?", text)}
    for layer in trace.backward.values():
        for values in (layer.dL_dW, layer.dL_dZ, *(link.value for link in layer.links)):
            assert {round(float(value), 4) for value in values.ravel() if value} <= shown


def test_every_link_has_its_role_formula_reason_and_shape():
    text = trace_of(*SMALL).text(100)
    for layer in trace_of(*SMALL).backward.values():
        for link in (*layer.links, layer.weight_link):
            assert link.role in text
            assert link.formula.plain in text
            assert link.reason.split(";")[0] in " ".join(text.split())
            assert " × ".join(map(str, link.value.shape)) in text


def test_a_large_network_is_folded_with_its_sizes():
    text = trace_of((784, 100, 10), ("relu", "softmax"), y=3).text(100)
    assert "784 × 100" in text
    assert "⋱" in text
    assert len(text.splitlines()) < 400


def test_numerator_layout_shows_links_transposed_and_products_reversed():
    denominator, numerator = (trace_of(*SMALL, layout=layout).text(100) for layout in ("denominator", "numerator"))
    assert "∂Z²/∂A¹ = W²   3 × 2" in denominator
    assert "∂Z²/∂A¹ = (W²)ᵀ   2 × 3" in numerator
    assert re.search(r"∂L +∂A¹ +∂Z² +∂A² +∂L", denominator)
    assert re.search(r"∂L +∂L +∂A² +∂Z² +∂A¹", numerator)


def test_notation_11_what_is_reused_is_named():
    assert "∂L/∂Z², reused from layer 2" in trace_of(*SMALL).text(100)


def test_7_30_a_chain_of_single_neurons_is_one_product_of_numbers():
    trace = trace_of((1, 1, 1), ("tanh", "sigmoid"), "nll")
    line = [line for line in trace.text(100, digits=9).splitlines() if line.strip().startswith("=")][-1]
    product = np.prod([float(each) for each in re.findall(r"-?\d+\.\d+", line)])
    assert product == pytest.approx(trace.backward[1].dL_dW[0, 0], rel=1e-7)  # nine digits of five factors
    assert "∂L/∂w¹" in trace.text(100)


def test_text_is_plain_unless_colours_are_asked_for():
    trace = trace_of(*SMALL)
    assert "\x1b" not in trace.text(100)
    coloured = trace.text(100, color=True)
    assert ANSI.sub("", coloured) == trace.text(100)
    for tone in ("forward", "backward", "shared"):
        assert f"\x1b[{TONES[tone]}m" in coloured


def test_no_line_ends_in_spaces():
    assert not re.search(r" $", trace_of(*SMALL).text(100), re.MULTILINE)


def test_the_width_is_the_terminals_by_default(monkeypatch):
    monkeypatch.setenv("COLUMNS", "71")
    assert max(map(len, trace_of(*SMALL).text().splitlines())) == 71


def test_a_width_too_small_to_read_is_refused():
    with pytest.raises(ValueError, match="width must be a whole number, 60 to 1000000; given 20"):
        trace_of(*SMALL).text(20)


# ---- Numbers and matrices


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-12.0, "-12"),
        (0.25, "0.2500"),
        (1e-7, "1.000e-07"),
        (1.23456789e9, "1.235e+09"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
    ],
)
def test_numbers_are_written_short_and_what_is_exactly_0_stands_out(value, written):
    assert number(value) == written


def test_columns_are_aligned_on_the_decimal_point():
    assert lines_of(matrix(np.array([[0.5, 10.25], [-12.125, 0.0]]))) == [
        "⎡   0.5000 10.2500 ⎤",
        "⎣ -12.1250  0      ⎦",
    ]


def test_small_gradients_keep_their_digits():
    assert lines_of(matrix(np.array([[0.00123456, 0.0005]]))) == ["[ 0.001235 0.000500 ]"]


def test_wide_matrices_keep_their_first_and_last_entries():
    folded = lines_of(matrix(np.arange(400.0).reshape(20, 20), columns=4))
    assert folded[0].split() == ["⎡", "0", "1", "…", "19", "⎤"]
    assert folded[3].split() == ["⎢", "⋮", "⋮", "⋱", "⋮", "⎥"]
    assert folded[-1].split() == ["⎣", "380", "381", "…", "399", "⎦"]


def test_a_scalar_stands_bare():
    assert lines_of(matrix(np.array([[0.5]]))) == ["0.5000"]
    assert vector(np.array([[0.5]])) == "0.5000"


def test_a_column_may_stand_on_a_line():
    assert vector(np.arange(20.0)[:, None], columns=5) == "(0, 1, …, 18, 19)"
