"""A parameter that is changed between two calls of `partial_fit` is heeded, or the call says why not: every one of them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs

from clearprop.estimators import MLPClassifier, MLPRegressor, continuing, rows, stream
from clearprop.formulas.normalizations import BatchNorm

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 4))
TARGETS = {MLPClassifier: (X[:, 0] + X[:, 1] > 0).astype(int), MLPRegressor: X @ [1.0, 2.0, -1.0, 0.5]}
KINDS = pytest.mark.parametrize("kind", TARGETS)


@dataclass(frozen=True)
class Change:
    """A parameter's new value, what becomes of it, and what the model is told from the start for that to show."""

    value: Any
    becomes: str
    """"heeded": the weights that are learnt differ. "seen": something else does. "refused": a ValueError. "said": a warning,
    and the weights are scikit-learn's. "fit's": there is nothing in `partial_fit` that it could change, nor in theirs."""
    base: dict[str, Any] = field(default_factory=dict)
    one_row: bool = True
    """Whether it shows where a call has a single row."""


ADAPTIVE = {"solver": "sgd", "learning_rate": "adaptive", "n_iter_no_change": 1, "tol": 0.0}
CHANGES: dict[str, list[Change]] = {
    "hidden_layer_sizes": [Change((4,), "refused"), Change((5, 5), "refused")],
    "activation": [Change("tanh", "heeded"), Change("gelu", "heeded")],
    "solver": [
        Change("sgd", "said"),
        Change("adam", "said", {"solver": "sgd"}),
        Change("adamw(weight_decay=0.1)", "refused"),
        Change("lbfgs", "refused"),
    ],
    "alpha": [Change(5.0, "heeded")],
    "batch_size": [Change(2, "heeded", one_row=False)],
    "learning_rate": [
        Change("invscaling", "said", {"solver": "sgd"}),
        Change("cosine(start=0.1, steps=100)", "refused"),
        Change("cosine(start=0.1, steps=100)", "refused", {"learning_rate": "cosine(start=0.1, steps=50)"}),
    ],
    "learning_rate_init": [Change(0.1, "said")],
    "power_t": [Change(2.0, "said", {"solver": "sgd", "learning_rate": "invscaling"})],
    "max_iter": [Change(7, "fit's")],
    "shuffle": [Change(False, "heeded", {"batch_size": 2}, one_row=False)],
    "random_state": [Change(9, "heeded", {"batch_size": 2}, one_row=False)],
    "tol": [Change(0.0, "heeded", ADAPTIVE | {"tol": 1e3, "n_iter_no_change": 6})],
    "verbose": [Change(True, "seen")],
    "warm_start": [Change(True, "fit's", one_row=False)],
    "momentum": [Change(0.1, "said", {"solver": "sgd"})],
    "nesterovs_momentum": [Change(False, "said", {"solver": "sgd"})],
    "early_stopping": [Change(True, "refused")],
    "validation_fraction": [Change(0.3, "fit's")],
    "beta_1": [Change(0.1, "said")],
    "beta_2": [Change(0.1, "said")],
    "epsilon": [Change(1.0, "said")],
    "n_iter_no_change": [Change(1, "heeded", ADAPTIVE | {"n_iter_no_change": 1000, "tol": 1e3})],
    "max_fun": [Change(7, "fit's")],
    "output_activation": [Change("tanh", "refused", {"loss": "square"})],
    "initializer": [Change("gaussian", "refused")],
    "l1_ratio": [Change(0.9, "heeded", {"alpha": 5.0})],
    "dropout": [Change(0.5, "heeded"), Change([0.5], "heeded", {"dropout": [0.0]})],
    "normalization": [Change("layer", "refused"), Change("batch", "refused")],
    "input_noise": [Change(1.0, "heeded")],
    "max_norm": [Change(0.1, "heeded")],
    "scoring": [Change("loss", "refused")],
    "callbacks": [Change(print, "seen")],
    "restarts": [Change(3, "refused")],
    "ensemble": [Change(3, "refused")],
    "missing": [Change("mean", "refused")],
    "categorical_features": [Change([0], "refused"), Change([1], "refused", {"categorical_features": [0]})],
    "scaling": [Change("standard", "refused"), Change(None, "refused", {"scaling": "robust"})],
    "output_initializer": [Change("zeros", "refused")],
    "best_epoch": [Change("last", "refused")],
    "last_batch": [Change("even", "heeded", {"batch_size": 4}, one_row=False), Change("drop", "refused")],
    "dtype": [Change("float32", "refused"), Change(None, "refused", {"dtype": "float32"})],
    "preset": [Change("tabular", "refused")],
    "engine": [Change("numpy", "seen")],
    "threads": [Change(1, "seen")],
    "shards": [Change(8, "seen", one_row=False)],
}
OWN: dict[type, dict[str, list[Change]]] = {
    MLPClassifier: {
        "loss": [Change("focal", "heeded"), Change("hinge", "refused"), Change("nllm", "refused")],
        "class_weight": [
            Change({0: 1, 1: 9}, "heeded"),
            Change(None, "heeded", {"class_weight": {0: 1, 1: 9}}),
            Change("balanced", "refused"),
        ],
        "label_smoothing": [Change(0.3, "heeded")],
        "calibration": [Change("temperature", "refused"), Change("auto", "fit's")],
    },
    MLPRegressor: {
        "loss": [Change("huber(delta=0.1)", "heeded"), Change("poisson", "refused")],
        "standardize_target": [
            Change(True, "refused"),
            Change(False, "refused", {"standardize_target": True}),
        ],
    },
}


