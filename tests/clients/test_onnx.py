"""skl2onnx converts fitted estimators, alone and in pipelines, and onnxruntime predicts from them what the estimators do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import neural_network
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

skl2onnx = pytest.importorskip("skl2onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from clearprop.estimators import MLPClassifier, register_converters  # noqa: E402 - after the libraries are there
from clearprop.formulas.catalogue import CATALOGUE  # noqa: E402
from clearprop.operators import CannotExpress  # noqa: E402
from tests.clients.models import CLASSIFIERS, LABELS, REGRESSORS, SETTINGS, SPECIES, X, fitted  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the libraries' own
]
TOLERANCE = {np.float32: 2e-4, np.float64: 1e-9}


def tolerance_of(model: Any, dtype: type) -> float:
    """How far a graph of this type may be from an estimator, whose own network may be of float32."""
    return max(TOLERANCE[dtype], TOLERANCE[model.networks_[0].dtype.type])


@pytest.fixture(autouse=True)
def _registered() -> None:
    assert "skl2onnx" in register_converters()


def run(model: Any, points: Any, dtype: Any, **options: Any) -> list[Any]:
    """What onnxruntime computes from the converted model."""
    asked = {"options": {id(model): options}} if options else {}
    converted = skl2onnx.to_onnx(model, points[:1].astype(dtype), **asked)
    session = onnxruntime.InferenceSession(converted.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"X": points.astype(dtype)})


def test_control_scikit_learn_s_own_class_is_converted() -> None:
    model = neural_network.MLPClassifier((9, 6), max_iter=15, random_state=0).fit(X, SPECIES)
    labels, probabilities = run(model, X, np.float32, zipmap=False)
    np.testing.assert_array_equal(labels, model.predict(X))
    np.testing.assert_allclose(probabilities, model.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("task", CLASSIFIERS)
def test_a_classifier_s_labels_and_probabilities_are_its_own(task: str, options: dict[str, Any], dtype: type) -> None:
    model, points = fitted(task, **options)
    labels, probabilities = run(model, points, dtype, zipmap=False)
    wanted = model.predict_proba(points.astype(float))
    few = tolerance_of(model, dtype)
    np.testing.assert_allclose(probabilities, wanted, rtol=few, atol=few)
    assert probabilities.dtype == dtype
    clear = (abs(wanted - 0.5) > 1e-3).all(axis=1) if wanted.ndim > 1 else np.ones(len(points), bool)
    np.testing.assert_array_equal(labels[clear], model.predict(points.astype(float))[clear])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("task", REGRESSORS)
def test_a_regressor_s_values_are_its_own(task: str, options: dict[str, Any], dtype: type) -> None:
    model, points = fitted(task, **options)
    (values,) = run(model, points, dtype)
    wanted = model.predict(points.astype(float)).reshape(values.shape)
    few = tolerance_of(model, dtype)
    np.testing.assert_allclose(values, wanted, rtol=few, atol=few * abs(wanted).max())
    assert values.shape == (len(points), model.n_outputs_)


@pytest.mark.parametrize("options", [{"loss": "square", "output_activation": "sigmoid"}, {"loss": "nllm_log"}], ids=str)
def test_probabilities_are_those_of_the_estimator_whatever_the_outputs_are(options: dict[str, Any]) -> None:
    model, points = fitted("three classes", **options)
    labels, probabilities = run(model, points, np.float64, zipmap=False)
    np.testing.assert_allclose(probabilities, model.predict_proba(points.astype(float)), rtol=1e-9)
    np.testing.assert_array_equal(labels, model.predict(points.astype(float)))


def test_a_spread_that_is_learnt_too_is_no_output() -> None:
    model, points = fitted("values", loss="gaussian_nll", scaling="standard")
    with pytest.warns(UserWarning, match="the graph has the predictions alone"):
        (values,) = run(model, points, np.float64)
    np.testing.assert_allclose(values, model.predict(points.astype(float)), rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", CATALOGUE["activation"])
def test_every_activation_of_the_catalogue_is_converted(activation: str, dtype: type) -> None:
    model, points = fitted("three classes", activation=activation, scaling="standard", max_iter=2)
    _, probabilities = run(model, points, dtype, zipmap=False)
    np.testing.assert_allclose(probabilities, model.predict_proba(points.astype(float)), atol=TOLERANCE[dtype])


def test_at_the_end_of_a_pipeline_and_with_skl2onnx_s_own_options() -> None:
    pipeline = make_pipeline(StandardScaler(), MLPClassifier((5,), max_iter=15, random_state=0)).fit(X, SPECIES)
    labels, maps = run(pipeline, X, np.float32)
    np.testing.assert_array_equal(labels, pipeline.predict(X))
    wanted = pipeline.predict_proba(X)
    np.testing.assert_allclose([list(each.values()) for each in maps], wanted, atol=1e-4)
    assert list(maps[0]) == [0, 1, 2]
    model, points = fitted("text")
    *_, classes = run(model, points, np.float32, zipmap=False, output_class_labels=True)
    assert classes.tolist() == ["setosa", "versicolor", "virginica"]
    *_, first, _, _ = run(model, points, np.float32, zipmap="columns")
    np.testing.assert_allclose(np.ravel(first), model.predict_proba(points.astype(float))[:, 0], atol=1e-4)


def test_gaps_and_categories_of_numbers_are_converted() -> None:
    table = X.astype(float)
    table[::7, 1] = np.nan
    table[:, 3] = np.round(table[:, 3])
    model = MLPClassifier(
        (6,), missing="median", categorical_features=[3], scaling="standard", max_iter=15, random_state=0
    )
    model.fit(table, SPECIES)
    table[0, 3] = 77  # a category that was never seen
    labels, probabilities = run(model, table, np.float64, zipmap=False)
    np.testing.assert_allclose(probabilities, model.predict_proba(table), rtol=1e-9)
    np.testing.assert_array_equal(labels, model.predict(table))


@pytest.mark.parametrize("opset", [13, 17, 18, 21])
def test_every_opset_from_13_on_gives_the_same(opset: int) -> None:
    model, points = fitted("three classes", normalization="layer", activation="selu", scaling="smooth_clip")
    converted = skl2onnx.to_onnx(
        model, points[:1], target_opset={"": opset, "ai.onnx.ml": 3}, options={"zipmap": False}
    )
    session = onnxruntime.InferenceSession(converted.SerializeToString(), providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(
        session.run(None, {"X": points})[1], model.predict_proba(points.astype(float)), atol=2e-4
    )


def test_what_cannot_be_converted_is_refused_with_the_reason() -> None:
    pd = pytest.importorskip("pandas")
    model, points = fitted("two classes", loss="hinge")
    with pytest.raises(CannotExpress, match="probabilities need outputs from 0 to 1"):
        run(model, points, np.float32)
    frame = pd.DataFrame({"size": X[:, 0], "colour": np.where(X[:, 1] > 3, "red", "green")})
    text = MLPClassifier(categorical_features="from_dtype", max_iter=2).fit(frame, SPECIES)
    with pytest.raises(CannotExpress, match="column 'colour' holds texts, such as 'green'"):
        skl2onnx.to_onnx(text, X[:1, :2])
    dated = frame.assign(day=pd.date_range("2020", periods=len(X)))[["size", "day"]]
    dates = MLPClassifier(categorical_features="from_dtype", max_iter=2).fit(dated, SPECIES)
    with pytest.raises(CannotExpress, match="column 'day' holds dates, such as '2020-01-01'"):
        skl2onnx.to_onnx(dates, X[:1, :2])
    with pytest.raises(ValueError, match="opset 12 is too old"):
        skl2onnx.to_onnx(fitted("labels")[0], X[:1], target_opset={"": 12, "ai.onnx.ml": 1})
    assert LABELS.any()


def test_a_column_that_is_left_out_is_left_out_of_the_graph() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(X, columns=["a", "b", "c", "d"]).assign(id=range(len(X)))[["id", "a", "b", "c", "d"]]
    with pytest.warns(UserWarning, match="'id' .identifier"):
        model = MLPClassifier(categorical_features="from_dtype", max_iter=20, random_state=0).fit(frame, SPECIES)
    points = frame.to_numpy(np.float32)
    np.testing.assert_allclose(run(model, points, np.float32, zipmap=False)[1], model.predict_proba(frame), atol=1e-5)
