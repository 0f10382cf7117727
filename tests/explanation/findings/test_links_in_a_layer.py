"""A layer's chain may have more links: a normalisation's two, and dropout's. The explanation shows and multiplies them too."""

from __future__ import annotations

from functools import reduce

import jsonschema
import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from tests.explanation.page.test_document import SCHEMA
from tests.explanation.test_numbers_in_every_rendering import READERS, holds

ROUNDING = 1e-12
X = [[0.4, -1.2], [1.0, 0.3], [-0.6, 0.9]]
MASK = {1: [[2.0, 0.0, 2.0], [2.0, 2.0, 0.0], [0.0, 2.0, 2.0]]}


def network(normalization, output="softmax", seed=1):
    net = cp.Network((2, 3, 4, 2), ("tanh", "sigmoid", output), normalization=normalization, seed=seed)
    rng = np.random.default_rng(seed)
    net.parameters[...] += 0.2 * rng.normal(size=net.parameters.size)
    for l in net.normalization:
        if l in net.running_mean:
            net.running_mean[l] = rng.normal(size=net.widths[l])
            net.running_variance[l] = rng.uniform(0.5, 2, size=net.widths[l])
    return net


WAYS = {
    "layer_norm": ("layer_norm", None, "running"),
    "batch_norm, running": ("batch_norm", None, "running"),
    "dropout": (None, MASK, "running"),
    "layer_norm in the last layer too": (["layer_norm"] * 3, None, "running"),
    "layer_norm and dropout": ("layer_norm", MASK, "running"),
    "batch_norm and dropout, running": ("batch_norm", MASK, "running"),
    "dropout of inputs": (None, {0: [[0.0, 1.25]] * 3, **MASK}, "running"),
}


