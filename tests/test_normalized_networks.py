"""Networks with normalised layers, learnt activations and dropout: loss, gradient and training are PyTorch's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import Task
from clearprop.engines.levels import KERNELS
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas import find
from clearprop.formulas.losses import Loss
from clearprop.formulas.normalizations import BatchNorm, LayerNorm
from clearprop.formulas.optimizers import SGD
from clearprop.formulas.regularizers import Dropout
from tests.parts import complex_step, relative_error

RECORDED = json.loads((Path(__file__).parent / "recorded" / "networks.json").read_text())["passes"]
every_case = pytest.mark.parametrize(
    "case", RECORDED, ids=[f"{case['normalizations']}-{case['activations']}-{case['loss']}" for case in RECORDED]
)
KINDS = ("batch_norm", "layer_norm", (None, "layer_norm", "batch_norm"))


def network_of(case, layers="start") -> cp.Network:
    """The recorded network, with everything that was learnt until then."""
    found = case[layers]
    weights = [(layer["W"], layer["W0"]) for layer in found]
    net = cp.Network(case["widths"], case["activations"], init=weights, normalization=case["normalizations"])
    for l in net.normalization:
        net.gain[l], net.shift[l] = found[l - 1]["gain"], found[l - 1]["shift"]
    for l in net.alpha:
        net.alpha[l] = found[l - 1]["alpha"]
    for l in net.running_mean:
        net.running_mean[l], net.running_variance[l] = found[l - 1]["running_mean"], found[l - 1]["running_variance"]
    return net


def forward(case, net, batch, **more):
    factors = {int(l): mask for l, mask in batch["masks"].items()}
    return cp.forward_pass(net, batch["X"], batch["Y"], case["loss"], factors=factors, **more)


@dataclass(frozen=True)
class Recorded(Dropout):
    """The masks that were recorded, step by step."""

    masks: tuple = ()

    def factors(self, widths, points, *, step, seed, dtype):
        return {int(l): np.array(mask, dtype) for l, mask in self.masks[step - 1].items()}


@every_case
def test_the_loss_and_every_gradient_are_pytorchs(case) -> None:
    net, batch = network_of(case), case["batches"][0]
    fwd = forward(case, net, batch)
    assert fwd.loss == pytest.approx(batch["loss"], rel=1e-14)
    theirs = np.concatenate([np.ravel(case["gradient"][l - 1][name]) for l, name, _ in net.arrays])
    # A bias before a batch normalisation has no gradient but rounding, so arrays are held to the size of the whole.
    assert relative_error(cp.back_propagate(net, fwd).flat, theirs) < 1e-14
    assert relative_error(cp.back_propagate(net, fwd, long_way=True).flat, theirs) < 1e-13


@every_case
def test_six_steps_and_the_running_statistics_are_pytorchs(case) -> None:
    net = network_of(case)
    X, Y = (np.concatenate([batch[name] for batch in case["batches"]]) for name in ("X", "Y"))
    masks = tuple(batch["masks"] for batch in case["batches"])
    dropout = Recorded(masks=masks) if any(masks) else None
    engine = NumpyEngine(Task(net, find(Loss, case["loss"]), SGD(), X, Y, dropout=dropout))
    total = engine.run(np.arange(len(X)).reshape(6, -1), np.full(6, case["eta"]), 1)
    # Losses of 1 to 10; each step makes the rounding of those before it some ten times larger, and PyTorch's log(1 - a) of
    # a saturated sigmoid has lost four digits.
    assert total == pytest.approx(sum(len(batch["X"]) * batch["loss"] for batch in case["batches"]), rel=1e-11)
    expected = network_of(case, "end")
    np.testing.assert_allclose(net.parameters, expected.parameters, rtol=0, atol=1e-11)
    np.testing.assert_allclose(net.statistics, expected.statistics, rtol=0, atol=1e-11)
    np.testing.assert_allclose(net.predict(case["batches"][-1]["X"]), case["A"], rtol=0, atol=1e-11)


def a_network(
    normalization, activations=("tanh", "gelu", "softmax"), seed=1
) -> tuple[cp.Network, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    net = cp.Network((3, 5, 4, 2), activations, normalization=normalization, seed=seed)
    for l in net.normalization:
        net.gain[l], net.shift[l] = rng.uniform(0.5, 2, net.widths[l]), rng.normal(size=net.widths[l])
    net.statistics[...] = rng.gamma(2, size=len(net.statistics))
    return net, rng.normal(size=(6, 3)), rng.integers(2, size=6)


@pytest.mark.parametrize("normalization", KINDS, ids=str)
@pytest.mark.parametrize("statistics", ["batch", "running"])
@pytest.mark.parametrize("rates", [None, (0.2, 0.5, 0.4)], ids=["whole", "dropout"])
def test_the_gradient_is_the_complex_step_s(normalization, statistics, rates) -> None:
    net, X, Y = a_network(normalization)
    factors = rates and Dropout(rates).factors(net.widths, len(X), step=3, seed=9, dtype=net.dtype)
    options = {"factors": factors, "statistics": statistics, "penalty": "l2(strength=0.01)"}

    def loss_at(parameters):
        return cp.forward_pass(net.with_parameters(parameters), X, Y, "nllm", **options).loss

    grads = cp.back_propagate(net, cp.forward_pass(net, X, Y, "nllm", **options))
    assert relative_error(grads.flat, complex_step(loss_at, net.parameters)) < 1e-13
    assert cp.check_gradients(net, X, Y, "nllm", **options).ok


@pytest.mark.parametrize("part", [BatchNorm(), LayerNorm(), BatchNorm(epsilon=0.3), LayerNorm(epsilon=0.3)], ids=str)
def test_the_normalisation_s_link_is_its_derivative(part) -> None:
    rng = np.random.default_rng(0)
    Z, u = rng.normal(size=(2, 5, 4))
    mean, variance = part.moments(Z)
    Z_hat = part.Z_hat(Z, mean, variance)
    numeric = complex_step(lambda Z: (u * part.Z_hat(Z, *part.moments(Z))).sum(), Z)
    np.testing.assert_allclose(part.dL_dZ(u, Z_hat, variance), numeric, rtol=1e-12, atol=1e-14)
    for k in range(Z.shape[1 - part.axis]):  # and is the product with the matrix that `jacobian` writes out
        of, at = (np.s_[:, k], (0, k)) if part.axis == 0 else (np.s_[k], (k, 0))
        product = part.jacobian(Z_hat[of], variance[at]) @ u[of]
        np.testing.assert_allclose(product, part.dL_dZ(u, Z_hat, variance)[of], rtol=1e-12, atol=1e-14)
    numeric = complex_step(lambda Z: (u * part.Z_hat(Z, mean, variance)).sum(), Z)
    np.testing.assert_allclose(part.dL_dZ_fixed(u, variance), numeric, rtol=1e-13)


@pytest.mark.parametrize("part", [BatchNorm(epsilon=0.0), LayerNorm(epsilon=0.0)], ids=str)
def test_what_is_normalised_has_mean_0_and_variance_1(part) -> None:
    Z = np.random.default_rng(0).normal(3, 5, size=(50, 40))
    Z_hat = part.Z_hat(Z, *part.moments(Z))
    np.testing.assert_allclose(Z_hat.mean(axis=part.axis), 0, atol=1e-14)
    np.testing.assert_allclose(Z_hat.var(axis=part.axis), 1, rtol=1e-13)


@pytest.mark.parametrize("layout", ["denominator", "numerator"])
@pytest.mark.parametrize("normalization", KINDS, ids=str)
def test_the_product_of_the_links_is_the_gradient(normalization, layout) -> None:
    net, X, Y = a_network(normalization)
    factors = Dropout((0.2, 0.5, 0.4)).factors(net.widths, 1, step=3, seed=9, dtype=net.dtype)
    fwd = cp.forward_pass(net, X[:1], Y[:1], "nllm", factors=factors, statistics="running")
    grads, links = cp.back_propagate(net, fwd), cp.Links(net, fwd, layout=layout)
    for l in net.layers:
        for long_way in (True, False):
            product = cp.in_layout(links.dL_dZ(l, long_way=long_way), layout)
            np.testing.assert_allclose(product[:, 0], grads.dL_dZ[l][0], rtol=1e-12, atol=1e-16)
            product = cp.in_layout(links.dL_dW(l, long_way=long_way), layout)
            np.testing.assert_allclose(product, grads.dL_dW[l], rtol=1e-12, atol=1e-16)


def test_a_batch_links_its_points_through_a_matrix_for_each_unit() -> None:
    net, X, Y = a_network("batch_norm")
    fwd = cp.forward_pass(net, X, Y, "nllm")
    grads, links = cp.back_propagate(net, fwd), cp.Links(net, fwd)
    for l in (1, 2):
        for j in range(net.widths[l]):
            product = links.dZ_hat_dZ_of_unit(l, j) @ grads.dL_dZ_hat[l][:, j]
            np.testing.assert_allclose(product, grads.dL_dZ[l][:, j], rtol=1e-11, atol=1e-16)
    with pytest.raises(
        ValueError,
        match=r"layer 1: batch_norm.* of a batch makes a point depend on the others; see dZ_hat_dZ_of_unit\(1, j\)",
    ):
        links.dA_dZ(1)


def test_predictions_do_not_depend_on_their_company() -> None:
    for normalization in KINDS:
        net, X, _ = a_network(normalization)
        alone = np.concatenate([net.predict(X[i : i + 1]) for i in range(len(X))])
        np.testing.assert_allclose(net.predict(X), alone, rtol=1e-14)


def test_a_network_is_copied_and_pickled_with_its_statistics() -> None:
    import copy
    import pickle

    net, X, _ = a_network("batch_norm")
    for other in (net.copy(), copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert other.normalizations == net.normalizations
        assert other.predict(X).tolist() == net.predict(X).tolist()
        other.running_mean[1] = np.full(5, 7.0)
        other.gain[1] = np.full(5, 7.0)
        assert 7 not in net.statistics
        assert 7 not in net.gain[1]


def test_the_flat_vector_holds_gain_and_shift_behind_the_biases() -> None:
    net = cp.Network((2, 3, 1), ("tanh", "identity"), normalization="layer_norm")
    assert [(l, name) for l, name, _ in net.arrays] == [
        *((1, "W"), (1, "W0"), (1, "gain"), (1, "shift")),
        *((2, "W"), (2, "W0")),
    ]
    assert net.parameters[9:15].tolist() == [1, 1, 1, 0, 0, 0]
    net.parameters[9] = 5
    assert net.gain[1].tolist() == [5, 1, 1]
    with pytest.raises(KeyError, match=r"gain\[2\]: layers count 1..1"):
        net.gain[2]
    with pytest.raises(KeyError, match=r"shift\[1\]: no layer has one"):
        cp.Network((2, 1), ("identity",)).shift[1]


def test_a_normalisation_for_each_layer_must_be_as_many_as_layers() -> None:
    with pytest.raises(ValueError, match="one or None for each of 2; given"):
        cp.Network((2, 3, 1), ("tanh", "identity"), normalization=("layer_norm",))
    with pytest.raises(ValueError, match="unknown normalization 'layernorm'; did you mean 'layer_norm'"):
        cp.Network((2, 3, 1), ("tanh", "identity"), normalization="layernorm")


def test_a_batch_of_one_point_is_refused_where_it_is_normalised_over_points() -> None:
    net, X, Y = a_network("batch_norm")
    message = "layer 1: batch_norm has nothing to normalise over in batches of one point"
    with pytest.raises(ValueError, match=message):
        cp.train(net, X, Y, loss="nllm", batch_size=1)
    with pytest.raises(ValueError, match=message):
        net.learn_one(X[0], [1.0, 0.0], loss="nllm", eta=0.1)
    net, X, Y = a_network("layer_norm")
    assert net.learn_one(X[0], [1.0, 0.0], loss="nllm", eta=0.1) > net.learn_one(X[0], [1.0, 0.0], loss="nllm", eta=0.1)


def test_a_last_batch_of_one_point_leaves_the_running_averages_alone() -> None:
    net, X, Y = a_network("batch_norm")
    engine = NumpyEngine(Task(net, find(Loss, "nllm"), SGD(), X, np.eye(2)[Y]))
    before = net.statistics.tolist()
    engine.run(np.array([[0]]), np.array([0.1]), 1)
    assert net.statistics.tolist() == before
    engine.run(np.array([[0, 1]]), np.array([0.1]), 2)
    assert net.statistics.tolist() != before


def test_a_step_that_diverges_leaves_the_statistics_as_they_were() -> None:
    net, X, Y = a_network("batch_norm", ("identity", "identity", "identity"))
    engine = NumpyEngine(Task(net, find(Loss, "square"), SGD(), X, np.eye(2)[Y]))
    before = net.statistics.tolist(), net.parameters.tolist()
    with pytest.raises(ArithmeticError):
        engine.run(np.array([[0, 1, 2]]), np.array([1e308]), 1)
    assert (net.statistics.tolist(), net.parameters.tolist()) == before


def test_the_best_network_by_validation_comes_with_its_statistics() -> None:
    net, X, Y = a_network("batch_norm")
    seen = []
    run = cp.train(
        *(net, X, Y),
        loss="nllm",
        eta=2.0,
        epochs=20,
        batch_size=3,
        validation=(X[::-1] + 0.3, Y[::-1]),
        callbacks=lambda report: seen.append((report.validation_loss, report.network.statistics.tolist())),
    )
    losses = [loss for loss, _ in seen]
    assert 0 < losses.index(min(losses)) < 19, "the best should be neither the first nor the last"
    assert run.network.statistics.tolist() == seen[losses.index(min(losses))][1]


def test_restarts_are_normalised_as_the_first_network_is() -> None:
    net, X, Y = a_network((None, "layer_norm", "batch_norm"))
    run = cp.train(net, X, Y, loss="nllm", epochs=2, batch_size=3, restarts=3)
    assert run.network.normalizations == net.normalizations
    assert len(run.restarts) == 3


@pytest.mark.parametrize("normalization", KINDS, ids=str)
def test_a_step_of_a_normalised_network_is_explained(normalization) -> None:
    net, X, Y = a_network(normalization)
    trace = cp.explain(net, X[0], Y[0], loss="nllm")
    grads = cp.back_propagate(net, cp.forward_pass(net, X[:1], Y[:1], "nllm", statistics="running"))
    for l in net.layers:
        np.testing.assert_allclose(trace.backward[l].dL_dW, grads.dL_dW[l], rtol=1e-14)
    assert "batch_norm" in trace.text() or "layer_norm" in trace.text()


@pytest.mark.skipif(KERNELS is None, reason="installed without a compiler")
def test_the_kernels_take_steps_on_one_point_where_points_are_normalised_one_by_one() -> None:
    net, X, Y = a_network("layer_norm", ("tanh", "tanh", "softmax"))
    runs = [cp.train(net, X, Y, loss="nllm", batch_size=1, engine=engine, seed=0) for engine in ("compiled", "numpy")]
    np.testing.assert_allclose(runs[0].network.parameters, runs[1].network.parameters, rtol=1e-9, atol=1e-11)


def test_a_kink_is_looked_for_in_what_the_activation_takes_not_in_what_is_normalised() -> None:
    net, X, Y = a_network("layer_norm", ("relu", "tanh", "softmax"))
    net.shift[1] = net.shift[1] - cp.forward_pass(net, X, Y, "nllm").V[1][0]  # v of the first point is 0, and z is not
    check = cp.check_gradients(net, X, Y, "nllm")
    assert check.ok, check
    assert check.at_kink > 0
