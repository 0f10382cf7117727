"""Converters that are written for scikit-learn's perceptrons, and that a user registers for ours, read the same attributes.

This is code as users have it. Our own converters, which know every part, are another matter.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import onnxruntime
import pytest
import skl2onnx
from hummingbird.ml import convert
from hummingbird.ml.operator_converters.sklearn import mlp
from hummingbird.ml.supported import sklearn_api_operator_name_map
from onnxconverter_common.registration import register_converter
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)
from skl2onnx.operator_converters.multilayer_perceptron import (
    convert_sklearn_mlp_classifier,
    convert_sklearn_mlp_regressor,
)

from clearprop import estimators as ours

from .controls import KINDS, beside, data, fitted

pytestmark = pytest.mark.filterwarnings("default")


@KINDS
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_onnx(kind: str, activation: str) -> None:
    def outputs(room: ModuleType) -> list[np.ndarray]:
        model = fitted(room, kind, activation=activation)
        if room is ours:
            use_their_onnx_converter(type(model))
        X = data(kind)[0].astype(np.float32)
        options = {id(model): {"zipmap": False}} if kind == "MLPClassifier" else None
        graph = skl2onnx.to_onnx(model, X[:1], options=options)
        session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
        given: list[np.ndarray] = session.run(None, {"X": X})
        predicted = model.predict_proba(X) if kind == "MLPClassifier" else model.predict(X)[:, None]
        np.testing.assert_allclose(given[-1], predicted, atol=1e-5)
        return given

    beside(outputs, atol=1e-6)


def use_their_onnx_converter(kind: type) -> None:
    options = {"zipmap": [True, False, "columns"], "output_class_labels": [False, True], "nocl": [True, False]}
    if kind.__name__ == "MLPClassifier":
        shapes, converter = calculate_linear_classifier_output_shapes, convert_sklearn_mlp_classifier
    else:
        shapes, converter, options = calculate_linear_regressor_output_shapes, convert_sklearn_mlp_regressor, None
    skl2onnx.update_registered_converter(kind, f"User{kind.__name__}", shapes, converter, options=options)


@KINDS
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_torch(kind: str, activation: str) -> None:
    converter = mlp.convert_sklearn_mlp_classifier if kind == "MLPClassifier" else mlp.convert_sklearn_mlp_regressor

    def outputs(room: ModuleType) -> Any:
        model = fitted(room, kind, activation=activation)
        if room is ours:
            sklearn_api_operator_name_map[type(model)] = f"User{kind}"
            register_converter(f"User{kind}", converter, overwrite=True)
        X = data(kind)[0].astype(np.float32)
        module = convert(model, "torch")
        return module.predict_proba(X) if kind == "MLPClassifier" else module.predict(X).ravel()

    beside(outputs, atol=1e-6)
