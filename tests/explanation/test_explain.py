"""explain: its numbers are back-propagation's, its factors multiply to them, and it says why each has its value."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas import CATALOGUE

LAYOUTS = ["denominator", "numerator"]
# Products of at most a dozen factors, taken in another order than the backward pass takes them.
ROUNDING = 1e-13


def network(f="tanh", output="softmax", widths=(2, 3, 4, 2), seed=3):
    return cp.Network(widths, (*[f] * (len(widths) - 2), output), seed=seed)


def factors(trace, l):
    """The links of dL/dZ^l in the order in which the trace writes them."""
    links = {(link.name, link.l): link.value for layer in trace.backward.values() for link in layer.links}
    return [links[each] for each in trace.backward[l].product]


@pytest.mark.parametrize("f", list(CATALOGUE["activation"]))
@pytest.mark.parametrize("layout", LAYOUTS)
def test_factors_multiplied_in_the_order_shown_are_back_propagations_gradient(f, layout):
    net = network(f)
    trace = cp.explain(net, [0.4, -1.2], 1, layout=layout)
    grads = cp.back_propagate(net, cp.forward_pass(net, [[0.4, -1.2]], [1], "nllm"))
    for l in net.layers:
        product = reduce(np.matmul, factors(trace, l))
        shown = product if layout == "denominator" else product.T
        np.testing.assert_allclose(shown[:, 0], grads.dL_dZ[l][0], rtol=ROUNDING, atol=ROUNDING)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_gradient_is_back_propagations_to_the_last_bit(layout):
    net = network()
    trace = cp.explain(net, [0.4, -1.2], 1, layout=layout, penalty="l2(strength=0.1)")
    fwd = cp.forward_pass(net, [[0.4, -1.2]], [1], "nllm", penalty="l2(strength=0.1)")
    grads = cp.back_propagate(net, fwd)
    for l in net.layers:
        layer = trace.backward[l]
        turn = (lambda a: a) if layout == "denominator" else np.transpose
        assert (layer.dL_dW == turn(grads.dL_dW[l])).all()
        assert (layer.dL_dW0 == turn(grads.dL_dW0[l][:, None])).all()
        assert (layer.dL_dZ == turn(grads.dL_dZ[l].T)).all()
        assert (layer.dL_dA == turn(grads.dL_dA[l].T)).all()
    assert trace.header.loss_value == fwd.loss


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_weight_gradient_is_assembled_from_what_is_shown(layout):
    trace = cp.explain(network(), [0.4, -1.2], 1, layout=layout, penalty="l2(strength=0.1)")
    for layer in trace.backward.values():
        link, rest = layer.weight_link.value, layer.dL_dZ.T
        product = link @ rest if layout == "denominator" else rest @ link
        np.testing.assert_allclose(product + layer.dR_dW, layer.dL_dW, rtol=ROUNDING, atol=ROUNDING)


def test_forward_rows_follow_their_formula():
    trace = cp.explain(network(), [0.4, -1.2], 1)
    for layer in trace.forward.values():
        np.testing.assert_allclose(layer.W.T @ layer.A_prev + layer.W0, layer.Z, rtol=ROUNDING, atol=ROUNDING)
    assert trace.forward[3].A.sum() == pytest.approx(1, abs=ROUNDING)


def test_the_update_is_the_step_that_sgd_takes_and_the_network_stays():
    net = cp.Network((2, 3, 1), ("tanh", "sigmoid"), seed=0)
    before = net.parameters.copy()
    trace = cp.explain(net, [0.4, -1.2], 1.0, "nll", eta="inverse_time(start=0.5)", t=1)
    run = cp.train(net, [[0.4, -1.2]], [[1.0]], loss="nll", eta=0.5, steps=1, batch_size=1)
    for l in net.layers:
        np.testing.assert_allclose(trace.update[l].W_after, run.network.W[l], rtol=ROUNDING, atol=ROUNDING)
        np.testing.assert_allclose(trace.update[l].W0_after[:, 0], run.network.W0[l], rtol=ROUNDING, atol=ROUNDING)
    assert (net.parameters == before).all()


def test_the_step_size_is_that_of_step_t():
    assert cp.explain(network(), [0.4, -1.2], 1, eta="inverse_time(start=1)", t=4).header.eta == 0.25


def test_a_trace_holds_copies():
    net = network()
    trace = cp.explain(net, [0.4, -1.2], 1)
    W, after = trace.forward[1].W.copy(), trace.update[1].W_after.copy()
    net.parameters[...] = 0
    assert (trace.forward[1].W == W).all()
    assert (trace.backward[1].links[0].value != 0).any()
    assert (trace.update[1].W_after == after).all()


@pytest.mark.parametrize(("output", "loss", "y"), [("softmax", "nllm", 1), ("sigmoid", "nll", [0.0, 1.0])])
def test_concept_19_both_ways_to_the_last_layer_are_shown_and_agree(output, loss, y):
    shortcut = cp.explain(network(output=output), [0.4, -1.2], y, loss).backward[3].shortcut
    assert shortcut.difference < 1e-15
    np.testing.assert_allclose(shortcut.long_way, shortcut.value, rtol=0, atol=1e-15)


def test_concept_19_the_long_way_has_no_value_where_the_output_is_saturated():
    net = cp.Network.from_weights([([[900.0, -900.0]], [0.0, 0.0])], ("softmax",))
    trace = cp.explain(net, [1.0], 1)
    shortcut = trace.backward[1].shortcut
    assert shortcut.difference is None
    assert shortcut.value.ravel().tolist() == [1.0, -1.0]
    assert trace.backward[1].dL_dZ.ravel().tolist() == [1.0, -1.0]
    assert "0 times infinity" in " ".join(trace.text().split())


def test_a_pair_without_a_shortcut_has_none():
    assert cp.explain(network(output="identity"), [0.4, -1.2], [1.0, 2.0], "square").backward[3].shortcut is None


def test_notation_11_factors_say_which_earlier_layers_reuse_them():
    trace = cp.explain(network(), [0.4, -1.2], 1)
    reused = {(link.name, link.l): link.reused_by for layer in trace.backward.values() for link in layer.links}
    assert reused == {
        ("dL_dA", 3): (2, 1),
        ("dA_dZ", 3): (2, 1),
        ("dZ_dA", 3): (1,),
        ("dA_dZ", 2): (1,),
        ("dZ_dA", 2): (),
        ("dA_dZ", 1): (),
    }


def test_concept_10_the_chain_of_single_neurons_runs_from_the_loss_to_the_weight():
    trace = cp.explain(network(widths=(1, 1, 1), output="sigmoid"), [0.4], 1, "nll")
    assert trace.is_chain
    assert trace.backward[1].product == (("dL_dA", 2), ("dA_dZ", 2), ("dZ_dA", 2), ("dA_dZ", 1))


def test_notation_16_the_product_runs_from_the_layer_to_the_loss():
    product = (("dA_dZ", 1), ("dZ_dA", 2), ("dA_dZ", 2), ("dL_dA", 2))
    assert cp.explain(network(widths=(2, 3, 2)), [0.4, 1], 1).backward[1].product == product
    turned = cp.explain(network(widths=(2, 3, 2)), [0.4, 1], 1, layout="numerator").backward[1].product
    assert turned == product[::-1]


# ---- Reasons


def reason_of(f, z):
    """The reason given for dA/dZ where the first layer's pre-activations are z."""
    net = cp.Network.from_weights([([[0.0] * len(z)], z), (np.ones((len(z), 1)), [0.0])], (f, "identity"))
    return cp.explain(net, [1.0], 0.0, "square").backward[1].links[1].reason