def changes_of(kind: type) -> dict[str, list[Change]]:
    return CHANGES | OWN[kind]


CASES = [
    pytest.param(
        kind, name, change, rows_a_call, id=f"{kind.__name__}-{name}-{change.becomes}-{change.value}-{rows_a_call}"
    )
    for kind in TARGETS
    for name, changes in changes_of(kind).items()
    for change in changes
    for rows_a_call in ([1, 6] if change.one_row else [6])
]


@KINDS
def test_every_parameter_of_the_constructor_is_tried(kind: type) -> None:
    """A parameter that is added has to say here what becomes of it."""
    assert set(changes_of(kind)) == set(kind().get_params())


def begun(kind: type, change: Change, rows_a_call: int) -> tuple[Any, np.ndarray, np.ndarray]:
    """A model after four calls, and the rows that are left."""
    fixed = {"hidden_layer_sizes": (5,), "random_state": 0, "alpha": 0.01}
    points = (X > 0) * 1.0 if "categorical_features" in change.base else X
    y = TARGETS.get(kind, TARGETS[MLPClassifier if issubclass(kind, theirs.MLPClassifier) else MLPRegressor])
    model = kind(**fixed | change.base)
    first = {} if "Regressor" in kind.__name__ else {"classes": [0, 1]}
    model.partial_fit(points[:12], y[:12], **first)  # which shows all categories
    for begin in range(12, 12 + 3 * rows_a_call, rows_a_call):
        model.partial_fit(points[begin : begin + rows_a_call], y[begin : begin + rows_a_call])
    return model, points[-30:], y[-30:]


def gone_on(model: Any, points: np.ndarray, y: np.ndarray, rows_a_call: int) -> np.ndarray:
    """The weights after the rest of the rows."""
    for begin in range(0, len(y), rows_a_call):
        model.partial_fit(points[begin : begin + rows_a_call], y[begin : begin + rows_a_call])
    return np.concatenate([np.ravel(array) for array in (*model.coefs_, *model.intercepts_)])


@pytest.mark.filterwarnings("ignore::clearprop.estimators.weights_alone.WeightsAloneWarning")
@pytest.mark.parametrize(("kind", "name", "change", "rows_a_call"), CASES)
def test_a_change_is_heeded_or_the_call_says_why_not(
    kind: type, name: str, change: Change, rows_a_call: int, capsys: Any, monkeypatch: Any
) -> None:
    expected = gone_on(*begun(kind, change, rows_a_call), rows_a_call)
    model, points, y = begun(kind, change, rows_a_call)
    asked, told = record_engines(monkeypatch), []
    model.set_params(**{name: told.append if name == "callbacks" else change.value})
    capsys.readouterr()
    if change.becomes == "refused":
        with pytest.raises(
            ValueError, match=rf"{name}|widths|takes predictions|early_stopping|lbfgs|never cross|balanced"
        ):
            gone_on(model, points, y, rows_a_call)
        return
    if change.becomes == "said":
        with pytest.warns(UserWarning, match=rf"{name}=.*has no effect in it.*scikit-learn ignores the change too"):
            found = gone_on(model, points, y, rows_a_call)
    else:
        found = gone_on(model, points, y, rows_a_call)
    differs = (found != expected).any()
    if change.becomes == "heeded":
        assert differs, f"{name}={change.value!r} has no effect"
        return
    np.testing.assert_allclose(found, expected, rtol=1e-11 if name in {"engine", "shards"} else 0)
    seen = {
        "verbose": lambda: capsys.readouterr().out.count("loss =") == 30 // rows_a_call,
        "callbacks": lambda: len(told) == 30 // rows_a_call,
        "engine": lambda: asked[0][0] == "numpy",
        "threads": lambda: asked[0][1] == 1,
        "shards": lambda: not asked,  # of these two: they ask the engine that shares steps out
    }
    if change.becomes == "seen":
        assert seen[name]()


