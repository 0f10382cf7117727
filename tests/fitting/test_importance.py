"""Permutation importance finds the columns that the target depends on, is 0 for one that is not used, and repeats itself."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.inspection import permutation_importance as theirs

import clearprop as cp
from clearprop.fitting.importance import permutation_importance


class AsEstimator:
    """A model with the methods that scikit-learn's function asks for."""

    def __init__(self, model: cp.Model) -> None:
        self.model = model

    def fit(self) -> None:
        """Nothing to fit."""

    def score(self, X: np.ndarray, y: np.ndarray) -> float:
        error = ((self.model.network.predict(X)[:, 0] - y) ** 2).sum()
        return float(1 - error / ((y - y.mean()) ** 2).sum())


@pytest.fixture(scope="module")
def table() -> cp.Table:
    rng = np.random.default_rng(0)
    X, colour = rng.normal(size=(400, 3)), rng.choice(["red", "green", "blue"], 400)
    y = 3 * X[:, 0] + X[:, 1] + np.where(colour == "red", 2.0, 0.0)
    return cp.Table.of({"big": X[:, 0], "small": X[:, 1], "none": X[:, 2], "colour": colour.tolist(), "y": y})


@pytest.fixture(scope="module")
def model(table: cp.Table) -> cp.Model:
    return cp.fit(table, cp.Recipe(target="y", epochs=60), progress=False).model


def test_columns_come_in_the_order_of_what_they_say(model: cp.Model, table: cp.Table) -> None:
    found = permutation_importance(model, table)
    assert found.columns == ("big", "small", "colour", "none") or found.columns[0] == "big"
    assert found.columns[-1] == "none"
    assert abs(found.mean[-1]) < 0.05 < found.mean[0]


def test_it_repeats_itself(model: cp.Model, table: cp.Table) -> None:
    one, other = (permutation_importance(model, table, seed=3) for _ in range(2))
    assert one.mean.tolist() == other.mean.tolist()
    assert permutation_importance(model, table, seed=4).mean.tolist() != one.mean.tolist()


def test_a_column_that_the_network_does_not_read_has_no_importance(model: cp.Model, table: cp.Table) -> None:
    blind = cp.Model(model.network.copy(), model.preprocessing, model.facts)
    blind.network.W[1][model.prepared.input_names.index("small")] = 0
    found = permutation_importance(blind, table)
    place = found.columns.index("small")
    assert found.mean[place] == found.spread[place] == 0


def test_it_agrees_with_scikit_learns_within_the_spread() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(500, 3))
    table = cp.Table.of({"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": X @ [3.0, 1.0, 0.3]})
    model = cp.fit(table, cp.Recipe(target="y", epochs=60), progress=False).model
    ours = permutation_importance(model, table, repeats=40)
    other = theirs(AsEstimator(model), model.inputs(table), model.targets(table)[:, 0], n_repeats=40, random_state=0)
    for name, mean, spread in zip("abc", other.importances_mean, other.importances_std, strict=True):
        place = ours.columns.index(name)
        assert abs(ours.mean[place] - mean) < 5 * spread / np.sqrt(40), "two means of 40 permutations each"


def test_a_category_is_exchanged_as_a_whole(model: cp.Model, table: cp.Table) -> None:
    blind = cp.Model(model.network.copy(), model.preprocessing, model.facts)
    blind.network.W[1][model.prepared.input_names.index("colour = blue")] = 0
    found = permutation_importance(blind, table)
    assert found.mean[found.columns.index("colour")] > 0.01, "the other two inputs of the column count"
    assert set(found.columns) == {"big", "small", "none", "colour"}, "one for each column, not for each input"


def test_classes_are_measured_by_their_accuracy() -> None:
    iris = cp.load_table("iris")
    found = permutation_importance(cp.fit(iris, cp.Recipe(epochs=20), progress=False).model, iris)
    assert (found.measure, found.rows) == ("accuracy", 150)
    assert found.columns[0].startswith("petal")


def test_of_many_rows_some_are_drawn(model: cp.Model, table: cp.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearprop.fitting.importance.MOST_ROWS", 60)
    assert permutation_importance(model, table).rows == 60
