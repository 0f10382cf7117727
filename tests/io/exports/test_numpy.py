"""The Python file needs NumPy alone, computes what the model computes, and reads like the notes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas.catalogue import CATALOGUE
from clearprop.io.exports import function_of
from clearprop.io.exports.numpy_file import numpy_file
from clearprop.network import Network
from clearprop.operators import CannotExpress
from tests.io.exports.models import FITTED, HOSTILE, columns_of, fitted
from tests.operators.test_operators import MORE, Decides, Z
from tests.test_folding import random_network

pytestmark = pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")  # of categories that were rare


def ran(text: str) -> dict[str, Any]:
    """The names of a program, once it has run."""
    names: dict[str, Any] = {}
    exec(compile(text, "model.py", "exec"), names)
    return names


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", [*CATALOGUE["activation"], *MORE])
def test_every_activation_is_its_formula_in_numpy(name: str, dtype: type) -> None:
    net = Network((4, 4), (name,), dtype=np.dtype(dtype).name)
    net.W[1], net.W0[1] = np.eye(4), np.zeros(4)
    if 1 in net.alpha:
        net.alpha[1] = [0.3, -1.2, 0.0, 1.0]
    with np.errstate(all="ignore"):
        wanted = net.f[1].A(Z.astype(dtype))
    A = ran(numpy_file(function_of(net)))["predict"](Z)
    assert A.dtype == dtype
    few = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(A, wanted, rtol=few, atol=few)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_random_network_predicts_the_same_in_numpy(seed: int, dtype: str) -> None:
    net = random_network(seed, dtype)
    X = np.random.default_rng([seed, 1]).normal(size=(30, net.widths[0])).astype(dtype)
    A = ran(numpy_file(function_of(net)))["predict"](X)
    wanted = X
    for l in net.layers:  # the reference in NumPy, because kernels add in another order
        _, wanted = net.predict_layer(l, wanted)
    assert A.dtype == wanted.dtype
    few = 64 * np.finfo(dtype).eps  # the same operations, but for constants that are computed once
    np.testing.assert_allclose(A, wanted, rtol=few, atol=few * max(1, abs(wanted).max()))


@pytest.mark.parametrize("name", FITTED)
def test_raw_columns_of_a_table_are_predicted_in_numpy(name: str) -> None:
    model, table = fitted(name)
    names = ran(numpy_file(function_of(model)))
    columns = columns_of(table)
    tolerance = 1e-12 if model.network.dtype == np.float64 else 1e-5
    if model.prepared.classes is None:
        np.testing.assert_allclose(names["predict"](columns), model.predict(table), rtol=tolerance)
        return
    np.testing.assert_allclose(names["predict_proba"](columns), model.probabilities(table), atol=tolerance)
    assert names["predict"](columns).tolist() == model.predict(table).tolist()


def test_a_data_frame_is_a_table_too() -> None:
    pd = pytest.importorskip("pandas")
    model, table = fitted("classes of text")
    frame = pd.DataFrame({name: np.asarray(table[name]) for name in table.names}).assign(more=1)
    assert ran(numpy_file(function_of(model)))["predict"](frame).tolist() == model.predict(table).tolist()


def test_a_layer_reads_as_in_the_notes() -> None:
    text = numpy_file(function_of(fitted("classes of text")[0]))
    assert "    Z = A @ W_2 + W0_2\n    A = tanh(Z)\n" in text
    assert "def tanh(Z):\n    # tanh: tanh z\n    return np.tanh(Z)\n" in text
    prelu = numpy_file(function_of(Network((2, 3, 1), ("prelu", "identity"))))
    assert "A = prelu(Z, alpha_1)" in prelu
    assert "A = Z\n" in prelu


def test_two_settings_of_one_activation_are_two_functions() -> None:
    text = numpy_file(function_of(Network((2, 3, 3, 1), ("elu(alpha=0.5)", "elu(alpha=2.0)", "elu(alpha=0.5)"))))
    assert text.count("def elu(Z):") == text.count("def elu_2(Z):") == 1
    assert text.count("A = elu(Z)") == 2


def test_columns_are_standardised_in_double_precision_whatever_the_network_has() -> None:
    table = cp.Table.of({"seconds": 1.7e9 + np.arange(9.0), "days": 2e4 + np.arange(9.0) / 7, "y": np.arange(9.0)})
    model = cp.fit(table, cp.Recipe(target="y", epochs=5, test=0.0, dtype="float32")).model
    predict = ran(numpy_file(function_of(model)))["predict"]
    np.testing.assert_allclose(predict(columns_of(table)), model.predict(table), rtol=1e-6)


@pytest.mark.parametrize("name", ["t1", "x2", "classes", "np", "predict", "W_1", "lambda", "require", "known_texts"])
def test_an_activation_may_have_any_name(name: str) -> None:
    class Own(cp.Elementwise):
        def A(self, Z: Any) -> Any:
            H = np.tanh(Z)
            return H * (H + Z)

    Own.name = name
    model, table = fitted("classes of text")
    net = model.network
    weights = [(net.W[l], net.W0[l]) for l in net.layers]
    own = cp.Model(cp.Network.from_weights(weights, (Own(), Own(), "softmax")), model.preprocessing)
    predict = ran(numpy_file(function_of(own)))["predict"]
    assert predict(columns_of(table)).tolist() == own.predict(table).tolist()


def test_a_row_without_a_prediction_is_named() -> None:
    model, table = fitted("classes of text")
    predict = ran(numpy_file(function_of(model)))["predict"]
    columns = {name: values[:3] for name, values in columns_of(table).items()}
    with pytest.raises(ValueError, match=r"row 1: 'bill', 'mass' must be finite or NaN"):
        predict(columns | {"mass": [1.0, np.inf, 2.0]})
    bare = ran(numpy_file(function_of(Network((2, 1), ("tanh",)))))["predict"]
    with pytest.raises(ValueError, match=r"X must be \(n, 2\), given \(1, 3\)"):
        bare([[1, 2, 3]])
    with pytest.raises(ValueError, match="row 0: every number must be finite"):
        bare([[1, np.inf]])


def test_it_runs_alone_without_a_warning(tmp_path: Path) -> None:
    model, table = fitted("hostile names")
    (tmp_path / "hostile.py").write_text(numpy_file(function_of(model)), encoding="utf-8")
    np.save(tmp_path / "wanted.npy", model.probabilities(table))
    np.savez(tmp_path / "columns.npz", **{f"c{i}": columns_of(table)[name] for i, name in enumerate(HOSTILE)})
    program = (
        "import sys; sys.modules['clearprop'] = None\n"
        "import numpy as np, hostile\n"
        f"names = {HOSTILE!r}\n"
        "columns = {name: np.load('columns.npz')[f'c{i}'] for i, name in enumerate(names)}\n"
        "assert abs(hostile.predict_proba(columns) - np.load('wanted.npy')).max() < 1e-12\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_value_that_overflows_is_no_warning() -> None:
    predict = ran(numpy_file(function_of(Network.from_weights([([[1.0]], [0.0])], ("exp",)))))["predict"]
    assert predict([[1e4]]) == np.inf


def test_a_formula_that_decides_is_refused() -> None:
    with pytest.raises(CannotExpress, match="activation cubic has no expression"):
        numpy_file(function_of(Network((2, 1), (Decides(),))))
