"""The graph that an ONNX file holds, computed in NumPy: `tests/clients/` computes the files in onnxruntime."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.columns.cells import TEXTS
from clearprop.io.exports import Function, function_of
from clearprop.io.exports.function import labels_of
from clearprop.io.exports.onnx_file import whole_graph
from clearprop.io.exports.traced import place_of
from clearprop.operators import CannotExpress, evaluate
from tests.io.exports.models import FITTED, columns_of, fitted
from tests.operators.in_numpy import IN_NUMPY

pytestmark = pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")  # of categories that were rare


def outputs_of(function: Function, columns: dict[str, Any], dtype: Any = np.float64) -> dict[str, Any]:
    """What the graph gives for columns by name."""
    graph, outputs = whole_graph(function, np.dtype(dtype))
    given = {
        place_of(each.name): np.asarray(columns[each.name]).astype(str if each.holds == TEXTS else dtype)[:, None]
        for each in function.given
    }
    with np.errstate(all="ignore"):
        found = evaluate(graph, None, IN_NUMPY, {**graph.constants, **given})
    return dict(zip(outputs, found, strict=True))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", FITTED)
def test_raw_rows_are_predicted_by_the_whole_graph(name: str, dtype: type) -> None:
    model, table = fitted(name)
    found = outputs_of(function_of(model), columns_of(table), dtype)
    exact = dtype == np.float64 == model.network.dtype
    tolerance = 1e-12 if exact else 2e-5
    if model.prepared.classes is None:
        np.testing.assert_allclose(
            found["values"][:, 0], model.predict(table), atol=tolerance * model.prepared.target.scale
        )
        return
    np.testing.assert_allclose(found["probabilities"], model.probabilities(table), atol=tolerance)
    assert found["label"].tolist() == model.predict(table).tolist()


@pytest.mark.parametrize(
    ("name", "column", "bad"),
    [
        ("classes of text", "mass", -np.inf),
        ("classes of numbers", "bill", np.inf),
        ("values of one column", "bill", -np.inf),
    ],
)
def test_a_row_without_a_prediction_gets_nan_and_no_label(name: str, column: str, bad: Any) -> None:
    model, table = fitted(name)
    columns = {name: values.astype(object) for name, values in columns_of(table).items()}
    columns[column][1] = bad
    found = outputs_of(function_of(model), columns)
    numbers = found.get("probabilities", found.get("values"))
    assert np.isnan(numbers[1]).all()
    assert np.isfinite(np.delete(numbers, 1, axis=0)).all()
    if "label" in found:
        assert found["label"][1] == ("" if name == "classes of text" else np.iinfo(np.int64).min)
        assert np.delete(found["label"], 1).tolist() == np.delete(model.predict(table), 1).tolist()


def test_outputs_that_are_no_probabilities_have_another_name() -> None:
    table = cp.Table.of({"x": [0.0, 1] * 9, "y": ["a", "b"] * 9})
    choices = {"output_activation": "identity", "loss": "square"}
    model = cp.fit(table, cp.Recipe(target="y", epochs=9, test=0.0, **choices)).model
    found = outputs_of(function_of(model), {"x": table["x"]})
    assert list(found) == ["label", "outputs"]
    np.testing.assert_allclose(found["outputs"], model.network.predict(model.inputs(table)), rtol=1e-12)
    assert found["label"].tolist() == model.predict(table).tolist()


@pytest.mark.parametrize("labels", [("a", "b"), (True, False), (1, 2.0), (np.int64(7), np.float64(3.0))])
def test_labels_are_texts_or_whole_numbers(labels: tuple[Any, ...]) -> None:
    made = labels_of(labels)
    assert made.dtype in {np.dtype(object), np.dtype(np.int64)}
    assert made.tolist() == list(labels)


@pytest.mark.parametrize("labels", [(0.5, 1.0), ("a", 1), (2**63, 1)])
def test_labels_that_onnx_has_no_type_for_are_refused(labels: tuple[Any, ...]) -> None:
    with pytest.raises(CannotExpress, match="labels must be whole numbers or text"):
        labels_of(labels)


def test_without_the_package_onnx_the_command_that_installs_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r"pip install 'clearprop\[onnx\]'"):
        cp.export(cp.Network((2, 1), ("tanh",)), tmp_path / "net.onnx")
    assert not list(tmp_path.iterdir())
