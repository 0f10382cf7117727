"""What a person writes stays, whatever a preset says and whoever copies the estimator; `settings` says whose each value is."""

from __future__ import annotations

import copy
import inspect
import pickle
import warnings
from math import inf
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn.neural_network as theirs
from sklearn.base import BaseEstimator, clone
from sklearn.datasets import load_wine
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils._param_validation import InvalidParameterError

from clearprop.estimators import MLPClassifier, MLPRegressor

from .since import SINCE_1_7

X, Y = load_wine(return_X_y=True)
KINDS = (MLPClassifier, MLPRegressor)
COPIES = {
    "clone": clone,
    "clone of a clone": lambda model: clone(clone(model)),
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "deepcopy": copy.deepcopy,
    "from its parameters": lambda model: type(model)(**model.get_params()),
    "set again": lambda model: type(model)().set_params(**model.get_params()),
}
"""Ways in which tools copy an estimator; the last two know nothing but its parameters."""
ALIKE = pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)


def default(kind: type, name: str) -> Any:
    return inspect.signature(kind).parameters[name].default


def recipe(kind: Any) -> dict[str, Any]:
    return kind._recipes["tabular"]


# ---- what is written stays


@pytest.mark.parametrize("kind", KINDS)
def test_each_parameter_of_a_preset_that_is_written_stays_also_at_its_default(kind: Any) -> None:
    for name, value in recipe(kind).items():
        written = kind(preset="tabular", **{name: default(kind, name)})
        assert getattr(written, name) == default(kind, name) != value, name
        others = recipe(kind).keys() - {name} - ({"learning_rate"} if name == "solver" else set())
        assert all(getattr(written, other) == recipe(kind)[other] for other in others)


def test_what_is_written_by_position_stays() -> None:
    assert MLPClassifier((100,), "relu", preset="tabular").activation == "relu"
    assert MLPRegressor("squared_error", (100,), preset="tabular").hidden_layer_sizes == (100,)


@ALIKE
def test_a_copy_has_the_same_values_and_trains_the_same_network(copied: Any) -> None:
    model = MLPClassifier(
        preset="tabular", early_stopping=False, max_iter=3, activation="relu", hidden_layer_sizes=(6,), random_state=0
    )
    twin = copied(model)
    assert {name: (value, type(value)) for name, value in twin.get_params().items()} == {
        name: (value, type(value)) for name, value in model.get_params().items()
    }
    np.testing.assert_array_equal(twin.fit(X, Y).coefs_[0], model.fit(X, Y).coefs_[0])
    assert str(model._net().f[1]) == "relu"


@pytest.mark.parametrize("first", ["preset", "the parameter"])
@pytest.mark.parametrize("by", ["set_params", "attribute"])
def test_the_order_in_which_they_are_set_does_not_matter(first: str, by: str) -> None:
    model, steps = MLPClassifier(), [("preset", "tabular"), ("activation", "relu")]
    for name, value in steps if first == "preset" else steps[::-1]:
        if by == "attribute":
            setattr(model, name, value)
        else:
            model.set_params(**{name: value})
    assert (model.activation, model.solver) == ("relu", recipe(MLPClassifier)["solver"])


@pytest.mark.parametrize("copied", list(COPIES.values())[:4], ids=list(COPIES)[:4])
def test_a_preset_that_is_taken_away_gives_defaults_back_and_leaves_what_was_written(copied: Any) -> None:
    model = copied(MLPClassifier(preset="tabular", max_iter=256)).set_params(preset=None)
    assert model.get_params() == MLPClassifier(max_iter=256).get_params()
    again = copied(model).set_params(preset="tabular", alpha=0.5)
    assert again.get_params() == MLPClassifier(preset="tabular", max_iter=256, alpha=0.5).get_params()


def test_a_search_over_what_a_preset_sets_tries_what_it_names() -> None:
    base = MLPClassifier(preset="tabular", hidden_layer_sizes=(8,), max_iter=2, random_state=0)
    tried: list[tuple[Any, str]] = []

    def look(model: Any, X: Any, y: Any) -> float:
        tried.append((model.get_params()["activation"], str(model._net().f[1])))
        return float(model.score(X, y))

    search = GridSearchCV(base, {"activation": ["relu", "selu", "mish"]}, scoring=look, cv=2).fit(X, Y)
    assert [named for named, _ in tried] == ["relu", "relu", "selu", "selu", "mish", "mish"]
    assert all(named == ran for named, ran in tried)
    assert search.best_estimator_.activation == search.best_params_["activation"]


