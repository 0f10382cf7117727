"""What users give as X and y becomes arrays that are checked, prepared and scaled. Nothing here knows the network.

The checks and their words are scikit-learn's own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_X_y, column_or_1d
from sklearn.utils.validation import check_array, validate_data

from .columns import as_frame, as_table, is_of_dates, refuse_unread
from .preparation import Scaler, preparation
from .presets import of_preset
from .refusals import explained
from .settings import found_in_data

SPARSE = ["csr", "csc"]
ASK_FOR_MORE = {"feature_names_in_", "columns_", "scaler_"}
"""What is known of the features where points have to be looked at more closely."""


class Border:
    """Checks of points and targets, and the tags that say what passes them."""

    categorical_features: Any
    missing: Any
    scaling: Any
    columns_: Any
    scaler_: Any
    _prepared: tuple[Any, Any]
    """Points as the user gave them and as they are prepared, while training looks at them again and again."""

    def _checked(self, X: Any, y: Any, *, reset: bool, **target: Any) -> tuple[Any, Any]:
        """X and y by scikit-learn's checks; gaps and categories first become numbers, where that was asked for."""
        refuse_unread(X)
        self._require_dense(X)
        checks = {"accept_sparse": SPARSE, "multi_output": True, "dtype": (np.float64, np.float32), **target}
        if self.scaling is not None:
            checks["accept_sparse"] = False
        categorical, table = self.categorical_features, as_frame(X)
        if isinstance(categorical, str) and not hasattr(table, "columns") and not is_of_dates(table):
            categorical = None  # "from_dtype" finds none in an array, whose columns are of one type
        if self.missing is None and categorical is None:
            self.__dict__.pop("columns_", None)
            with explained(X, y, from_dtype=self.categorical_features is not None):
                X, y = validate_data(self, X, y, reset=reset, **checks)
        else:
            given = X = as_table(table)
            with explained(X):
                validate_data(self, X, skip_check_array=True, reset=reset)
            if reset:
                made = preparation(X, missing=self.missing, categorical=categorical)
                with explained(X):
                    self.columns_ = made.fit(X)
            if reset and isinstance(categorical, str | dict):
                found_in_data(self, categorical_features={each.name: each.kind for each in made.records})
            with explained(given, y, only=self.columns_.become_numbers, trained=not reset):
                X, y = check_X_y(self.columns_.transform(X), y, estimator=self, **checks)
        if reset:
            self.__dict__.pop("scaler_", None)
            if self.scaling is not None:
                self.scaler_ = Scaler.fitted(self.scaling, X)
        if "scaler_" in vars(self):
            X = self.scaler_.scaled(X)
        return X, column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y

    def _require_dense(self, X: Any) -> None:
        """TypeError for sparse points X where a parameter needs dense ones, in scikit-learn's words and with its name."""
        if not hasattr(X, "tocsr"):
            return
        given = {name: getattr(self, name) for name in ("scaling", "missing", "categorical_features")}
        for name, value in given.items():
            if value is not None and not (name == "categorical_features" and isinstance(value, str)):
                raise TypeError(
                    "Sparse data was passed for X, but dense data is required. Use '.toarray()' to convert to a dense numpy "
                    f"array. It is {name}={value!r}{of_preset(self, name)} that needs dense rows; {name}=None takes sparse data"
                )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]  # scikit-learn's
        tags.input_tags.sparse = self.missing is self.categorical_features is self.scaling is None
        tags.input_tags.allow_nan = self.missing is not None
        tags.input_tags.categorical = self.categorical_features is not None
        return tags

    def _checked_points(self, X: Any) -> Any:
        """X as scikit-learn checks it; gaps filled, categories encoded and columns scaled where that was asked for."""
        if "_prepared" in vars(self) and self._prepared[0] is X:
            return self._prepared[1]
        refuse_unread(X)
        self._require_dense(X)
        if "columns_" not in vars(self):
            with explained(X, trained=True):
                points = validate_data(self, X, accept_sparse=False if "scaler_" in vars(self) else SPARSE, reset=False)
        else:
            X = as_table(X)
            with explained(X, only=self.columns_.become_numbers, trained=True):
                validate_data(self, X, skip_check_array=True, reset=False)
                points = check_array(self.columns_.transform(X), dtype=(np.float64, np.float32), input_name="X")
        return self.scaler_.scaled(points) if "scaler_" in vars(self) else points

    def _prepare_once(self, X: Any) -> None:
        """Prepare points X that are looked at after every epoch: that takes longer than to predict for them."""
        made = vars(self)
        if ASK_FOR_MORE & made.keys() and ("_prepared" not in made or made["_prepared"][0] is not X):
            self._prepared = X, self._checked_points(X)

    def _forget_prepared(self) -> None:
        self.__dict__.pop("_prepared", None)