def record_engines(monkeypatch: Any) -> list[tuple[Any, Any]]:
    """The engine and the threads that are asked for, by whoever takes the first step."""
    asked: list[tuple[Any, Any]] = []

    def recorded(module: Any) -> None:
        choose = module.choose_engine

        def choose_engine(task: Any, engine: str = "auto", batch_size: int = 1, threads: int | None = None) -> Any:
            asked.append((engine, threads))
            return choose(task, engine, batch_size, threads)

        monkeypatch.setattr(module, "choose_engine", choose_engine)

    recorded(rows), recorded(stream)
    return asked


SHARED = [
    pytest.param(kind, name, change, id=f"{kind.__name__}-{name}-{change.value}")
    for kind in (theirs.MLPClassifier, theirs.MLPRegressor)
    for name, changes in CHANGES.items()
    for change in changes
    if change.becomes in {"said", "fit's"}
]


@pytest.mark.parametrize(("kind", "name", "change"), SHARED)
def test_scikit_learn_ignores_what_is_said_to_be_ignored_there(kind: type, name: str, change: Change) -> None:
    expected = gone_on(*begun(kind, change, 6), 6)
    model, points, y = begun(kind, change, 6)
    assert (gone_on(model.set_params(**{name: change.value}), points, y, 6) == expected).all()


# ---- what the short way of single rows keeps an eye on


def a_stream(**given: Any) -> Any:
    model = MLPRegressor(hidden_layer_sizes=(5,), random_state=0, **given)
    y = TARGETS[MLPRegressor]
    return model.partial_fit(X[:1], y[:1]).partial_fit(X[1:2], y[1:2])


def test_a_callback_is_called_for_every_row() -> None:
    told: list[Any] = []
    a_stream(callbacks=told.append)
    assert len(told) == 2


def test_a_parameter_that_is_changed_in_place_is_heeded() -> None:
    rates = [0.0]
    models = [a_stream(dropout=rates), a_stream(dropout=[0.0])]
    assert "_stream" in vars(models[0])
    rates[0] = 0.5
    for model in models:
        model.partial_fit(X[2:3], TARGETS[MLPRegressor][2:3])
    assert (models[0].coefs_[0] != models[1].coefs_[0]).any()


# ---- fit with warm_start goes on from a network too

OF_NETWORK = [
    pytest.param(kind, name, change, id=f"{kind.__name__}-{name}-{change.value}")
    for kind in TARGETS
    for name, changes in changes_of(kind).items()
    for change in changes
    if name in {*continuing.OF_NETWORK, "hidden_layer_sizes"}
]


@pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore::clearprop.advice.TargetOutOfRange"
)
@pytest.mark.parametrize(("kind", "name", "change"), OF_NETWORK)
def test_a_warm_start_refuses_what_its_network_cannot_follow(kind: type, name: str, change: Change) -> None:
    points = (X > 0) * 1.0 if "categorical_features" in change.base else X
    model = kind(hidden_layer_sizes=(5,), max_iter=2, warm_start=True, random_state=0, **change.base)
    model.fit(points, TARGETS[kind])
    with pytest.raises(ValueError, match=rf"{name}|widths"):
        model.set_params(**{name: change.value}).fit(points, TARGETS[kind])
    model.set_params(warm_start=False).fit(points, TARGETS[kind])


@KINDS
def test_the_same_part_by_its_text_or_as_a_record_is_no_change(kind: type) -> None:
    model = kind(hidden_layer_sizes=(5,), random_state=0, normalization="batch", dropout=0.1)
    first = {"classes": [0, 1]} if kind is MLPClassifier else {}
    model.partial_fit(X, TARGETS[kind], **first)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.set_params(normalization=BatchNorm(), learning_rate_init=1e-3).partial_fit(X, TARGETS[kind])


def test_masks_are_drawn_from_the_seed_where_dropout_is_asked_for_late() -> None:
    """Two models that differ in their seed alone leave different units out, also where dropout was not there at first."""
    models = [MLPRegressor(hidden_layer_sizes=(32,), random_state=0) for _ in range(2)]
    y = TARGETS[MLPRegressor]
    for seed, model in enumerate(models):
        model.partial_fit(X, y).set_params(random_state=seed, dropout=0.5, shuffle=False).partial_fit(X, y)
    assert models[0]._optimizer.seed != models[1]._optimizer.seed
    assert (models[0].coefs_[0] != models[1].coefs_[0]).any()
