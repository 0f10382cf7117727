"""The whole function of a fitted estimator is public, folds into plain layers, and becomes scikit-learn's own class."""

from __future__ import annotations

import io
import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn import neural_network
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.neural_network._base import ACTIVATIONS

from clearprop.estimators import MLPClassifier, MLPRegressor, trusted_types
from clearprop.estimators.weights_alone import WeightsAloneWarning
from clearprop.folding import CannotFold

from .since import SINCE_1_7

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::clearprop.estimators.UnusedParameterWarning"),  # one setting for all rules
]

X, SPECIES = load_iris(return_X_y=True)
BODY, SICK = load_diabetes(return_X_y=True)
BODY = BODY[:120] * [1, 10, 1e3, 1e-2, 5, 1, 1, 1, 1, 1] + [0, 50, 2e4, 0, 7, 0, 0, 0, 0, 0]
SICK = SICK[:120]
LABELS = np.stack([X[:, 0] > 5.8, X[:, 2] > 4, X[:, 3] > 1], axis=1).astype(int)
YES = np.where(SPECIES == 1, "yes", "no")
TARGETS = {
    "three classes": (MLPClassifier, X, SPECIES),
    "two classes": (MLPClassifier, X, YES),
    "labels": (MLPClassifier, X, LABELS),
    "value": (MLPRegressor, BODY, SICK),
    "values": (MLPRegressor, BODY, np.stack([SICK, BODY[:, 1]], axis=1)),
}


def fitted(task: str, **options: Any) -> tuple[Any, Any]:
    kind, points, y = TARGETS[task]
    if kind is MLPClassifier:
        options.pop("standardize_target", None)
    given = {"hidden_layer_sizes": (7, 5), "max_iter": 12, "random_state": 0, "learning_rate_init": 0.01} | options
    return kind(**given).fit(points, y), points


def outputs(model: Any, points: Any) -> Any:
    """What is predicted, as columns of numbers."""
    if hasattr(model, "classes_"):
        A = model.predict_proba(points)
        net = getattr(
            model, "network_", None
        )  # which scikit-learn's own class has not: it has one output for two classes
        return A[:, 1:] if len(model.classes_) == 2 and (net is None or net.widths[-1] == 1) else A
    return model.predict(points).reshape(len(points), -1)


def as_a_client_of_scikit_learn(model: Any, points: Any) -> Any:
    """Outputs from the public attributes of scikit-learn's class."""
    A = points
    for W, W0 in zip(model.coefs_[:-1], model.intercepts_[:-1], strict=True):
        A = A @ W + W0
        ACTIVATIONS[model.activation](A)
    A = A @ model.coefs_[-1] + model.intercepts_[-1]
    ACTIVATIONS[model.out_activation_](A)
    return A


SETTINGS: list[dict[str, Any]] = [
    {},
    {"scaling": "standard"},
    {"scaling": "robust", "activation": "tanh"},
    {"normalization": "batch"},
    {"normalization": "batch", "scaling": "standard", "standardize_target": True, "activation": "logistic"},
    {"standardize_target": True},
    {"activation": "prelu", "scaling": "standard"},
    {"hidden_layer_sizes": (), "scaling": "standard"},
    {"solver": "scaling_layer(rate=6.0, then=ntk(beta=0.1, then=adam))", "scaling": "standard"},
    {"early_stopping": True, "scaling": "standard"},
    {"solver": "lbfgs", "scaling": "standard"},
    {"restarts": 2, "scaling": "standard"},
    {"missing": "mean", "scaling": "standard"},
    {"scaling": "smooth_clip"},
    {"preset": "tabular", "hidden_layer_sizes": (9, 6), "max_iter": 5},
    {"normalization": "layer"},
]
FOLDED = [each for each in SETTINGS if not {"layer", "smooth_clip", "tabular"} & set(map(str, each.values()))]


# ---- the whole function


