"""Networks with trainable activations: alpha is in the flat vector, and every link is the derivative, for a user's part too."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import Task
from clearprop.engines.compiled import why_not, why_not_side_by_side
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas import find
from clearprop.formulas.learnt_activations import Learnt, Parametric, PReLU
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import SGD
from clearprop.formulas.regularizers import Dropout
from tests.parts import complex_step, relative_error, rules

SMOOTH = ("parametric(of=mish)", "parametric(of=tanh, start=0.5)", "parametric(of=gelu)")
KINKED = ("prelu", "parametric(of=selu, start=0.3)", "softmax")


@dataclass(frozen=True)
class Bent(Learnt):
    """z + alpha sin z, of no catalogue."""

    name = "bent"
    start: float = cp.hyper(0.5, low=-1, high=1, about="alpha at first")

    def A(self, Z):
        return Z + self.alpha * np.sin(Z)

    def dA_dZ(self, Z, A):
        return 1 + self.alpha * np.cos(Z)

    def dA_dalpha(self, Z, A):
        return np.sin(Z)


class Mistaken(Bent):
    name = "mistaken"

    def dA_dalpha(self, Z, A):
        return np.cos(Z)


def a_network(activations, normalization=None, seed=1, dtype="float64"):
    rng = np.random.default_rng(seed)
    net = cp.Network((3, 5, 4, 2), activations, normalization=normalization, seed=seed, dtype=dtype)
    net.parameters[...] += rng.normal(scale=0.2, size=net.parameters.size)
    return net, rng.normal(size=(6, 3)).astype(dtype), rng.normal(size=(6, 2)).astype(dtype)


def loss_and_targets(net, Y):
    return ("nllm", np.argmax(Y, axis=1)) if net.f[net.L].name == "softmax" else ("square", Y)


# ---- Where alpha lies


def test_the_flat_vector_holds_alpha_behind_all_else_of_its_layer() -> None:
    net = cp.Network((2, 3, 1), ("prelu(start=0.5)", "identity"), normalization="layer_norm")
    assert [(l, name) for l, name, _ in net.arrays] == [
        *((1, "W"), (1, "W0"), (1, "gain"), (1, "shift"), (1, "alpha")),
        *((2, "W"), (2, "W0")),
    ]
    assert net.starts.tolist() == [0, 6, 9, 12, 15, 18, 21]
    assert net.parameters[15:18].tolist() == [0.5] * 3
    net.parameters[16] = 5
    assert net.alpha[1].tolist() == [0.5, 5, 0.5]
    with pytest.raises(KeyError, match=r"alpha\[2\]: layers count 1..1"):
        net.alpha[2]
    with pytest.raises(ValueError, match=r"alpha\[1\] is \(3,\), given \(2,\)"):
        net.alpha[1] = [1.0, 2.0]
    with pytest.raises(KeyError, match=r"alpha\[1\]: no layer has one"):
        cp.Network((2, 1), ("identity",)).alpha[1]


def test_a_network_computes_with_its_own_alpha_and_its_record_says_where_alpha_began() -> None:
    weights = [(np.eye(2), np.zeros(2))]
    net = cp.Network.from_weights(weights, ("prelu",))
    other = cp.Network.from_weights(weights, net.activations)
    net.alpha[1] = [0.0, 2.0]
    assert net.predict([[-1.0, -1.0]]).tolist() == [[0, -2]]
    assert other.predict([[-1.0, -1.0]]).tolist() == [[-0.25, -0.25]]
    assert net.activations == (PReLU(0.25),)
    assert net.f[1].A(np.array([[-1.0, -1.0]])).tolist() == [[0, -2]]
    again = cp.Network.from_weights(weights, [net.f[1]])  # begins at its start, and shares nothing
    assert again.alpha[1].tolist() == [0.25, 0.25]


@pytest.mark.parametrize("way", ["copy", "deepcopy", "pickle", "with_parameters"])
def test_a_copy_has_its_alpha_and_shares_none(way) -> None:
    net, X, _ = a_network(KINKED)
    ways = {
        "copy": net.copy,
        "deepcopy": lambda: copy.deepcopy(net),
        "pickle": lambda: pickle.loads(pickle.dumps(net)),
        "with_parameters": lambda: net.with_parameters(net.parameters.copy()),
    }
    other, before = ways[way](), net.predict(X).tolist()
    assert other.predict(X).tolist() == before
    other.alpha[1] = np.full(5, 7.0)
    assert 7 not in net.parameters
    assert other.predict(X).tolist() != before
    assert net.predict(X).tolist() == before


def test_an_activation_of_one_network_is_no_worse_for_having_been_in_it() -> None:
    net, X, Y = a_network(KINKED)
    run = cp.train(net, X, np.argmax(Y, axis=1), loss="nllm", epochs=3)
    assert run.network.activations == net.activations
    assert not np.array_equal(run.network.alpha[1], net.alpha[1])
    assert net.f[1].alpha is net.alpha[1]
    assert run.network.f[1].alpha is run.network.alpha[1]


# ---- The chain rule


@pytest.mark.parametrize("statistics", ["batch", "running"])
@pytest.mark.parametrize("normalization", [None, "batch_norm", ["layer_norm"] * 3], ids=str)
@pytest.mark.parametrize("rates", [None, (0.2, 0.5, 0.4)], ids=["whole", "dropout"])
@pytest.mark.parametrize("activations", [SMOOTH, (Bent(), "tanh", Bent(start=-0.5))], ids=["catalogue", "own"])
def test_the_gradient_is_the_complex_step_s(activations, normalization, rates, statistics) -> None:
    net, X, Y = a_network(activations, normalization)
    factors = rates and Dropout(rates).factors(net.widths, len(X), step=3, seed=9, dtype=net.dtype)
    options = {"factors": factors, "statistics": statistics, "penalty": "l2(strength=0.01)"}
    options["sample_weight"] = np.linspace(0.5, 2, len(X))

    def loss_at(parameters):
        return cp.forward_pass(net.with_parameters(parameters), X, Y, "square", **options).loss

    grads = cp.back_propagate(net, cp.forward_pass(net, X, Y, "square", **options))
    assert relative_error(grads.flat, complex_step(loss_at, net.parameters)) < 1e-12
    assert set(grads.dL_dalpha) == set(net.alpha)
    check = cp.check_gradients(net, X, Y, "square", **options)
    assert check.ok, check
    assert {(each.layer, each.array) for each in check.arrays} >= {(l, "alpha") for l in net.alpha}


@pytest.mark.parametrize("activations", [SMOOTH, KINKED, ("prelu", "relu", "prelu")], ids=str)
@pytest.mark.parametrize("normalization", [None, "layer_norm"])
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
def test_the_links_multiply_to_the_gradient_by_alpha(activations, normalization, layout) -> None:
    net, X, Y = a_network(activations, normalization)
    loss, targets = loss_and_targets(net, Y)
    fwd = cp.forward_pass(net, X[:1], targets[:1], loss)
    grads, links = cp.back_propagate(net, fwd), cp.Links(net, fwd, layout=layout)
    for l in net.alpha:
        link = cp.in_layout(links.dA_dalpha(l), layout)
        np.testing.assert_allclose(link @ grads.dL_dA[l][0], grads.dL_dalpha[l], rtol=1e-14, atol=1e-300)
        product = cp.in_layout(links.dL_dZ(l), layout)
        np.testing.assert_allclose(product[:, 0], grads.dL_dZ[l][0], rtol=1e-11, atol=1e-16)
    with pytest.raises(KeyError, match=r"alpha\[2\]: relu has no trainable parameter"):
        cp.Links(*_of(("prelu", "relu", "prelu"))).dA_dalpha(2)


def _of(activations):
    net, X, Y = a_network(activations)
    return net, cp.forward_pass(net, X, Y, "square")


def test_a_penalty_is_of_the_weights_alone() -> None:
    net, X, Y = a_network(SMOOTH)
    plain, penalised = (
        cp.back_propagate(net, cp.forward_pass(net, X, Y, "square", penalty=penalty))
        for penalty in (None, "l2(strength=3)")
    )
    for l in net.alpha:
        assert plain.dL_dalpha[l].tolist() == penalised.dL_dalpha[l].tolist()
        assert plain.dL_dW[l].tolist() != penalised.dL_dW[l].tolist()


def test_a_wrong_derivative_by_alpha_is_found_and_named() -> None:
    net, X, Y = a_network((Bent(), "tanh", Mistaken()))
    check = cp.check_gradients(net, X, Y, "square")
    assert not check.ok
    assert (check.where.layer, check.where.array) == (3, "alpha")
    assert len(check.faults) == 1
    assert "layer 3, mistaken(start=0.5): at z = " in check.faults[0]
    assert "df/dalpha is given as" in check.faults[0]


def test_a_part_that_no_complex_step_follows_in_alpha_is_checked_by_differences() -> None:
    @dataclass(frozen=True)
    class Sized(Bent):
        name = "sized"

        def A(self, Z):
            return Z + np.abs(self.alpha) * np.sin(Z)

        def dA_dZ(self, Z, A):
            return 1 + np.abs(self.alpha) * np.cos(Z)

        def dA_dalpha(self, Z, A):
            return np.sign(self.alpha) * np.sin(Z)

    net, X, Y = a_network((Sized(), "tanh", "identity"))
    check = cp.check_gradients(net, X, Y, "square")
    assert check.ok, check
    assert (check.method, check.because) == (
        "central differences",
        "layer 1: sized does not follow a complex step in alpha",
    )


# ---- Training


@pytest.mark.parametrize("activations", [SMOOTH, KINKED, (Bent(), "tanh", Bent())], ids=["smooth", "kinked", "own"])
@pytest.mark.parametrize("normalization", [None, "layer_norm"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_numpy_engine_has_the_reference_s_gradient(activations, normalization, dtype) -> None:
    net, X, Y = a_network(activations, normalization, dtype=dtype)
    loss, targets = loss_and_targets(net, Y)
    fwd = cp.forward_pass(net, X, targets, loss, penalty="l2(strength=0.01)", sample_weight=np.linspace(0.5, 2, 6))
    grads = cp.back_propagate(net, fwd)
    task = Task(net, fwd.loss_function, SGD(), X, fwd.Y, weights=fwd.weights, penalty=fwd.penalty)
    found, gradient = NumpyEngine(task).loss_and_gradient(np.arange(6), 1)
    assert found == pytest.approx(fwd.loss, rel=1e-6 if dtype == "float32" else 1e-14)
    assert gradient.dtype == dtype
    assert relative_error(gradient, grads.flat) < (1e-6 if dtype == "float32" else 1e-12)


@pytest.mark.parametrize("rule", rules(), ids=str)
def test_every_optimiser_moves_alpha_and_gives_the_same_bits_again(rule) -> None:
    net, X, Y = a_network(KINKED)
    first, again = (
        cp.train(net, X, np.argmax(Y, axis=1), loss="nllm", optimizer=rule, eta=1e-3, epochs=3, seed=5) for _ in "12"
    )
    assert first.network.parameters.tobytes() == again.network.parameters.tobytes()
    assert (first.network.alpha[1] != net.alpha[1]).any()
    assert first.engine.name == "numpy"


def test_averages_and_a_search_over_the_whole_set_learn_alpha_too() -> None:
    pytest.importorskip("scipy")
    net, X, Y = a_network(SMOOTH)
    averaged = cp.train(net, X, Y, loss="square", averaging="ema(decay=0.5)", epochs=5, eta=0.01, batch_size=3).network
    searched = cp.train(net, X, Y, loss="square", optimizer="lbfgs", epochs=5).network
    for trained in (averaged, searched):
        assert (trained.alpha[1] != net.alpha[1]).any()


def test_the_kernels_refuse_it_and_say_why_and_training_goes_on_without_them() -> None:
    net, X, Y = a_network(KINKED)
    labels = np.argmax(Y, axis=1)
    task = Task(net, find(Loss, "nllm"), SGD(), X, np.eye(2)[labels])
    without = "this installation has no compiled kernels"
    assert why_not(task) in ("activation 'prelu(start=0.25)' has no kernel", without)
    assert why_not_side_by_side(task, 3)
    with pytest.raises(ValueError, match=r"cannot take this task: (activation 'prelu|this installation)"):
        cp.train(net, X, labels, loss="nllm", batch_size=1, engine="compiled")
    run = cp.train(net, X, labels, loss="nllm", batch_size=1, epochs=2)
    assert run.engine.name == "numpy"
    assert run.engine.reason in ("activation 'prelu(start=0.25)' has no kernel", without)


def test_restarts_begin_at_the_starting_alpha_and_go_one_after_another() -> None:
    net, X, Y = a_network(KINKED)
    run = cp.train(net, X, np.argmax(Y, axis=1), loss="nllm", epochs=2, batch_size=1, restarts=3, eta=0.01)
    assert len(run.restarts) == 3
    assert len(set(run.restarts)) == 3
    assert run.network.activations == net.activations


def test_learn_one_takes_a_step_of_alpha() -> None:
    net = cp.Network.from_weights([([[2.0]], [0.0])], ("prelu",))
    # z = -2, a = -0.5; dL/da = -1, dL/dalpha = 2, dL/dz = -0.25, dL/dw = 0.25
    assert net.learn_one([-1.0], [0.0], loss="square", eta=0.5) == 0.25
    assert (net.alpha[1].item(), net.W[1].item(), net.W0[1].item()) == (-0.75, 1.875, 0.125)


def test_a_step_in_which_alpha_overflows_is_taken_back_and_named() -> None:
    net = cp.Network.from_weights([([[1.0]], [-1.0])], ("prelu",))
    engine = NumpyEngine(Task(net, find(Loss, "square"), SGD(), np.array([[-1e3]]), np.array([[0.0]])))
    before = net.parameters.tolist()
    with pytest.raises(ArithmeticError, match="of layer 1 is not finite"):
        engine.run(np.array([[0]]), np.array([1e308]), 1)
    assert net.parameters.tolist() == before


def test_a_network_that_learns_its_activations_fits_what_a_line_cannot() -> None:
    """|x| is a PReLU with alpha = -1: from a leaky start training finds it."""
    X = np.linspace(-1, 1, 41)[:, None]
    net = cp.Network.from_weights([([[1.0]], [0.0])], ("prelu",))
    run = cp.train(net, X, abs(X), loss="square", eta=0.5, epochs=2000, batch_size=41)
    slopes = run.network.predict([[2.0], [-2.0]])[:, 0]
    assert slopes.tolist() == pytest.approx([2, 2], abs=1e-3)
    assert run.network.alpha[1].item() == pytest.approx(-1, abs=1e-3)


# ---- Files


def test_a_model_file_keeps_alpha(tmp_path) -> None:
    net, X, _ = a_network(("prelu", "parametric(of=leaky_relu(slope=0.1), start=-2)", "softmax"), "layer_norm")
    net.save(tmp_path / "net.clearprop")
    again = cp.load(tmp_path / "net.clearprop")
    assert again.activations == net.activations
    assert again.parameters.tobytes() == net.parameters.tobytes()
    assert again.predict(X).tobytes() == net.predict(X).tobytes()


def test_an_activation_made_of_one_s_own_has_no_place_in_a_file(tmp_path) -> None:
    from clearprop.formulas.activations import Tanh

    class Own(Tanh):
        name = "own"

    net, X, _ = a_network((Parametric(of=Own()), "tanh", "identity"))
    assert net.predict(X).shape == (6, 2)
    for f in (Parametric(of=Own()), Bent()):
        with pytest.raises(ValueError, match="is not in the catalogue, and a model file holds names"):
            a_network((f, "tanh", "identity"))[0].save(tmp_path / "net.clearprop")
    assert not list(tmp_path.iterdir())
