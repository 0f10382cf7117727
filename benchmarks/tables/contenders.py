"""Who is compared: recipes of `cp.fit`, a preset of the estimators, and scikit-learn's linear models, perceptron and trees.

scikit-learn's get columns prepared as a careful user would: numbers filled by the median with a mark and standardised,
categories one-hot with rare ones grouped, names of rows and free text left out. Trees take gaps and categories as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

import clearprop as cp
from clearprop import estimators
from clearprop.io.preprocessing import infer_task

from .task import Answer, Task

Contender = Callable[[Task, np.ndarray, np.ndarray, int], Answer]
"""Of a task, rows to learn from, rows held out, and a seed."""
ROW_NAMES = ("Unnamed: 0", "rownames")
MOST_CATEGORIES = 255
"""What scikit-learn's trees take."""


@dataclass(frozen=True)
class ByRecipe:
    """`cp.fit` with a recipe, on the file as `cp.load_table` reads it, or on the table that `cleaned` makes of it.

    A choice may be a function of the number of rows.
    """

    choices: dict[str, Any]
    clean: bool = False

    def __call__(self, task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> Answer:
        table, fitted, seconds = self.fitted(task, train, seed)
        return answered(fitted.model, table.rows(test), seconds)

    def fitted(self, task: Task, train: np.ndarray, seed: int) -> tuple[cp.Table, cp.Fit, float]:
        """The whole table, and what was fitted on the rows to learn from."""
        table = cleaned(task, train) if self.clean else cp.load_table(task.path).without(task.ignore)
        if len(table) != len(task.frame):
            raise ValueError(f"the table has {len(table)} rows, and pandas reads {len(task.frame)}")
        choices = {name: each(len(train)) if callable(each) else each for name, each in self.choices.items()}
        decided = infer_task(table, task.target)  # from the whole file, as `clearprop train` does
        if (decided == "classification") != task.of_classes:
            raise ValueError(f"taken for {decided}")
        recipe = cp.Recipe(**{"target": task.target, "task": decided, "test": 0.0, "seed": seed} | choices)
        began = perf_counter()
        fitted = cp.fit(table.rows(train), recipe, progress=False)
        return table, fitted, perf_counter() - began


@dataclass(frozen=True)
class Best:
    """The recipe whose network is best on its validation rows: by log loss, or by R²."""

    recipes: tuple[ByRecipe, ...]

    def __call__(self, task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> Answer:
        made = [each.fitted(task, train, seed) for each in self.recipes]
        table, fitted, _ = min(made, key=lambda each: validation_loss(each[1]))
        return answered(fitted.model, table.rows(test), sum(seconds for _, _, seconds in made))


def validation_loss(fitted: cp.Fit) -> float:
    """Lower is better; without the penalty, which differs."""
    metrics = fitted.scores["validation"].metrics
    return float(metrics["log_loss"] if "log_loss" in metrics else -metrics["r2"])


def answered(model: cp.Model, held_out: cp.Table, seconds: float) -> Answer:
    """What a model says of the held-out rows."""
    classes = model.prepared.classes
    if classes is None:
        return Answer(model.predict(held_out), seconds)
    return Answer(model.predict(held_out), seconds, model.probabilities(held_out), classes)


def recipe(text: str, *, clean: bool = False) -> ByRecipe:
    """A recipe's choices from text: `optimizer="adam", epochs=100`. Who calls this program writes Python all the same."""
    return ByRecipe(eval(f"dict({text})"), clean)


def cleaned(task: Task, train: np.ndarray) -> cp.Table:
    """The table with gaps filled by the median of the rows to learn from and marked, and rare categories as one."""
    frame = without_names(task)
    made: dict[str, Any] = {}
    for name in frame:
        column, seen = frame[name], frame[name].iloc[train]
        if name == task.target:
            text = task.of_classes and not pd.api.types.is_numeric_dtype(column)
            made[name] = column.astype(str).tolist() if text else column.astype(float).fillna(0).to_numpy()
        elif pd.api.types.is_numeric_dtype(column):
            made[name] = column.fillna(seen.median()).to_numpy(float)
            if seen.isna().any():
                made[f"{name} is missing"] = column.isna().to_numpy(float)
        else:
            counts = seen.fillna("gap").value_counts()
            common = set(counts[counts >= 3].index)
            made[name] = [str(cell) if cell in common else "rare" for cell in column.fillna("gap")]
            if "rare" not in {made[name][row] for row in train}:  # what did not occur becomes the commonest
                made[name] = [str(counts.index[0]) if cell == "rare" else cell for cell in made[name]]
    return cp.Table.of(made)


@dataclass(frozen=True)
class ByEstimator:
    """A class in the manner of scikit-learn: one for classes, one for numbers."""

    make: Callable[[Task, pd.DataFrame, int], Any]

    def __call__(self, task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> Answer:
        frame = without_names(task)
        X, y = frame.drop(columns=[task.target]), task.truth(train)
        y = y.astype(str) if task.of_classes and y.dtype == object else y
        model = self.make(task, X.iloc[train], seed)
        began = perf_counter()
        model.fit(X.iloc[train], y)
        seconds = perf_counter() - began
        if not task.of_classes:
            return Answer(model.predict(X.iloc[test]), seconds)
        return Answer(
            model.predict(X.iloc[test]), seconds, model.predict_proba(X.iloc[test]), tuple(model.classes_.tolist())
        )


def without_names(task: Task) -> pd.DataFrame:
    """The table without names and numbers of rows, texts that nearly every row has of its own, and empty columns."""
    frame = task.frame
    texts = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name]) and name != task.target]
    own = [name for name in texts if frame[name].nunique() > len(frame) / 2]
    empty = [name for name in frame if not frame[name].notna().any()]
    frame = frame.drop(columns=[*own, *empty, *(name for name in ROW_NAMES if name in frame)])
    truths = [name for name in frame if pd.api.types.is_bool_dtype(frame[name]) and name != task.target]
    return frame.astype(dict.fromkeys(truths, float))