@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("task", TARGETS)
def test_the_network_and_the_preparation_are_the_whole_function(task: str, options: dict[str, Any]) -> None:
    model, points = fitted(task, **options)
    prepared = model.preparation_
    A = prepared.restore(model.network_.predict(prepared.transform(points)))
    single = model.network_.dtype == np.float32  # whose probabilities are brought to the sum 1 in float64
    np.testing.assert_allclose(A, outputs(model, points), rtol=1e-6 if single else 1e-12)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.network_.parameters, model.network_.parameters)


@pytest.mark.parametrize("options", FOLDED, ids=str)
@pytest.mark.parametrize("task", TARGETS)
def test_folded_layers_predict_the_same(task: str, options: dict[str, Any]) -> None:
    model, points = fitted(task, **options)
    plain = model.folded()
    assert not plain.normalization
    A = plain.predict(model.preparation_.encode(points))
    wanted = outputs(model, points)
    np.testing.assert_allclose(A, wanted, rtol=1e-9, atol=1e-9 * abs(wanted).max())


@pytest.mark.parametrize(
    "options", [{"normalization": "layer"}, {"scaling": "smooth_clip"}, {"preset": "tabular", "max_iter": 2}]
)
def test_what_cannot_be_folded_says_why(options: dict[str, Any]) -> None:
    model, _ = fitted("three classes", **options)
    with pytest.raises(CannotFold, match=r"layer_norm|smooth_clip"):
        model.folded()


@pytest.mark.parametrize("name", ["network_", "preparation_", "folded", "to_sklearn", "coefs_", "intercepts_"])
def test_before_fitting_there_is_no_function(name: str) -> None:
    model = MLPClassifier(scaling="standard")
    assert hasattr(model, name) == (name in {"folded", "to_sklearn"})
    if name in {"folded", "to_sklearn"}:
        with pytest.raises(NotFittedError):
            getattr(model, name)()


def test_text_columns_are_encoded_before_the_folded_layers() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"size": X[:, 0], "colour": np.where(X[:, 1] > 3, "red", "green")})
    frame.loc[::7, "size"] = np.nan
    options = {"missing": "median", "categorical_features": "from_dtype", "scaling": "standard", "max_iter": 5}
    model = MLPClassifier(**options, random_state=0).fit(frame, SPECIES)
    encoded = model.preparation_.encode(frame)
    assert encoded.shape == (150, 4)
    np.testing.assert_allclose(model.folded().predict(encoded), model.predict_proba(frame), rtol=1e-9)
    with pytest.raises(ValueError, match="fills gaps or encodes categories"):
        model.to_sklearn()


@pytest.mark.filterwarnings("ignore:the predictions are the same:UserWarning")
@pytest.mark.filterwarnings("ignore:.* the predictions alone, without the standard deviations:UserWarning")
@pytest.mark.parametrize("y", [SICK, np.stack([SICK, BODY[:, 1]], axis=1)], ids=["a value", "values"])
def test_a_spread_that_is_learnt_too_is_no_prediction(y: Any) -> None:
    options = {"hidden_layer_sizes": (6,), "max_iter": 12, "random_state": 0, "scaling": "standard"}
    model = MLPRegressor(loss="gaussian_nll", standardize_target=True, **options).fit(BODY, y)
    wanted = outputs(model, BODY)
    prepared = model.preparation_
    np.testing.assert_allclose(prepared.restore(model.network_.predict(prepared.transform(BODY))), wanted, rtol=1e-12)
    np.testing.assert_allclose(model.folded().predict(BODY), wanted, rtol=1e-9)
    np.testing.assert_allclose(outputs(model.to_sklearn(), BODY), wanted, rtol=1e-9)


def test_a_state_of_an_older_version_keeps_its_transformer_of_columns() -> None:
    table = X.copy()
    table[::5, 0] = np.nan
    model = MLPClassifier((4,), missing="mean", max_iter=5, random_state=0).fit(table, SPECIES)
    state = model.__getstate__()
    state["preparation_"] = state.pop("columns_")
    older = MLPClassifier.__new__(MLPClassifier)
    older.__setstate__(state)
    np.testing.assert_array_equal(older.predict_proba(table), model.predict_proba(table))
    assert older.preparation_.columns is model.preparation_.columns