def explained(way, **options):
    normalization, factors, statistics = WAYS[way]
    net = network(normalization)
    given = {"factors": factors, "statistics": statistics}
    fwd = cp.forward_pass(net, X, [1, 0, 1], "nllm", **given)
    return net, fwd, cp.back_propagate(net, fwd), cp.explain(net, X, [1, 0, 1], "nllm", **given, **options)


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
def test_the_links_multiply_to_the_gradient_of_the_point(way, layout):
    net, fwd, _, trace = explained(way, layout=layout, at=1)
    given = {"factors": {l: factor[1:2] for l, factor in fwd.M.items()}, "statistics": "running"}
    alone = cp.back_propagate(net, cp.forward_pass(net, X[1:2], [0], "nllm", **given))
    for l in net.layers:
        product = reduce(np.matmul, [trace.links[key].value for key in trace.backward[l].product])
        shown = product if layout == "denominator" else product.T
        np.testing.assert_allclose(shown[:, 0], alone.dL_dZ[l][0], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("form", list(READERS))
def test_equations_read_back_hold_and_give_every_gradient(way, form):
    notation = list(NOTATIONS)[list(WAYS).index(way) % 4]
    net, _, grads, trace = explained(way, notation=notation, penalty="l2(strength=0.1)")
    equations = list(READERS[form](trace))
    assert all(holds(equation) for equation in equations)
    for l in net.layers:
        gradient = trace.backward[l].dL_dW
        assert any(np.array_equal(equation.left, gradient) for equation in equations)
        plain = gradient.T if NOTATIONS[notation].out_in else gradient
        np.testing.assert_allclose(plain - 0.2 * net.W[l], grads.dL_dW[l], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("way", list(WAYS))
def test_the_document_keeps_to_its_schema_and_every_link_is_lit(way):
    _, _, _, trace = explained(way)
    document = trace.to_dict()
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    lit = sorted(edge for phase in document["phases"] for edge in phase["edges"])
    assert lit == sorted(edge["id"] for edge in document["diagram"]["edges"])
    assert {key for phase in document["phases"] for key in phase["shows"]} <= set(document["values"])
    for layer in document["backward"]:
        known = sum(not each["new"] for each in layer["product"]["factors"])
        assert (layer["compressed"] or {"factors": 0})["factors"] == known
        assert {step["result"] for step in layer["steps"]} <= set(document["values"])


@pytest.mark.parametrize("way", list(WAYS))
def test_the_check_is_of_the_same_step(way):
    _, fwd, _, trace = explained(way)
    assert trace.check.ok
    assert trace.header.loss_value == fwd.loss


@pytest.mark.parametrize("way", list(WAYS))
def test_the_sum_over_paths_passes_every_link(way):
    _, _, _, trace = explained(way, entry=(1, 2, 3))
    (entry,) = trace.entries
    own = trace.backward[1].weights.value[1, 2]
    assert entry.value == pytest.approx(own, rel=ROUNDING, abs=1e-14)
    assert sum(path.product for path in entry.paths) + entry.rest == pytest.approx(own, rel=1e-9, abs=1e-13)


def test_links_are_named_with_their_reasons():
    text = explained("layer_norm and dropout")[3].text(110)
    for said in (
        "∂A¹/∂V¹",
        "∂V¹/∂Ẑ¹ = diag(gain¹)",
        "∂Ẑ¹/∂Z¹ = (I − 1/k − ẑ ẑᵀ/k) / √(σ² + ε)",
        "∂Ã¹/∂A¹ = diag(m / (1 − rate))",
        "dropout: 1 of 3 units left out of this step",
        "mean and variance depend on every z of the layer",
    ):
        assert said in " ".join(text.split()), said


def test_a_normalisation_over_points_says_that_no_matrix_of_one_point_is_its_link():
    net = network("batch_norm")
    fwd = cp.forward_pass(net, X, [1, 0, 1], "nllm", statistics="batch")
    trace = cp.explain(net, X, [1, 0, 1], "nllm", statistics="batch")
    assert "in no matrix of one point" in trace.links["dZ_hat_dZ", 1].reason
    np.testing.assert_allclose(trace.forward[2].A[:, 0], fwd.A[2][0], rtol=ROUNDING)
    grads = cp.back_propagate(net, fwd)
    for l in net.layers:
        assert (trace.backward[l].dL_dW == grads.dL_dW[l]).all()
        batch = trace.batch.layers[l].weights.value
        np.testing.assert_allclose(batch, grads.dL_dW[l], rtol=ROUNDING, atol=1e-14)
    assert trace.check.ok


def test_gain_and_shift_are_shown_before_and_after_the_step():
    net, _, grads, trace = explained("layer_norm", eta=0.5)
    gain, shift = trace.update[1].others
    assert (gain.name, shift.name) == ("gain", "shift")
    np.testing.assert_allclose(gain.after[:, 0], net.gain[1] - 0.5 * grads.dL_dgain[1], rtol=ROUNDING)
    np.testing.assert_allclose(shift.gradient[:, 0], grads.dL_dshift[1], rtol=ROUNDING)


@pytest.mark.parametrize("normalization", [None, "batch_norm", "layer_norm"])
def test_a_recorded_step_has_the_units_that_were_left_out_of_it(normalization):
    net = network(normalization)
    options = {"dropout": 0.5, "input_noise": 0.1, "batch_size": 3, "eta": 0.1, "steps": 6, "engine": "numpy"}
    run = cp.train(net, X, [1, 0, 1], loss="nllm", record=[4], **options)
    trace = cp.replay(run).at(4)
    assert trace.header.loss_value == pytest.approx(run.recording[4].loss, rel=ROUNDING)
    step = trace.update[1].W - 0.1 * trace.update[1].dW
    np.testing.assert_allclose(trace.update[1].W_after, step, rtol=1e-10, atol=1e-13)
    assert trace.forward[1].kept is not None


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
def test_the_notes_own_two_links_are_there_as_wholes(way, layout):
    net, _, _, trace = explained(way, layout=layout)
    for l in range(1, net.L):
        within, onward = trace.links["dA_dZ", l].value, trace.links["dZ_dA", l + 1].value
        factors = (within, onward, trace.backward[l + 1].dL_dZ)
        product = reduce(np.matmul, factors if layout == "denominator" else factors[::-1])
        np.testing.assert_allclose(product, trace.backward[l].dL_dZ, rtol=1e-10, atol=1e-14)
        assert f"dA_dZ:{l}" in trace.to_dict()["links"]