def test_a_search_over_presets_has_each_of_them_whole_inside_a_pipeline_too() -> None:
    seen: list[tuple[Any, ...]] = []

    def look(model: Any, X: Any, y: Any) -> float:
        mlp = model[-1]
        seen.append((mlp.preset, mlp.solver, mlp.activation, mlp.max_iter))
        return 0.0

    pipeline = make_pipeline(StandardScaler(), MLPClassifier(preset="tabular", max_iter=1, hidden_layer_sizes=2))
    grid = {"mlpclassifier__preset": [None, "tabular"], "mlpclassifier__activation": ["relu", "tanh"]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        GridSearchCV(pipeline, grid, scoring=look, cv=2).fit(X, Y)
    solver = recipe(MLPClassifier)["solver"]
    assert set(seen) == {
        (preset, "adam" if preset is None else solver, activation, 1)
        for preset in (None, "tabular")
        for activation in ("relu", "tanh")
    }


def test_a_subclass_with_a_constructor_of_its_own_has_the_preset_for_what_it_does_not_set() -> None:
    class Mine(MLPClassifier):
        def __init__(self, alpha: float = 0.25, width: int = 7, preset: Any = "tabular") -> None:
            super().__init__((width,), alpha=alpha, preset=preset, max_iter=2, random_state=0)
            self.width = width

    for model in (
        Mine(),
        clone(Mine()),
        pickle.loads(pickle.dumps(Mine().get_params())) and Mine(**Mine().get_params()),
    ):
        assert (model.alpha, model.hidden_layer_sizes, model.activation) == (0.25, (7,), "selu")
        assert model.settings["activation"].origin == "preset"
        assert model.fit(X, Y).coefs_[0].shape == (13, 7)
    plain = clone(Mine(preset=None))
    assert (plain.activation, plain.set_params(preset="tabular").activation) == ("relu", "selu")


# ---- what others expect of parameters


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_preset_parameters_and_defaults_are_scikit_learn_s(kind: Any) -> None:
    of_theirs = getattr(theirs, kind.__name__)().get_params()
    ours = kind().get_params()
    assert {name: (ours[name], type(ours[name])) for name in of_theirs} == {
        name: (value, type(value)) for name, value in of_theirs.items()
    }
    assert str(inspect.signature(kind).parameters["activation"]) == "activation: 'Any' = 'relu'"
    assert inspect.getfullargspec(kind.__init__).kwonlydefaults["alpha"] == 0.0001


@SINCE_1_7
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_is_what_runs_and_makes_it_again(kind: Any) -> None:
    """Also a value that is the default, where the preset has another, and inside other objects."""
    model = kind(preset="tabular", max_iter=200, momentum=0.9, tol=0.5, hidden_layer_sizes=(100,))
    names = {kind.__name__: kind, "inf": inf, "GridSearchCV": GridSearchCV, "Pipeline": Pipeline}
    for each in (model, clone(model), GridSearchCV(model, {"alpha": [1, 2]}), Pipeline([("mlp", model)])):
        shown = BaseEstimator.__repr__(each, N_CHAR_MAX=10_000)
        again = eval(shown, names)
        inner = getattr(again, "estimator", again)
        inner = inner.steps[0][1] if isinstance(inner, Pipeline) else inner
        assert inner.get_params() == model.get_params(), shown
        assert "activation" not in shown  # which nobody wrote
        assert "momentum" not in shown
    assert recipe(kind)["activation"] in model._repr_html_()
    assert repr(model.set_params(preset=None)) == f"{kind.__name__}(tol=0.5)"


@pytest.mark.parametrize("wrong", ["tabluar", 3, ["tabular"], np.inf])
def test_a_preset_that_there_is_not_is_refused_by_fit_alone(wrong: Any) -> None:
    for model in (MLPClassifier(preset=wrong), MLPClassifier().set_params(preset=wrong)):
        assert clone(model).preset == wrong
        assert hasattr(model, "partial_fit")
        assert repr(wrong) in repr(model)
        assert model._repr_html_()
        with pytest.raises(InvalidParameterError, match="'preset' parameter of MLPClassifier must be"):
            model.fit(X, Y)


def test_a_state_of_an_older_version_is_the_model_that_it_was() -> None:
    """It held defaults where the preset's values were used, and no record of what was written."""
    model = MLPClassifier(preset="tabular", hidden_layer_sizes=(8,), max_iter=3, random_state=0).fit(X, Y)
    state = model.__getstate__()
    written = {"preset", "hidden_layer_sizes", "max_iter", "random_state"}
    for name in recipe(MLPClassifier).keys() - written:
        state[name] = default(MLPClassifier, name)
    for name in ("_written", "_replaced", "_found", "threads"):
        del state[name]
    older = MLPClassifier.__new__(MLPClassifier)
    older.__setstate__(state)
    assert older.get_params() == model.get_params()
    assert {name for name, setting in older.settings.items() if setting.origin == "written"} == written
    np.testing.assert_array_equal(older.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(clone(older).fit(X, Y).coefs_[0], model.coefs_[0])


# ---- where a value is from


def test_settings_say_where_each_value_is_from() -> None:
    model = MLPClassifier((8,), preset="tabular", batch_size="auto", max_iter=2)
    model.set_params(tol=1e-4).early_stopping = True
    origins = {name: setting.origin for name, setting in model.settings.items()}
    written = {"hidden_layer_sizes", "preset", "batch_size", "max_iter", "tol", "early_stopping"}
    assert {name for name, origin in origins.items() if origin == "written"} == written
    assert {name for name, origin in origins.items() if origin == "preset"} == recipe(MLPClassifier).keys() - written
    assert origins.keys() == model.get_params().keys()
    frame = pd.DataFrame(X[:, :2], columns=["a", "b"]).assign(kind=np.array(["x", "y", "z"])[Y])
    model.fit(frame, Y)
    assert model.settings["batch_size"] == (142, "data")
    assert model.settings["categorical_features"] == ({"a": "number", "b": "number", "kind": "category"}, "data")
    assert model.settings["learning_rate"] == ("coslog4(peak=0.04, steps=2)", "data")
    assert (model.settings.batch_size, model.batch_size) == ("auto", "auto")
    model.set_params(batch_size=50)
    assert model.settings["batch_size"] == (50, "written")
    model.fit(X, Y)
    assert model.settings["categorical_features"] == ("from_dtype", "preset")


def test_settings_print_as_a_table_and_know_no_other_names() -> None:
    model = MLPRegressor(preset="tabular", alpha=0.5)
    lines = {line.split()[0]: line.split(maxsplit=2)[1:] for line in repr(model.settings).splitlines()}
    assert lines["alpha"] == ["written", "0.5"]
    assert lines["activation"] == ["preset", "'mish'"]
    assert lines["tol"] == ["default", "0.0001"]
    assert copy.deepcopy(model.settings)["alpha"] == (0.5, "written")
    with pytest.raises(AttributeError, match="no parameter 'alhpa'"):
        _ = model.settings.alhpa
    with pytest.raises(KeyError):
        _ = model.settings["alhpa"]


@pytest.mark.filterwarnings("ignore:.*Maximum iterations")
def test_a_preset_that_can_set_nothing_says_so() -> None:
    """As where a tool makes the estimator again from all of its parameters, and adds the preset."""
    model = MLPClassifier(**MLPClassifier(max_iter=1).get_params() | {"preset": "tabular"})
    with pytest.warns(UserWarning, match="preset='tabular' sets nothing"):
        model.fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        small = MLPClassifier(preset="tabular", hidden_layer_sizes=(8,), max_iter=3)
        MLPClassifier(**small.get_params()).fit(X, Y)


def test_a_batch_that_only_the_preset_made_too_large_is_no_reason_to_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        MLPClassifier(preset="tabular", hidden_layer_sizes=(8,), max_iter=3).fit(X, Y)
    with pytest.warns(UserWarning, match="Got `batch_size` less than 1 or larger than sample size"):
        MLPClassifier(preset="tabular", hidden_layer_sizes=(8,), max_iter=3, batch_size=300).fit(X, Y)
