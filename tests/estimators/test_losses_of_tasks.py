"""Every loss in every task: the output that it makes sense with is chosen, or the pair is refused; probabilities sum to 1."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import cross_val_score

from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.formulas import CATALOGUE, find
from clearprop.formulas.losses import Loss

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, SPECIES = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
TASKS: dict[str, Any] = {
    "two classes": (SPECIES == 2) * 1,
    "one class of several": SPECIES,
    "several labels at once": np.stack([SPECIES == 2, X[:, 0] > 0, X[:, 1] > 0], axis=1) * 1,
    "numbers": X[:, 3] - X[:, 3].min() + 0.1,
}
OUTPUTS: dict[str, tuple[str | None, str | None, str | None, str | None]] = {
    "square": ("identity",) * 4,
    "half_square": ("identity",) * 4,
    "linear": ("identity",) * 4,
    "nll": ("logistic", "softmax", "logistic", None),
    "nllm": ("softmax", "softmax", None, None),
    "huber": ("identity",) * 4,
    "smooth_l1": ("identity",) * 4,
    "log_cosh": ("identity",) * 4,
    "quantile": ("identity",) * 4,
    "poisson": ("exp",) * 4,
    "poisson_log": (None,) * 4,
    "gamma": (None, None, None, "exp"),
    "hinge": ("identity", "identity", "identity", None),
    "squared_hinge": ("identity", "identity", "identity", None),
    "focal": ("logistic", "softmax", "logistic", None),
    "focalm": ("softmax", "softmax", None, None),
    "kl_divergence": ("softmax", "softmax", None, None),
    "nllm_log": ("log_softmax", "log_softmax", None, None),
    "gaussian_nll": (None, None, None, "identity"),  # two outputs for a value
}
"""The output activation in each of the tasks; None where the loss is refused."""
PAIRS = [
    pytest.param(loss, task, output, id=f"{loss}-{task}")
    for loss, outputs in OUTPUTS.items()
    for task, output in zip(TASKS, outputs, strict=True)
]


def a_model(task: str, **given: Any) -> Any:
    kind = MLPRegressor if task == "numbers" else MLPClassifier
    return kind(**{"hidden_layer_sizes": (8,), "max_iter": 60, "random_state": 0, "learning_rate_init": 0.01} | given)


def test_every_loss_of_the_catalogue_is_in_the_table() -> None:
    assert set(OUTPUTS) == set(CATALOGUE["loss"])


@pytest.mark.parametrize(("loss", "task", "output"), PAIRS)
@pytest.mark.parametrize("how", ["by name", "as a record"])
def test_the_output_is_chosen_or_the_loss_refused(loss: str, task: str, output: str | None, how: str) -> None:
    model = a_model(task, loss=loss if how == "by name" else find(Loss, loss))
    if output is None:
        with pytest.raises(ValueError, match=r"is no loss of|out of the valid range of the loss|logarithms|2 outputs"):
            model.fit(X, TASKS[task])
        return
    model.fit(X, TASKS[task])
    assert model.out_activation_ == output
    assert model.loss_ < model.loss_curve_[0]


@pytest.mark.parametrize(("loss", "task", "output"), PAIRS)
def test_probabilities_are_probabilities_where_they_are_offered(loss: str, task: str, output: str | None) -> None:
    if output is None or task == "numbers":
        return
    model = a_model(task, loss=loss).fit(X, TASKS[task])
    of_classes = {"logistic", "softmax", "log_softmax"}
    assert hasattr(model, "predict_proba") == (output in of_classes)
    if output not in of_classes:
        return
    P, said = model.predict_proba(X), model.predict(X)
    assert P.min() >= 0
    assert P.max() <= 1
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), P, rtol=1e-12)
    if task == "several labels at once":
        assert ((P > 0.5) == said).all()
    else:
        np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-12)
        assert (model.classes_[P.argmax(axis=1)] == said).all()
        assert log_loss(TASKS[task], P) < np.log(len(model.classes_))


def test_the_losses_of_a_yes_or_no_are_those_of_one_class_where_there_are_several() -> None:
    for given, same in (("nll", "nllm"), ("log_loss", "nllm"), ("focal(gamma=3.0)", "focalm(gamma=3.0)")):
        one, other = (a_model("one class of several", loss=loss).fit(X, SPECIES) for loss in (given, same))
        assert str(one._loss()) == same
        assert (one.coefs_[0] == other.coefs_[0]).all()
        assert one.check_gradients(X, SPECIES).ok


@pytest.mark.parametrize(
    ("task", "outputs", "activation"),
    [("two classes", 2, "softmax"), ("one class of several", 3, "softmax"), ("several labels at once", 3, "logistic")],
)
def test_cross_entropy_is_the_log_loss_with_an_output_for_each_class(task: str, outputs: int, activation: str) -> None:
    model = a_model(task, loss="cross_entropy").fit(X, TASKS[task])
    assert (model.n_outputs_, model.out_activation_) == (outputs, activation)
    assert model.score(X, TASKS[task]) > 0.75
    same = "nll" if activation == "logistic" else "nllm"
    assert (a_model(task, loss=same).fit(X, TASKS[task]).predict_proba(X) == model.predict_proba(X)).all()


def test_one_class_alone_has_one_output_under_cross_entropy() -> None:
    model = a_model("two classes", loss="cross_entropy").fit(X, np.full(len(X), "a"))
    assert model.out_activation_ == "logistic"
    assert set(model.predict(X)) == {"a"}


def test_two_classes_keep_their_proportion_in_the_set_held_out_with_one_output_or_two() -> None:
    y = (np.arange(len(X)) % 10 == 0) * 1
    looked_at: list[float] = []

    def share(model: MLPClassifier, points: Any, truth: Any) -> float:
        looked_at.append(float(np.mean(truth)))
        return 0.0

    for loss in ("log_loss", "cross_entropy", "nllm"):
        a_model("two classes", loss=loss, early_stopping=True, validation_fraction=0.2, scoring=share, max_iter=1).fit(
            X, y
        )
    assert looked_at == [0.1, 0.1, 0.1]


@pytest.mark.parametrize("scoring", ["neg_log_loss", "roc_auc_ovr", "roc_auc_ovo"])
@pytest.mark.parametrize("loss", ["log_loss", "nll", "focal", "kl_divergence", "nllm_log"])
def test_scorers_of_probabilities_take_three_classes(loss: str, scoring: str) -> None:
    """Those of the area under the curve refuse rows that do not sum to 1."""
    scores = cross_val_score(a_model("one class of several", loss=loss), X, SPECIES, scoring=scoring, cv=3)
    assert (scores > (-0.4 if scoring == "neg_log_loss" else 0.9)).all()


@pytest.mark.parametrize(
    ("task", "loss", "output", "message"),
    [
        ("one class of several", "nll", "sigmoid", "nllm takes predictions in .*summing to 1, and sigmoid gives"),
        (
            "several labels at once",
            "nll",
            "softmax",
            "outputs of which one excludes the others, and y has several labels",
        ),
        ("several labels at once", "square", "log_softmax", "outputs of which one excludes the others"),
        ("two classes", "hinge", "sigmoid", r"gives outputs in \(0, 1\), which never cross 0"),
        ("two classes", "square", "log_sigmoid", r"which never cross 0\.5"),
        ("several labels at once", "squared_hinge", "softplus", "which never cross 0"),
    ],
)
def test_an_output_that_cannot_say_it_is_refused(task: str, loss: str, output: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        a_model(task, loss=loss, output_activation=output).fit(X, TASKS[task])


@pytest.mark.parametrize("output", ["sigmoid", "hard_sigmoid", "step", "gaussian", "softmax"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_outputs_of_a_yes_or_no_for_each_class_are_divided_by_their_sum(output: str, dtype: str) -> None:
    """As scikit-learn's one against the rest does; where all are 0, as `step` gives, no class is likelier than another."""
    model = a_model("one class of several", loss="square", output_activation=output, max_iter=5)
    P = model.fit(X.astype(dtype), SPECIES).predict_proba(X.astype(dtype))
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-6 if dtype == "float32" else 1e-12)
    assert P.dtype == dtype
    assert np.isfinite(roc_auc_score(SPECIES, P, multi_class="ovr"))


