"""A parameter that is refused: scikit-learn's class of error and its words, then the reason, or the nearest name."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.base import clone
from sklearn.utils._param_validation import InvalidParameterError

from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.formulas.activations import ReLU

X, Y = [[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1]
REASONS: dict[str, tuple[Any, str]] = {
    "activation": ("rellu", "unknown activation 'rellu'; did you mean 'relu'?"),
    "activation ": ("logistc", "unknown activation 'logistc'; did you mean 'logistic'?"),
    "activation  ": (("relu", "tanhh"), "unknown activation 'tanhh'; did you mean 'tanh'?"),
    "activation   ": ("leaky_relu(slop=0.1)", "leaky_relu has no hyper-parameter 'slop'; it has slope"),
    "activation    ": ("leaky_relu(slope=3)", "leaky_relu: slope = 3 is outside [0.0, 1.0]"),
    "activation     ": ("leaky_relu(0.1)", "write a name, or name(hyper_parameter=value, ...)"),
    "activation      ": (ReLU, "give an instance of it, with ()"),
    "output_activation": ("softmx", "did you mean 'softmax'?"),
    "solver": ("adamm", "unknown optimizer 'adamm'; did you mean 'adam'?"),
    "loss": ("hing", "unknown loss 'hing'; did you mean 'hinge'?"),
    "learning_rate": ("constnt", "did you mean 'constant'?"),
    "learning_rate ": ("cosine(strt=1)", "cosine has no hyper-parameter 'strt'; it has start, steps, end"),
    "initializer": ("he", "unknown initializer 'he'; there are gaussian, "),
    "output_initializer": ("zeroes", "did you mean 'zeros'?"),
    "normalization": ("btch", "did you mean 'batch'?"),
    "dropout": ("dropot", "did you mean 'dropout'?"),
    "scaling": ("standrd", "did you mean 'standard'?"),
    "missing": ("medain", "Got 'medain' instead; did you mean 'median'?"),
    "categorical_features": ("dtype", "did you mean 'from_dtype'?"),
    "scoring": ("acuracy", "did you mean 'accuracy'?"),
    "scoring ": ("roc_auk", "did you mean 'roc_auc'?"),
    "best_epoch": ("lst", "did you mean 'last'?"),
    "preset": ("tabluar", "did you mean 'tabular'?"),
}


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("name", REASONS)
def test_a_word_that_is_unknown_is_refused_with_the_reason(kind: type, name: str) -> None:
    value, reason = REASONS[name]
    with pytest.raises(InvalidParameterError) as refused:
        clone(kind(**{name.strip(): value})).fit(X, Y)
    said = str(refused.value)
    assert said.startswith(f"The {name.strip()!r} parameter of {kind.__name__} must be ")
    assert f"Got {value!r} instead" in said
    assert reason in said


@pytest.mark.parametrize("scoring", ["loss", "accuracy", "roc_auc", "neg_log_loss", len])
def test_what_early_stopping_may_look_at_is_allowed(scoring: Any) -> None:
    MLPClassifier(scoring=scoring)._validate_params()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learn_s_words_are_allowed_for_the_output_too() -> None:
    assert MLPClassifier(output_activation="logistic", max_iter=1).fit(X, Y).out_activation_ == "logistic"
