"""Every rendering carries the same numbers: factors read back from text, LaTeX and JSON multiply to every gradient."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from tests.parts import LEGAL_WITH_OUTPUTS, random_case

from .reading import Equation, equations_in_latex, equations_in_text

ROUNDING = 1e-12
"""Sums of a few products of a few factors, in another order than the backward pass takes them."""
ONE_THREAD = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
"""Time is that of the process, so one thread's; a busy neighbour does not count."""
SECTIONS = ("forward", "backward", "batch")
READERS = {
    "text": lambda trace: equations_in_text(trace.text(100_000, digits=17, fold=None, sections=SECTIONS)),
    "latex": lambda trace: equations_in_latex(trace.latex(digits=17, fold=None, sections=SECTIONS)),
}


def size_of(equation: Equation) -> float:
    """How large the terms are that an equation sums: where they cancel, rounding is relative to them."""
    sizes = tuple(tuple(abs(np.nan_to_num(factor, posinf=0, neginf=0)) for factor in term) for term in equation.right)
    return float(Equation(equation.left, sizes, equation.entrywise).value.max(initial=0.0))


def holds(equation: Equation) -> bool:
    with np.errstate(all="ignore"):
        value = equation.value
    both_fail = ~np.isfinite(value) | ~np.isfinite(equation.left)
    allowed = ROUNDING * np.maximum(size_of(equation), abs(equation.left))
    return equation.left.shape == value.shape and bool(((abs(equation.left - value) <= allowed) | both_fail).all())


@pytest.mark.parametrize("seed", range(48))
@pytest.mark.parametrize("form", list(READERS))
def test_equations_read_back_hold_and_give_every_gradient(form, seed):
    rng = np.random.default_rng(seed)
    output, loss, outputs = LEGAL_WITH_OUTPUTS[rng.integers(len(LEGAL_WITH_OUTPUTS))]
    case = random_case(rng, output, loss, outputs, weighted=seed % 3 == 0, penalised=seed % 5 == 0, n=1 + seed % 4)
    if set(case.net.widths) == {1}:
        pytest.skip("a chain of single neurons is written as scalars, and tested by itself")
    layout, notation = ("denominator", "numerator")[seed % 2], list(NOTATIONS)[seed // 2 % 4]
    given = {"penalty": case.penalty, "sample_weight": case.weights, "layout": layout, "notation": notation}
    trace = cp.explain(case.net, case.X, case.Y, case.loss, check=False, **given)
    equations = list(READERS[form](trace))
    for equation in equations:
        assert holds(equation), f"{layout}, {notation}, {trace.header.network}: {equation}"
    fwd = cp.forward_pass(case.net, case.X, case.Y, case.loss, penalty=case.penalty, sample_weight=case.weights)
    grads = cp.back_propagate(case.net, fwd)
    flip = (layout == "numerator") != NOTATIONS[notation].out_in
    for l in case.net.layers:
        gradient = grads.dL_dW[l].T if flip else grads.dL_dW[l]
        assert any(np.array_equal(equation.left, gradient, equal_nan=True) for equation in equations), (
            f"dL/dW of layer {l}"
        )


@pytest.mark.parametrize("form", list(READERS))
def test_a_wrong_number_in_a_rendering_is_seen(form):
    trace = cp.explain(cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0), [0.4, -1.2], 1)
    equations = list(READERS[form](trace))
    assert len(equations) == 7  # two for layer 2, four for layer 1, one for the input
    assert all(holds(equation) for equation in equations)
    wrong = equations[-1]
    assert not holds(Equation(wrong.left * (1 + 1e-9), wrong.right, wrong.entrywise))


def test_every_rendering_has_the_same_numbers():
    trace = cp.explain(cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0), [0.4, -1.2], 1)
    text, latex = (
        {float(value) for equation in READERS[form](trace) for value in equation.left.ravel()} for form in READERS
    )
    values = trace.to_dict()["values"].values()
    document = {float(each) for value in values for row in value["values"] for each in row}
    assert text == latex
    assert text <= document


@pytest.mark.parametrize("form", ["text", "latex"])
def test_a_chain_of_single_neurons_reads_back_too(form):
    net = cp.Network((1, 1, 1, 1), ("tanh", "sigmoid", "identity"), seed=5)
    trace = cp.explain(net, [0.7], [0.3], "square")
    if form == "text":
        lines = [line for line in trace.text(1000, digits=17, fold=None).splitlines() if line.strip().startswith("=")]
        numbers = [line.strip("= ").split("·") for line in lines if re.fullmatch(r"[\s=·().\de-]+", line)]
        products = [[float(each.strip("() ")) for each in row] for row in numbers]
    else:
        pattern = r"\\frac\{\\partial \\mathcal\{L\}\}\{\\partial w\^\{\d\}\} = ([^=]*) = \\clearpropback"
        rows = re.findall(pattern, trace.latex(digits=17))
        products = [
            [float(each.strip("() ")) for each in re.split(r"\\cdot", re.sub(r"\\left|\\right", "", row))]
            for row in rows
        ]
    found = [float(np.prod(product)) for product in products if len(product) > 2]
    for l in net.layers:
        assert any(value == pytest.approx(trace.backward[l].dL_dW[0, 0], rel=1e-13) for value in found), l


def test_784_100_10_explains_quickly_and_its_document_is_small():
    program = """
import json, sys, time
import numpy as np, clearprop as cp
net = cp.Network((784, 100, 10), ("relu", "softmax"), init="he_normal", seed=0)
x = np.random.default_rng(0).random(784)
cp.explain(net, x, 3)
times = []
for _ in range(5):
    start = time.process_time()
    trace = cp.explain(net, x, 3)
    times.append(time.process_time() - start)
document = json.dumps(trace.to_dict())
print(min(times), len(document))
"""
    out = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=ONE_THREAD
    ).stdout
    seconds, size = map(float, out.split())
    assert seconds < 0.3
    assert size < 500_000
