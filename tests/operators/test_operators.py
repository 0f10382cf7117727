"""Every part as operators of ONNX computes what the part computes: over the catalogue, at extremes, in random networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from clearprop.formulas.activations import Activation, Elementwise
from clearprop.formulas.catalogue import CATALOGUE, find
from clearprop.formulas.learnt_activations import Learnt
from clearprop.formulas.normalizations import LayerNorm
from clearprop.formulas.scalings import Scaling
from clearprop.network import Network
from clearprop.operators import CannotExpress, Graph, Symbol, graph_of
from clearprop.operators.network import activated
from tests.operators.in_numpy import IN_NUMPY, computed
from tests.test_folding import random_network

EXTREMES = [-1e4, -745.0, -89.0, -40.0, -6.0, -1e-3, -1e-9, 0.0, 1e-9, 1e-3, 1.0, 3.0, 6.0, 40.0, 89.0, 1e4]
Z = np.concatenate([np.linspace(-12, 12, 60), EXTREMES]).reshape(-1, 4)
MORE = ["leaky_relu(slope=0.3)", "elu(alpha=0.5)", "swish(beta=2.5)", "parametric(of=mish)", "parametric(of=relu)"]


def graph_of_activation(f: Activation, dtype: Any) -> Graph:
    graph = Graph(np.dtype(dtype))
    graph.outputs = (activated(f, Symbol(graph, graph.input)).name,)
    return graph.pruned()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", [*CATALOGUE["activation"], *MORE])
def test_every_activation_is_expressed_by_operators(name: str, dtype: type) -> None:
    f = find(Activation, name)
    if isinstance(f, Learnt):
        f = f.at(np.array([0.3, -1.2, 0.0, 1.0], dtype))
    with np.errstate(all="ignore"):
        wanted = f.A(Z.astype(dtype))
    (A,) = computed(graph_of_activation(f, dtype), Z)
    assert A.dtype == dtype
    few = 16 * np.finfo(dtype).eps  # units in the last place, of a formula's few roundings
    steep = 1e4 if name in {"exp", "gaussian", "gelu_tanh", "gelu"} else 1  # rounding z rounds e^z by z units
    np.testing.assert_allclose(A, wanted, rtol=few * steep, atol=few)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_network_s_graph_predicts_what_the_network_does(seed: int, dtype: type) -> None:
    net = random_network(seed)
    X = np.random.default_rng([seed, 1]).normal(size=(30, net.widths[0]))
    if any(str(f).startswith("step") for f in net.activations):
        X = np.round(X, 1)
    (A,) = computed(graph_of(net, dtype=dtype), X)
    wanted = net.predict(X)
    tolerance = 1e-9 if dtype == np.float64 else 3e-3
    close = np.isclose(A, wanted, rtol=tolerance, atol=tolerance * max(1, abs(wanted).max())).all(axis=1)
    assert close.all() or ("step" in map(str, net.activations) and close.mean() > 0.9), str(net)


def test_layer_normalisation_has_an_expression() -> None:
    net = Network((3, 5, 2), ("tanh", "identity"), normalization="layer_norm", seed=0)
    X = np.random.default_rng(0).normal(size=(9, 3))
    np.testing.assert_allclose(computed(graph_of(net), X)[0], net.predict(X), rtol=1e-12)


@pytest.mark.parametrize("name", ["standard", "robust", "smooth_clip", "smooth_clip(bound=1.5, of=standard)"])
def test_every_scaling_has_an_expression(name: str) -> None:
    part = find(Scaling, name)
    X = np.random.default_rng(0).normal([0, 1e5, -3], [1, 10, 1e-4], (50, 3))
    X[0] = [1e200, -1e200, 0]
    net = Network((3, 3), ("identity",), seed=0)
    centre, factor = part.learnt(X[1:])
    graph = graph_of(net, before=lambda A: part.scaled(A, centre, factor))
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(computed(graph, X)[0], net.predict(part.scaled(X, centre, factor)), rtol=1e-12)


class Cubic(Elementwise):
    """A user's own, in plain NumPy."""

    name = "cubic"

    def A(self, Z: Any) -> Any:
        return Z**3 - np.arctan(Z)


class Bent(Cubic):
    def A(self, Z: Any) -> Any:
        return np.arcsinh(Z)


class Decides(Cubic):
    def A(self, Z: Any) -> Any:
        return Z if Z.max(axis=1, keepdims=True) > 0 else -Z


