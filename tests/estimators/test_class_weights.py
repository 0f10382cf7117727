"""The parameter `class_weight`: what is no weight of these classes is refused by name, before anything is trained."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.utils import compute_sample_weight

from clearprop.estimators import MLPClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
Y = {
    "two": (X[:, 0] > 0).astype(int),
    "three": (X[:, 0] > 0) + (X[:, 1] > 0) * 1,
    "text": np.where(X[:, 0] > 0, "yes", "no"),
    "labels": (X > 0).astype(int),
}


def a_model(**given: Any) -> MLPClassifier:
    return MLPClassifier(**{"hidden_layer_sizes": 5, "max_iter": 3, "random_state": 0, "batch_size": 8} | given)


NO_WEIGHTS = [
    ("two", {0: -0.1, 1: 5}, r"finite numbers, not negative; class 0 has -0\.1"),
    ("two", {0: math.nan, 1: 1}, "finite numbers, not negative; class 0 has nan"),
    ("two", {1: math.inf}, "finite numbers, not negative; class 1 has inf"),
    ("two", {0: "1", 1: 1}, "finite numbers, not negative; class 0 has '1'"),
    ("two", {0: None, 1: 1}, "finite numbers, not negative; class 0 has None"),
    ("two", [1.0], "must have 2 weights, one for each class"),
    ("two", [1.0, 1.0, 1.0], "must have 2 weights, one for each class"),
    ("two", [1.0, -1.0], "finite numbers, not negative; class 1 has -1"),
    ("two", [{0: 1, 1: 2}], "must have 2 weights, one for each class"),
    ("two", {0: 0, 1: 0.0}, "class_weight is 0 for every class"),
    ("two", {7: 3}, r"has 7, which is none of the classes \[0, 1\]"),
    ("two", {0: 1, 7: 3}, r"has 7, which is none of the classes \[0, 1\]"),
    ("text", {"yes": 1, "nein": 3}, r"has 'nein', which is none of the classes \['no', 'yes'\]"),
    ("text", {0: 1, 1: 2}, r"has 0, which is none of the classes \['no', 'yes'\]"),
    ("three", {0: 1, 1: 1, 2: -3}, "finite numbers, not negative; class 2 has -3"),
    ("labels", {0: 1, 1: 2}, "class_weight for 3 labels must be 'balanced' or a list of 3 dicts"),
    ("labels", [1.0, 2.0, 3.0], "class_weight for 3 labels must be 'balanced' or a list of 3 dicts"),
    ("labels", [{0: 1, 1: 2}] * 2, "class_weight for 3 labels must be 'balanced' or a list of 3 dicts"),
    ("labels", [{0: 1, 1: -2}] * 3, "finite numbers, not negative; class 1 has -2"),
    ("labels", [{0: 1, 1: 2}, {}, {5: 1}], r"has 5, which is none of the classes \[0, 1\]"),
    ("labels", [{0: 0, 1: 0}] * 3, "class_weight is 0 for every class"),
]


@pytest.mark.parametrize(("target", "given", "message"), NO_WEIGHTS, ids=str)
@pytest.mark.parametrize(
    "how", [{}, {"solver": "lbfgs"}, {"early_stopping": True}, {"restarts": 2}, "partial_fit", "later"], ids=str
)
def test_what_is_no_weight_is_refused_by_name(target: str, given: Any, message: str, how: Any) -> None:
    with pytest.raises(ValueError, match=message):
        learn(Y[target], given, how)


def learn(y: np.ndarray, class_weight: Any, how: Any) -> None:
    first = {"classes": [0, 1, 2] if y.ndim == 2 else np.unique(y)}
    if how == "partial_fit":
        a_model(class_weight=class_weight, batch_size="auto").partial_fit(X, y, **first)
    elif how == "later":  # in the middle of a stream of rows
        model = a_model(batch_size="auto").partial_fit(X[:1], y[:1], **first).partial_fit(X[:1], y[:1])
        model.set_params(class_weight=class_weight).partial_fit(X[:1], y[:1])
    else:
        a_model(class_weight=class_weight, **how).fit(X, y)


def numbers(model: MLPClassifier) -> list[Any]:
    return [W.tolist() for W in (*model.coefs_, *model.intercepts_)]


@pytest.mark.parametrize("target", ["two", "three"])
def test_weights_in_the_order_of_the_classes_are_those_by_label(target: str) -> None:
    given = [1.0, 4.0, 2.0][: len(np.unique(Y[target]))]
    by_order, by_label = (a_model(class_weight=w).fit(X, Y[target]) for w in (given, dict(enumerate(given))))
    assert numbers(by_order) == numbers(by_label)


@pytest.mark.parametrize("given", ["balanced", [{0: 1, 1: 2}, {0: 3, 1: 1}, {0: 1, 1: 1}]], ids=str)
@pytest.mark.parametrize("table", [np.asarray, csr_matrix], ids=["dense", "sparse"])
def test_weights_of_several_labels_are_multiplied_as_in_scikit_learn(given: Any, table: Any) -> None:
    weighted = a_model(class_weight=given).fit(X, table(Y["labels"]))
    other = a_model().fit(X, table(Y["labels"]), compute_sample_weight(given, Y["labels"]))
    assert numbers(weighted) == numbers(other)


def test_a_split_without_a_rare_class_takes_the_weights_of_all_classes_and_says_so() -> None:
    y = Y["two"].copy()
    y[0] = 2
    weights = {0: 1.0, 1: 2.0, 2: 5.0}
    with pytest.warns(UserWarning, match=r"class_weight has \[2\], which are none of the classes \[0, 1\] of y"):
        short = a_model(class_weight=weights).fit(X[1:], y[1:])
    assert numbers(short) == numbers(a_model(class_weight={0: 1.0, 1: 2.0}).fit(X[1:], y[1:]))
    with pytest.warns(UserWarning, match="class"):  # scikit-learn's of a class of one row, and ours
        scores = cross_val_score(a_model(class_weight=weights), X, y, cv=StratifiedKFold(2))
    assert np.isfinite(scores).all()


def test_a_class_that_alone_is_trained_on_must_weigh_something() -> None:
    with pytest.raises(ValueError, match="sample_weight, or the class_weight of its class, is 0 for every point that"):
        a_model(class_weight={0: 0.0, 1: 1.0}).fit(X, Y["two"], np.where(Y["two"] == 0, 1.0, 0.0))


def test_one_number_for_all_points_must_be_one() -> None:
    with pytest.raises(ValueError, match="sample_weight has nan"):
        a_model().fit(X, Y["two"], math.nan)
