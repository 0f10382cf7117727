"""Lints: each is found where its trouble is planted, is measured, and has a remedy that helps; a sound network has none."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

import clearprop as cp
from clearprop.advice.warned import TargetOutOfRange
from clearprop.formulas import CATALOGUE


def found(net, x, y, loss="nllm", **options):
    return {lint.code: lint for lint in cp.explain(net, x, y, loss, check=False, **options).lints}


def test_a_sound_network_has_no_warnings():
    net = cp.Network((2, 5, 2), ("tanh", "softmax"), init="glorot_normal", seed=0)
    assert found(net, [0.4, -1.2], 1) == {}


def test_dead_units_are_named_and_told_from_units_that_are_off_for_a_few_points():
    net = cp.Network.from_weights(
        [([[1.0, -1.0, 0.0]], [0.0, 0.0, -5.0]), (np.ones((3, 1)), [0.0])], ("relu", "identity")
    )
    one = found(net, [2.0], 1.0, "square")["units off"]
    assert "at this point" in one.message
    assert one.units == (2, 3)
    assert one.severity == "note"
    both = found(net, [[2.0], [-2.0]], [[1.0], [1.0]], "square")["dead units"]
    assert both.units == (3,)
    assert both.severity == "note"  # two points are no evidence
    many = found(net, np.linspace(-2, 2, 30)[:, None], np.ones((30, 1)), "square")["dead units"]
    assert many.units == (3,)
    assert many.severity == "note"  # one unit of three, without which the layer learns
    assert "gets no gradient and stays off" in many.remedy
    net.W0[1] = [-5.0, 0.0, -5.0]
    half = found(net, np.linspace(-2, 2, 30)[:, None], np.ones((30, 1)), "square")["dead units"]
    assert half.units == (1, 3)
    assert half.severity == "warning"
    assert "at all 30 points" in half.message
    less = found(net, np.linspace(-2, 2, 29)[:, None], np.ones((29, 1)), "square")["dead units"]
    assert less.severity == "note"


def test_saturated_units_are_found_and_scaled_inputs_are_the_remedy():
    net = cp.Network((2, 4, 1), ("tanh", "identity"), seed=0)
    lint = found(net, [80.0, -95.0], 1.0, "square")["saturated units"]
    assert lint.units == (1, 2, 3, 4)
    assert lint.measured["largest |z|"] > 10
    assert "saturated units" not in found(net, [0.8, -0.95], 1.0, "square")


def test_a_sure_and_wrong_output_without_a_shortcut_is_found_and_the_pair_is_the_remedy():
    net = cp.Network.from_weights([([[20.0]], [0.0])], ("sigmoid",))
    assert "saturated output" in found(net, [1.0], 0.0, "square")
    assert "saturated output" not in found(net, [1.0], 0.0, "nll")


def test_a_step_activation_has_no_derivative():
    lint = found(cp.Network((2, 3, 1), ("step", "sigmoid"), seed=0), [1.0, 2.0], 1.0, "nll")["no derivative"]
    assert lint.l == 1
    assert "7.31" in lint.message


def test_a_vanishing_gradient_is_found_in_its_layer_and_larger_weights_are_the_remedy():
    def net(scale):
        layers = [(np.eye(3) * scale, np.zeros(3)) for _ in range(4)]
        return cp.Network.from_weights([*layers, (np.ones((3, 1)), [0.0])], (*["tanh"] * 4, "identity"))

    assert found(net(1e-4), [0.1, 0.2, 0.3], 1.0, "square")["vanishing gradient"].measured["ratio"] < 1e-3
    assert "vanishing gradient" not in found(net(1.0), [0.1, 0.2, 0.3], 1.0, "square")


def sigmoids(layers, **options):
    net = cp.Network((5,) * (layers + 1), ("sigmoid",) * layers, **{"init": "glorot_normal", "seed": 0} | options)
    rng = np.random.default_rng(0)
    return net, rng.normal(size=5), rng.random(5)


@pytest.mark.parametrize("layers", [10, 13, 40])
def test_a_gradient_that_vanishes_a_little_in_every_layer_is_found(layers):
    net, x, y = sigmoids(layers)
    trace = cp.explain(net, x, y, "square", check=False)
    lint = next(lint for lint in trace.lints if lint.code == "vanishing gradient")
    sizes = {l: health.dL_dZ for l, health in trace.health.items()}
    assert all(sizes[l] > 1e-3 * sizes[l + 1] for l in range(1, layers))  # no two neighbours tell
    assert lint.severity == "warning"
    assert sizes[lint.l] < 1e-3 * sizes[layers] < sizes[lint.l + 1]
    assert lint.measured["ratio at layer 1"] == pytest.approx(sizes[1] / sizes[layers])
    assert f"layers up to {lint.l} hardly learn" in lint.message


def test_a_gradient_that_vanishes_to_0_is_found():
    net, x, y = sigmoids(10)
    for l in net.layers:
        net.W[l] = 1e-60 * net.W[l]
    assert cp.explain(net, x, y, "square", check=False).health[1].dL_dZ == 0
    assert found(net, x, y, "square")["vanishing gradient"].measured["ratio at layer 1"] == 0
    flat = cp.Network.from_weights([([[900.0]], [0.0]), ([[1.0]], [0.0])], ("sigmoid", "identity"))
    assert found(flat, [1.0], 3.0, "square")["vanishing gradient"].measured["ratio"] == 0


def test_what_cuts_the_way_back_is_told_by_its_own_lint():
    net = cp.Network.from_weights([([[1.0]], [0.0]), ([[1.0]], [-9.0]), ([[1.0]], [0.0])], ("relu", "relu", "identity"))
    assert {"units off"} == set(found(net, [1.0], 1.0, "square"))


def test_a_layer_is_called_by_the_number_of_its_notation():
    net, x, y = sigmoids(10)
    ours, nielsens = (found(net, x, y, "square", notation=name)["vanishing gradient"] for name in ("mn", "nielsen"))
    assert ours.l == nielsens.l
    assert f"δ{chr(0x2070 + ours.l + 1)}" in nielsens.message
    assert f"layers up to {ours.l + 1} hardly learn" in nielsens.message


def test_an_exploding_gradient_is_found():
    layers = [(np.eye(2) * 2000.0, np.zeros(2)), (np.ones((2, 1)) * 2000, [0.0])]
    net = cp.Network.from_weights(layers, ("identity", "identity"))
    lint = found(net, [1e-6, 1e-6], 1.0, "square")["exploding gradient"]
    assert lint.measured["ratio"] == pytest.approx(2000)


def test_values_and_gradients_that_grow_a_little_in_every_layer_are_found():
    rng = np.random.default_rng(0)
    layers = [(rng.normal(size=(32, 32)), np.zeros(32)) for _ in range(8)] + [(rng.normal(size=(32, 1)), [0.0])]
    net = cp.Network.from_weights(layers, (*["relu"] * 8, "identity"))
    lints = found(net, rng.normal(size=(8, 32)), rng.normal(size=(8, 1)), "square")
    assert lints["exploding gradient"].measured["ratio at layer 1"] > 1e3
    values = lints["exploding values"]
    z = {l: np.sqrt((cp.forward_pass(net, np.ones((1, 32)), [[0.0]], "square").Z[l] ** 2).mean()) for l in (1, 8)}
    assert z[8] > 1e3 * z[1]
    assert 1 < values.l < 8


@pytest.mark.parametrize(("W", "code"), [(np.zeros((2, 3)), "zero weights"), (np.full((2, 3), 0.7), "symmetric units")])
def test_units_that_are_all_alike_are_found(W, code):
    net = cp.Network.from_weights([(W, np.zeros(3)), (np.ones((3, 2)), np.zeros(2))], ("tanh", "softmax"))
    assert found(net, [1.0, 2.0], 1)[code].units == (1, 2, 3)


def test_units_alike_but_for_their_biases_are_no_fault():
    net = cp.Network.from_weights(
        [(np.full((2, 3), 0.7), [0.1, 0.2, 0.3]), (np.ones((3, 2)), np.zeros(2))], ("tanh", "softmax")
    )
    assert "symmetric units" not in found(net, [1.0, 2.0], 1)


def test_unscaled_inputs_are_named():
    net = cp.Network((3, 2), ("softmax",), seed=0)
    lint = found(net, [0.5, 2500.0, 0.4], 1)["unscaled inputs"]
    assert lint.units == (2,)
    assert lint.measured["largest |x|"] == 2500


def test_standardised_inputs_of_which_few_are_far_out_are_not_unscaled_and_raw_ones_are():
    digits = load_digits()
    raw, labels = digits.data, digits.target
    X = (raw - raw.mean(axis=0)) / np.where(raw.std(axis=0) > 0, raw.std(axis=0), 1)
    net = cp.Network((64, 10), ("softmax",), seed=0)
    far_out = np.argsort(-abs(X).max(axis=1))[20:25]
    assert (abs(X[far_out]).max(axis=1) > 10).all()
    batches = [np.array([k]) for k in far_out] + [np.arange(k, k + 32) for k in range(0, 160, 32)]
    for rows in batches:
        assert "unscaled inputs" not in found(net, X[rows], labels[rows]), rows
        assert "unscaled inputs" in found(net, raw[rows], labels[rows]), rows


def test_a_rising_loss_comes_with_a_step_size_that_was_tried_and_lowers_it():
    net = cp.Network((2, 3, 1), ("tanh", "identity"), seed=0)
    x, y = [[0.4, -1.2], [1.0, 0.5]], [[1.0], [-2.0]]
    lint = found(net, x, y, "square", eta=5.0)["rising loss"]
    suggested = lint.measured["suggested eta"]
    before = cp.forward_pass(net, x, y, "square").loss

    def loss_after(eta):
        run = cp.train(net, x, y, loss="square", eta=eta, steps=1, batch_size=2, engine="numpy")
        return cp.forward_pass(run.network, x, y, "square").loss

    assert loss_after(5.0) > before
    assert loss_after(suggested) < before
    assert lint.measured["loss after"] == loss_after(5.0)
    assert "rising loss" not in found(net, x, y, "square", eta=suggested)


def test_a_loss_that_rises_at_its_own_kink_is_a_note_that_says_so():
    net = cp.Network.from_weights([([[2.0]], [1.0])], ("identity",))
    lint = found(net, [3.0], [7.0], "linear")["rising loss"]
    assert lint.severity == "note"
    assert "no smaller step size lowers it either: the loss (linear) is at a kink here" in lint.remedy
    assert "wrong" not in lint.remedy


def test_the_activation_at_whose_kink_the_loss_rises_is_named():
    layers = [([[0.0]], [0.0]), ([[1.0, -1.0]], [0.0, 0.0]), ([[2.0], [1.0]], [0.0])]  # 2 relu(h) + relu(-h), h = 0
    net = cp.Network.from_weights(layers, ("identity", "relu", "identity"))
    lint = found(net, [10.0], [-1.0], "square")["rising loss"]
    assert lint.severity == "warning"
    assert "relu in layer 2 is at a kink here" in lint.remedy


def test_the_penalty_at_whose_kink_the_loss_rises_is_named():
    net = cp.Network.from_weights([([[0.0]], [0.0])], ("identity",))
    lint = found(net, [1.0], [1.0], "square", penalty="l1(strength=5)")["rising loss"]
    assert "the penalty (l1) is at a kink here" in lint.remedy


def test_a_loss_that_rises_away_from_every_kink_points_to_a_wrong_derivative(monkeypatch):
    monkeypatch.setattr(CATALOGUE["activation"]["tanh"], "dA_dZ", lambda self, Z, A: A * A - 1)
    net = cp.Network.from_weights([([[0.5]], [0.2])], ("tanh",))
    lint = found(net, [1.0], [2.0], "square")["rising loss"]
    assert lint.severity == "warning"
    assert lint.remedy.endswith("look for a wrong derivative with check_gradients")


def test_the_first_value_that_is_not_finite_is_named_and_comes_first():
    net = cp.Network.from_weights([([[1e200, 1.0]], [0.0, 0.0]), ([[1e200], [1.0]], [0.0])], ("identity", "identity"))
    lints = cp.explain(net, [2.0], 1.0, "square", check=False).lints
    assert lints[0].code == "not finite"
    assert lints[0].message.startswith("Z² is the first value")
    assert lints[0].severity == "error"


def test_lints_are_printed_with_their_remedies():
    text = cp.explain(cp.Network((2, 3, 1), ("step", "sigmoid"), seed=0), [1.0, 2.0], 1.0, "nll").text(100)
    assert "Look out" in text
    assert "remedy: use sigmoid, which is a smooth step" in text


@pytest.mark.parametrize(("output", "y"), [("sigmoid", 500.0), ("tanh", -2.0), ("softplus", -1.0), ("exp", -1.0)])
def test_a_target_outside_the_output_s_range_is_named_as_train_names_it(output, y):
    net = cp.Network((2, 3, 1), ("tanh", output), init="glorot_normal", seed=0)
    lint = found(net, [0.4, -1.2], [y], "square")["target out of range"]
    assert lint.severity == "warning"
    assert lint.l == 2
    with pytest.warns(cp.TrainingWarning) as said:
        cp.train(net, [[0.4, -1.2]], [[y]], loss="square", steps=1, progress=False)
    assert str(said[0].message) == f"{TargetOutOfRange.opening}: {lint.message}; {lint.remedy}"
    assert "target out of range" not in found(cp.Network((2, 1), ("identity",), seed=0), [0.4, -1.2], [y], "square")


def test_inputs_that_are_far_too_small_are_named():
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), init="glorot_normal", seed=0)
    X = np.random.default_rng(0).normal(size=(40, 2))
    y = np.arange(40) % 2
    lint = found(net, 1e-5 * X, y)["unscaled inputs"]
    assert lint.severity == "warning"
    assert "root mean square is 9." in lint.message
    assert lint.measured["size of inputs"] == pytest.approx(1e-5, rel=0.1)
    assert "unscaled inputs" not in found(net, X, y)
    assert found(net, [1e-5, 0.0], 1)["unscaled inputs"].severity == "note"
    assert "unscaled inputs" not in found(net, [0.0, 0.0], 1)


def test_units_that_are_off_at_few_points_are_spoken_of_as_units() -> None:
    net = cp.Network((2, 6, 1), ("relu", "identity"), seed=0)
    lint = found(net, [1.0, 0.5], [1.0], "square")["units off"]
    assert "a unit that is off here may be on at others" in lint.remedy
