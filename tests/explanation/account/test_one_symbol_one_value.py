"""A symbol stands for one value: a point's own loss or the batch's, the whole derivative or one with mean and variance held."""

from __future__ import annotations

import re

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from clearprop.explanation.account.blocks import Product
from clearprop.explanation.account.sections import account_of

X = np.array([[0.4, -1.2], [1.0, 0.3], [-0.6, 0.9], [0.2, 0.1]])
Y = [1, 0, 1, 1]
WAYS = [(notation, layout) for notation in NOTATIONS for layout in ("denominator", "numerator")]


def normalised(widths=(2, 3, 3, 2), parts=("batch_norm", "batch_norm", None), seed=1):
    """Two layers that are normalised over points, one that is not."""
    net = cp.Network(widths, ("tanh", "sigmoid", "softmax"), normalization=list(parts), seed=seed)
    net.parameters[...] += 0.3 * np.random.default_rng(seed).normal(size=net.parameters.size)
    return net


STEPS = {
    "one point": lambda **way: cp.explain(cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0), X[0], 1, **way),
    "a batch": lambda **way: cp.explain(cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0), X, Y, **way),
    "a batch of one neuron each": lambda **way: cp.explain(
        cp.Network((1, 1, 1), ("prelu", "sigmoid"), seed=0), X[:, :1], Y, "nll", at=1, **way
    ),
    "a batch with weights and a penalty": lambda **way: cp.explain(
        cp.Network((2, 3, 2), ("prelu", "softmax"), seed=0), X, Y, sample_weight=[1, 2, 1, 3], penalty="l1", **way
    ),
    "batch statistics": lambda **way: cp.explain(normalised(), X, Y, statistics="batch", at=1, optimizer="adam", **way),
    "dropout in two layers": lambda **way: cp.explain(
        cp.Network((2, 3, 3, 2), ("tanh", "tanh", "softmax"), seed=0),
        X[0],
        1,
        factors={1: [[2.0, 0, 2]], 2: [[0, 2.0, 2]]},
        **way,
    ),
    "layer_norm in two layers": lambda **way: cp.explain(
        normalised(parts=("layer_norm", "layer_norm", None)), X[0], 1, **way
    ),
}


@pytest.mark.parametrize(("notation", "layout"), WAYS)
@pytest.mark.parametrize("name", list(STEPS))
def test_no_symbol_stands_over_two_arrays(name, notation, layout):
    trace = STEPS[name](notation=notation, layout=layout)
    over: dict[str, list] = {}
    for block in account_of(trace):
        for operand in block.operands if isinstance(block, Product) else ():
            if operand.array is not None and not operand.array.startswith(("numeric_", "long_way", "wrong_difference")):
                array = trace.values[operand.array].array
                over.setdefault(operand.symbol.plain, []).append(array.T if operand.transposed else array)
    for symbol, arrays in over.items():
        for each in arrays[1:]:
            batch = {arrays[0].shape, each.shape}
            if len(batch) == 1:
                np.testing.assert_allclose(each, arrays[0], rtol=1e-12, atol=1e-15, err_msg=symbol)
            else:  # a value of the point shown, and its column among those of the batch
                assert trace.batch is not None, symbol


@pytest.mark.parametrize("name", ["a batch", "a batch with weights and a penalty"])
def test_the_gradient_of_the_point_shown_is_that_of_its_own_loss(name):
    trace = STEPS[name]()
    alone = STEPS[name](at=0)
    assert trace.header.own.of("dL_dW", 1).plain.startswith("∂L")
    assert trace.header.own.of("dL_dW", 1) != trace.header.symbols.of("dL_dW", 1)
    assert alone.header.own.of("L").plain == "L₁"
    b = trace.batch
    total = sum(share * loss for share, loss in zip(b.shares, b.losses, strict=True)) + trace.header.penalty_value
    assert total == pytest.approx(trace.header.loss_value, rel=1e-12)


@pytest.mark.parametrize("write", ["text", "latex"])
def test_the_one_b_th_of_each_point_is_said(write):
    written = " ".join(getattr(STEPS["a batch"](), write)().split())
    mean = "L = 1/4 Σᵢ Lᵢ" if write == "text" else r"\mathcal{L} = \frac{1}{4} \sum_i \mathcal{L}_{i}"
    assert mean in written
    assert (
        "is 1/4 times ∂Lᵢ/∂Z¹" if write == "text" else r"times $\partial \mathcal{L}_{i} / \partial Z^{1}"
    ) in written
    weighted = getattr(STEPS["a batch with weights and a penalty"](), write)()
    assert (
        weighted.count("1/4 Σᵢ wᵢ Lᵢ + R" if write == "text" else r"\sum_i w_i \mathcal{L}_{i} + R$") == 2
    )  # header, batch
    assert ("1/4 Σᵢ wᵢ Lᵢ + R" if write == "text" else r"\frac{1}{4} \sum_i w_i \mathcal{L}_{i}") in weighted


