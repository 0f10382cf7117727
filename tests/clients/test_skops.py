"""skops saves a model without a pickle, and loads it where the types that it names are trusted."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from skops.io import dumps, get_untrusted_types, loads

from clearprop import estimators as ours

from .controls import KINDS, beside, data, fitted

pytestmark = pytest.mark.filterwarnings("default")


@KINDS
def test_a_model_is_saved_and_predicts_the_same(kind: str) -> None:
    X, _ = data(kind)

    def predictions(room: ModuleType) -> np.ndarray:
        model = fitted(room, kind)
        saved = dumps(model)
        again = loads(saved, trusted=get_untrusted_types(data=saved))
        given: np.ndarray = again.predict(X)
        np.testing.assert_array_equal(given, model.predict(X))
        return given

    beside(predictions)


@KINDS
@pytest.mark.parametrize("options", [{}, {"solver": "sgd"}, {"solver": "lbfgs"}, {"early_stopping": True}], ids=str)
def test_the_types_to_be_trusted_are_ours_alone(kind: str, options: dict[str, object]) -> None:
    """A person who looks at the list sees nothing but this package."""
    names = get_untrusted_types(data=dumps(fitted(ours, kind, **options)))
    assert names
    assert all(name.startswith("clearprop.") for name in names), names


@KINDS
@pytest.mark.parametrize(
    "options",
    [
        {"preset": "tabular", "max_iter": 3},
        {"activation": ("parametric(of=mish)",), "normalization": "batch"},
        {"scaling": "standard", "missing": "median"},
        {"restarts": 2, "dropout": 0.1, "learning_rate": "cosine(start=0.01, steps=100)"},
    ],
    ids=str,
)
def test_what_only_ours_have_is_saved_too(kind: str, options: dict[str, object]) -> None:
    model, (X, _) = fitted(ours, kind, **options), data(kind)
    saved = dumps(model)
    again = loads(saved, trusted=get_untrusted_types(data=saved))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.get_params() == model.get_params()
