"""One table in whatever holds it gives one network: frames of pandas and polars with all their types, arrays, lists.

What cannot be used is refused, and the message names the column or the row, and what to do.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.sparse import csr_array

from clearprop.estimators import MLPClassifier, MLPRegressor

from .since import SINCE_1_9

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

n = 40
RNG = np.random.default_rng(0)
NUMBERS, ON = RNG.normal(size=(n, 2)), RNG.random(n) < 0.5
KINDS = RNG.choice(["x", "y", "z"], n)
Y = (NUMBERS[:, 0] > 0).astype(int)
WITH_GAP = [None if i == 3 else str(kind) for i, kind in enumerate(KINDS)]
NUMBERS_WITH_GAP = [None if i == 5 else float(number) for i, number in enumerate(NUMBERS[:, 0])]


def cells(kinds: Any = KINDS, first: Any = NUMBERS[:, 0]) -> dict[str, Any]:
    return {"a": list(first), "b": NUMBERS[:, 1].tolist(), "on": ON.tolist(), "kind": list(map(str, kinds))}


def gaps() -> dict[str, Any]:
    return cells(first=NUMBERS_WITH_GAP) | {"kind": WITH_GAP}


FRAME = pd.DataFrame(cells())
FRAMES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "pandas": pd.DataFrame,
    "pandas, objects": lambda d: pd.DataFrame(
        {name: pd.Series(column, dtype=object) for name, column in d.items()}
    ).assign(a=np.array(d["a"], float), b=d["b"], on=d["on"]),
    "pandas, nullable": lambda d: pd.DataFrame(
        {
            "a": pd.Series(d["a"], dtype="Float64"),
            "b": pd.Series(d["b"], dtype="Float64"),
            "on": pd.Series(d["on"], dtype="boolean"),
            "kind": pd.Series(d["kind"], dtype="string"),
        }
    ),
    "pandas, categorical": lambda d: pd.DataFrame(d).astype({"kind": "category"}),
    "pandas, sparse numbers": lambda d: pd.DataFrame(d).astype(
        {"a": pd.SparseDtype(float), "b": pd.SparseDtype(float)}
    ),
    "pandas, another index": lambda d: pd.DataFrame(d, index=RNG.permutation(n)),
    "polars": pl.DataFrame,
    "polars, categorical": lambda d: pl.DataFrame(d).with_columns(pl.col("kind").cast(pl.Categorical)),
    "polars, enumeration": lambda d: pl.DataFrame(d).with_columns(pl.col("kind").cast(pl.Enum(["x", "y", "z"]))),
}
ARRAYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an array of objects": lambda d: np.array(list(zip(*d.values(), strict=True)), object),
    "lists": lambda d: [list(row) for row in zip(*d.values(), strict=True)],
    "tuples": lambda d: list(zip(*d.values(), strict=True)),
}
OPTIONS: dict[str, Any] = {"hidden_layer_sizes": (4,), "max_iter": 4, "random_state": 0}
WAYS: dict[str, dict[str, Any]] = {
    "the preset": {"preset": "tabular"},
    "by type": {"categorical_features": "from_dtype"},
    "by name": {"categorical_features": ["kind"]},
    "by number": {"categorical_features": [3]},
    "by mark": {"categorical_features": [False, False, False, True], "scaling": "standard"},
}


def fitted(kind: Any, table: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(**OPTIONS | options).fit(table, Y)


def part(table: Any, *rows: int) -> Any:
    if isinstance(table, list):
        return [table[row] for row in rows]
    return table.iloc[list(rows)] if isinstance(table, pd.DataFrame) else table[list(rows)]


@SINCE_1_9
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("options", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("made", FRAMES.values(), ids=FRAMES)
def test_every_frame_of_one_table_gives_one_network(made: Any, options: dict[str, Any], kind: Any) -> None:
    table, model = made(cells()), fitted(kind, pd.DataFrame(cells()), **options)
    other = fitted(kind, table, **options)
    np.testing.assert_array_equal(other.coefs_[0], model.coefs_[0])
    assert list(other.feature_names_in_) == ["a", "b", "on", "kind"]
    np.testing.assert_array_equal(other.predict(part(table, 3, 1)), model.predict(FRAME.iloc[[3, 1]]))
    assert other.explain(part(table, 3), Y[3]).text() == model.explain(FRAME.iloc[3], Y[3]).text()


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("options", [WAYS["by number"], WAYS["by mark"]], ids=str)
@pytest.mark.parametrize("made", ARRAYS.values(), ids=ARRAYS)
def test_rows_of_numbers_and_text_give_that_network_too(made: Any, options: dict[str, Any], kind: Any) -> None:
    table, model = made(cells()), fitted(kind, pd.DataFrame(cells()), **options)
    other = fitted(kind, table, **options)
    np.testing.assert_array_equal(other.coefs_[0], model.coefs_[0])
    np.testing.assert_array_equal(other.predict(part(table, 3, 1)), model.predict(FRAME.iloc[[3, 1]]))
    assert other.explain(table[3], Y[3]).text() == other.explain(part(table, 3), Y[3]).text()


@SINCE_1_9
@pytest.mark.parametrize("made", (FRAMES | ARRAYS).values(), ids=FRAMES | ARRAYS)
def test_tables_come_in_pieces_and_to_be_looked_at(made: Any) -> None:
    """`partial_fit`, a validation set whose scorer gets the rows as they are, a set held out, and a check of gradients."""

    def learnt(made: Any) -> list[Any]:
        streamed, options = MLPClassifier(**OPTIONS, categorical_features=[3]), {"categorical_features": [3]}
        table, pieces = made(cells()), np.array_split(np.arange(n), 3)
        for rows in [*pieces, np.array([5])]:
            streamed.partial_fit(part(table, *rows), Y[rows], classes=[0, 1])
        watched = MLPClassifier(**OPTIONS, **options, scoring="neg_log_loss")
        watched.fit(table, Y, validation_data=(part(table, *range(10)), Y[:10]))
        stopped = fitted(MLPClassifier, table, **options, early_stopping=True, scoring="roc_auc")
        assert streamed.check_gradients(part(table, *range(8)), Y[:8]).ok
        return [streamed.coefs_[0], watched.validation_scores_, stopped.validation_scores_]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for other, plain in zip(learnt(made), learnt(pd.DataFrame), strict=True):
            np.testing.assert_array_equal(other, plain)


@pytest.mark.parametrize("missing", ["mean", "median", "most_frequent"])
@pytest.mark.parametrize("made", (FRAMES | ARRAYS).values(), ids=FRAMES | ARRAYS)
def test_a_gap_is_a_gap_however_it_is_marked(made: Any, missing: str) -> None:
    """None, NaN and NA: filled among numbers, and a category of its own among texts."""
    options = {"missing": missing, "categorical_features": [3]}
    model = fitted(MLPClassifier, pd.DataFrame(gaps()), **options)
    other = fitted(MLPClassifier, made(gaps()), **options)
    np.testing.assert_array_equal(other.coefs_[0], model.coefs_[0])
    assert model.coefs_[0].shape[0] == 3 + 1 + 4  # numbers, the mark of a gap, categories
    np.testing.assert_array_equal(other.predict_proba(made(gaps())), model.predict_proba(pd.DataFrame(gaps())))


@pytest.mark.parametrize("made", (FRAMES | ARRAYS).values(), ids=FRAMES | ARRAYS)
def test_a_gap_among_numbers_that_nobody_asked_to_fill_is_an_error(made: Any) -> None:
    with pytest.raises(ValueError, match="Input X contains NaN"):
        fitted(MLPClassifier, made(gaps()), categorical_features=[3])


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "boolean"])
def test_pandas_own_numbers_without_any_request_are_plain_numbers(dtype: str) -> None:
    whole = pd.DataFrame({"a": np.arange(n) % 2, "b": Y})
    np.testing.assert_array_equal(
        fitted(MLPClassifier, whole.astype(dtype)).coefs_[0], fitted(MLPClassifier, whole).coefs_[0]
    )


# ---- what is refused

BY_NUMBER = {"categorical_features": [3]}
REFUSED: dict[str, tuple[dict[str, Any], Any, str]] = {
    "text among numbers": ({"missing": "mean"}, FRAME, "column 'kind' has '[xyz]', which is not a number"),
    "text among numbers of polars": ({"missing": "mean"}, pl.DataFrame(cells()), "column 'kind' has '[xyz]'"),
    "text among an array's numbers": ({"missing": "mean"}, ARRAYS["lists"](cells()), "column 3 has '[xyz]'"),
    "dates among numbers": (
        {"missing": "mean"},
        FRAME.assign(kind=pd.date_range("2020", periods=n)),
        "column 'kind' has 2020-01-01 in row 0, counted from 0, which is not a number",
    ),
    "text and numbers in one column": (
        BY_NUMBER,
        FRAME.assign(kind=[1, "a"] * (n // 2)),
        "column 'kind' of X has text and",
    ),
    "text in an array, by type": (
        {"categorical_features": "from_dtype"},
        ARRAYS["an array of objects"](cells()),
        "finds no categories in an array",
    ),
    "text in lists, with the preset": (
        {"preset": "tabular"},
        ARRAYS["lists"](cells()),
        "give a data frame, or the numbers",
    ),
    "names for an array": ({"categorical_features": ["kind"]}, ARRAYS["lists"](cells()), "columns have no names"),
    "a frame not yet read": ({}, pl.DataFrame(cells()).lazy(), r"give X.collect\(\)"),
    "masked values": ({}, np.ma.array(NUMBERS, mask=NUMBERS > 1), "X has masked values"),
    "one dimension": ({"missing": "mean"}, NUMBERS[:, 0], "Expected 2D array, got 1D array"),
    "a pandas series": ({"missing": "mean"}, FRAME["a"], "Expected a 2-dimensional container"),
    "a dict": ({"missing": "mean"}, cells(), "Expected 2D array"),
    "sparse rows": ({"missing": "mean"}, csr_array(NUMBERS), "Sparse data was passed"),
    "no rows": ({"missing": "mean"}, NUMBERS[:0], "Found array with 0 sample"),
}


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize(("options", "table", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_of_that_kind_is_refused(options: dict[str, Any], table: Any, message: str, kind: Any) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        kind(**OPTIONS | options).fit(table, Y)


def test_a_frame_not_yet_read_and_masked_values_are_refused_in_predictions_too() -> None:
    model = fitted(MLPClassifier, NUMBERS)
    with pytest.raises(ValueError, match="X has masked values"):
        model.predict(np.ma.array(NUMBERS, mask=NUMBERS > 1))
    with pytest.raises(TypeError, match="LazyFrame"):
        model.predict(pl.DataFrame(NUMBERS).lazy())
    np.testing.assert_array_equal(model.predict(np.ma.array(NUMBERS, mask=False)), model.predict(NUMBERS))
    with pytest.raises(ValueError, match="sample_weight has masked values"):
        model.fit(NUMBERS, Y, sample_weight=np.ma.array(np.ones(n), mask=Y > 0))


# ---- targets


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("mark", [None, np.nan, pd.NA, pd.NaT], ids=repr)
@pytest.mark.parametrize("labels", [["no", "yes"], [0, 1]], ids=str)
def test_a_row_without_a_label_is_named(labels: list[Any], mark: Any, partial: bool) -> None:
    y: list[Any] = [labels[each] for each in Y]
    y[7] = mark
    for given in (np.array(y, object), pd.Series(y, dtype=object), *([y] if mark is None else [])):
        model = MLPClassifier(**OPTIONS)
        with pytest.raises(ValueError, match=r"y has .* in row 7, counted from 0: every row needs a label"):
            model.partial_fit(NUMBERS, given, classes=labels) if partial else model.fit(NUMBERS, given)


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("other", [1, 1.5, True], ids=repr)
def test_texts_among_other_labels_are_named(other: Any, partial: bool) -> None:
    y = np.array(["a", other] * (len(NUMBERS) // 2), object)
    for given in (y, pd.Series(y)):
        model = MLPClassifier(**OPTIONS)
        with pytest.raises(TypeError, match=rf"y mixes text and other values, 'a' \(str\) and {other!r} \("):
            model.partial_fit(NUMBERS, given, classes=["a", "b"]) if partial else model.fit(NUMBERS, given)


@pytest.mark.parametrize(
    "y",
    [
        pd.Series(WITH_GAP, dtype="string"),
        pd.Series(WITH_GAP, dtype="category"),
        pd.Series(WITH_GAP),
        pl.Series(WITH_GAP),
        pl.Series(WITH_GAP, dtype=pl.Categorical),
        np.ma.array(KINDS, mask=np.arange(n) == 3),
        [[0, None]] * n,
    ],
    ids=lambda y: f"{type(y).__module__.partition('.')[0]} {getattr(y, 'dtype', '')}",
)
def test_labels_with_a_gap_are_refused_whatever_holds_them(y: Any) -> None:
    with pytest.raises(ValueError, match=r"every row needs a label|y has masked values"):
        MLPClassifier(**OPTIONS).fit(NUMBERS, y)


@pytest.mark.parametrize(
    "y", [NUMBERS_WITH_GAP, pd.Series(NUMBERS_WITH_GAP, dtype="Float64"), pl.Series(NUMBERS_WITH_GAP)], ids=type
)
def test_a_value_that_is_missing_is_refused(y: Any) -> None:
    with pytest.raises(ValueError, match="Input y contains NaN"):
        MLPRegressor(**OPTIONS).fit(NUMBERS, y)
    with pytest.raises(ValueError, match="y has masked values"):
        MLPRegressor(**OPTIONS).fit(NUMBERS, np.ma.array(NUMBERS[:, 0], mask=Y > 0))


def test_a_label_that_is_missing_is_refused_where_points_are_only_looked_at() -> None:
    model = fitted(MLPClassifier, NUMBERS)
    with pytest.raises(ValueError, match="every row needs a label"):
        model.explain(NUMBERS[0], None)
    with pytest.raises(ValueError, match="every row needs a label"):
        model.fit(NUMBERS, Y, validation_data=(NUMBERS[:2], [0, None]))


# ---- rows that are explained, and sizes


@SINCE_1_9
def test_a_row_of_polars_is_explained_as_it_is_taken_out() -> None:
    table = pl.DataFrame(cells())
    model = fitted(MLPClassifier, table, preset="tabular")
    told = model.explain(table[3], Y[3]).text()
    assert model.explain(table.slice(3, 1), Y[3]).text() == told
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        assert model.explain(table.row(3), Y[3]).text() == told
    with pytest.raises(TypeError, match="x is a mapping"):
        model.explain(table.row(3, named=True), Y[3])
    numbers = fitted(MLPClassifier, table.select("a", "b"))
    assert (
        numbers.explain(table.select("a", "b")[3], Y[3]).text()
        == numbers.explain(FRAME.iloc[3][["a", "b"]], Y[3]).text()
    )


@pytest.mark.parametrize(
    "sizes", [[10.0], [[8, 8]], [(8,), 8], ["8"], [None], np.ones((1, 2), int), [8, 2.5]], ids=repr
)
@pytest.mark.parametrize("call", ["fit", "partial_fit", "initialize"])
def test_sizes_that_are_not_whole_numbers_are_refused(sizes: Any, call: str) -> None:
    with pytest.raises(
        ValueError, match=r"hidden_layer_sizes must be whole numbers, one for each layer, such as \(64, 32\)"
    ):
        getattr(MLPRegressor(hidden_layer_sizes=sizes), call)(NUMBERS, NUMBERS[:, 0])


@pytest.mark.parametrize("sizes", [np.array([5, 2]), [np.int32(5), 2], (5, 2), pd.Series([5, 2])], ids=repr)
def test_sizes_may_be_whole_numbers_of_any_library(sizes: Any) -> None:
    assert [len(b) for b in fitted(MLPClassifier, NUMBERS, hidden_layer_sizes=sizes).intercepts_] == [5, 2, 1]
