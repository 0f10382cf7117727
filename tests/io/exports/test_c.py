"""C sources compute what the model computes: over the catalogue, at extremes, in random networks, of raw rows of tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas.activations import Activation
from clearprop.formulas.catalogue import CATALOGUE, find
from clearprop.io.exports import Function, function_of
from clearprop.io.exports.c_file import c_files
from clearprop.io.exports.c_places import quantised
from clearprop.io.exports.columns import Given, Prepared, beside
from clearprop.io.exports.function import Answer, whole
from clearprop.io.exports.numpy_file import numpy_file
from clearprop.network import Network
from clearprop.operators import CannotExpress
from tests.io.exports.in_c import in_c
from tests.io.exports.models import FITTED, columns_of, fitted
from tests.operators.test_operators import MORE, Decides, Picks, Z
from tests.test_folding import random_network

pytestmark = pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")  # of categories that were rare

OWN = {np.float64: 1e-9, np.float32: 3e-3}
"""How far a random network may be away: rounding, which later layers of large weights enlarge."""


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", [*CATALOGUE["activation"], *MORE])
def test_every_activation_is_written_in_c(name: str, dtype: type, tmp_path: Path) -> None:
    net = Network((4, 4), (name,), dtype=np.dtype(dtype).name)
    net.W[1], net.W0[1] = np.eye(4), np.zeros(4)
    if 1 in net.alpha:
        net.alpha[1] = [0.3, -1.2, 0.0, 1.0]
    with np.errstate(all="ignore"):
        wanted = net.f[1].A(Z.astype(dtype))
    _, A = in_c(function_of(net), tmp_path, dtype=dtype).points(Z.astype(dtype))
    few = 16 * np.finfo(dtype).eps  # units in the last place, of a formula's few roundings
    steep = 1e4 if name in {"exp", "gaussian", "gelu_tanh", "gelu"} else 1  # rounding z rounds e^z by z units
    np.testing.assert_allclose(A, wanted, rtol=few * steep, atol=few)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_random_network_predicts_the_same_in_c(seed: int, dtype: type, tmp_path: Path) -> None:
    net = random_network(seed)
    X = np.random.default_rng([seed, 1]).normal(size=(30, net.widths[0]))
    steps = any(str(f).startswith("step") for f in net.activations)
    result, A = in_c(function_of(net), tmp_path, dtype=dtype).points(X)
    wanted, tolerance = net.predict(X), OWN[dtype]
    close = np.isclose(A, wanted, rtol=tolerance, atol=tolerance * max(1, abs(wanted).max())).all(axis=1)
    assert close.all() or (steps and close.mean() > 0.9), str(net)
    assert (result == 0).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_layer_normalisation_is_loops_over_units(dtype: type, tmp_path: Path) -> None:
    net = Network((3, 5, 1, 2), ("tanh", "prelu", "identity"), normalization="layer_norm", seed=0)
    net.parameters += np.random.default_rng(0).normal(size=net.parameters.size)
    X = np.random.default_rng(0).normal(size=(9, 3))
    tolerance = 100 * np.finfo(dtype).eps  # the division by a deviation enlarges what is rounded before
    _, A = in_c(function_of(net), tmp_path, dtype=dtype).points(X)
    np.testing.assert_allclose(A, net.predict(X), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", FITTED)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_raw_rows_of_a_table_are_predicted_in_c(name: str, dtype: type, tmp_path: Path) -> None:
    model, table = fitted(name)
    made = in_c(function_of(model), tmp_path, dtype=dtype)
    which, numbers = made.rows(columns_of(table))
    exact = dtype == np.float64 == model.network.dtype
    tolerance = 1e-12 if exact else 2e-5  # of a few layers of weights near 1, and inputs near 1
    if model.prepared.classes is None:
        scale = model.prepared.target.scale
        np.testing.assert_allclose(numbers[:, 0], model.predict(table), atol=tolerance * scale)
        assert (which == 0).all()
        return
    np.testing.assert_allclose(numbers, model.probabilities(table), atol=tolerance)
    assert np.array(model.prepared.classes)[which].tolist() == model.predict(table).tolist()


def test_classes_are_listed_in_their_order(tmp_path: Path) -> None:
    import ctypes

    model, _ = fitted("classes of text")
    made = in_c(function_of(model), tmp_path, "birds")
    texts = (ctypes.c_char_p * 3).in_dll(made.library, "birds_classes")
    assert tuple(each.decode() for each in texts) == model.prepared.classes
    numbered, _ = fitted("classes of numbers")
    made = in_c(function_of(numbered), tmp_path, "counts")
    assert tuple((ctypes.c_longlong * 2).in_dll(made.library, "counts_classes")) == numbered.prepared.classes == (3, 7)


def test_a_row_without_a_prediction_gives_minus_1_and_fills_nothing(tmp_path: Path) -> None:
    model, table = fitted("classes of text")
    made = in_c(function_of(model), tmp_path)
    good = {name: values[0].item() for name, values in columns_of(table).items()}
    assert made.row(good)[0] >= 0
    for new in ({"island": "Atlantis"}, {"island": None}, {"bill": np.nan}):
        assert made.row(good | new)[0] >= 0, "training had no such cell, and the model predicts it"
    for bad in ({"bill": np.inf}, {"mass": -np.inf}):
        result, numbers = made.row(good | bad)
        assert result == -1, bad
        assert (numbers == 7).all(), "nothing is filled"


def test_weights_of_8_bits_compute_what_the_rounded_weights_compute(tmp_path: Path) -> None:
    net = Network((6, 9, 4, 1, 3), ("tanh", "gelu", "relu", "softmax"), seed=3)
    net.parameters += 0.5 * np.random.default_rng(1).normal(size=net.parameters.size)
    X = np.random.default_rng(0).normal(size=(40, 6))
    rounded = net.copy()
    for l in net.layers:
        whole, scale = quantised(net.W[l].astype(np.float32))
        rounded.W[l] = whole * scale
    made = in_c(function_of(net), tmp_path, int8=True)
    _, A = made.points(X)
    np.testing.assert_allclose(A, rounded.predict(X), rtol=2e-5, atol=2e-6)
    whole = in_c(function_of(net), tmp_path, "whole")
    assert abs(A - whole.points(X)[1]).max() > 1e-5, "they are not the unrounded ones"
    assert made.files.constants < 0.55 * whole.files.constants
    assert "signed char W_1[6][9]" in made.files.source


def test_a_weight_of_8_bits_is_at_most_half_a_step_of_its_unit_away() -> None:
    W = np.random.default_rng(0).normal(size=(50, 4)) * [1e-3, 1, 50, 0]
    whole, scale = quantised(W)
    assert whole.dtype == np.int8
    assert (abs(whole * scale - W) <= abs(W).max(axis=0) / 127 / 2 * (1 + 1e-9)).all()


def test_a_column_of_weights_that_are_0_stays_0() -> None:
    whole, scale = quantised(np.array([[0.0, 2.0], [0.0, -1.0]], np.float32))
    assert (whole[:, 0] == 0).all()
    np.testing.assert_allclose(whole * scale, [[0, 2], [0, -1]], atol=1 / 127)


def test_nothing_is_allocated_or_changed_outside_a_call() -> None:
    text = c_files(function_of(fitted("classes of text")[0]), "birds").source
    assert not any(word in text for word in ("malloc", "calloc", "free(", "goto", "printf"))
    outside = [line for line in text.splitlines() if line.startswith("static") and line.endswith("= {")]
    assert outside
    assert all("const" in line for line in outside)


def test_an_activation_of_one_s_own_is_written_in_c_and_one_that_decides_is_refused(tmp_path: Path) -> None:
    class Wave(cp.Elementwise):
        name = "wave */ int"

        def A(self, Z: Any) -> Any:
            return np.arcsinh(Z) + np.cbrt(np.abs(Z)) * np.sign(Z) - np.ceil(Z) / 7 + np.log2(1 + Z * Z)

    net = Network((2, 3, 1), (Wave(), "identity"), seed=0)
    X = np.random.default_rng(0).normal(size=(20, 2))
    _, A = in_c(function_of(net), tmp_path, dtype=np.float64).points(X)
    np.testing.assert_allclose(A, net.predict(X), rtol=1e-12, atol=1e-12)
    for own in (Decides(), Picks()):
        with pytest.raises(CannotExpress, match="activation cubic has no expression"):
            c_files(function_of(Network((2, 1), (own,))), "model")


class Grouped(cp.Elementwise):
    """Sums, differences and quotients on the right-hand side of others."""

    name = "grouped"

    def A(self, Z: Any) -> Any:
        Q = 2 + Z * Z
        return (1 - (Z - (3 - Z))) / (Q / (4 / Q)) - (Z + (1 + Q)) * (Z * (Q + 1)) - -Z - (-(Z - Q))


class Mixed(cp.Activation):
    """A product with weights of its own, of values that the same loop computes; a sum; units in another order."""

    name = "mixed"
    M = np.random.default_rng(5).normal(size=(4, 4))

    def A(self, Z: Any) -> Any:
        H = np.tanh(Z)
        return np.exp(H @ self.M - H) / (1 + np.exp(H @ self.M).sum(axis=-1, keepdims=True))


@pytest.mark.parametrize("own", [Grouped(), Mixed()], ids=str)
def test_a_formula_of_one_s_own_keeps_its_order(own: Any, tmp_path: Path) -> None:
    net = Network((3, 4), (own,), seed=0)
    X = np.random.default_rng(0).normal(size=(20, 3))
    _, A = in_c(function_of(net), tmp_path, dtype=np.float64).points(X)
    np.testing.assert_allclose(A, net.predict(X), rtol=1e-12, atol=1e-14)
    names: dict[str, Any] = {}
    exec(numpy_file(function_of(net)), names)
    np.testing.assert_allclose(names["predict"](X), net.predict(X), rtol=1e-12, atol=1e-14)


def test_units_are_picked_by_their_places(tmp_path: Path) -> None:
    def prepare(given: Any) -> Prepared:
        doubled = given["X"] * 2
        return Prepared(beside([whole(doubled, [2, 0, 1], doubled), whole(doubled, [1, 2], doubled)]))

    net = Network((5, 1), ("identity",), seed=0)
    function = Function(net, (Given("X", width=3),), prepare, Answer, by_name=False)
    X = np.random.default_rng(0).normal(size=(5, 3))
    wanted = net.predict(2 * X[:, [2, 0, 1, 1, 2]])
    np.testing.assert_allclose(in_c(function, tmp_path, dtype=np.float64).points(X)[1], wanted, rtol=1e-13)
    names: dict[str, Any] = {}
    exec(numpy_file(function), names)
    np.testing.assert_allclose(names["predict"](X), wanted, rtol=1e-13)


def test_softmax_far_below_0_is_finite(tmp_path: Path) -> None:
    net = Network((2, 2), ("softmax",))
    net.W[1], net.W0[1] = np.eye(2), np.zeros(2)
    _, A = in_c(function_of(net), tmp_path).points(np.array([[-1e4, -1e4], [-1e4, -1e4 + 1], [1e4, 1e4]]))
    np.testing.assert_allclose(A, net.predict([[-1e4, -1e4], [-1e4, -1e4 + 1], [1e4, 1e4]]), rtol=1e-6)


def test_nothing_is_computed_twice() -> None:
    source = c_files(function_of(Network((2, 3, 3), ("mish", "gelu"))), "model").source
    body = source[source.index("f_mish(") : source.index("}", source.index("f_mish("))]
    assert body.count("tanhf(") == body.count("log1pf(") == body.count("expf(") == 1
    assert len(source) < 9_000


def test_weights_too_large_for_float32_are_refused_with_the_remedy(tmp_path: Path) -> None:
    net = Network.from_weights([([[1e300, 1.0]], [0.0, 0.0])], ("tanh",))
    with pytest.raises(CannotExpress, match="layer 1 has numbers too large for float32; export it as float64"):
        c_files(function_of(net), "model")
    _, A = in_c(function_of(net), tmp_path, dtype=np.float64).points(np.array([[1e-300]]))
    np.testing.assert_allclose(A, net.predict([[1e-300]]))


def test_every_operator_that_a_symbol_may_give_has_a_word() -> None:
    for name in CATALOGUE["activation"]:
        net = Network((2, 2), (find(Activation, name),))
        assert "f_" in c_files(function_of(net), "model").source or name in {"identity", "softmax", "log_softmax"}
