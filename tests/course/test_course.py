"""The course's modules: seeded values, homework code that runs unchanged, and the way to networks, explain and diagnose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.course import NLL, BatchNorm, Linear, Module, ReLU, Sequential, Sigmoid, SoftMax, Tanh

X = np.array([[2, 3, 9, 12], [5, 2, 6, 5]])
Y = np.vstack([1 - np.array([[1, 0, 1, 0]]), np.array([[1, 0, 1, 0]])])


def made(*activations: Any, seed: int = 0) -> Sequential:
    np.random.seed(seed)  # noqa: NPY002
    return Sequential([Linear(2, 3), activations[0], Linear(3, 2), SoftMax()], NLL())


def test_weights_are_the_next_draws_of_the_global_generator_in_the_order_of_the_modules() -> None:
    nn = made(Tanh())
    draws = np.random.RandomState(0).normal(size=12)
    np.testing.assert_allclose(nn.modules[0].W, draws[:6].reshape(2, 3) / np.sqrt(2))
    np.testing.assert_allclose(nn.modules[2].W, draws[6:].reshape(3, 2) / np.sqrt(3))
    np.testing.assert_allclose(nn.modules[0].W[0], [1.24737338, 0.28295388, 0.69207227], atol=1e-8)
    assert nn.modules[0].W0.tolist() == [[0.0], [0.0], [0.0]]


def by_hand(W: list[Any], W0: list[Any], draws: list[int], lrate: float) -> tuple[list[Any], list[Any]]:
    """Tanh and softmax with NLL, written out: the weights after steps on these points."""
    for i in draws:
        x, y = X[:, [i]], Y[:, [i]]
        a = np.tanh(W[0].T @ x + W0[0])
        z = W[1].T @ a + W0[1]
        p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        d2 = p - y
        d1 = (W[1] @ d2) * (1 - a**2)
        W = [W[0] - lrate * x @ d1.T, W[1] - lrate * a @ d2.T]
        W0 = [W0[0] - lrate * d1, W0[1] - lrate * d2]
    return W, W0


def test_sgd_draws_a_point_with_randint_at_each_iteration() -> None:
    nn = made(Tanh())
    start = [nn.modules[k].W for k in (0, 2)], [nn.modules[k].W0 for k in (0, 2)]
    state = np.random.get_state()  # noqa: NPY002
    nn.sgd(X, Y, iters=7, lrate=0.1)
    np.random.set_state(state)  # noqa: NPY002
    W, W0 = by_hand(*start, [np.random.randint(4) for _ in range(7)], 0.1)  # noqa: NPY002
    for k, module in enumerate((nn.modules[0], nn.modules[2])):
        np.testing.assert_allclose(module.W, W[k], rtol=1e-12)
        np.testing.assert_allclose(module.W0, W0[k], rtol=1e-12)


@pytest.mark.parametrize("hidden", [Tanh, ReLU, Sigmoid])
def test_gradients_are_those_of_the_network_as_sums(hidden: type[Module]) -> None:
    nn = made(hidden())
    net = nn.to_network()
    np.testing.assert_allclose(nn.forward(X), net.predict(X.T).T, rtol=1e-12)
    loss = nn.loss.forward(nn.forward(X), Y)
    nn.backward(nn.loss.backward())
    fwd = cp.forward_pass(net, X.T, Y.T, loss="nllm")
    grads = cp.back_propagate(net, fwd)
    assert loss == pytest.approx(4 * fwd.loss)
    for l, module in ((1, nn.modules[0]), (2, nn.modules[2])):
        np.testing.assert_allclose(module.dLdW, 4 * grads.dL_dW[l], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(module.dLdW0[:, 0], 4 * grads.dL_dW0[l], rtol=1e-9, atol=1e-12)


def test_batch_norm_is_that_of_the_network_with_its_gradients() -> None:
    np.random.seed(3)  # noqa: NPY002
    nn = Sequential([Linear(2, 3), ReLU(), Linear(3, 2), BatchNorm(2), SoftMax()], NLL())
    nn.loss.forward(nn.forward(X), Y)
    nn.backward(nn.loss.backward())
    net = nn.to_network()
    grads = cp.back_propagate(net, cp.forward_pass(net, X.T, Y.T, loss="nllm"))
    norm = nn.modules[3]
    np.testing.assert_allclose(norm.dLdG[:, 0], 4 * grads.dL_dgain[2], rtol=1e-9)
    np.testing.assert_allclose(norm.dLdB[:, 0], 4 * grads.dL_dshift[2], rtol=1e-9)
    np.testing.assert_allclose(nn.modules[0].dLdW, 4 * grads.dL_dW[1], rtol=1e-7, atol=1e-12)
    np.testing.assert_array_equal(norm.mus_r, norm.mus)
    assert nn.diagnose(X, Y).ok


def test_there_and_back_is_the_same_network() -> None:
    net = cp.Network((3, 4, 4, 2), ("tanh", "identity", "softmax"), normalization=["batch_norm", None, None], seed=1)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    again = Sequential.from_network(net).to_network()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002 - nothing is drawn
    np.testing.assert_array_equal(again.parameters, net.parameters)
    assert again.activations == net.activations
    with pytest.raises(ValueError, match="layer 1 has softplus, for which there is no module"):
        Sequential.from_network(cp.Network((2, 2), ("softplus",)))
    with pytest.raises(ValueError, match="BatchNorm is batch_norm"):
        Sequential.from_network(cp.Network((2, 2, 2), ("tanh", "softmax"), normalization="layer_norm"))


def test_both_names_of_a_step_are_taken() -> None:
    class Old(Linear):
        def sgd_step(self, lrate: float) -> None:
            self.W = self.W * 0 + lrate

    class New(Module):
        def step(self, lrate: float) -> None:
            self.taken = lrate

    old, new = Old(1, 1), New()
    nn = Sequential([old, new], NLL())
    nn.step(0.5)
    assert (old.W[0, 0], new.taken) == (0.5, 0.5)
    old.step(0.25)
    new.sgd_step(0.25)
    assert (old.W[0, 0], new.taken) == (0.25, 0.25)
    Tanh().sgd_step(1.0)
    Tanh().step(1.0)


def test_explain_and_diagnose_take_them() -> None:
    nn = made(Tanh())
    trace = nn.explain(X[:, [0]], Y[:, [0]])
    np.testing.assert_allclose(trace.backward[2].dL_dZ, nn.forward(X[:, [0]]) - Y[:, [0]])
    assert nn.diagnose(X, Y).ok
    with pytest.raises(TypeError, match="given Sequential, where a network is meant"):
        cp.explain(nn, X.T, Y.T, loss="nllm")  # type: ignore[arg-type]


def test_a_module_of_ones_own_is_diagnosed() -> None:
    class Mine(Tanh):
        def backward(self, dLdA: Any) -> Any:
            return dLdA  # f′ is missing

    class MyLinear(Linear):
        def backward(self, dLdZ: Any) -> Any:
            back = super().backward(dLdZ)
            self.dLdW0 = dLdZ  # not summed
            return back

    assert [each.name for each in made(Mine()).diagnose(X / 10, Y).mistakes] == ["missing_f_prime"]
    np.random.seed(0)  # noqa: NPY002
    nn = Sequential([MyLinear(2, 3), Tanh(), MyLinear(3, 2), SoftMax()], NLL())
    assert [each.name for each in nn.diagnose(X / 10, Y).mistakes] == ["bias_not_summed"]


def test_mini_gd_is_whole_batches_in_a_shuffled_order() -> None:
    nn, one = made(Tanh()), made(Tanh())
    nn.mini_gd(X, Y, iters=3, lrate=0.1, K=2)
    np.random.seed(0)  # noqa: NPY002
    order, Xs, Ys, taken = np.arange(4), X, Y, []
    for _ in range(2):
        np.random.shuffle(order)  # noqa: NPY002
        Xs, Ys = Xs[:, order], Ys[:, order]
        taken += [(Xs[:, :2], Ys[:, :2]), (Xs[:, 2:], Ys[:, 2:])]
    for points, targets in taken[:3]:
        one.loss.forward(one.forward(points), targets)
        one.backward(one.loss.backward())
        one.step(0.1)
    np.testing.assert_array_equal(nn.modules[0].W, one.modules[0].W)
    with pytest.raises(ValueError, match="K = 9 points make no batch of 4"):
        nn.mini_gd(X, Y, iters=1, lrate=0.1, K=9)


def test_what_makes_no_network_is_said() -> None:
    with pytest.raises(ValueError, match="module 1, Tanh, makes no layer after a Linear module"):
        Sequential([Tanh(), Linear(2, 2)], NLL()).to_network()
    with pytest.raises(ValueError, match="there are no modules"):
        Sequential([], NLL()).to_network()
    with pytest.raises(ValueError, match="the loss is Tanh"):
        Sequential([Linear(2, 2), SoftMax()], Tanh()).explain(X[:, [0]], Y[:, [0]])


def test_a_loss_of_saturated_outputs_is_finite_where_they_are_right() -> None:
    assert NLL().forward(np.array([[1.0], [0.0]]), np.array([[1.0], [0.0]])) == 0.0
    nn = made(Tanh())
    centred = X - X.mean(axis=1, keepdims=True)
    nn.sgd(centred, Y, iters=1000, lrate=0.1)
    assert nn.accuracy(centred, Y) == 1.0
