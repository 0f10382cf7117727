"""SHAP explains predictions by asking for those of many other points."""

from __future__ import annotations

import warnings
from types import ModuleType

import numpy as np
import pytest

from .controls import KINDS, beside, data, fitted

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what it imports
    import shap

pytestmark = pytest.mark.filterwarnings("default")


def prediction(model: object, kind: str) -> object:
    return getattr(model, "predict_proba" if kind == "MLPClassifier" else "predict")


@KINDS
@pytest.mark.parametrize("algorithm", ["auto", "permutation", "partition", "exact"])
def test_values_of_each_algorithm(kind: str, algorithm: str) -> None:
    X = data(kind)[0]

    def values(room: ModuleType) -> np.ndarray:
        masker = getattr(shap.maskers, "Partition" if algorithm == "partition" else "Independent")(X[:10])
        explainer = shap.Explainer(prediction(fitted(room, kind), kind), masker, algorithm=algorithm, seed=0)
        return np.asarray(explainer(X[20:23]).values)

    beside(values, rtol=1e-6)


@KINDS
def test_sampled_values(kind: str) -> None:
    X = data(kind)[0]

    def values(room: ModuleType) -> np.ndarray:
        np.random.seed(0)  # noqa: NPY002 - what it draws from
        explainer = shap.SamplingExplainer(prediction(fitted(room, kind), kind), X[:10])
        return np.asarray(explainer.shap_values(X[20:22], nsamples=50))

    beside(values, rtol=1e-6)


@KINDS
def test_kernel_shap(kind: str) -> None:
    X = data(kind)[0]

    def values(room: ModuleType) -> np.ndarray:
        np.random.seed(0)  # noqa: NPY002 - what it draws from
        explainer = shap.KernelExplainer(prediction(fitted(room, kind), kind), X[:8])
        return np.asarray(explainer.shap_values(X[20:22], nsamples=60, silent=True))

    beside(values, rtol=1e-5, atol=1e-7)