def why_loss(loss, outputs, targets, f="identity"):
    """The reason given for dL/dA where the outputs are these."""
    net = cp.Network.from_weights([([[0.0] * len(outputs)], outputs)], (f,))
    return cp.explain(net, [1.0], targets, loss).backward[1].links[0].reason


KINKED = "the loss is at a kink "
ONE_SIDE = ", where it has no derivative: the formula takes one side"


@pytest.mark.parametrize(
    ("loss", "outputs", "targets", "said"),
    [
        ("linear", [7.0], [7.0], f"{KINKED}here{ONE_SIDE}"),
        ("linear", [0.1 + 0.2], [0.3], f"{KINKED}here{ONE_SIDE}"),
        ("linear", [7.5], [7.0], "the loss falls when a falls"),
        ("hinge", [1.0], [1.0], f"{KINKED}here{ONE_SIDE}"),
        ("hinge", [-1.0], [-1.0], f"{KINKED}here{ONE_SIDE}"),
        ("hinge", [0.5], [1.0], "the loss falls when a rises"),
        ("hinge", [1.5], [1.0], "the loss is flat here: no gradient comes back"),
        ("quantile(tau=0.25)", [2.0], [2.0], f"{KINKED}here{ONE_SIDE}"),
        ("linear", [1.0, 2.0], [1.0, 2.0], f"{KINKED}in both outputs{ONE_SIDE}"),
        (
            "linear",
            [1.0, 2.0, 4.0],
            [1.0, 3.0, 4.0],
            f"{KINKED}in 2 of 3 outputs{ONE_SIDE}; apart from that it falls fastest by moving a₂ up",
        ),
        (
            "hinge",
            [1.0, 1.5],
            [1.0, 1.0],
            f"{KINKED}in 1 of 2 outputs{ONE_SIDE}; apart from that it is flat here: no gradient comes back",
        ),
        ("square", [7.0], [7.0], "the loss is flat here: no gradient comes back"),
    ],
)
def test_what_the_loss_says_of_each_output_is_true_at_a_kink_too(loss, outputs, targets, said):
    assert why_loss(loss, outputs, targets) == said


