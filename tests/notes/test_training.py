"""Section 7.6: the shortcut at the output, random starts, and the procedure's five points."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop import Network, back_propagate, forward_pass, sgd_neural_net, train
from tests.parts import central_difference, relative_error

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])


@pytest.mark.parametrize(
    ("output", "loss", "Y"), [("sigmoid", "nll", XOR), ("softmax", "nllm", np.eye(3)[[0, 1, 2, 1]])]
)
def test_concept_19_dL_dZ_is_a_minus_y_without_its_two_links(output: str, loss: str, Y: np.ndarray) -> None:
    """Concept 19: the same value as the long way."""
    net = Network((2, Y.shape[1]), (output,), seed=0)
    fwd = forward_pass(net, X, Y, loss)
    np.testing.assert_allclose(back_propagate(net, fwd).dL_dZ[1], (fwd.A[1] - Y) / 4, rtol=1e-15)
    long_way = back_propagate(net, fwd, long_way=True).dL_dZ[1]
    np.testing.assert_allclose(long_way, (fwd.A[1] - Y) / 4, rtol=1e-12, atol=1e-16, err_msg="a quotient undone")


@pytest.mark.parametrize(("output", "loss"), [("sigmoid", "nll"), ("softmax", "nllm")])
def test_concept_19_is_finite_and_exact_where_the_output_is_saturated(output: str, loss: str) -> None:
    """Concept 19: 7.45 at a = 0 or 1 is infinite and f' is 0; together they are a - y."""
    net = Network.from_weights([([[1e4, -1e4]], [0.0, 0.0])], (output,))
    fwd = forward_pass(net, [[1.0]], [[0.0, 1.0]], loss)
    # sigmoid: log(1 + e^10000) twice; softmax: log(1 + e^-20000) + 20000.
    assert fwd.loss == 20000.0
    assert back_propagate(net, fwd).dL_dZ[1].tolist() == [[1.0, -1.0]]


def test_concept_20_a_start_of_zeros_never_tells_hidden_units_apart_and_a_random_one_does() -> None:
    """Concept 20: symmetry."""
    net = Network((2, 3, 1), ("tanh", "sigmoid"), seed=0)
    net.parameters[:] = 0.5
    alike = train(net, X, XOR, loss="nll", eta=0.5, batch_size=None, steps=50).network.W[1]
    assert (alike == alike[:, :1]).all(), "equal units get equal gradients for ever"
    random = train(Network((2, 3, 1), ("tanh", "sigmoid"), seed=0), X, XOR, loss="nll", eta=0.5, steps=50).network.W[1]
    assert len(np.unique(random[0].round(3))) == 3


def test_concept_20_several_starts_find_different_minima() -> None:
    """Concept 20: from two of these seeds XOR is learned, from another it is not, by the same steps."""
    ends = [
        train(Network((2, 2, 1), ("tanh", "sigmoid"), seed=seed), X, XOR, loss="nll", eta=0.5, steps=3000).history[
            "loss"
        ][-1]
        for seed in range(8)
    ]
    assert min(ends) < 0.02, ends
    assert max(ends) > 0.3, ends


def test_concept_20_random_points_lead_to_different_networks() -> None:
    """Concept 20: the same start, other draws."""
    one, other = (
        train(Network((2, 2, 1), ("tanh", "sigmoid"), seed=0), X, XOR, loss="nll", batch_size=1, steps=50, seed=seed)
        for seed in (0, 1)
    )
    assert not np.array_equal(one.network.parameters, other.network.parameters)


def test_pseudocode_point_1_every_layer_gets_its_gradient_the_last_one_too() -> None:
    """Pseudocode, point 1: as printed, dL/dZ and the weight gradients would be for all layers but the last."""
    before, after = (
        sgd_neural_net((X, XOR), T, 3, (2, 3, 3), ("tanh", "tanh", "sigmoid"), "nll", eta=0.5, seed=0) for T in (0, 1)
    )
    for l in before.layers:
        assert not np.array_equal(before.W[l], after.W[l]), f"layer {l}"
        assert not np.array_equal(before.W0[l], after.W0[l]), f"layer {l}"


def test_pseudocode_point_2_every_link_uses_the_weights_of_the_forward_pass() -> None:
    """Pseudocode, point 2: the step is along the gradient at one point of parameter space, by a central difference."""
    D = (X[1:2], XOR[1:2])  # one point: the draw is known
    before, after = (sgd_neural_net(D, T, 2, (2, 3), ("tanh", "sigmoid"), "nll", eta=0.5, seed=0) for T in (0, 1))
    numeric = central_difference(
        lambda p: forward_pass(before.with_parameters(p), *D, loss="nll").loss, before.parameters
    )
    moved = (before.parameters - after.parameters) / 0.5
    assert relative_error(moved, numeric) < 1e-7, "what a central difference can tell"


def test_pseudocode_point_3_one_point_a_step_drawn_with_replacement_and_eta_of_t() -> None:
    """Pseudocode, point 3: a point that is never drawn would leave no trace; all are, and eta is asked once a step."""
    asked: list[int] = []
    D = (np.eye(4), XOR)  # each point has a weight of its own
    seen = sgd_neural_net(D, 40, 1, (4,), ("sigmoid",), "nll", eta=lambda t: asked.append(t) or 0.1, seed=0)
    start = sgd_neural_net(D, 0, 1, (4,), ("sigmoid",), "nll", seed=0)
    assert asked == list(range(1, 41))
    assert (seen.W[1] != start.W[1]).all()
    one_step = sgd_neural_net(D, 1, 1, (4,), ("sigmoid",), "nll", seed=0)
    assert (one_step.W[1] != start.W[1]).sum() == 1


def test_pseudocode_point_4_it_returns_the_network() -> None:
    """Pseudocode, point 4: all weights and biases, ready to predict."""
    net = sgd_neural_net((X, XOR), 1, 2, (2, 3), ("tanh", "sigmoid"), "nll")
    assert net.predict(X).shape == (4, 1)


def test_pseudocode_point_5_the_last_width_follows_from_y() -> None:
    """Pseudocode, point 5: m has the layers' input widths; n^L is what the targets need."""
    net = sgd_neural_net((X, np.eye(4)), 1, 2, (2, 3), ("tanh", "softmax"), "nllm")
    assert net.widths == (2, 3, 4)
