"""The mean of several networks in every format: different depths, outputs of every kind, weights of 8 bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.io.exports import function_of, read_json
from clearprop.io.exports.c_places import quantised
from clearprop.io.exports.numpy_file import numpy_file
from tests.io.exports.in_c import in_c
from tests.io.exports.models import bytes_of, fitted
from tests.io.exports.test_numpy import ran
from tests.io.exports.test_onnx_graph import outputs_of

X = np.random.default_rng(0).normal(size=(20, 3))
HIDDEN: dict[str, tuple[tuple[int, ...], ...]] = {
    "alike": ((5,), (5,)),
    "of different depths": ((), (4,), (2, 7, 3)),
    "one": ((4,),),
}


def mean_of_networks(hidden: str, output: str, outputs: int = 2, **more: Any) -> cp.Ensemble:
    nets = []
    for seed, widths in enumerate(HIDDEN[hidden]):
        activations = (*("tanh", "prelu", "gelu")[: len(widths)], output)
        net = cp.Network((3, *widths, outputs), activations, seed=seed, **more)
        net.parameters += np.random.default_rng(seed).normal(size=net.parameters.size)
        nets.append(net)
    return cp.Ensemble(nets)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("output", ["softmax", "log_softmax", "sigmoid", "identity"])
@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_every_format_has_the_mean(hidden: str, outputs: int, output: str, dtype: str, tmp_path: Path) -> None:
    both = mean_of_networks(hidden, output, outputs, dtype=dtype)
    function, wanted = function_of(both), both.predict(X)
    few = 100 * np.finfo(dtype).eps  # of a few sums of numbers near 1
    (A,) = outputs_of_points(function, X.astype(dtype), dtype)
    np.testing.assert_allclose(A, wanted, rtol=few, atol=few)
    in_numpy = ran(numpy_file(function))["predict"](X)
    assert in_numpy.dtype == wanted.dtype == np.dtype(dtype)
    np.testing.assert_allclose(in_numpy, wanted, rtol=few, atol=few)
    result, A = in_c(function, tmp_path, dtype=np.dtype(dtype).type).points(X)
    np.testing.assert_allclose(A, wanted, rtol=few, atol=few)
    assert (result == 0).all()
    cp.export(both, tmp_path / "m.json")
    back = read_json(tmp_path / "m.json").network
    assert isinstance(back, cp.Ensemble)
    assert bytes_of(back) == bytes_of(both)
    assert [net.activations for net in back] == [net.activations for net in both]


def outputs_of_points(function: Any, points: Any, dtype: str) -> list[Any]:
    from clearprop.io.exports.onnx_file import whole_graph
    from clearprop.io.exports.traced import place_of
    from clearprop.operators import evaluate
    from tests.operators.in_numpy import IN_NUMPY

    graph, _ = whole_graph(function, np.dtype(dtype))
    return evaluate(graph, None, IN_NUMPY, {**graph.constants, place_of("X"): points})


def test_weights_of_8_bits_are_rounded_in_each_network(tmp_path: Path) -> None:
    both = mean_of_networks("of different depths", "softmax", 3)
    rounded = cp.Ensemble(net.copy() for net in both)
    for net in rounded:
        for l in net.layers:
            whole, scale = quantised(net.W[l].astype(np.float32))
            net.W[l] = whole * scale
    _, A = in_c(function_of(both), tmp_path, int8=True).points(X)
    np.testing.assert_allclose(A, rounded.predict(X), rtol=2e-5, atol=2e-6)
    assert abs(A - both.predict(X)).max() > 1e-4, "they are not the unrounded ones"


def test_log_probabilities_that_are_far_apart_do_not_overflow(tmp_path: Path) -> None:
    weights = [[([[1000.0 * sign, 0.0]], [0.0, 0.0])] for sign in (1, -1)]
    both = cp.Ensemble(cp.Network.from_weights(each, ("log_softmax",)) for each in weights)
    points, function = np.array([[3.0], [-3.0], [0.5]]), function_of(both)
    wanted = both.predict(points)
    assert np.isfinite(wanted).all()
    np.testing.assert_allclose(ran(numpy_file(function))["predict"](points), wanted, rtol=1e-12)
    np.testing.assert_allclose(in_c(function, tmp_path, dtype=np.float64).points(points)[1], wanted, rtol=1e-12)
    np.testing.assert_allclose(outputs_of_points(function, points, "float64")[0], wanted, rtol=1e-12)


@pytest.mark.parametrize("name", ["network_1", "network_2", "total", "member", "mean", "add"])
def test_an_activation_may_be_called_as_what_the_file_has(name: str, tmp_path: Path) -> None:
    class Own(cp.Elementwise):
        def A(self, Z: Any) -> Any:
            return np.tanh(Z) * Z

    Own.name = name
    both = cp.Ensemble(cp.Network((3, 4, 2), (Own(), "softmax"), seed=seed) for seed in range(2))
    function = function_of(both)
    np.testing.assert_allclose(ran(numpy_file(function))["predict"](X), both.predict(X), rtol=1e-12)
    np.testing.assert_allclose(in_c(function, tmp_path, dtype=np.float64).points(X)[1], both.predict(X), rtol=1e-12)


def test_a_file_says_that_it_is_a_mean() -> None:
    model, _ = fitted("mean of three networks")
    text = numpy_file(function_of(model))
    assert "# The mean of 3 networks 5-6-4-3: gelu, tanh, softmax." in text
    assert "# layer 2 of network 3: 6 to 4 units, tanh\n" in text
    assert "    for member in (network_2, network_3):\n        A = member(X)\n        total = total + A\n" in text
    assert "    return total / 3\n" in text


def test_a_network_with_a_weight_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    both = mean_of_networks("alike", "softmax")
    both[1].W[1][0, 0] = np.nan
    with pytest.raises(ValueError, match="weights that are not finite"):
        cp.export(both, tmp_path / "m.c")
    assert not list(tmp_path.iterdir())


def test_raw_rows_without_a_prediction_are_refused_as_by_one_network(tmp_path: Path) -> None:
    model, _ = fitted("mean of three networks")
    made = in_c(function_of(model), tmp_path)
    assert made.row({"bill": 44.0, "mass": 4000.0, "island": "Dream"})[0] >= 0
    result, numbers = made.row({"bill": np.inf, "mass": 4000.0, "island": "Dream"})
    assert result == -1
    assert (numbers == 7).all()
    found = outputs_of(function_of(model), {"bill": [np.inf], "mass": [4000.0], "island": ["Dream"]})
    assert np.isnan(found["probabilities"]).all()
    assert found["label"].tolist() == [""]