def columns(X: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The names of columns of numbers, and of categories."""
    numbers = [name for name in X if pd.api.types.is_numeric_dtype(X[name])]
    return numbers, [name for name in X if name not in numbers]


def prepared(X: pd.DataFrame, model: Any) -> Any:
    """A model behind filling, scaling and one-hot encoding."""
    numbers, categories = columns(X)
    onehot = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=3, sparse_output=False)
    return make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), numbers),
            (make_pipeline(SimpleImputer(strategy="constant", fill_value="gap"), onehot), categories),
        ),
        model,
    )


def linear(task: Task, X: pd.DataFrame, _: int) -> Any:
    """Logistic or ridge regression, scikit-learn's defaults but for the number of iterations."""
    return prepared(X, LogisticRegression(max_iter=2000) if task.of_classes else Ridge())


def perceptron(task: Task, X: pd.DataFrame, seed: int) -> Any:
    """scikit-learn's perceptron with its defaults."""
    return prepared(X, (MLPClassifier if task.of_classes else MLPRegressor)(random_state=seed))


def trees(task: Task, X: pd.DataFrame, seed: int) -> Any:
    """Boosted trees with their defaults."""
    _, categories = columns(X)
    few = [name for name in categories if X[name].nunique() <= MOST_CATEGORIES]
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=np.nan)
    return make_pipeline(
        make_column_transformer(
            (encoder, [*few, *(name for name in categories if name not in few)]),
            remainder="passthrough",
        ),
        (HistGradientBoostingClassifier if task.of_classes else HistGradientBoostingRegressor)(
            random_state=seed, categorical_features=list(range(len(few))) or None
        ),
    )


def tabular(task: Task, _: pd.DataFrame, seed: int) -> Any:
    """The estimators' preset."""
    return (estimators.MLPClassifier if task.of_classes else estimators.MLPRegressor)(
        preset="tabular", random_state=seed
    )


OTHERS: dict[str, Contender] = {
    "linear": ByEstimator(linear),
    "mlp": ByEstimator(perceptron),
    "trees": ByEstimator(trees),
}
OURS: dict[str, Contender] = {"defaults": ByRecipe({}), "tabular-estimator": ByEstimator(tabular)}