class Picks(Cubic):
    def A(self, Z: Any) -> Any:
        A = np.tanh(Z)
        A[Z < 0] = 0
        return A


class Sorts(LayerNorm):
    def Z_hat(self, Z: Any, mean: Any, variance: Any) -> Any:
        return np.sort(Z, axis=1)


def test_an_activation_of_one_s_own_is_its_formula_written_down() -> None:
    np.testing.assert_allclose(computed(graph_of_activation(Cubic(), float), Z)[0], Z**3 - np.arctan(Z), rtol=1e-15)


@pytest.mark.parametrize(
    ("net", "reason"),
    [
        (Network((2, 1), (Bent(),)), r"activation cubic has no expression.*no operator for numpy\.arcsinh"),
        (Network((2, 1), (Decides(),)), "decides by a number that depends on the input"),
        (Network((2, 1), (Picks(),)), "changes single numbers"),
        (Network((2, 1), ("tanh",), normalization=(Sorts(),)), r"layer 1 is normalised by layer_norm.*numpy\.sort"),
    ],
)
def test_what_has_no_expression_is_refused_by_name(net: Network, reason: str) -> None:
    with pytest.raises(CannotExpress, match=reason):
        graph_of(net)


def test_only_operators_that_are_listed_occur_and_nothing_is_computed_twice() -> None:
    for name in [*CATALOGUE["activation"], *MORE]:
        graph = graph_of_activation(find(Activation, name), np.float64)
        assert {node.operator for node in graph.nodes} <= set(IN_NUMPY)
        said = [(node.operator, node.takes, str(node.attributes)) for node in graph.nodes]
        assert len(said) == len(set(said))
        used = {each for node in graph.nodes for each in node.takes}
        assert set(graph.constants) <= used


@pytest.mark.parametrize("name", ["log1p", "expm1"])
def test_small_numbers_keep_their_digits(name: str) -> None:
    function, X = getattr(np, name), np.array([[-0.9, -1e-3, -1e-12, 0.0, 1e-300, 1e-12, 1e-3, 0.9, 5.0]])
    graph = Graph(np.dtype(float))
    graph.outputs = (function(Symbol(graph, graph.input)).name,)
    np.testing.assert_allclose(computed(graph, X)[0], function(X), rtol=1e-15)


def test_log1p_and_expm1_reach_their_limits() -> None:
    for function, X in ((np.log1p, [[1e308, np.inf]]), (np.expm1, [[-1e4, -np.inf, 1e4, np.inf]])):
        graph = Graph(np.dtype(float))
        graph.outputs = (function(Symbol(graph, graph.input)).name,)
        with np.errstate(over="ignore"):
            np.testing.assert_allclose(computed(graph, np.array(X))[0], function(np.array(X)), rtol=1e-15)


@pytest.mark.parametrize(
    ("opset", "inputs"), [(13, {"ReduceSum"}), (17, {"ReduceSum"}), (18, {"ReduceSum", "ReduceMean"})]
)
def test_axes_are_an_input_or_an_attribute_as_the_opset_has_it(opset: int, inputs: set[str]) -> None:
    graph = Graph(np.dtype(float))
    Z = Symbol(graph, graph.input)
    graph.outputs = ((Z - Z.mean(axis=1, keepdims=True) + Z.sum(axis=-1, keepdims=True)).name,)
    there = graph.in_opset(opset)
    reductions = [node for node in there.nodes if node.operator.startswith("Reduce")]
    assert {node.operator for node in reductions if len(node.takes) == 2} == inputs
    assert all(("axes" in node.attributes) == (len(node.takes) == 1) for node in reductions)
    assert all(there.constants[node.takes[1]].tolist() == [1] for node in reductions if len(node.takes) == 2)
    with pytest.raises(ValueError, match="opset 12 is too old: the oldest that has these operators is 13"):
        graph.in_opset(12)


def test_a_pruned_graph_keeps_its_constants_when_axes_become_inputs() -> None:
    graph = Graph(np.dtype(float))
    unused = graph.constant([1.0, 2.0])
    X = Symbol(graph, graph.input)
    graph.outputs = ((X * np.array([3.0, 4.0]) + X.sum(axis=1, keepdims=True)).name,)
    there = graph.pruned().in_opset(18)
    assert unused not in there.constants
    assert sorted(each.tolist() for each in there.constants.values()) == [[1], [3.0, 4.0]]
