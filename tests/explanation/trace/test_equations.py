"""Formulas of a step: the shapes written under factors conform, and a factor that is turned is written turned."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from clearprop.explanation.trace.equations import factor_formula, factor_symbol, written_out

WAYS = list(itertools.product(("denominator", "numerator"), NOTATIONS))


def deep(**options):
    net = cp.Network((2, 3, 4, 2), ("relu", "tanh", "identity"), seed=1)
    return cp.explain(net, [0.4, -1.2], [0.3, 0.8], loss="square", check=False, **options)


def mixing(**options):
    net = cp.Network((3, 4, 2), ("softmax", "sigmoid"), seed=1)
    return cp.explain(net, [0.4, -1.2, 0.1], [0.3, 0.8], loss="square", check=False, **options)


def normalised_with_dropout(**options):
    net = cp.Network((2, 3, 4, 2), ("tanh", "relu", "softmax"), seed=2, normalization=("layer_norm", None, None))
    factors = {0: [[2.0, 1.0]], 1: [[2.0, 0.0, 2.0]]}
    return cp.explain(net, [0.4, -1.2], [0.0, 1.0], loss="nllm", factors=factors, check=False, **options)


def single(**options):
    return cp.explain(cp.Network((3, 2), ("softmax",), seed=0), [0.4, -1.2, 0.1], 1, check=False, **options)


MAKERS = [deep, mixing, normalised_with_dropout, single]


def multiplied(shapes):
    """The shape of a product of matrices of these shapes."""
    for (_, left), (right, _) in itertools.pairwise(shapes):
        assert left == right, shapes
    return shapes[0][0], shapes[-1][1]


@pytest.mark.parametrize(("layout", "notation"), WAYS)
@pytest.mark.parametrize("make", MAKERS)
def test_the_shapes_written_under_the_factors_of_a_product_conform(make, layout, notation):
    trace = make(layout=layout, notation=notation)
    text = trace.text(100_000, fold=None, sections=["backward"])
    blocks = text.split("written out (Notation 16):\n\n")[1:]
    for l, block in zip(range(trace.L, 0, -1), blocks, strict=True):
        in_latex = re.findall(r"\\\\ (\d+) \\times (\d+)\}\}", written_out(trace, trace.backward[l]).latex)
        shapes = [(int(m), int(n)) for m, n in in_latex]
        assert shapes_in_columns(block.split("\n\n")[0]) == shapes
        assert len(shapes) == len(trace.backward[l].product)
        assert multiplied(shapes) == trace.backward[l].dL_dZ.shape


def shapes_in_columns(block):
    """The shapes in a block of text, from left to right: each is under its factor, however deep."""
    found = [
        (match.start(), int(match[1]), int(match[2]))
        for line in block.splitlines()
        for match in re.finditer(r"(\d+) × (\d+)", line)
    ]
    return [(m, n) for _, m, n in sorted(found)]


@pytest.mark.parametrize(("layout", "notation"), WAYS)
@pytest.mark.parametrize("make", MAKERS)
def test_each_factor_of_a_weight_gradient_is_written_as_it_stands(make, layout, notation):
    trace = make(layout=layout, notation=notation)
    symbols = trace.header.symbols
    for l, layer in trace.backward.items():
        factors = layer.weights.factors
        assert multiplied([factor.value.shape for factor in factors]) == layer.weights.value.shape
        for factor in factors:
            assert np.array_equal(factor.value, factor_of(trace, factor))
            plain = symbols.of(factor.name, factor.l, transposed=factor.transposed).plain
            assert factor_symbol(trace, factor).plain == plain
            if factor.name == "dZ_dW":
                lies = factor.value.shape[0] == 1 < factor.value.shape[1]
                assert factor_formula(trace, factor).plain == symbols.of(trace.taken(l), l - 1, transposed=lies).plain
            else:
                assert factor_formula(trace, factor) is None


def factor_of(trace, factor):
    value = trace.values[f"{factor.name}:{factor.l}"].array
    return value.T if factor.transposed else value


def test_a_chain_of_numbers_has_no_transpose():
    net = cp.Network((1, 1, 1), ("tanh", "sigmoid"), seed=0)
    for layout, notation in WAYS:
        for layer in cp.explain(
            net, [0.7], [1], "nll", check=False, layout=layout, notation=notation
        ).backward.values():
            assert not any(factor.transposed for factor in layer.weights.factors)
