"""check_gradients: agrees where gradients are right, finds and names what is wrong, and knows kinks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import clearprop as cp
from clearprop.checks import gradients
from clearprop.formulas import CATALOGUE
from clearprop.formulas.activations import Sigmoid, Tanh
from clearprop.formulas.losses import Square
from tests.parts import targets_for


def rows(n, m, seed=0):
    return np.random.default_rng(seed).normal(size=(n, m))


@pytest.mark.parametrize("name", list(CATALOGUE["activation"]))
def test_every_activation_passes(name):
    net = cp.Network((3, 4, 2), (name, "softmax"), seed=1)
    check = cp.check_gradients(net, rows(5, 3), [0, 1, 0, 1, 1], "nllm", penalty="l2(strength=0.1)")
    assert check.ok, check


@pytest.mark.parametrize("name", list(CATALOGUE["loss"]))
def test_every_loss_passes(name):
    loss = CATALOGUE["loss"][name]()
    output = next(n for n, f in CATALOGUE["activation"].items() if loss.domain_A.includes(f.range))
    net = cp.Network((3, 4, 2), ("tanh", output), seed=1)
    Y = targets_for(loss, 5, 2, np.random.default_rng(0))
    check = cp.check_gradients(net, rows(5, 3), Y, loss, sample_weight=[1, 2, 3, 4, 5])
    assert check.ok, check


def test_smooth_parts_are_checked_by_complex_step():
    net = cp.Network((3, 4, 2), ("tanh", "softmax"), seed=1)
    check = cp.check_gradients(net, rows(5, 3), [0, 1, 0, 1, 1])
    assert (check.method, check.tolerance, check.checked) == ("complex step", 1e-12, 26 + 15)


@pytest.mark.parametrize(("activations", "loss"), [(("relu", "identity"), "square"), (("tanh", "identity"), "linear")])
def test_kinked_parts_are_checked_by_central_differences(activations, loss):
    check = cp.check_gradients(cp.Network((3, 4, 2), activations, seed=1), rows(5, 3), rows(5, 2, 1), loss)
    assert check.ok, check
    assert check.method == "central differences"


def test_an_entry_at_a_kink_of_an_activation_is_counted_and_left_out():
    # z = 0 exactly in unit 0: every weight into it, its bias and the input move z over the kink.
    net = cp.Network.from_weights([([[1.0, 1.0]], [-1.0, 0.5]), ([[1.0], [1.0]], [0.0])], ("relu", "identity"))
    check = cp.check_gradients(net, [[1.0]], [[3.0]], "square")
    assert check.ok, check
    assert check.at_kink == 3
    assert check.checked == 5
    assert "3 left out at a kink" in str(check)


def test_an_entry_at_a_kink_of_the_loss_is_counted_and_left_out():
    net = cp.Network.from_weights([([[2.0, 1.0]], [0.0, 0.0])], ("identity",))
    check = cp.check_gradients(net, [[1.0]], [[2.0, 5.0]], "linear")  # a_0 - y_0 = 0
    assert check.ok, check
    assert check.at_kink == 3


def test_a_check_in_which_nothing_could_be_compared_is_not_passed():
    net = cp.Network.from_weights([([[2.0]], [0.0])], ("identity",))
    check = cp.check_gradients(net, [[1.0]], [[2.0]], "linear")
    assert not check.ok
    assert check.verdict == "cannot be told"


def test_a_large_network_is_checked_on_a_drawn_part_of_it():
    net = cp.Network((30, 20, 3), ("tanh", "softmax"), seed=1)
    X = rows(4, 30)
    check = cp.check_gradients(net, X, [0, 1, 2, 1], entries=25)
    assert (check.checked, check.size) == (25 + 20 + 25 + 3 + 25, 683 + 120)
    assert "25 of 600" in str(check)
    assert drawn(check) == drawn(cp.check_gradients(net, X, [0, 1, 2, 1], entries=25))
    assert drawn(check) != drawn(cp.check_gradients(net, X, [0, 1, 2, 1], entries=25, seed=1))


def drawn(check: cp.GradientCheck) -> list[tuple[int, ...]]:
    """The entries that were looked at. Their values may differ in the last bit: BLAS adds as the arrays lie in memory."""
    return [entry.index for array in check.arrays for entry in array.entries]


def test_the_direction_finds_an_error_in_an_entry_that_was_not_drawn(monkeypatch):
    net = cp.Network((30, 20, 3), ("tanh", "softmax"), seed=1)
    right = cp.check_gradients(net, rows(4, 30), [0, 1, 2, 1], entries=1)

    def off_everywhere_else(net, fwd):
        grads = cp.back_propagate(net, fwd)
        drawn = {entry_number(net, each.worst) for each in right.arrays[:-1]}
        for i in range(len(grads.flat)):
            grads.flat[i] *= 1 if i in drawn else 1.01
        return grads

    monkeypatch.setattr(gradients, "back_propagate", off_everywhere_else)
    check = cp.check_gradients(net, rows(4, 30), [0, 1, 2, 1], entries=1)
    assert max(each.error for each in check.arrays) <= check.tolerance
    assert not check.ok


@pytest.mark.parametrize("factors", [None, {0: [[0, 2, 2.0]] * 5}])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_derivative_by_the_inputs_is_compared_and_a_wrong_one_is_named(monkeypatch, activation, factors):
    net, X, Y = cp.Network((3, 4, 2), (activation, "softmax"), seed=1), rows(5, 3), [0, 1, 0, 1, 1]
    by_input = cp.check_gradients(net, X, Y, factors=factors).arrays[-1]
    assert (by_input.layer, by_input.array, by_input.verdict, by_input.checked) == (0, "X", "agrees", 15)

    def wrong(net, fwd):
        grads = cp.back_propagate(net, fwd)
        grads.dL_dA[0][2, 1] += 0.01
        return grads

    monkeypatch.setattr(gradients, "back_propagate", wrong)
    check = cp.check_gradients(net, X, Y, factors=factors)
    assert check.verdict == "differs"
    assert (check.where.array, check.where.index) == ("X", (2, 1))
    assert "at input, X(3, 2)" in str(check)


def entry_number(net, where):
    """The place of an entry in the flat vector."""
    shadow = net.with_parameters(np.arange(len(net.parameters), dtype=float))
    return int(getattr(shadow, where.array)[where.layer][where.index])


@dataclass(frozen=True)
class WrongTanh(cp.Elementwise):
    name = "wrong_tanh"

    def A(self, Z):
        return np.tanh(Z)

    def dA_dZ(self, Z, A):
        return 1 - A


@dataclass(frozen=True)
class RealOnly(cp.Elementwise):
    """Right, but not to be followed by a complex step: abs drops the imaginary part."""

    name = "softsign"

    def A(self, Z):
        return Z / (1 + np.abs(Z))

    def dA_dZ(self, Z, A):
        return 1 / (1 + np.abs(Z)) ** 2


@dataclass(frozen=True)
class WrongSquare(cp.Loss):
    name = "wrong_square"

    def L(self, A, Y):
        return ((A - Y) ** 2).sum(axis=-1)

    def dL_dA(self, A, Y):
        return A - Y


@dataclass(frozen=True)
class WrongPenalty(cp.Penalty):
    name = "wrong_penalty"

    def R(self, W):
        return (W**2).sum()

    def dR_dW(self, W):
        return W


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_a_wrong_activation_of_your_own_is_named_with_its_layer(layer):
    activations = ["sigmoid", "sigmoid", "identity"]
    activations[layer - 1] = WrongTanh()
    check = cp.check_gradients(cp.Network((3, 4, 4, 2), activations, seed=1), rows(5, 3), rows(5, 2, 1), "square")
    assert not check.ok
    assert check.where.layer <= layer
    (fault,) = check.faults
    assert fault.startswith(f"layer {layer}, wrong_tanh: at z = ")


def test_a_wrong_loss_of_your_own_is_named():
    net = cp.Network((3, 4, 2), ("tanh", "identity"), seed=1)
    check = cp.check_gradients(net, rows(5, 3), rows(5, 2, 1), WrongSquare())
    assert not check.ok
    (fault,) = check.faults
    assert fault.startswith("loss wrong_square: at a = ")


def test_a_wrong_penalty_of_your_own_is_named():
    net = cp.Network((3, 4, 2), ("tanh", "identity"), seed=1)
    check = cp.check_gradients(net, rows(5, 3), rows(5, 2, 1), "square", penalty=WrongPenalty())
    assert not check.ok
    assert check.faults[0].startswith("penalty wrong_penalty: at w = ")


def test_a_right_part_that_takes_no_complex_numbers_is_checked_by_differences():
    net = cp.Network((3, 4, 2), (RealOnly(), "identity"), seed=1)
    check = cp.check_gradients(net, rows(5, 3), rows(5, 2, 1), "square")
    assert check.ok, check
    assert check.because == "layer 1: softsign does not follow a complex step"


def test_a_right_smooth_part_of_your_own_is_checked_by_complex_step():
    @dataclass(frozen=True)
    class Cube(cp.Elementwise):
        name = "cube"

        def A(self, Z):
            return Z**3

        def dA_dZ(self, Z, A):
            return 3 * Z**2

    check = cp.check_gradients(cp.Network((3, 4, 2), (Cube(), "identity"), seed=1), rows(5, 3), rows(5, 2, 1), "square")
    assert check.ok, check
    assert check.method == "complex step"


def test_float32_networks_are_checked_in_float64():
    net = cp.Network((3, 4, 2), ("tanh", "softmax"), seed=1, dtype="float32")
    check = cp.check_gradients(net, rows(5, 3).astype("float32"), [0, 1, 0, 1, 1])
    assert check.ok, check
    assert "the network is float32; it was checked in float64" in str(check)
    assert net.dtype == np.float32


@pytest.mark.parametrize("scale", [1.0, 1e2, 1e4])
def test_saturated_outputs_raise_no_false_alarm(scale):
    net = cp.Network((3, 4, 4), ("tanh", "softmax"), seed=1)
    net.W[2] = scale * net.W[2]
    check = cp.check_gradients(net, rows(5, 3), [0, 1, 2, 3, 3])
    assert check.ok, check


def test_cancelling_sums_raise_no_false_alarm():
    # Signs of the residuals sum to 0 over the batch, up to rounding: the bias gradient is nothing but that.
    net = cp.Network.from_weights([([[0.3]], [0.1])], ("identity",))
    x = np.linspace(-1, 1, 6)[:, None]
    y = 0.3 * x + 0.1 + np.array([1, -1, 1, -1, 1, -1])[:, None] / 3
    assert cp.check_gradients(net, x, y, "linear").ok


def test_labels_in_text_are_taken():
    net = cp.Network((3, 4, 2), ("tanh", "softmax"), seed=1)
    assert cp.check_gradients(net, rows(3, 3), ["no", "yes", "no"]).ok


@pytest.mark.parametrize("entries", [0, -1, 1.5, True])
def test_entries_must_be_a_whole_number(entries):
    net = cp.Network((3, 2), ("softmax",))
    with pytest.raises(ValueError, match=f"entries must be a whole number, 1 or more; given {entries}"):
        cp.check_gradients(net, rows(1, 3), [0], entries=entries)


# ---- Faults planted in back-propagation itself: the check must see each.


def test_a_missing_mean_is_found(monkeypatch):
    monkeypatch.setattr(gradients, "back_propagate", planted(lambda net, fwd, grads: grads.flat * len(fwd.Y)))
    check = check_of_a_right_network()
    assert not check.ok
    assert "each part's derivative is that of its function" in check.faults[0]


def test_a_forgotten_penalty_is_found(monkeypatch):
    def without(net, fwd, grads):
        return cp.back_propagate(net, cp.forward_pass(net, fwd.A[0], fwd.Y, "square")).flat

    monkeypatch.setattr(gradients, "back_propagate", planted(without))
    assert not check_of_a_right_network().ok


def test_a_transposed_weight_gradient_is_found(monkeypatch):
    def transposed(net, fwd, grads):
        flat = grads.flat.copy()
        flat[:9] = flat[:9].reshape(3, 3).T.ravel()
        return flat

    monkeypatch.setattr(gradients, "back_propagate", planted(transposed))
    check = check_of_a_right_network()
    assert not check.ok
    assert (check.where.layer, check.where.array) == (1, "W")


def test_one_wrong_entry_is_found(monkeypatch):
    def nudged(net, fwd, grads):
        flat = grads.flat.copy()
        flat[4] *= 1 + 1e-9
        return flat

    monkeypatch.setattr(gradients, "back_propagate", planted(nudged))
    check = check_of_a_right_network()
    assert not check.ok
    assert str(check.where) == "layer 1, W(2, 2)"


def test_many_entries_that_are_each_off_by_little_are_found(monkeypatch):
    monkeypatch.setattr(gradients, "back_propagate", planted(lambda net, fwd, grads: grads.flat * (1 + 4e-12)))
    check = check_of_a_right_network()
    assert all(each.entry_error <= 10 * check.tolerance for each in check.arrays)
    assert check.verdict == "differs"


def test_one_entry_of_many_that_is_off_is_found(monkeypatch):
    net = cp.Network((30, 30, 2), (Tanh(), Sigmoid()), seed=1)

    def nudged(net, fwd, grads):
        flat = grads.flat.copy()
        flat[7] += 20e-12 * np.sqrt(np.mean(flat[:900] ** 2))
        return flat

    monkeypatch.setattr(gradients, "back_propagate", planted(nudged))
    check = cp.check_gradients(net, rows(5, 30), rows(5, 2, 1), Square(), entries=900)
    assert check.arrays[0].error <= check.tolerance
    assert check.verdict == "differs"
    assert check.where.index == (0, 7)


def test_a_gradient_that_is_not_finite_is_found(monkeypatch):
    def nan(net, fwd, grads):
        flat = grads.flat.copy()
        flat[-1] = np.nan
        return flat

    monkeypatch.setattr(gradients, "back_propagate", planted(nan))
    check = check_of_a_right_network()
    assert not check.ok
    assert check.max_error == np.inf


def planted(fault):
    """back_propagate with its flat gradient altered by `fault`."""

    def back_propagate(net, fwd):
        grads = cp.back_propagate(net, fwd)
        grads.flat[...] = fault(net, fwd, grads)
        return grads

    return back_propagate


def check_of_a_right_network():
    net = cp.Network((3, 3, 2), (Tanh(), Sigmoid()), seed=1)
    return cp.check_gradients(net, rows(5, 3), rows(5, 2, 1), Square(), penalty="l2(strength=0.1)")
