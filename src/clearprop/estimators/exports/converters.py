"""Registers the estimators with the libraries that convert scikit-learn's models: skl2onnx and hummingbird."""

from __future__ import annotations

from importlib.util import find_spec


def register_converters() -> tuple[str, ...]:
    """Let skl2onnx and hummingbird convert `MLPClassifier` and `MLPRegressor`; the names of those that are installed.

    After it `skl2onnx.to_onnx(model, X)` and `hummingbird.ml.convert(model, "torch")` take a fitted estimator, alone or at the
    end of a pipeline. ImportError where neither is installed: `pip install 'clearprop[onnx]'`.
    """
    done = []
    if find_spec("skl2onnx") is not None:
        from . import for_skl2onnx

        for_skl2onnx.register()
        done.append("skl2onnx")
    if find_spec("hummingbird") is not None and find_spec("torch") is not None:
        from . import for_hummingbird

        for_hummingbird.register()
        done.append("hummingbird")
    if not done:
        raise ImportError("neither skl2onnx nor hummingbird (with torch) is installed: pip install 'clearprop[onnx]'")
    return tuple(done)
