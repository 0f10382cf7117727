"""A parameter that was written and has no effect is named with the reason; what has an effect, or was not written, is not."""

from __future__ import annotations

import inspect
import re
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.neural_network import MLPClassifier as Theirs

from clearprop.estimators import MLPClassifier, MLPRegressor, UnusedParameterWarning

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)
SHORT: dict[str, Any] = {"max_iter": 2, "random_state": 0, "hidden_layer_sizes": (4,)}
SCHEDULE = "cosine(start=0.01, steps=100)"
WITHOUT_EFFECT: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"learning_rate_init": 0.1}, {"solver": "lbfgs"}, "solver='lbfgs' finds its own step sizes"),
    (
        {"learning_rate_init": 0.1},
        {"learning_rate": SCHEDULE},
        f"learning_rate='{SCHEDULE}' gives the size of every step",
    ),
    ({"learning_rate_init": 0.1}, {"preset": "tabular"}, "learning_rate='coslog4(peak=0.04, steps=0)' gives the size"),
    ({"learning_rate": "adaptive"}, {}, "scikit-learn's words do not change the rate of solver='adam'"),
    ({"learning_rate": "invscaling"}, {"solver": "lbfgs"}, "finds its own step sizes"),
    ({"power_t": 0.2}, {}, "it is the exponent of learning_rate='invscaling', and there is 'constant'"),
    ({"power_t": 0.2}, {"learning_rate": SCHEDULE}, "the exponent of learning_rate='invscaling'"),
    ({"momentum": 0.5}, {}, "it belongs to solver='sgd', and there is solver='adam'"),
    ({"momentum": 0.9}, {"solver": "adamw"}, "solver='adamw', which has its hyper-parameters in its own text"),
    ({"nesterovs_momentum": False}, {"solver": "sgd", "momentum": 0}, "momentum=0"),
    ({"beta_1": 0.5}, {"solver": "sgd"}, "it belongs to solver='adam'"),
    ({"beta_2": 0.999}, {"preset": "tabular"}, "it belongs to solver='adam', and there is solver='scaling_layer"),
    ({"epsilon": 1e-6}, {"solver": "rmsprop"}, "it belongs to solver='adam'"),
    ({"batch_size": 10}, {"solver": "lbfgs"}, "takes all points in each step"),
    ({"shuffle": False}, {"solver": "lbfgs"}, "takes all points in each step"),
    ({"max_fun": 5}, {}, "it belongs to solver='lbfgs'"),
    ({"early_stopping": True}, {"solver": "lbfgs"}, "holds nothing out; give validation_data"),
    ({"validation_fraction": 0.3}, {}, "nothing is held out without early_stopping=True"),
    ({"scoring": "loss"}, {}, "no set is looked at: take early_stopping=True, or give validation_data"),
    ({"best_epoch": "last"}, {}, "no set is looked at"),
    ({"n_iter_no_change": 3}, {"solver": "lbfgs"}, "ends by its own rules without validation_data"),
    ({"l1_ratio": 0.5}, {"alpha": 0.0}, "alpha=0 leaves no penalty"),
    ({"l1_ratio": 0.5}, {"preset": "tabular"}, "alpha=0 leaves no penalty"),
    ({"normalization": "batch"}, {"hidden_layer_sizes": ()}, "there is no hidden layer"),
    ({"threads": 1}, {"engine": "numpy"}, "engine='numpy'"),
]
WITH_EFFECT: list[dict[str, Any]] = [
    {"learning_rate_init": 0.1},
    {"learning_rate_init": 0.1, "solver": "adamw"},
    {"solver": "sgd", "momentum": 0.5, "nesterovs_momentum": False, "learning_rate": "invscaling", "power_t": 0.2},
    {"solver": "rmsprop", "learning_rate": "invscaling", "power_t": 0.2},
    {"beta_1": 0.5, "beta_2": 0.99, "epsilon": 1e-6},
    {"solver": "lbfgs", "max_fun": 50, "tol": 1e-3},
    {
        "early_stopping": True,
        "validation_fraction": 0.3,
        "scoring": "loss",
        "best_epoch": "last",
        "n_iter_no_change": 3,
    },
    {"preset": "tabular", "solver": "adam", "learning_rate_init": 0.01, "beta_1": 0.8, "scoring": "loss"},
    {"solver": "sgd", "beta_1": 0.9, "epsilon": 1e-8, "power_t": 0.5, "scoring": None, "max_fun": 15000},
]
"""The last one writes defaults of scikit-learn's out, as programs do."""