@pytest.mark.parametrize(("metric", "task"), [("accuracy", task) for task in list(TASKS)[:3]])
@pytest.mark.parametrize("loss", ["log_loss", "square", "hinge"])
def test_early_stopping_by_accuracy_is_early_stopping_by_score(metric: str, task: str, loss: str) -> None:
    """What is held out has rows of one label each, where some have none and others two."""
    alone = TASKS["several labels at once"].sum(axis=1) == 1
    held = (X[alone], TASKS[task][alone])
    models = [
        a_model(task, loss=loss, scoring=scoring, max_iter=8).fit(X, TASKS[task], validation_data=held)
        for scoring in (None, metric)
    ]
    assert models[0].validation_scores_ == models[1].validation_scores_
    assert max(models[0].validation_scores_) == models[0].score(*held)


def test_labels_are_counted_one_by_one_if_that_is_asked_for() -> None:
    task = "several labels at once"
    model = a_model(task, scoring="label_accuracy", early_stopping=True, validation_fraction=0.5).fit(X, TASKS[task])
    assert max(model.validation_scores_) > 0.9
    with pytest.raises(ValueError, match="accuracy is of targets that are classes"):
        a_model("numbers", scoring="accuracy", early_stopping=True).fit(X, TASKS["numbers"])


def test_probabilities_are_those_of_the_model_that_is_read_again() -> None:
    model = a_model("one class of several", loss="focal").fit(X, SPECIES)
    again = pickle.loads(pickle.dumps(model))
    assert (again.predict_proba(X) == model.predict_proba(X)).all()
    assert str(again._loss()) == "focalm(gamma=2.0)"