class Watching(pickle.Unpickler):
    """Notes which classes of clearprop a pickle names."""

    def __init__(self, saved: bytes) -> None:
        super().__init__(io.BytesIO(saved))
        self.named: set[str] = set()

    def find_class(self, module: str, name: str) -> Any:
        self.named |= {f"{module}.{name}"} if module.startswith("clearprop.") else set()
        return super().find_class(module, name)


@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("task", ["three classes", "value"])
def test_every_class_that_a_saved_estimator_holds_is_listed_as_trusted(task: str, options: dict[str, Any]) -> None:
    model, _ = fitted(task, **options)
    watching = Watching(pickle.dumps(model))
    watching.load()
    assert watching.named <= set(trusted_types())


# ---- clients that read weights


@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("task", TARGETS)
def test_a_client_of_public_attributes_gets_this_model_or_is_told(task: str, options: dict[str, Any]) -> None:
    model, points = fitted(task, **options)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            A = as_a_client_of_scikit_learn(model, points)
        except (KeyError, ValueError, TypeError):  # a word that scikit-learn does not know
            A = None
    same = A is not None and np.allclose(A, outputs(model, points), rtol=1e-9)
    assert same == (not told)
    assert {each.category for each in told} <= {WeightsAloneWarning}
    assert all(each.filename == __file__ for each in told)


def test_the_warning_names_everything_that_weights_leave_out() -> None:
    model = MLPRegressor(preset="tabular", hidden_layer_sizes=4, normalization="batch", missing="mean", max_iter=2)
    model.fit(BODY, SICK)
    with pytest.warns(WeightsAloneWarning) as told:
        _ = model.intercepts_
    said = str(told[0].message)
    for each in (
        "gaps are filled",
        "smooth_clip",
        "layer 1 is normalised (batch_norm",
        "those of y",
    ):
        assert each in said
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict(BODY), model.explain(BODY[0], SICK[0]), model._repr_html_(), pickle.dumps(model)
        model.partial_fit if hasattr(model, "partial_fit") else model.check_gradients()


# ---- scikit-learn's own class


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("options", [each for each in FOLDED if "missing" not in each], ids=str)
@pytest.mark.parametrize("task", TARGETS)
@pytest.mark.filterwarnings("ignore:the predictions are the same:UserWarning")
def test_scikit_learn_s_own_class_predicts_the_same(task: str, options: dict[str, Any], dtype: type) -> None:
    kind, points, y = TARGETS[task]
    options = {k: v for k, v in options.items() if kind is MLPRegressor or k != "standardize_target"}
    points = points.astype(dtype)
    given = {"hidden_layer_sizes": (7, 5), "max_iter": 12, "random_state": 0, "learning_rate_init": 0.01} | options
    model = kind(**given).fit(points, y)
    there = model.to_sklearn()
    assert type(there).__module__.startswith("sklearn.")
    tolerance = 1e-9 if dtype == np.float64 else 2e-3
    wanted = outputs(model, points)
    np.testing.assert_allclose(outputs(there, points), wanted, rtol=tolerance, atol=tolerance * abs(wanted).max())
    if hasattr(model, "classes_"):
        assert (there.predict(points) == model.predict(points)).mean() > 0.99
        assert there.predict(points).dtype == model.predict(points).dtype
    np.testing.assert_allclose(as_a_client_of_scikit_learn(there, points), outputs(there, points), rtol=1e-5)


