"""What only some of the versions of scikit-learn that these classes work with have, or have in another place."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

import sklearn
from sklearn.utils.validation import _check_sample_weight, _get_feature_names

from ..formulas.catalogue import Array

if TYPE_CHECKING:
    from sklearn.callback import CallbackSupportMixin
else:
    try:
        from sklearn.callback import CallbackSupportMixin
    except ImportError:  # before scikit-learn 1.9

        class CallbackSupportMixin:
            """No callbacks of scikit-learn's own protocol, which has none."""


_LOOKS_FOR_ZEROS = "allow_all_zero_weights" in signature(_check_sample_weight).parameters  # since scikit-learn 1.9


def checked_sample_weight(sample_weight: Any, X: Any, *, all_may_be_0: bool) -> Array:
    """The weights (n,), one number for all points included; ValueError where scikit-learn's newest version has it."""
    if _LOOKS_FOR_ZEROS:
        return _check_sample_weight(sample_weight, X, ensure_non_negative=True, allow_all_zero_weights=all_may_be_0)
    weights = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
    if not all_may_be_0 and not weights.any():
        raise ValueError("Sample weights must contain at least one non-zero number.")
    return weights


def require_names_kept(X: Any) -> None:
    """TypeError for a frame whose columns this version of scikit-learn does not see: newest polars before its 1.9."""
    columns = getattr(X, "columns", None)
    named = isinstance(columns, list) and columns and all(isinstance(name, str) for name in columns)
    if named and _get_feature_names(X) is None:
        package = type(X).__module__.partition(".")[0]
        raise TypeError(
            f"scikit-learn {sklearn.__version__} does not see the columns of this {package} frame;"
            " give X.to_pandas(), or install scikit-learn 1.9 or newer"
        )


__all__ = ["CallbackSupportMixin", "checked_sample_weight", "require_names_kept"]