def said(model: Any, **given: Any) -> list[str]:
    with warnings.catch_warnings(record=True) as record:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UnusedParameterWarning)
        model.fit(X, Y, **given)
    return [str(each.message) for each in record]


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize(("written", "beside", "reason"), WITHOUT_EFFECT, ids=str)
def test_a_parameter_without_effect_is_named_with_the_reason(
    kind: type, written: dict[str, Any], beside: dict[str, Any], reason: str
) -> None:
    model = kind(**{**SHORT, **beside, **written})
    ((name, value),) = written.items()
    reason = reason.replace("peak=0.04", "peak=0.07") if kind is MLPRegressor else reason
    (line,) = [each for each in repr(model.settings).splitlines() if each.startswith(f"{name} ")]
    assert re.search(f"# no effect: .*{re.escape(reason)}", line)
    messages = said(clone(model))
    ours = name not in Theirs().get_params() or {"preset", "learning_rate"} & set(beside)
    if ours or beside.get("solver") in {"adamw", "rmsprop"}:
        (message,) = messages
        assert message.startswith(f"Parameters without effect: {name}={value!r} (")
        assert reason in message
    else:
        assert messages == []  # scikit-learn says nothing either


@pytest.mark.filterwarnings("ignore::clearprop.estimators.UnusedParameterWarning")
@pytest.mark.parametrize(("written", "beside", "_"), WITHOUT_EFFECT, ids=str)
def test_it_has_none(written: dict[str, Any], beside: dict[str, Any], _: str) -> None:
    if beside.get("preset"):
        beside = {**beside, "hidden_layer_sizes": (4,)}
    with_it, without = (MLPClassifier(**{**SHORT, **beside, **each}).fit(X, Y) for each in (written, {}))
    for mine, other in zip(with_it.coefs_, without.coefs_, strict=True):
        np.testing.assert_array_equal(mine, other)


@pytest.mark.parametrize("options", WITH_EFFECT, ids=str)
def test_nothing_is_said_of_what_has_an_effect_or_is_a_default_written_out(options: dict[str, Any]) -> None:
    assert said(MLPClassifier(**{**SHORT, **options})) == []


def test_a_validation_set_of_the_user_s_gives_scoring_an_effect() -> None:
    model = MLPClassifier(**SHORT, scoring="loss", best_epoch="last")
    assert said(model, validation_data=(X, Y)) == []
    assert "no effect" not in repr(model.settings)
    model = MLPClassifier(**SHORT, solver="adamw", early_stopping=True, validation_fraction=0.3)
    (message,) = said(model, validation_data=(X, Y))
    assert "validation_data is the set that is looked at" in message


def test_a_tool_that_writes_every_value_is_told_nothing() -> None:
    model = MLPClassifier(preset="tabular", max_iter=2, hidden_layer_sizes=(4,))
    copy = MLPClassifier(**model.get_params())
    assert set(inspect.signature(MLPClassifier).parameters) == set(copy._written)
    assert said(copy) == []


def test_pieces_are_told_of_steps_and_not_of_what_fit_looks_at() -> None:
    with pytest.warns(UnusedParameterWarning, match=r"^Parameters without effect: momentum=0.5 \([^;]*$"):
        MLPClassifier(solver="adamw", momentum=0.5, scoring="loss").partial_fit(X, Y, classes=[0, 1])


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_a_solver_that_is_written_does_not_get_the_schedule_of_the_preset_s(kind: type) -> None:
    model = kind(preset="tabular", solver="adam")
    assert model.learning_rate == "constant"
    assert model.settings["learning_rate"].origin == "default"
    assert model.set_params(solver="sgd", learning_rate=SCHEDULE).learning_rate == SCHEDULE
    later = kind(solver="adam").set_params(preset="tabular")
    assert (later.learning_rate, later.initializer) == ("constant", "gaussian")