def test_columns_of_the_batch_are_the_points_own_derivatives_times_their_share():
    trace = STEPS["a batch with weights and a penalty"]()
    for l, layer in trace.batch.layers.items():
        for i in range(4):
            own = STEPS["a batch with weights and a penalty"](at=i).backward[l].dL_dZ[:, 0]
            np.testing.assert_allclose(layer.dL_dZ[:, i], trace.batch.shares[i] * own, rtol=1e-12, atol=1e-15)


# ---- Batch statistics


def own_loss(net, X, l, shift, at):
    """The loss of point `at` where its Z of layer l is moved by `shift`, mean and variance as they were or as they become."""
    fwd = cp.forward_pass(net, X, Y, "nllm", statistics="batch")
    Z = fwd.Z[l][at] + shift
    A = None
    for k in range(l, net.L + 1):
        V = Z
        if k in net.normalization:
            mean, variance = (moment[0] for moment in fwd.moments[k])
            V = net.gain[k] * (Z - mean) / np.sqrt(variance + net.normalization[k].epsilon) + net.shift[k]
        A = net.f[k].A(V[None])[0]
        Z = A @ net.W[k + 1] + net.W0[k + 1] if k < net.L else Z
    return -np.log(A[Y[at]])


@pytest.mark.parametrize("l", [1, 2, 3])
def test_with_batch_statistics_the_marked_derivative_is_the_one_that_holds_mean_and_variance_fixed(l):
    net, at, step = normalised(), 1, 1e-6
    trace = STEPS["batch statistics"]()
    for unit in range(net.widths[l]):
        shift = np.zeros(net.widths[l])
        shift[unit] = step
        difference = (own_loss(net, X, l, shift, at) - own_loss(net, X, l, -shift, at)) / (2 * step)
        assert trace.backward[l].dL_dZ[unit, 0] == pytest.approx(difference, rel=1e-6, abs=1e-9)


def test_a_derivative_that_is_not_the_whole_one_says_so_on_itself():
    trace = STEPS["batch statistics"]()
    own, last = trace.header.own, 2
    for l in trace.backward:
        assert ("|μσ²" in own.of("dL_dZ", l).plain) == (l <= last)
        assert ("|μσ²" in own.of("dL_dA", l).plain) == (l < last)
        assert ("|μσ²" in own.of("dL_dW", l).plain) == (l <= last)
        assert ("|μσ²" in own.of("dZ_hat_dZ", l).plain) == (l <= last)
        assert "|μσ²" not in trace.header.symbols.of("dL_dZ", l).plain
    for entry in trace.entries:
        assert "|μσ²" in entry.derivative.plain


@pytest.mark.parametrize("notation", list(NOTATIONS))
def test_every_derivative_of_the_chain_that_differs_from_the_whole_one_is_marked(notation):
    """Compared with the batch's own columns: where a point's chain, times its share, is another number, the mark is there."""
    trace = STEPS["batch statistics"](notation=notation)
    for l, layer in trace.batch.layers.items():
        own = trace.batch.shares[1] * trace.backward[l].dL_dZ[:, 0]
        same = np.allclose(own, layer.dL_dZ[:, 1], rtol=1e-9, atol=1e-12)
        assert same != ("|μσ²" in trace.header.own.of("dL_dZ", l).plain)


@pytest.mark.parametrize("write", ["text", "latex"])
def test_both_renderings_show_the_mark_and_say_what_it_means(write):
    written = " ".join(getattr(STEPS["batch statistics"](), write)().split())
    mark = (
        "∂L₂/∂Z¹|μσ²"
        if write == "text"
        else r"\left.\frac{\partial \mathcal{L}_{2}}{\partial Z^{1}}\right|_{\mu,\sigma^2}"
    )
    assert mark in written or "∂Z¹|μσ²" in written
    assert "holds the mean and the variance of the batch fixed" in written
    running = getattr(cp.explain(normalised(), X, Y, statistics="running"), write)()
    assert "|μσ²" not in running
    assert "|_{" not in running


