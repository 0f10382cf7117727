"""Scores beside baselines: on the same rows, the same from the model file, with a word where there is no value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics as theirs
from sklearn.linear_model import LogisticRegression, Ridge

import clearprop as cp
from clearprop.fitting.baselines import GUESS, LINEAR, as_facts, baselines_in, fit_baselines
from clearprop.fitting.evaluating import evaluate
from clearprop.fitting.scores import Scores, score
from clearprop.fitting.wording import verdict

IRIS, DIABETES = cp.load_table("iris"), cp.load_table("diabetes")


@pytest.fixture(scope="module")
def classes() -> cp.Fit:
    return cp.fit(IRIS, cp.Recipe(epochs=5), progress=False)


@pytest.fixture(scope="module")
def values() -> cp.Fit:
    return cp.fit(DIABETES, cp.Recipe(epochs=5), progress=False)


def arrays(fitted: cp.Fit, table: cp.Table, part: str) -> tuple[np.ndarray, np.ndarray]:
    """The inputs and targets of a part of the split; those of "learnt" are of training and validation."""
    split = fitted.split
    numbers = np.concatenate([split.training, split.validation]) if part == "learnt" else getattr(split, part)
    rows = table.rows(np.sort(numbers))
    return fitted.model.inputs(rows), rows[fitted.model.prepared.target.name]


def test_scores_of_classes_are_scikit_learns(classes: cp.Fit) -> None:
    X, y = arrays(classes, IRIS, "test")
    P, names = classes.model.network.predict(X), np.array(classes.model.prepared.classes)
    found, said = classes.scores["test"], names[P.argmax(axis=1)]
    expected = {
        "accuracy": theirs.accuracy_score(y, said),
        "balanced_accuracy": theirs.balanced_accuracy_score(y, said),
        "auc": theirs.roc_auc_score(y, P, multi_class="ovr"),
        "log_loss": theirs.log_loss(y, P),
        "f1_macro": theirs.f1_score(y, said, average="macro"),
    }
    for name, value in expected.items():
        assert found.metrics[name] == pytest.approx(value, rel=1e-12), name
    each = theirs.precision_recall_fscore_support(y, said, labels=names)
    for name, values in zip(("precision", "recall", "f1"), each, strict=False):
        np.testing.assert_allclose(found.of_each_class[name], values, rtol=1e-12)
    assert found.confusion is not None
    assert found.confusion.tolist() == theirs.confusion_matrix(y, said, labels=names).tolist()


def test_the_linear_model_of_classes_is_logistic_regression(classes: cp.Fit) -> None:
    X, y = arrays(classes, IRIS, "learnt")
    X_test, y_test = arrays(classes, IRIS, "test")
    model = LogisticRegression(tol=1e-10, max_iter=100_000).fit(X, y)
    found = classes.beside[LINEAR]
    assert found.metrics["accuracy"] == model.score(X_test, y_test)
    assert found.metrics["log_loss"] == pytest.approx(theirs.log_loss(y_test, model.predict_proba(X_test)), rel=1e-5)


def test_the_linear_model_of_values_is_ridge_regression(values: cp.Fit) -> None:
    X, y = arrays(values, DIABETES, "learnt")
    model, (X_test, y_test) = Ridge().fit(X, y), arrays(values, DIABETES, "test")
    assert values.beside[LINEAR].metrics["r2"] == pytest.approx(model.score(X_test, y_test), rel=1e-6)


def test_guessing_is_the_mean_or_the_commonest_class(classes: cp.Fit, values: cp.Fit) -> None:
    _, y = arrays(values, DIABETES, "learnt")
    _, y_test = arrays(values, DIABETES, "test")
    mean = np.full(len(y_test), y.mean())
    assert values.beside[GUESS].metrics["mae"] == pytest.approx(theirs.mean_absolute_error(y_test, mean), rel=1e-6)
    table = cp.Table.of({"x": np.arange(60.0), "y": ["a"] * 40 + ["b"] * 20})
    fitted = cp.fit(table, cp.Recipe(target="y", epochs=1, validation=0), progress=False)
    found = fitted.beside[GUESS]
    assert found.metrics["accuracy"] == 8 / 12
    assert found.metrics["log_loss"] == pytest.approx(-(8 * np.log(2 / 3) + 4 * np.log(1 / 3)) / 12, rel=1e-6)
    assert found.metrics["auc"] == 0.5


def test_balanced_classes_weigh_on_the_linear_model_too() -> None:
    rng = np.random.default_rng(0)
    y = rng.random(300) < 0.1
    table = cp.Table.of({"x": rng.normal(size=300) + y, "y": np.where(y, "rare", "common").tolist()})
    fitted = cp.fit(table, cp.Recipe(target="y", epochs=1, class_weight="balanced"), progress=False)
    X, labels = arrays(fitted, table, "learnt")
    model = LogisticRegression(class_weight="balanced", tol=1e-10).fit(X, labels)
    X_test, y_test = arrays(fitted, table, "test")
    expected = theirs.log_loss(y_test, model.predict_proba(X_test))
    assert fitted.beside[LINEAR].metrics["log_loss"] == pytest.approx(expected, rel=1e-5)


def test_a_model_file_gives_the_same_scores_again(tmp_path: Any, classes: cp.Fit, values: cp.Fit) -> None:
    for fitted, table in ((classes, IRIS), (values, DIABETES)):
        cp.save_model(fitted.model, tmp_path / "m.clearprop")
        found = evaluate(cp.load_model(tmp_path / "m.clearprop"), table)
        assert found.scores.metrics == fitted.scores["test"].metrics
        assert {name: each.metrics for name, each in found.beside.items()} == {
            name: each.metrics for name, each in fitted.beside.items()
        }


def test_the_same_training_gives_the_same_baselines() -> None:
    one, other = (cp.fit(IRIS, cp.Recipe(epochs=1), progress=False).model.facts["baselines"] for _ in range(2))
    assert one == other
    kept = np.array(one[LINEAR]["W"]).ravel()
    assert [float(f"{value:.8g}") for value in kept] == kept.tolist(), "no digits that depend on the order of sums"


def test_a_large_linear_model_is_not_kept_in_the_file(classes: cp.Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearprop.fitting.baselines.MOST_KEPT", 5)
    assert list(as_facts(classes.baselines)) == [GUESS]


def test_a_large_table_has_a_linear_model_of_some_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearprop.fitting.baselines.MOST_NUMBERS", 4 * 3 * 60)
    fitted = cp.fit(IRIS, cp.Recipe(epochs=1), progress=False)
    assert fitted.beside[LINEAR].metrics["accuracy"] > 0.8


def test_a_model_without_baselines_is_scored_alone(classes: cp.Fit) -> None:
    facts = {name: value for name, value in classes.model.facts.items() if name != "baselines"}
    model = cp.Model(classes.model.network, classes.model.preprocessing, facts)
    assert evaluate(model, IRIS).beside == {}


SPOILT: dict[str, Any] = {
    "text": "x",
    "a list": [1],
    "other widths": {LINEAR: {"W": [[1.0, 2.0, 3.0]], "W0": [0.0, 0.0, 0.0]}},
    "other outputs": {GUESS: {"W0": [0.0]}},
    "no numbers": {GUESS: {"W0": ["a", "b", "c"]}},
    "not finite": {GUESS: {"W0": [0.0, 0.0, float("inf")]}},
    "no weights": {LINEAR: {}},
    "nested": {GUESS: {"W0": [[0.0], [0.0], [0.0]]}},
}


@pytest.mark.parametrize("what", SPOILT)
def test_spoilt_baselines_in_a_model_file_are_refused(classes: cp.Fit, what: str) -> None:
    model = cp.Model(
        classes.model.network, classes.model.preprocessing, {**classes.model.facts, "baselines": SPOILT[what]}
    )
    with pytest.raises(ValueError, match="the model file has no usable baselines"):
        baselines_in(model)


def test_one_class_among_the_rows_is_said_and_gives_no_area(classes: cp.Fit) -> None:
    found = score(classes.model, IRIS.rows(np.arange(10)))
    assert np.isnan(found.metrics["auc"])
    assert found.without == {"auc": "all points are of one class"}
    assert found.remarks[0] == "the target is 'setosa' in each of the 10 rows"
    assert all(np.isfinite(value) for name, value in found.metrics.items() if name != "auc")


def test_a_constant_target_and_a_constant_prediction_are_said(values: cp.Fit) -> None:
    table = cp.Table.of({name: np.full(5, DIABETES[name][0]) for name in DIABETES.names})
    found = score(values.model, table)
    assert found.without == {"r2": "the target is the same in every row"}
    assert [remark.split(" is ")[0] for remark in found.remarks] == ["the target", "the prediction"]


def test_a_single_row_has_scores(values: cp.Fit) -> None:
    found = score(values.model, DIABETES.rows(np.array([0])))
    assert np.isfinite(found.metrics["mae"])
    assert np.isnan(found.metrics["r2"])


def test_weights_of_rows_count_like_repeated_rows(classes: cp.Fit, values: cp.Fit) -> None:
    for fitted, table in ((classes, IRIS), (values, DIABETES)):
        w = np.random.default_rng(0).integers(0, 4, len(table))
        once, again = (
            score(fitted.model, table, w.astype(float)),
            score(fitted.model, table.rows(np.repeat(np.arange(len(w)), w))),
        )
        for name, value in again.metrics.items():
            assert once.metrics[name] == pytest.approx(value, rel=1e-9), name


def test_margins_have_a_ranking_and_no_log_loss() -> None:
    recipe = cp.Recipe(epochs=2, loss="square", output_activation="identity")
    found = cp.fit(IRIS, recipe, progress=False).scores["test"]
    assert np.isfinite(found.metrics["auc"])
    assert set(found.without) == {"log_loss", "calibration_error"}


def test_sparse_inputs_have_a_linear_model(classes: cp.Fit) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    X, Y = classes.model.inputs(IRIS), classes.model.targets(IRIS)
    one, other = (fit_baselines(classes.model, made, Y)[LINEAR].network.W[1] for made in (X, sparse.csr_matrix(X)))
    assert one.tolist() == other.tolist()


def test_an_evaluation_is_of_the_held_out_rows_unless_asked() -> None:
    fitted = cp.fit(IRIS, cp.Recipe(epochs=1, validation=0.2, refit=False), progress=False)
    found = {
        part: evaluate(fitted.model, IRIS, part).measured for part in ("held-out", "all", "validation", "training")
    }
    assert [(each.part, len(each.table), each.held_out) for each in found.values()] == [
        ("test", 30, True),
        ("all", 150, False),
        ("validation", 30, False),
        ("training", 90, False),
    ]
    assert "it has learnt from 90 others" in found["held-out"].about
    assert "has learnt from 90 of them" in found["all"].about
    assert "chose the network by them" in found["validation"].about


def test_a_training_without_held_out_rows_is_measured_where_it_can_be() -> None:
    without = cp.fit(IRIS, cp.Recipe(epochs=1, test=0, validation=0), progress=False).model
    assert "learnt from every one of them" in evaluate(without, IRIS).measured.about
    validated = cp.fit(IRIS, cp.Recipe(epochs=1, test=0, validation=0.2, refit=False), progress=False).model
    assert evaluate(validated, IRIS).measured.part == "validation"


def test_another_table_is_measured_whole_and_nobody_knows_what_was_seen(classes: cp.Fit) -> None:
    other = IRIS.rows(np.arange(149))
    measured = evaluate(classes.model, other).measured
    assert (measured.part, measured.held_out, len(measured.table)) == ("all", None, 149)
    assert "not the table that the model was trained on (iris, 150 rows)" in measured.about
    with pytest.raises(ValueError, match="its held-out rows are not known"):
        evaluate(classes.model, other, "test")


def test_another_table_without_some_columns_says_which(classes: cp.Fit) -> None:
    with pytest.raises(ValueError, match="lacks column"):
        evaluate(classes.model, cp.Table.of({"species": ["setosa"]}))


def test_where_the_linear_model_alone_is_better_than_guessing_the_training_is_at_fault() -> None:
    own, linear, guess = (Scores(80, 0.1, {"accuracy": share}) for share in (0.5875, 0.75, 0.5875))
    (sentence,) = verdict(own, {"guessing": guess, "linear model": linear})
    assert "but the linear model is: these columns say something about the target" in sentence
    assert "may not say much" not in sentence


@pytest.mark.parametrize(
    ("balanced", "auc", "said"),
    [
        (0.5, 0.6, "these columns may not say much about the target"),
        (0.5, 0.99, "the probabilities tell the classes apart (AUC 0.99): class_weight='balanced'"),
        (0.9, 0.99, "because classes are of unequal size; over classes the mean share of right answers is 90.00 %"),
    ],
)
def test_as_many_right_answers_as_guessing_has_is_told_by_what_the_network_knows(
    balanced: float, auc: float, said: str
) -> None:
    guess = {"accuracy": 0.97, "balanced_accuracy": 0.5, "auc": 0.5}
    scores = {name: Scores(200, 0.1, guess) for name in ("guessing", "linear model")}
    own = Scores(200, 0.1, guess | {"balanced_accuracy": balanced, "auc": auc})
    (sentence,) = verdict(own, scores)
    assert said in sentence
