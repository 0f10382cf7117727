"""skops saves fitted estimators without pickle and loads them again, trusting the names that `trusted_types` lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import neural_network

skops_io = pytest.importorskip("skops.io")

from clearprop.columns import ColumnWarning  # noqa: E402 - after the library is there
from clearprop.estimators import MLPClassifier, MLPRegressor, trusted_types  # noqa: E402
from clearprop.estimators.exports.trusted import CLASSES  # noqa: E402
from clearprop.formulas.activations import Elementwise  # noqa: E402
from tests.clients.models import SETTINGS, SPECIES, X, documented  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

MODELS: list[dict[str, Any]] = [
    *SETTINGS,
    {"solver": "lbfgs"},
    {"solver": "sgd", "learning_rate": "adaptive"},
    {"solver": "adamw(weight_decay=0.01)", "learning_rate": "cosine"},
    {"early_stopping": True},
    {"early_stopping": True, "best_epoch": "last"},
    {"restarts": 2},
    {"dropout": 0.2, "input_noise": 0.1, "max_norm": 2.0},
    {"missing": "median", "categorical_features": [3]},
]


class Cubic(Elementwise):
    """A user's own."""

    name = "cubic"

    def A(self, Z: Any) -> Any:
        return Z**3

    def dA_dZ(self, Z: Any, A: Any) -> Any:
        return 3 * Z**2


def fitted(kind: type, options: dict[str, Any]) -> Any:
    more = {"standardize_target": True} if kind is MLPRegressor else {}
    given = {"hidden_layer_sizes": (6, 5), "max_iter": 6, "random_state": 0} | options | more
    return kind(**given).fit(X.astype(float), SPECIES)


def with_dates() -> tuple[Any, Any]:
    """A model of a data frame with categories, dates as texts, and names of rows, which it leaves out; and the frame."""
    pd = pytest.importorskip("pandas")
    days = pd.date_range("2020", periods=len(X)).strftime("%d/%m/%Y")
    frame = pd.DataFrame({"id": range(len(X)), "size": X[:, 0], "day": days, "kind": np.where(X[:, 1] > 3, "a", "b")})
    with pytest.warns(ColumnWarning):
        return MLPClassifier((6,), categorical_features="from_dtype", max_iter=6, random_state=0).fit(
            frame, SPECIES
        ), frame


def test_a_model_of_a_table_with_dates_is_saved_and_loaded() -> None:
    model, frame = with_dates()
    again = skops_io.loads(skops_io.dumps(model), trusted=trusted_types())
    np.testing.assert_array_equal(again.predict_proba(frame), model.predict_proba(frame))
    assert again.preparation_.records == model.preparation_.records


def test_control_scikit_learn_s_own_class_is_saved_and_loaded() -> None:
    model = neural_network.MLPClassifier((6,), max_iter=6, random_state=0).fit(X, SPECIES)
    saved = skops_io.dumps(model)
    again = skops_io.loads(saved, trusted=skops_io.get_untrusted_types(data=saved))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("options", MODELS, ids=str)
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_a_saved_estimator_predicts_and_learns_on_as_the_original(kind: type, options: dict[str, Any]) -> None:
    model = fitted(kind, options)
    saved = skops_io.dumps(model)
    assert set(skops_io.get_untrusted_types(data=saved)) <= set(trusted_types())
    again = skops_io.loads(saved, trusted=trusted_types())
    points = X.astype(float)
    np.testing.assert_array_equal(again.predict(points), model.predict(points))
    if hasattr(model, "partial_fit"):
        for each in (model, again):
            each.partial_fit(points, SPECIES)
    for one, loaded in zip(model.networks_, again.networks_, strict=True):
        np.testing.assert_array_equal(loaded.parameters, one.parameters)
        loaded.parameters[:] = 0
        assert not loaded.W[1].any(), "weights are views of the one vector there too"


def test_the_documented_lines_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import skops.io

    monkeypatch.chdir(tmp_path)
    model = fitted(MLPClassifier, {"scaling": "standard"})
    made = {"clf": model, "skops": skops}
    exec(documented("trusted_types"), made)
    np.testing.assert_array_equal(made["clf"].predict(X.astype(float)), model.predict(X.astype(float)))
    assert made["clf"] is not model


def test_every_listed_class_is_held_by_some_model() -> None:
    held = set(skops_io.get_untrusted_types(data=skops_io.dumps(with_dates()[0])))
    for options in MODELS:
        for kind in (MLPClassifier, MLPRegressor):
            held |= set(skops_io.get_untrusted_types(data=skops_io.dumps(fitted(kind, options))))
    assert {f"{each.__module__}.{each.__qualname__}" for each in CLASSES} <= held
    assert "numpy.dtype" in held


def test_without_trust_nothing_is_loaded_and_a_part_of_one_s_own_is_named() -> None:
    saved = skops_io.dumps(fitted(MLPClassifier, {"activation": Cubic()}))
    with pytest.raises(Exception, match="Untrusted types"):
        skops_io.loads(saved)
    own = set(skops_io.get_untrusted_types(data=saved)) - set(trusted_types())
    assert own == {"tests.clients.test_skops_types.Cubic"}
    skops_io.loads(saved, trusted=[*trusted_types(), *own])
