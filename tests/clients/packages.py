"""Which packages the tests of this room need, by file. `make clients` installs them, and fails if one is missing.

All that were tried can be installed together, beside today's NumPy and scikit-learn, so none is left out. hummingbird computes
with torch, and brings an older onnx (1.16.1) than skl2onnx and onnxruntime would; they work with it too.
"""

from __future__ import annotations

NEEDED: dict[str, tuple[str, ...]] = {
    "test_arrow.py": ("pyarrow",),
    "test_docstrings.py": ("numpydoc",),
    "test_exports.py": ("onnx", "onnxruntime"),
    "test_hummingbird.py": ("hummingbird-ml", "skl2onnx", "torch"),
    "test_imbalanced_learn.py": ("imbalanced-learn",),
    "test_mlxtend.py": ("mlxtend",),
    "test_onnx.py": ("skl2onnx", "onnxruntime"),
    "test_optuna.py": ("optuna",),
    "test_shap.py": ("shap",),
    "test_skops.py": ("skops",),
    "test_skops_types.py": ("skops",),
    "test_torch.py": ("torch",),
    "test_users_converters.py": ("skl2onnx", "onnxruntime", "hummingbird-ml"),
}
"""The dependency group `clients` in pyproject.toml has the same packages. Other files of this room need scikit-learn alone."""

MODULES = {
    "imblearn": "imbalanced-learn",
    "hummingbird": "hummingbird-ml",
}
"""Packages whose modules have another name, or that another one brings."""