@SINCE_1_7
@pytest.mark.parametrize("task", TARGETS)
@pytest.mark.parametrize("options", [{}, {"early_stopping": True}, {"solver": "lbfgs"}, {"solver": "sgd"}], ids=str)
def test_it_has_every_fitted_attribute(task: str, options: dict[str, Any]) -> None:
    model, points = fitted(task, **options)
    there = model.to_sklearn()
    theirs = type(there)(**there.get_params()).fit(points, TARGETS[task][2])
    made_again_by_each_fit = {"_optimizer", "_coef_indptr", "_intercept_indptr"}
    assert set(vars(theirs)) - made_again_by_each_fit <= set(vars(there))
    for name in vars(theirs):
        if name.endswith("_") and name not in {"coefs_", "intercepts_"} and "loss" not in name and "scor" not in name:
            np.testing.assert_array_equal(getattr(there, name), getattr(theirs, name), err_msg=name)
    if options.get("solver") == "lbfgs":
        return  # whose line searches tell numbers apart that differ in the last digit
    for ours, other in zip(there.coefs_, theirs.coefs_, strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("more", [{}, {"momentum": 0.0}, {"nesterovs_momentum": False}], ids=str)
@pytest.mark.parametrize("one_row", [False, True])
def test_learning_goes_on_there_as_it_would_here(solver: str, more: dict[str, Any], one_row: bool) -> None:
    model = MLPClassifier((6,), solver=solver, random_state=0, **more)
    for i in range(8):
        model.partial_fit(X[i : i + 1], SPECIES[i : i + 1], classes=[0, 1, 2] if i == 0 else None)
    there = model.to_sklearn()
    for i in range(8, 30):
        rows = slice(i, i + 1) if one_row else slice(0, 150)
        for each in (model, there):
            each.partial_fit(X[rows], SPECIES[rows])
    for ours, theirs in zip(model.coefs_, there.coefs_, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_learning_goes_on_from_folded_weights_with_a_new_optimiser() -> None:
    model = MLPClassifier((6,), scaling="standard", random_state=0, max_iter=20).fit(X, SPECIES)
    with pytest.warns(UserWarning, match=r"cannot be trained further with scaling='standard'"):
        there = model.to_sklearn()
    before = there.score(X, SPECIES)
    assert not hasattr(there, "_optimizer")
    for _ in range(30):
        there.partial_fit(X, SPECIES)
    assert there.score(X, SPECIES) > before
    np.testing.assert_allclose(
        model.folded().predict(X), model.predict_proba(X), rtol=1e-9, err_msg="it has its own arrays"
    )


@pytest.mark.parametrize(
    ("task", "options", "reason"),
    [
        ("three classes", {"activation": "gelu"}, "no activation gelu; it has identity, logistic, tanh, relu"),
        ("value", {"activation": ("tanh", "relu")}, "one activation for all hidden layers, and these have relu, tanh"),
        ("two classes", {"loss": "hinge"}, "no output activation identity"),
        ("three classes", {"loss": "square", "output_activation": "sigmoid"}, "no output activation sigmoid with 3"),
        ("value", {"output_activation": "softplus"}, "no output activation softplus"),
        ("value", {"normalization": "layer"}, "layer_norm"),
    ],
)
def test_what_scikit_learn_s_class_cannot_express_is_refused(task: str, options: dict[str, Any], reason: str) -> None:
    model, _ = fitted(task, **options)
    with pytest.raises(ValueError, match=reason):
        model.to_sklearn()


@pytest.mark.filterwarnings("ignore:the predictions are the same:UserWarning")
def test_two_outputs_for_two_classes_become_one_sigmoid_and_log_softmax_a_softmax() -> None:
    model, _ = fitted("two classes", loss="nllm")
    there = model.to_sklearn()
    assert there.out_activation_ == "logistic"
    np.testing.assert_allclose(there.predict_proba(X), model.predict_proba(X), rtol=1e-9)
    model, _ = fitted("three classes", loss="nllm_log")
    np.testing.assert_allclose(model.to_sklearn().predict_proba(X), model.predict_proba(X), rtol=1e-9)


@SINCE_1_7
@pytest.mark.filterwarnings("ignore:the predictions are the same:UserWarning")
def test_counts_have_an_exponential_output_there_too() -> None:
    y = np.random.default_rng(0).poisson(3, 150)
    model = MLPRegressor(hidden_layer_sizes=(5,), loss="poisson", max_iter=20, random_state=0, scaling="standard").fit(
        X, y
    )
    there = model.to_sklearn()
    assert (there.loss, there.out_activation_) == ("poisson", "exp")
    np.testing.assert_allclose(there.predict(X), model.predict(X), rtol=1e-9)
    assert isinstance(there, neural_network.MLPRegressor)
