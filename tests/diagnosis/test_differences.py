"""Gradients by finite differences are right up to their error, and wrong ones are named all the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import clearprop as cp

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(6, 3)), RNG.integers(0, 2, 6)
Arrays = dict[str, list[Any]]


def differences(h: float, *, central: bool = False, loss: str = "nllm") -> tuple[cp.Network, Arrays]:
    """A network, and its gradients as a person takes them: a loop over parameters that moves one at a time."""
    net = cp.Network((3, 4, 2), ("tanh", "softmax" if loss == "nllm" else "identity"), seed=1)
    target = Y if loss == "nllm" else np.stack([Y, 1 - Y], axis=1)
    made: Arrays = {"dL_dW": [], "dL_dW0": []}
    for l in net.layers:
        for name, array in (("dL_dW", net.W[l]), ("dL_dW0", net.W0[l])):
            found = np.empty(array.shape)
            for place in np.ndindex(array.shape):
                before = array[place]
                array[place] = before + h
                ahead = cp.forward_pass(net, X, target, loss).loss
                array[place] = before - h if central else before
                behind = cp.forward_pass(net, X, target, loss).loss
                array[place] = before
                found[place] = (ahead - behind) / (2 * h if central else h)
            made[name].append(found)
    return net, made


@pytest.mark.parametrize(
    ("h", "central", "formula"),
    [
        (1e-2, False, "(L(w + h) − L(w))/h with h = 0.01:"),
        (1e-4, False, "(L(w + h) − L(w))/h with h = 0.0001:"),
        (3.7e-5, False, "(L(w + h) − L(w))/h with h = 3.7e-05:"),
        (-1e-4, False, "(L(w + h) − L(w))/h with h = -0.0001:"),
        (1e-2, True, "(L(w + h) − L(w − h))/2h with h = 0.01:"),
        (1e-5, True, ""),
    ],
)
def test_they_are_right_up_to_their_error(h: float, central: bool, formula: str) -> None:
    net, arrays = differences(h, central=central)
    found = cp.diagnose(net, X, Y, loss="nllm", **arrays)
    assert found.ok, str(found)
    said = [each for each in found.conventions if "finite differences" in each]
    assert len(said) == bool(formula)
    assert formula in "".join(said)


def test_of_a_sum_over_points_with_weights_turned_round() -> None:
    net, arrays = differences(1e-4, loss="square")
    turned = {"dL_dW": [6 * each.T for each in arrays["dL_dW"]], "dL_dW0": [6 * each for each in arrays["dL_dW0"]]}
    found = cp.diagnose(net, X, np.stack([Y, 1 - Y], axis=1), loss="square", **turned)
    assert found.ok, str(found)
    assert "the loss is a sum over the points" in found.conventions


@pytest.mark.parametrize("array", ["dL_dW", "dL_dW0"])
@pytest.mark.parametrize("l", [1, 2])
def test_a_wrong_array_among_them_is_named(array: str, l: int) -> None:
    net, arrays = differences(1e-4)
    arrays[array][l - 1] = arrays[array][l - 1] * 1.001
    found = cp.diagnose(net, X, Y, loss="nllm", **arrays)
    assert not found.ok
    entry = found.mistakes[0].entry
    assert entry is not None
    assert (entry.array, entry.layer) == (array, l)
    assert any("finite differences" in each for each in found.conventions)


def test_a_mistake_of_the_size_of_their_error_is_one() -> None:
    net, _ = differences(1e-4)
    exact = cp.back_propagate(net, cp.forward_pass(net, X, Y, "nllm"))
    noise = np.random.default_rng(1)
    near = [exact.dL_dW[l] * (1 + 1e-4 * noise.normal(size=exact.dL_dW[l].shape)) for l in net.layers]
    found = cp.diagnose(net, X, Y, loss="nllm", dL_dW=near)
    assert not found.ok
    assert not any("finite differences" in each for each in found.conventions)


def test_one_number_alone_is_no_difference_with_just_any_step() -> None:
    net = cp.Network.from_weights([([[0.5]], [0.1])], activations=("sigmoid",))
    right = cp.back_propagate(net, cp.forward_pass(net, [[1.5]], [[1.0]], "square")).dL_dW[1]
    assert not cp.diagnose(net, [[1.5]], [[1.0]], loss="square", dL_dW={1: 1.0123 * right}).ok


@pytest.mark.parametrize("times", [-1, 6])
def test_a_mistake_in_one_of_them_has_its_name(times: int) -> None:
    net, arrays = differences(1e-4)
    arrays["dL_dW"][0] = times * arrays["dL_dW"][0]
    found = cp.diagnose(net, X, Y, loss="nllm", **arrays)
    (mistake,) = found.mistakes
    assert mistake.name == {-1: "gradient_sign", 6: "sum_and_mean"}[times]
    assert mistake.layers == (1,)
    assert mistake.entry is not None
    assert mistake.entry.given == arrays["dL_dW"][0][mistake.entry.index]  # what was given, not what it stands for
    assert any("compared up to their error" in each for each in found.conventions)


def test_all_of_them_with_the_opposite_sign_are_one_mistake() -> None:
    net, arrays = differences(1e-4)
    negative = {name: [-6 * each for each in of] for name, of in arrays.items()}
    found = cp.diagnose(net, X, Y, loss="nllm", **negative)
    (mistake,) = found.mistakes
    assert {"loss_sign", "gradient_sign"} <= set(mistake.names)
    assert "the loss is a sum over the points" in found.conventions
