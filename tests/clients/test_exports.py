"""ONNX files of `export` in onnxruntime: over the catalogue, in random networks, of raw rows of tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

import clearprop as cp  # noqa: E402 - after the libraries are there
from clearprop.columns.cells import TEXTS  # noqa: E402
from clearprop.estimators import MLPClassifier  # noqa: E402
from clearprop.formulas.catalogue import CATALOGUE  # noqa: E402
from clearprop.io.exports import function_of  # noqa: E402
from clearprop.network import Network  # noqa: E402
from tests.clients.models import CLASSIFIERS, REGRESSORS, SETTINGS  # noqa: E402
from tests.clients.models import fitted as fitted_estimator  # noqa: E402
from tests.estimators.test_exported import frame_of_birds  # noqa: E402
from tests.io.exports.models import FITTED, columns_of, fitted  # noqa: E402
from tests.io.exports.test_dates import columns_of as columns_of_dates  # noqa: E402
from tests.io.exports.test_dates import fitted as fitted_to_dates  # noqa: E402
from tests.io.exports.test_several_networks import HIDDEN, mean_of_networks  # noqa: E402
from tests.io.exports.test_several_networks import X as POINTS  # noqa: E402
from tests.operators.test_operators import MORE, Cubic, Z  # noqa: E402
from tests.test_folding import random_network  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")  # of categories that were rare

OUTPUTS = ["identity", "sigmoid", "softmax", "log_softmax", "softplus", "tanh", "exp", "hard_sigmoid"]


def session_of(model: Any, folder: Path, **options: Any) -> Any:
    cp.export(model, folder / "model.onnx", **options)
    return onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])


def rows_of(model: cp.Model, table: cp.Table, dtype: Any) -> dict[str, Any]:
    return {
        each.name or "_": columns_of(table)[each.name].astype(object if each.holds == TEXTS else dtype)[:, None]
        for each in function_of(model).given
    }


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [*CATALOGUE["activation"], *MORE])
def test_every_activation_of_the_catalogue(name: str, dtype: str, tmp_path: Path) -> None:
    net = Network((4, 4), (name,), dtype=dtype)
    net.W[1], net.W0[1] = np.eye(4), np.zeros(4)
    if 1 in net.alpha:
        net.alpha[1] = [0.3, -1.2, 0.0, 1.0]
    with np.errstate(all="ignore"):
        wanted = net.f[1].A(Z.astype(dtype))
    (A,) = session_of(net, tmp_path, dtype=dtype).run(None, {"X": Z.astype(dtype)})
    few = 16 * np.finfo(dtype).eps  # units in the last place, of a formula's few roundings
    steep = (
        1e4 if name in {"exp", "gaussian", "gelu_tanh", "gelu", "softmax"} else 1
    )  # rounding z rounds e^z by z units
    np.testing.assert_allclose(A, wanted, rtol=few * steep, atol=few)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("normalization", [None, "batch_norm", "layer_norm"])
@pytest.mark.parametrize("name", CATALOGUE["activation"])
def test_float32_agrees_to_1e_6_with_every_activation_normalisation_and_output(
    name: str, normalization: str | None, output: str, tmp_path: Path
) -> None:
    rng = np.random.default_rng([len(name), len(output)])
    net = Network((5, 8, 6, 3), (name, "tanh", output), normalization=normalization, seed=rng, init="lecun_normal")
    for l in net.running_mean:
        net.running_mean[l], net.running_variance[l] = rng.normal(size=net.widths[l]), rng.uniform(1, 3, net.widths[l])
    X = rng.normal(size=(50, 5)).astype(np.float32)
    (A,) = session_of(net, tmp_path).run(None, {"X": X})
    wanted = net.predict(X)
    assert A.dtype == np.float32
    np.testing.assert_allclose(A, wanted, rtol=1e-6, atol=1e-6 * max(1, abs(wanted).max()))


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_random_networks(seed: int, dtype: str, tmp_path: Path) -> None:
    net = random_network(seed)
    X = np.random.default_rng([seed, 1]).normal(size=(30, net.widths[0])).astype(np.float32)
    (A,) = session_of(net, tmp_path, dtype=dtype).run(None, {"X": X.astype(dtype)})
    tolerance = 1e-9 if dtype == "float64" else 3e-3
    wanted = net.predict(X)
    close = np.isclose(A, wanted, rtol=tolerance, atol=tolerance * max(1, abs(wanted).max())).all(axis=1)
    assert close.all() or ("step" in map(str, net.activations) and close.mean() > 0.9), str(net)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FITTED)
def test_raw_rows_of_a_table_with_texts(name: str, dtype: str, tmp_path: Path) -> None:
    model, table = fitted(name)
    results = session_of(model, tmp_path, dtype=dtype).run(None, rows_of(model, table, dtype))
    tolerance = 1e-12 if dtype == "float64" == model.network.dtype.name else 2e-6
    if model.prepared.classes is None:
        (values,) = results
        np.testing.assert_allclose(values[:, 0], model.predict(table), atol=tolerance * model.prepared.target.scale)
        return
    labels, probabilities = results
    np.testing.assert_allclose(probabilities, model.probabilities(table), atol=tolerance)
    assert labels.tolist() == model.predict(table).tolist()


def test_inputs_have_the_names_of_columns_and_the_file_says_more(tmp_path: Path) -> None:
    model, _ = fitted("classes of text")
    session = session_of(model, tmp_path)
    assert [(each.name, each.type) for each in session.get_inputs()] == [
        ("bill", "tensor(float)"),
        ("mass", "tensor(float)"),
        ("island", "tensor(string)"),
    ]
    assert [each.name for each in session.get_outputs()] == ["label", "probabilities"]
    made = onnx.load(tmp_path / "model.onnx")
    assert made.producer_name == "clearprop"
    assert "Adelie" in made.doc_string
    cp.export(model, tmp_path / "model.onnx")  # which it may replace
    (tmp_path / "other.onnx").write_bytes(b"another program's")
    with pytest.raises(ValueError, match="was not written by clearprop export"):
        cp.export(model, tmp_path / "other.onnx")


def test_a_row_without_a_prediction_is_marked(tmp_path: Path) -> None:
    model, table = fitted("classes of text")
    rows = rows_of(model, table, np.float32)
    rows["mass"][0], rows["bill"][1] = -np.inf, np.inf
    labels, probabilities = session_of(model, tmp_path).run(None, rows)
    assert np.isnan(probabilities[:2]).all()
    assert labels[:2].tolist() == ["", ""]
    assert np.isfinite(probabilities[2:]).all()
    assert labels[2:].tolist() == model.predict(table).tolist()[2:]
    numbered, table = fitted("classes of numbers")
    rows = rows_of(numbered, table, np.float32)
    rows["mass"][0] = np.inf
    labels, _ = session_of(numbered, tmp_path).run(None, rows)
    assert labels[0] == np.iinfo(np.int64).min
    values, table = fitted("values of one column")
    rows = rows_of(values, table, np.float32)
    rows["bill"][0] = np.inf
    (predicted,) = session_of(values, tmp_path).run(None, rows)
    assert np.isnan(predicted[0])
    assert np.isfinite(predicted[1:]).all()


def test_an_activation_of_one_s_own(tmp_path: Path) -> None:
    net = Network((3, 4, 1), (Cubic(), "identity"), seed=0)
    X = np.random.default_rng(0).normal(size=(9, 3))
    X = X.astype(np.float32)  # onnxruntime has Atan for float alone
    (A,) = session_of(net, tmp_path).run(None, {"X": X})
    np.testing.assert_allclose(A, net.predict(X), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("task", [*CLASSIFIERS, *REGRESSORS])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_estimators_of_every_setting(task: str, options: dict[str, Any], tmp_path: Path) -> None:
    model, points = fitted_estimator(task, **options)
    rtol, atol = (1e-9, 1e-12) if model.networks_[0].dtype == np.float64 else (2e-5, 1e-7)
    results = session_of(model, tmp_path, dtype="float64").run(None, {"X": points.astype(float)})
    if task in REGRESSORS:
        wanted = model.predict(points.astype(float))
        np.testing.assert_allclose(results[0].reshape(wanted.shape), wanted, rtol=rtol)
        return
    labels, probabilities = results
    np.testing.assert_allclose(probabilities, model.predict_proba(points.astype(float)), rtol=rtol, atol=atol)
    assert labels.tolist() == model.predict(points.astype(float)).tolist()


@pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_an_estimator_with_columns_of_text_and_gaps(tmp_path: Path) -> None:
    frame = frame_of_birds()
    y = np.where(frame["bill (mm)"] > 44, "long", "short")
    model = MLPClassifier((6,), preset="tabular", missing="median", max_iter=5, random_state=0).fit(frame, y)
    rows = {
        name: frame[name].to_numpy(float)[:, None]
        if name != "island"
        else frame[name].fillna("").to_numpy(object)[:, None]
        for name in ("bill (mm)", "island", "mass", "female")
    }
    labels, probabilities = session_of(model, tmp_path, dtype="float64").run(None, rows)
    np.testing.assert_allclose(probabilities, model.predict_proba(frame), rtol=1e-5)
    assert labels.tolist() == model.predict(frame).tolist()


def test_the_block_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
    (block,) = [each for each in re.findall(r"^```text\n(.*?)^```", page, re.DOTALL | re.MULTILINE) if "onnx" in each]
    cp.export(cp.fit(cp.load_table("iris"), cp.Recipe(epochs=5)).model, "iris.onnx")
    names: dict[str, Any] = {}
    exec(compile(block, "docs/exports.md", "exec"), names)
    assert names["probabilities"].shape == (2, 3)
    assert set(names["labels"]) <= {"setosa", "versicolor", "virginica"}


@pytest.mark.parametrize("kind", ["dates", "gaps", "single precision"])
def test_dates_are_seconds_since_1970(kind: str, tmp_path: Path) -> None:
    model, table = fitted_to_dates(kind)
    session = session_of(model, tmp_path)
    assert {each.type for each in session.get_inputs()} == {"tensor(double)"}
    rows = {name: each[:, None] for name, each in columns_of_dates(kind).items()}
    (values,) = session.run(None, rows)
    tolerance = 1e-9 if kind != "single precision" else 1e-5
    np.testing.assert_allclose(values[:, 0], model.predict(table), rtol=tolerance, atol=tolerance)
    (values,) = session.run(None, rows | {"when": rows["when"] * 1000})
    assert np.isnan(values[~np.isnan(rows["when"])]).all(), "milliseconds are too far from 1970"
    made = onnx.load(tmp_path / "model.onnx")
    assert made.graph.input[1].doc_string == "seconds since 1970-01-01 00:00, as clocks show them"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("output", ["softmax", "log_softmax", "sigmoid", "identity"])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_the_mean_of_several_networks(hidden: str, output: str, dtype: str, tmp_path: Path) -> None:
    both = mean_of_networks(hidden, output)
    (A,) = session_of(both, tmp_path, dtype=dtype).run(None, {"X": POINTS.astype(dtype)})
    tolerance = 1e-9 if dtype == "float64" else 1e-5
    np.testing.assert_allclose(A, both.predict(POINTS), rtol=tolerance, atol=tolerance)