@pytest.mark.parametrize(
    ("f", "z", "said"),
    [
        ("relu", [-1.0, 2.0, -3.0], "relu: z < 0 in 2 of 3 units, so their derivative is 0"),
        ("relu", [1.0, 2.0, 3.0], "relu: z ≥ 0 in all 3 units, so their derivative is 1"),
        ("relu", [0.0, 2.0, -3.0], "z is exactly 0 in a unit, a kink"),
        ("leaky_relu(slope=0.25)", [-1.0, -2.0], "z < 0 in both units, so their derivative is 0.25"),
        ("hard_tanh", [5.0, 0.5], "hard_tanh: z ≥ 1 in 1 of 2 units, so their derivative is 0"),
        ("hard_tanh", [0.5, -0.5], "hard_tanh: -1 ≤ z < 1 in both units, so their derivative is 1"),
        (
            "hard_tanh",
            [1.0, 0.5],
            "hard_tanh: z ≥ 1 in 1 of 2 units, so their derivative is 0; z is exactly 1 in a unit",
        ),
        ("relu6", [-2.0, 3.0, 7.0], "relu6: f′ = 0 in 2 of 3 units, so their derivative is 0"),
        ("elu(alpha=1.0)", [-9.0, 1.0], "elu is saturated in 1 of 2 units"),
        ("step", [-1.0, 2.0, 3.0], "step is flat everywhere: nothing before it can learn"),
        ("identity", [1.0, 2.0, 3.0], "identity has f′ = 1 in all 3 units"),
        ("tanh", [0.0, 9.0, -9.0], "tanh is saturated in 2 of 3 units"),
        ("tanh", [90.0, 90.0], "tanh is so far from 0 that f′ is 0 in double precision"),
        ("sigmoid", [0.0, 1.0], "sigmoid has f′ between 0.1966 and 0.25"),
        ("softmax", [0.0, 1.0], "softmax mixes its units"),
    ],
)
def test_the_reason_for_an_activations_derivative_follows_from_its_values(f, z, said):
    assert said in reason_of(f, z)


def test_a_diagonal_derivative_says_so_and_a_full_one_too():
    assert "∂A¹/∂Z¹ is diagonal" in reason_of("tanh", [0.0, 1.0])
    assert "∂A¹/∂Z¹ is full" in reason_of("softmax", [0.0, 1.0])


