"""The notes' examples, worked by `explain`: the page is what the examples give, and its numbers are those of hand and paper."""

from __future__ import annotations

import importlib.util
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp

SOURCE = Path(__file__).parent.parent.parent / "examples" / "worked_examples.py"


@pytest.fixture(scope="module")
def worked():
    spec = importlib.util.spec_from_file_location("worked_examples", SOURCE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where a dataclass looks for its own module
    spec.loader.exec_module(module)
    return module


def without_rounding(text):
    """Text without what the last digit of a processor may change."""
    return re.sub(r"agree (exactly|to \S+)", "agree", text)


def test_the_page_is_what_the_examples_give(worked):
    assert without_rounding(worked.DOCUMENT.read_text(encoding="utf-8")) == without_rounding(worked.document())


def test_definition_4_nested_functions_go_forward_one_after_another(worked):
    trace = worked.nested_functions()
    assert [float(trace.forward[l].A[0, 0]) for l in (1, 2, 3)] == [12.0, 36.0, math.sin(36)]
    # d sin(3 (x + 2)) / dx by hand; the first neuron's weight stands before x as 1 does.
    assert float(trace.backward[1].dL_dZ[0, 0]) == pytest.approx(3 * math.cos(36), rel=1e-15)


def test_7_10_one_neuron_is_three_links(worked):
    trace = worked.one_neuron()
    z = 0.6 * 1.5 - 0.2
    a = 1 / (1 + math.exp(-z))
    links = {link.name: float(link.value[0, 0]) for link in (*trace.backward[1].links, trace.backward[1].weight_link)}
    assert links == pytest.approx({"dL_dA": -1 / a, "dA_dZ": a * (1 - a), "dZ_dW": 1.5}, rel=1e-15)
    assert float(trace.backward[1].dL_dW[0, 0]) == pytest.approx(-1 / a * a * (1 - a) * 1.5, rel=1e-14)


def test_7_7_with_a_vector_the_gradient_is_x_times_g_less_y(worked):
    trace = worked.one_neuron_of_two_inputs()
    g = 1 / (1 + math.exp(-(0.6 * 1.5 - 0.4 * 2.0 - 0.2)))
    np.testing.assert_allclose(trace.backward[1].dL_dW[:, 0], np.array([1.5, 2.0]) * (g - 1), rtol=1e-14)


def test_7_17_two_neurons_share_the_factors_of_layer_2(worked):
    trace = worked.two_neurons()
    a1 = math.tanh(0.5 * 0.8 + 0.1)
    a2 = 1 / (1 + math.exp(-(-1.5 * a1 + 0.2)))
    factors = [float(trace.links[key].value[0, 0]) for key in trace.backward[1].product]
    assert factors == pytest.approx([-1 / a2, a2 * (1 - a2), -1.5, 1 - a1**2], rel=1e-14)
    assert float(trace.backward[1].dL_dW[0, 0]) == pytest.approx(math.prod(factors) * 0.8, rel=1e-13)
    assert trace.links["dA_dZ", 2].reused_by == (1,)


def test_7_30_many_layers_are_one_product_of_numbers(worked):
    trace = worked.many_layers()
    a1 = math.tanh(0.9 * 0.5 + 0.1)
    a2 = 1 / (1 + math.exp(-(-1.2 * a1 + 0.4)))
    a4 = 2.0 * (0.7 * a2) - 0.5
    product = 2 * (a4 - 1) * (1 * 2.0) * (1 * 0.7) * (a2 * (1 - a2) * -1.2) * ((1 - a1**2) * 0.5)
    assert float(trace.backward[1].dL_dW[0, 0]) == pytest.approx(product, rel=1e-13)
    assert "7.30" in trace.text(100)


def test_notation_16_the_matrix_form_is_its_product(worked):
    trace = worked.matrix_form()
    x, z1 = np.array([0.41, -1.2]), np.array([0.5245, -1.171, 1.207])
    a1 = np.maximum(z1, 0)
    W2 = np.array([[0.9, -0.4], [0.3, 0.8], [-1.2, 0.5]])
    dL_dZ2 = 2 * (a1 @ W2 + [0.05, -0.15] - [1.0, 0.0])
    np.testing.assert_allclose(trace.forward[1].Z[:, 0], z1, rtol=1e-14)
    np.testing.assert_allclose(trace.backward[2].dL_dW, np.outer(a1, dL_dZ2), rtol=1e-13)
    np.testing.assert_allclose(trace.backward[1].dL_dW, np.outer(x, (z1 >= 0) * (W2 @ dL_dZ2)), rtol=1e-13)


@pytest.mark.parametrize("make", ["square_at_1_2_3", "square_in_numerator_layout"])
def test_7_47_to_7_49_the_square_at_1_2_3_has_a_diagonal_derivative(worked, make):
    trace = getattr(worked, make)()
    assert (trace.forward[1].A.ravel() == [1, 4, 9]).all()
    assert (trace.links["dA_dZ", 1].value == np.diag([2.0, 4.0, 6.0])).all()
    assert (trace.backward[1].elementwise.slopes.ravel() == [2, 4, 6]).all()
    assert trace.backward[1].elementwise.difference == 0


def test_concept_19_softmax_with_nllm_both_ways(worked):
    trace = worked.softmax_with_nllm()
    z = np.array([1.0, -0.5, 0.2]) - 0.5 * np.array([0.3, 0.8, -1.0]) + [0.0, 0.1, -0.1]
    a = np.exp(z) / np.exp(z).sum()
    shortcut = trace.backward[1].shortcut
    np.testing.assert_allclose(shortcut.value.ravel(), a - [0, 0, 1], rtol=1e-13)
    np.testing.assert_allclose(
        shortcut.long_way.ravel(), (np.diag(a) - np.outer(a, a)) @ [0, 0, -1 / a[2]], rtol=1e-12, atol=1e-16
    )


def test_every_example_is_checked_against_numeric_derivatives(worked):
    for example in worked.EXAMPLES:
        assert example.make().check.ok, example.title
    assert isinstance(worked.EXAMPLES[0].make(), cp.Trace)
