"""A parameter that is refused: scikit-learn's class of error and its words, then the reason, or the nearest name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.utils._param_validation import InvalidParameterError

import clearprop as cp
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
    "initializer": ("he", "unknown initializer 'he'; it is called 'he_normal' here"),
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


@pytest.mark.parametrize(
    ("estimator", "given", "near"),
    [
        (MLPClassifier, {"activation": "linear"}, "it is called 'identity' here"),
        (MLPClassifier, {"activation": "leaky-relu"}, "did you mean 'leaky_relu'"),
        (MLPClassifier, {"activation": "elu(alpha=x)"}, "x is no number"),
        (MLPClassifier, {"solver": "l-bfgs"}, "did you mean 'lbfgs'"),
        (MLPClassifier, {"loss": "mse"}, "it is called 'square' here"),
        (MLPClassifier, {"loss": "squared_error"}, "it is called 'half_square' here"),
        (MLPClassifier, {"loss": "cross-entropy"}, "did you mean 'cross_entropy'"),
        (MLPRegressor, {"loss": "mse"}, "it is called 'square' here"),
        (MLPRegressor, {"loss": "log_loss"}, "it is called 'nll' here"),
        (MLPRegressor, {"loss": "squared-error"}, "did you mean 'squared_error'"),
        (MLPClassifier, {"dtype": np.float32}, "write 'float32'"),
    ],
    ids=str,
)
def test_words_of_other_software_lead_to_the_name_that_is_meant(
    estimator: Any, given: dict[str, Any], near: str
) -> None:
    with pytest.raises(ValueError, match=near):
        estimator(**given).fit([[0.0], [1.0]], [0, 1])


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (lambda clf: cp.explain(clf, [0.5], [1.0]), r"clf\.explain"),
        (lambda clf: cp.train(clf, [[0.5]], [[1.0]], loss="nll"), r"clf\.fit"),
        (lambda clf: cp.check_gradients(clf, [[0.5]], [[1.0]]), r"clf\.check_gradients"),
        (lambda clf: cp.save_model(clf, "nowhere"), r"clf\.export"),
        (lambda clf: cp.calibrate(clf, [[0.5]], [[1.0]]), r"clf\.preparation_\.transform"),
    ],
    ids=["explain", "train", "check_gradients", "save_model", "calibrate"],
)
@pytest.mark.parametrize("fitted", [False, True])
def test_functions_of_networks_say_what_an_estimator_has_instead(call: Any, instead: str, fitted: bool) -> None:
    clf = MLPClassifier(max_iter=1, solver="lbfgs")
    if fitted:
        clf.initialize([[0.0], [1.0]], [0, 1])
    with pytest.raises(TypeError, match=f"MLPClassifier, an estimator.*{instead}"):
        call(clf)


TINY = np.arange(8.0).reshape(4, 2)


@pytest.mark.parametrize(
    ("estimator", "y", "first"),
    [
        (MLPClassifier, [0, 1, 0, 1], "The test_size = 1"),
        (MLPRegressor, [0, 1, 2, 3], "The validation set is too small"),
    ],
)
def test_few_rows_beside_a_preset_name_what_it_holds_out(estimator: Any, y: list[int], first: str) -> None:
    with pytest.raises(
        ValueError, match=f"^{first}.*early_stopping=True of preset='tabular' holds out validation_fraction=0.2"
    ):
        estimator(preset="tabular").fit(TINY, y)
    with pytest.raises(ValueError, match=f"^{first}") as plain:  # in scikit-learn's words
        estimator(early_stopping=True).fit(TINY, y)
    assert "holds out" not in str(plain.value)


@pytest.mark.parametrize(
    "asked", [{"scaling": "standard"}, {"missing": "mean"}, {"categorical_features": [0]}], ids=str
)
def test_what_needs_dense_rows_is_named(asked: dict[str, Any]) -> None:
    (name,) = asked
    clf = MLPClassifier(**asked)
    with pytest.raises(TypeError, match=f"^Sparse data was passed for X.* It is {name}="):
        clf.fit(csr_matrix(TINY), [0, 1, 0, 1])
    clf.initialize(TINY, [0, 1, 0, 1])
    with pytest.raises(TypeError, match=f"^Sparse data was passed for X.* It is {name}="):
        clf.predict(csr_matrix(TINY))


def test_partial_fit_says_what_to_set() -> None:
    with pytest.raises(ValueError, match="early_stopping=True of preset='tabular': set early_stopping=False"):
        MLPClassifier(preset="tabular").partial_fit(TINY, [0, 1, 0, 1], classes=[0, 1])
    with pytest.raises(ValueError, match="give calibration='auto'"):
        MLPClassifier(calibration="temperature").partial_fit(TINY, [0, 1, 0, 1], classes=[0, 1])


def test_a_regressor_says_that_its_targets_are_texts() -> None:
    with pytest.raises(TypeError, match="given texts, such as 'a': for classes take MLPClassifier"):
        MLPRegressor().fit(TINY, ["a", "b", "a", "b"])


def test_a_last_batch_beside_a_solver_without_batches_is_named() -> None:
    with pytest.warns(UserWarning, match=r"Parameters without effect: last_batch='even' \(solver='lbfgs'"):
        MLPRegressor(solver="lbfgs", last_batch="even").fit(TINY, [0.0, 1.0, 2.0, 3.0])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_divergence_on_large_targets_says_to_scale_them_and_a_step_size() -> None:
    points = np.random.default_rng(0).normal(size=(60, 2))
    with pytest.raises(ValueError, match=r"standardise them: .*Measured: learning_rate_init=\S+ lowers the loss"):
        MLPRegressor(solver="sgd", learning_rate_init=0.5, random_state=0).fit(points, 1e4 * points[:, 0])