def test_the_reason_for_the_loss_names_the_output_that_matters_most():
    trace = cp.explain(network(widths=(2, 5)), [0.4, -1.2], 3)
    reason = trace.backward[1].links[0].reason
    assert reason == "the loss falls fastest by moving a₄ up; 4 of 5 outputs do not enter it"


# ---- What may be given


@pytest.mark.parametrize("x", [[0.4, -1.2], [[0.4, -1.2]], np.array([0.4, -1.2])])
@pytest.mark.parametrize("y", [1, "yes", ["yes"], [0, 1], [[0, 1]], np.array([0.0, 1.0])])
def test_points_and_targets_are_taken_in_every_shape_that_means_them(x, y):
    trace = cp.explain(network(), x, y, classes=["no", "yes"])
    assert trace.header.y.ravel().tolist() == [0, 1]
    assert trace.header.label == "yes"


@pytest.mark.parametrize("y", [1, 1.0, [1.0], [[1.0]], "yes"])
def test_one_output_takes_its_target_in_every_shape_that_means_it(y):
    trace = cp.explain(network(output="sigmoid", widths=(2, 3, 1)), [0.4, 1], y, "nll", classes=["no", "yes"])
    assert trace.header.y.tolist() == [[1.0]]
    assert trace.header.label == "yes"


def test_the_header_says_what_the_network_predicts_and_how_sure_it_is():
    net = network(output="sigmoid", widths=(2, 1))
    a = float(net.predict([[0.4, 1]])[0, 0])
    header = cp.explain(net, [0.4, 1], 1, "nll").header
    assert header.predicted == str(int(a >= 0.5))
    assert header.probability == max(a, 1 - a)


def test_a_regression_has_no_label_and_no_probability():
    header = cp.explain(network(output="identity"), [0.4, 1], [1.0, 2.0], "square").header
    assert (header.label, header.predicted, header.probability) == (None, None, None)