def test_the_page_has_the_same_symbols():
    document = STEPS["batch statistics"]().to_dict()
    assert document["links"]["dZ_hat_dZ:1"]["symbol"]["plain"] == "∂Ẑ¹/∂Z¹|μσ²"
    assert document["header"]["loss"]["own"]["plain"] == "ℒ₂"
    assert document["header"]["loss"]["symbol"]["plain"] == "ℒ"
    layer = next(each for each in document["backward"] if each["l"] == 1)
    assert layer["weights"]["symbol"]["plain"] == "∂ℒ₂/∂W¹|μσ²"
    assert document["update"]["layers"][0]["written"][0]["plain"] == "W¹ ← adam(W¹, ∂ℒ/∂W¹)"


# ---- Entries count from 1, units are off at a point


@pytest.mark.parametrize("notation", list(NOTATIONS))
def test_the_check_counts_entries_as_the_notation_does(notation):
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0)
    trace = cp.explain(net, X[0], 1, notation=notation)
    where = cp.check_gradients(net, X[:1], [1]).where
    symbol = trace.header.symbols.by_entry(where.array, where.layer, tuple(i + 1 for i in where.index)).plain
    if "random direction" not in trace.check.verdict:
        assert f" at {symbol}," in trace.check.verdict
    assert str(where) == f"layer {where.layer}, {where.array}({', '.join(str(i + 1) for i in where.index)})"


def test_a_unit_that_is_off_at_one_point_is_not_called_dead():
    net = cp.Network.from_weights([([[1.0, -1.0]], [0.0, 0.0]), ([[1.0], [1.0]], [0.0])], ("relu", "identity"))
    one, both = cp.explain(net, [2.0], 1.0, "square"), cp.explain(net, [[2.0], [-2.0]], [[1.0], [1.0]], "square")
    for trace in (one, both):
        for written in (trace.text(sections=["forward"]), trace.latex(sections=["forward"])):
            assert "off at this point" in written
            assert "dead" not in written
        assert {zone["zone"] for layer in trace.to_dict()["forward"] for zone in layer["zones"]} == {"active", "off"}
    assert not re.search("dead", both.text(sections=["lints"]))


@pytest.mark.parametrize("notation", list(NOTATIONS))
def test_with_a_penalty_the_loss_of_the_point_and_that_of_the_step_have_a_letter_each(notation):
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0)
    trace = cp.explain(net, X[0], 1, penalty="l2(strength=0.1)", notation=notation)
    own = trace.to_dict()["header"]["loss"]
    letter, L, R = own["point_letter"]["plain"], own["symbol"]["plain"], trace.header.symbols.of("R").plain
    assert own["of_point"] + trace.header.penalty_value == pytest.approx(own["value"])
    assert letter != L
    assert own["whole"]["plain"] == f"{L} = {letter} + {R}"
    (phase,) = (each for each in trace.to_dict()["phases"] if each["kind"] == "loss")
    assert f"{letter} = {own['of_point']:.6g}" in phase["caption"]
    letter, L = letter.replace("ℒ", "L"), L.replace("ℒ", "L")  # what is no page has plain letters
    text = " ".join(trace.text().split())
    assert f"nllm: {letter} = " in text
    assert f"= {own['of_point']:.6g} at this point in all {L} = {letter} + {R} = {own['value']:.6g}" in text
    assert f"the loss of this point with the penalty, {L}: {own['value']:.6f} → " in text
    for of in ("point_letter", "whole"):
        assert own[of]["latex"] in trace.latex()
    assert f"{letter} = {own['of_point']:.4g}" in re.sub("<[^>]*>", "", trace.svg())
    assert f"{own['point_letter']['latex']} = {own['of_point']:.4g}" in trace.tikz()


def test_without_a_penalty_the_loss_of_one_point_is_that_of_the_step():
    own = STEPS["one point"]().to_dict()["header"]["loss"]
    assert own["whole"] == own["point_letter"] == own["symbol"]
    assert own["of_point"] == own["value"]


def test_with_a_penalty_a_weight_by_its_paths_is_a_derivative_of_the_loss_of_the_point():
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0)
    trace = cp.explain(net, X[0], 1, penalty="l2(strength=0.1)", entry=(1, 2, 3))
    (entry,) = trace.entries
    assert entry.value == pytest.approx(trace.backward[1].weights.value[1, 2])
    assert abs(entry.value - trace.backward[1].dL_dW[1, 2]) > 1e-3
    assert entry.derivative.plain == "∂L₁/∂w¹₂₃"
    symbols = trace.to_dict()["symbols"]
    assert symbols["point_dL_dW:1"]["plain"] == "∂ℒ₁/∂W¹"
    assert symbols["dL_dW:1"]["plain"] == "∂ℒ/∂W¹"