@pytest.mark.parametrize(
    ("y", "label", "predicted"), [((1, 1, 0), "a, b", "a, c"), ((0, 0, 0), "none", "a, c"), ((0, 1, 0), "b", "a")]
)
def test_a_point_with_several_labels_is_told_by_all_of_them(y: tuple, label: str, predicted: str) -> None:
    """One label alone is read as the one class of several, of which the largest output is predicted."""
    net = cp.Network.from_weights([([[5.0, -3.0, 2.0]], [0.0, 0.0, 0.0])], ("sigmoid",))
    header = cp.explain(net, [1.0], y, "nll", classes=["a", "b", "c"]).header
    assert (header.label, header.predicted) == (label, predicted)
    A = net.predict([[1.0]])[0]
    assert header.probability == (pytest.approx(A.max() / A.sum()) if sum(y) == 1 else None)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"layout": "numerato"}, "unknown layout 'numerato'; did you mean 'numerator'"),
        ({"notation": "mnn"}, "unknown notation 'mnn'; did you mean 'mn'"),
        ({"loss": "nlm"}, "unknown loss 'nlm'; did you mean 'nl"),
        ({"x": [1.0, 2.0, 3.0]}, "x has 3 numbers, and the network takes 2"),
        ({"x": [[1.0, 2.0], [3.0, 4.0]]}, "y must have a row for each of the 2 points; given 1"),
        ({"at": 1}, "at=1: there are 1 points, counted from 0"),
        ({"x": [1.0, np.nan]}, "x has nan in row 0 column 1"),
        ({"y": 5}, "y"),
        ({"y": "yes"}, "y is the label 'yes'; give classes="),
        ({"y": "maybe", "classes": ["no", "yes"]}, r"y\[0\] = 'maybe' is none of the classes \['no', 'yes'\]"),
        ({"classes": ["no", "yes", "maybe"]}, "classes must name the 2 outcomes in order; given"),
        ({"eta": -1.0}, "eta must be a finite number, 0 or more"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(asked, message):
    given = {"x": [0.4, -1.2], "y": 1, "loss": "nllm"} | asked
    with pytest.raises(ValueError, match=message):
        cp.explain(network(), **given)


@dataclass(frozen=True)
class Square(cp.Elementwise):
    """f(z) = z^2, as in the notes' example, without a word about its formula."""

    name = "my_square"

    def A(self, Z):
        return Z**2

    def dA_dZ(self, Z, A):
        return 2 * Z


def test_7_47_an_activation_of_your_own_is_explained_at_1_2_3():
    net = cp.Network.from_weights([([[0.0] * 3], [1.0, 2.0, 3.0])], (Square(),))
    trace = cp.explain(net, [1.0], [0.0, 0.0, 0.0], "square")
    assert (trace.backward[1].links[1].value == np.diag([2.0, 4.0, 6.0])).all()
    assert "my_square" in trace.text()


# ---- The name `explain`


@pytest.mark.parametrize(
    "first",
    [
        "import clearprop.explanation",
        "import clearprop.explanation.text",
        "from clearprop.explanation import Trace",
        "",
    ],
)
def test_cp_explain_is_the_function_whatever_was_imported_first(first):
    program = f"{first}\nimport clearprop as cp\nassert callable(cp.explain) and cp.explain.__name__ == 'explain'"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_to_dict_is_plain_data():
    net = cp.Network.from_weights([([[900.0, -900.0]], [0.0, 0.0])], ("softmax",))
    plain = cp.explain(net, [1.0], 1).to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["values"]["dL_dZ:1"]["values"] == [[1.0], [-1.0]]


def test_repr_is_short_and_str_is_the_text():
    trace = cp.explain(network(), [0.4, -1.2], 1)
    assert repr(trace).startswith("Trace of 2-3-4-2 (tanh, tanh, softmax), 35 parameters, float64: nllm ")
    assert str(trace) == trace.text()


@pytest.mark.parametrize("given", [-1, 40, 2.5, "4", True, np.nan])
def test_digits_that_a_number_cannot_have_are_refused(given: object) -> None:
    trace = cp.explain(network(), [0.4, -1.2], 1)
    for way in (trace.text, trace.latex):
        with pytest.raises(ValueError, match=r"^digits must be a whole number, 0 to 17; given "):
            way(digits=given)
    assert trace.text(digits=2.0) == trace.text(digits=2)
    assert trace.text(digits=17) != trace.text(digits=16)


@pytest.mark.parametrize("given", [0, -1, 2.5, "10"])
def test_a_matrix_of_no_rows_is_refused_in_every_rendering(given: object) -> None:
    trace = cp.explain(network(), [0.4, -1.2], 1)
    for way in (trace.text, trace.latex, trace.html, trace.to_dict):
        with pytest.raises(ValueError, match=r"^fold must be a whole number, 1 or more, or None for all "):
            way(fold=given)
    assert trace.latex(fold=1)


@pytest.mark.parametrize("given", [59, 1_000_001, 80.5])
def test_a_page_too_narrow_or_too_wide_to_read_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r"^width must be a whole number, 60 to 1000000; given "):
        cp.explain(network(), [0.4, -1.2], 1).text(given)


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ([0.4, -1.2, 3], [1], "^x has 3 numbers, and the network takes 2$"),
        ([0.4], [1], "^x has 1 number, and the network takes 2$"),
        ([0.4, -1.2], [1, 0], "^y has 2 numbers, and the network has 1 output$"),
        ([[0.4, -1.2, 3]], [1], r"^x must be \(n, 2\), a row for each point; given shape \(1, 3\)$"),
    ],
)
def test_a_point_of_another_length_is_told_in_numbers(x: list[Any], y: list[int], said: str) -> None:
    net = cp.Network(widths=(2, 3, 1), activations=("tanh", "sigmoid"), seed=1)
    with pytest.raises(ValueError, match=said):
        cp.explain(net, x=x, y=y, loss="nll")
    if np.ndim(x) == 1:
        with pytest.raises(ValueError, match=said):
            net.learn_one(x, y, loss="nll", eta=0.1)
