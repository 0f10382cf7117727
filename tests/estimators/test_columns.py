"""Columns of a data frame by type: dates become parts of dates, names of rows are left out and said to be, numbers stay."""

from __future__ import annotations

import datetime as dt
import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from clearprop.columns import ColumnWarning, describe
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.estimators.exports.as_operators import graph_of_estimator
from clearprop.operators import CannotExpress

from .since import SINCE_1_9

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

n = 120
RNG = np.random.default_rng(0)
DAYS = pd.Timestamp("2019-01-01") + pd.to_timedelta(RNG.integers(0, 900, n), unit="D")
SIZE, COLOUR = RNG.normal(size=n), RNG.choice(["red", "green"], n)
FRAME = pd.DataFrame(
    {"key": [f"K-{i:03}" for i in range(n)], "size": SIZE, "when": DAYS, "colour": COLOUR, "place": "here", "no": None}
)
Y = SIZE + 3 * (DAYS.day_of_week >= 5) + (COLOUR == "red")
SMALL: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 5, "random_state": 0}
BY_TYPE: dict[str, Any] = SMALL | {"categorical_features": "from_dtype"}
NAMES = [
    *("size", "when: time", "when: time of year, sine", "when: time of year, cosine"),
    *("when: day of week, sine", "when: day of week, cosine"),
    *("colour = green", "colour = red"),
]
quietly = pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")


def in_polars(frame: pd.DataFrame) -> Any:
    return pl.DataFrame({name: frame[name].to_list() for name in frame})


def with_texts(frame: pd.DataFrame) -> Any:
    return frame.assign(when=frame["when"].dt.strftime("%d/%m/%Y"))


def with_objects(frame: pd.DataFrame) -> Any:
    return frame.assign(when=pd.Series([day.date() for day in frame["when"]], dtype=object))


@SINCE_1_9
@pytest.mark.parametrize("options", [BY_TYPE, SMALL | {"preset": "tabular"}], ids=["by type", "the preset"])
@pytest.mark.parametrize("made", [lambda frame: frame, in_polars, with_texts, with_objects])
def test_dates_become_parts_and_names_of_rows_are_left_out_with_a_warning(made: Any, options: dict[str, Any]) -> None:
    with pytest.warns(ColumnWarning) as warned:
        model = MLPRegressor(**options).fit(made(FRAME), Y)
    (said,) = [str(each.message) for each in warned if each.category is ColumnWarning]
    assert "'key' (identifier: 120 different texts in 120 cells); 'place' (constant: 'here' in every row)" in said
    assert "'no' (empty: every cell is a gap). To keep one" in said
    assert "categorical_features={'key': 'category'}" in said
    assert model.columns_.get_feature_names_out().tolist() == NAMES
    assert model.network_.widths[0] == len(NAMES) == model.preparation_.encode(made(FRAME)).shape[1]
    assert list(model.feature_names_in_) == list(FRAME)
    assert {each.name: each.kind for each in model.preparation_.records} == model.settings["categorical_features"].value
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(model.predict(made(FRAME))).all()


@SINCE_1_9
@quietly
@pytest.mark.parametrize(
    "options", [BY_TYPE, SMALL | {"preset": "tabular", "missing": "mean"}], ids=["by type", "preset"]
)
def test_however_dates_are_held_the_network_is_the_same(options: dict[str, Any]) -> None:
    by_pandas = MLPRegressor(**options).fit(FRAME, Y)
    for made in (in_polars, with_texts, with_objects):
        other = MLPRegressor(**options).fit(made(FRAME), Y)
        np.testing.assert_array_equal(other.coefs_[0], by_pandas.coefs_[0])
        np.testing.assert_array_equal(other.predict(made(FRAME)), by_pandas.predict(FRAME))


@quietly
def test_rows_with_dates_and_categories_that_were_never_seen_are_predicted() -> None:
    model = MLPRegressor(**BY_TYPE).fit(FRAME, Y)
    new = FRAME[:3].assign(when=pd.Timestamp("2031-06-01"), colour="blue", key="another", place="there", no="x")
    assert np.isfinite(model.predict(new)).all()
    encoded = dict(zip(NAMES, model.preparation_.encode(new)[0], strict=True))
    assert encoded["when: day of week, sine"] == pytest.approx(np.sin(2 * np.pi * 6 / 7)), "a Sunday"
    assert encoded["colour = red"] == encoded["colour = green"] == 0
    days = ((DAYS - pd.Timestamp(0)) / pd.Timedelta(days=1)).to_numpy()
    assert encoded["when: time"] == pytest.approx(
        ((pd.Timestamp("2031-06-01") - pd.Timestamp(0)).days - days.mean()) / days.std()
    )
    by_texts = MLPRegressor(**BY_TYPE).fit(with_texts(FRAME), Y)
    np.testing.assert_array_equal(by_texts.predict(with_texts(new)), model.predict(new))
    with pytest.raises(
        ValueError, match="column 'when' has 'soon' in row 0, counted from 0, which is not a date, day first"
    ):
        by_texts.predict(new.assign(when="soon"))
    with pytest.raises(ValueError, match=r"column 'when' has 3\.0 in row 0.*in training this column held dates"):
        model.predict(new.assign(when=3.0))


@quietly
def test_a_day_of_the_week_is_learnt_from_dates() -> None:
    options: dict[str, Any] = {
        "hidden_layer_sizes": (16,),
        "max_iter": 400,
        "random_state": 0,
        "learning_rate_init": 0.01,
    }
    later = slice(n // 2, None)
    model = MLPRegressor(**options, categorical_features="from_dtype").fit(FRAME[: n // 2], Y[: n // 2])
    assert model.score(FRAME[later], Y[later]) > 0.9
    without = MLPRegressor(**options, categorical_features="from_dtype").fit(
        FRAME[["size", "colour"]][: n // 2], Y[: n // 2]
    )
    assert without.score(FRAME[["size", "colour"]][later], Y[later]) < 0.7


def test_a_person_says_otherwise_and_settings_spell_out_the_same_fit() -> None:
    with pytest.warns(ColumnWarning):
        model = MLPRegressor(**BY_TYPE).fit(FRAME, Y)
    found = model.settings["categorical_features"].value
    expected = {
        "key": "identifier",
        "size": "number",
        "when": "date",
        "colour": "category",
        "place": "constant",
        "no": "empty",
    }
    assert found == expected
    with warnings.catch_warnings():
        warnings.simplefilter("error", ColumnWarning)
        again = MLPRegressor(**SMALL, categorical_features=found).fit(FRAME, Y)
        kept = MLPRegressor(**SMALL, categorical_features=found | {"key": "category", "when": "identifier"}).fit(
            FRAME, Y
        )
    np.testing.assert_array_equal(again.coefs_[0], model.coefs_[0])
    assert kept.network_.widths[0] == 1 + n + 2
    with pytest.warns(ColumnWarning, match="'place'"):
        MLPRegressor(preset="tabular", **SMALL, categorical_features={"key": "identifier"}).fit(FRAME, Y)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kye": "category"}, "categorical_features names 'kye', which is no column of X"),
        ({"key": "number"}, "column 'key' has 'K-000', which is not a number; if it holds something else, say what"),
        ({"key": "date"}, "column 'key' cannot be read as dates"),
        ({"size": "datum"}, "column 'size' cannot be 'datum'"),
    ],
)
def test_what_a_person_says_is_checked(given: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MLPRegressor(**SMALL, categorical_features=given).fit(FRAME, Y)


def test_an_array_s_columns_are_called_by_their_numbers() -> None:
    rows = FRAME[["key", "size", "when"]].to_numpy(object)
    with pytest.warns(
        ColumnWarning, match=r"0 \(identifier: 120 different texts.*categorical_features=\{0: 'category'\}"
    ):
        model = MLPRegressor(**SMALL, categorical_features={1: "number"}).fit(rows, Y)
    assert [each.kind for each in model.preparation_.records] == ["identifier", "number", "date"]
    assert model.predict(rows[:3]).shape == (3,)


@pytest.mark.parametrize(
    "options", [BY_TYPE, SMALL | {"categorical_features": {0: "date"}}], ids=["by type", "as said"]
)
@pytest.mark.parametrize("unit", ["D", "ns"])
def test_an_array_of_dates_is_one_of_dates(unit: str, options: dict[str, Any]) -> None:
    days = DAYS.to_numpy().astype(f"M8[{unit}]")[:, None]
    model = MLPRegressor(**options).fit(days, Y)
    assert model.network_.widths[0] == 5
    np.testing.assert_array_equal(
        model.predict(days[:3]), MLPRegressor(**BY_TYPE).fit(FRAME[["when"]], Y).predict(FRAME[["when"]][:3])
    )


@pytest.mark.parametrize("estimator", [MLPClassifier, MLPRegressor])
def test_a_frame_of_numbers_gives_the_array_s_network_to_the_bit(estimator: Any) -> None:
    X = RNG.normal(size=(60, 4)).astype(np.float32)
    X[:, 2], y = 7, (X[:, 0] > 0).astype(int)
    frame = pd.DataFrame(X, columns=list("abcd")).assign(e=range(60), f=y > 0)
    for options in ({"preset": "tabular"}, {"categorical_features": "from_dtype"}, {"missing": "mean"}):
        with warnings.catch_warnings():
            warnings.simplefilter("error", ColumnWarning)
            by_frame = estimator(**SMALL | options).fit(frame, y)
        options.pop("categorical_features", None)
        by_array = estimator(**SMALL | options).fit(frame.astype(float).to_numpy(), y)
        np.testing.assert_array_equal(by_frame.coefs_[0], by_array.coefs_[0])


def test_numbers_that_name_rows_and_texts_that_are_numbers() -> None:
    power = [str(each) if each % 9 else "?" for each in range(100, 100 + n)]
    frame = pd.DataFrame({"Unnamed: 0": range(n), "power": power, "size": SIZE, "rank": range(n)})
    with pytest.raises(
        ValueError, match="Column 'power' has a gap in rows 8, 17, 26 and 10 more, counted from 0: missing='median'"
    ):
        MLPRegressor(**BY_TYPE).fit(frame, Y)
    with pytest.warns(ColumnWarning, match="'Unnamed: 0'"):
        model = MLPRegressor(**BY_TYPE, missing="median").fit(frame, Y)
    assert model.columns_.get_feature_names_out().tolist() == ["power", "size", "rank", "power is missing"]
    np.testing.assert_array_equal(model.preparation_.encode(frame)[:, 3], [each == "?" for each in power])
    frame["power"] = [*power[:-1], "unknown"]
    named = r"'unknown' in column 'power' is no number or date and counts as a gap\. Column 'power' has a gap or such a text"
    with pytest.raises(ValueError, match=named):
        MLPRegressor(**BY_TYPE).fit(frame, Y)
    with pytest.warns(ColumnWarning, match="column 'power' is read as numbers, and 'unknown' counts as a gap"):
        model.fit(frame, Y)
    with pytest.raises(ValueError, match="column 'power' has 'lots' in row 0, counted from 0, which is not a number"):
        model.predict(frame.assign(power="lots"))


AMBIGUOUS = ["03/04/2021", "05/06/2021"]


@quietly
def test_a_date_that_is_missing_is_an_error_or_marked() -> None:
    gaps = FRAME.assign(when=[pd.NaT, *DAYS[1:]])
    with pytest.raises(
        ValueError,
        match=r"Input X contains NaN\. Column 'when' has a gap in row 0, counted from 0: missing='median' fills",
    ):
        MLPRegressor(**BY_TYPE).fit(gaps, Y)
    whole = MLPRegressor(**BY_TYPE).fit(FRAME, Y)
    with pytest.raises(
        ValueError,
        match=r"Input X contains NaN\. Column 'when' has a gap in row 0, counted from 0: in fit, missing='median'",
    ):
        whole.predict(gaps)
    model = MLPRegressor(**BY_TYPE, missing="median").fit(gaps, Y)
    encoded = dict(zip(model.columns_.get_feature_names_out(), model.preparation_.encode(gaps)[0], strict=True))
    assert encoded["when is missing"] == 1
    assert not any(value for name, value in encoded.items() if name.startswith("when: "))
    filled = MLPRegressor(**BY_TYPE, missing="median").fit(FRAME, Y)
    assert "when is missing" not in filled.columns_.get_feature_names_out()
    assert np.isfinite(filled.predict(gaps)).all()


@quietly
def test_nothing_is_left_of_names_of_rows_alone() -> None:
    with pytest.raises(ValueError, match=r"no column of X becomes an input: 'key' \(identifier"):
        MLPRegressor(**BY_TYPE).fit(FRAME[["key"]], Y)


@quietly
def test_pickles_clones_searches_and_continued_fits() -> None:
    model = MLPRegressor(**BY_TYPE | {"warm_start": True}).fit(FRAME, Y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(FRAME), model.predict(FRAME))
    assert clone(model.columns_).get_params()["records"] == model.columns_.records
    again = clone(MLPRegressor(**SMALL, categorical_features={"key": "identifier"}))
    assert again.categorical_features == {"key": "identifier"}
    choices = {"categorical_features": ["from_dtype", {"key": "identifier"}]}
    found = GridSearchCV(MLPRegressor(**SMALL), choices, cv=2).fit(FRAME, Y)
    assert np.isfinite(found.cv_results_["mean_test_score"]).all()
    assert np.isfinite(cross_val_score(make_pipeline(MLPRegressor(**BY_TYPE)), FRAME, Y, cv=3)).all()
    before = model.columns_.records
    model.fit(FRAME[:50], Y[:50])
    assert model.columns_.records == before, "a continued fit keeps the inputs that the network has"
    watched = MLPRegressor(**BY_TYPE, early_stopping=True, scoring="r2").fit(FRAME, Y)
    assert len(watched.validation_scores_) == 5
    held = MLPRegressor(**BY_TYPE).fit(FRAME[:90], Y[:90], validation_data=(FRAME[90:], Y[90:]))
    assert held.best_validation_score_ == pytest.approx(held.score(FRAME[90:], Y[90:]))
    labels = MLPClassifier(**BY_TYPE).partial_fit(FRAME, Y > 0, classes=[False, True]).partial_fit(FRAME[:9], Y[:9] > 0)
    assert labels.predict(FRAME[:2]).shape == (2,)


@quietly
def test_an_explanation_says_what_the_date_became() -> None:
    model = MLPRegressor(**BY_TYPE, scaling="standard").fit(FRAME, Y)
    told = {each.name: (each.raw, each.number) for each in model.explain(FRAME.iloc[4], Y[4]).row.inputs}
    assert list(told) == NAMES
    sine = np.sin(2 * np.pi * DAYS[4].day_of_week / 7)
    assert told["when: day of week, sine"] == (str(DAYS[4]), pytest.approx(sine))
    assert told["size"][1] == pytest.approx(SIZE[4])


@quietly
def test_what_cannot_hold_dates_refuses_them() -> None:
    model = MLPRegressor(**BY_TYPE).fit(FRAME[["size", "when"]], Y)
    with pytest.raises(CannotExpress, match="column 'when' holds dates, such as '2019-01-0"):
        graph_of_estimator(model, np.float64)
    with pytest.raises(ValueError, match=r"gaps|categories|columns"):
        model.to_sklearn()


def test_a_row_may_hold_dates_of_other_types_than_training() -> None:
    model = MLPRegressor(**BY_TYPE).fit(FRAME[["size", "when"]], Y)
    row = pd.DataFrame({"size": [0.5], "when": [dt.date(2020, 1, 5)]})
    np.testing.assert_array_equal(model.predict(row), model.predict(row.assign(when=pd.Timestamp("2020-01-05"))))
    np.testing.assert_array_equal(
        model.predict(row), model.predict(row.assign(when=pd.Timestamp("2020-01-05 00:00", tz="Asia/Tokyo")))
    )
    assert describe(FRAME["when"], "when") == model.preparation_.records[1]


@pytest.mark.parametrize(
    "categorical", ["from_dtype", ["kind", "made"], {"kind": "category"}], ids=["by type", "by name", "as said"]
)
@pytest.mark.parametrize("empty", [False, True])
def test_numbers_and_categories_are_what_scikit_learn_s_transformers_make_of_them(
    categorical: Any, empty: bool
) -> None:
    table = pd.DataFrame({"a": SIZE, "b": np.where(SIZE > 1, np.nan, SIZE), "kind": COLOUR, "on": SIZE > 0})
    table["made"] = pd.Series(COLOUR, dtype="category")
    if empty and categorical != "from_dtype":
        table["b"] = np.nan
    numbers, categories = ["a", "b", "on"], ["kind", "made"]
    by_hand = ColumnTransformer(
        [
            ("n", SimpleImputer(strategy="mean", add_indicator=True), numbers),
            ("c", OneHotEncoder(sparse_output=False), categories),
        ]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MLPRegressor(**SMALL, categorical_features=categorical, missing="mean").fit(table, Y)
        if empty and isinstance(categorical, dict):
            assert [each.kind for each in model.preparation_.records][1] == "empty"
            return
        expected, given = by_hand.fit_transform(table.astype({"on": float})), model.preparation_.encode(table)
    np.testing.assert_array_equal(given, expected)
    assert len(model.columns_.get_feature_names_out()) == expected.shape[1]


def test_words_in_half_of_a_column_of_objects_are_categories_beside_its_numbers() -> None:
    frame = pd.DataFrame({"a": ["low" if i % 2 == 0 else i for i in range(120)], "b": range(120)})
    model = MLPRegressor(**BY_TYPE).fit(frame, np.arange(120.0))
    assert [each.kind for each in model.preparation_.records] == ["category", "number"]
    assert model.columns_.get_feature_names_out().tolist()[-2:] == ["a = low", "a is another"]
    with pytest.raises(ValueError, match=r"'low' in column 'a' is no number"):
        MLPRegressor(**BY_TYPE | {"categorical_features": {"a": "number"}}).fit(frame, np.arange(120.0))


@pytest.mark.parametrize(
    ("cells", "given", "advised", "never"),
    [
        (AMBIGUOUS, {"a": "date"}, ("{'a': \"date(first='day')\"}", "dayfirst=True"), "'date'"),
        (["1,234", "12,345"], {"a": "number"}, ("{'a': \"number(decimal=',')\"}",), "'category'"),
        (["x", "y"], {"a": "date"}, ("{'a': 'category'}", "or 'number'"), "'date'"),
        (["x", "y"], {"a": "number"}, ("{'a': 'category'}", "or 'date'"), "'number'"),
        ([1.0, 2.0], {"a": "date"}, ("{'a': 'category'}", "or 'number'"), "'date'"),
    ],
    ids=str,
)
def test_what_was_tried_is_not_advised_again(
    cells: list[Any], given: Any, advised: tuple[str, ...], never: str
) -> None:
    frame = pd.DataFrame({"a": cells * 30, "b": np.arange(30.0 * len(cells))})
    with pytest.raises(ValueError, match="column 'a'") as refused:
        MLPRegressor(categorical_features=given).fit(frame, frame["b"])
    for said in advised:
        assert said in str(refused.value)
    assert never not in str(refused.value)


@quietly
def test_ambiguous_dates_that_are_left_out_are_kept_by_saying_what_comes_first() -> None:
    frame = pd.DataFrame({"a": [f"{1 + i // 12:02d}/{1 + i % 12:02d}/2024" for i in range(144)], "b": np.arange(144.0)})
    with pytest.warns(ColumnWarning, match=r"say what it is: categorical_features=\{'a': \"date\(first='day'\)\"\}"):
        MLPRegressor(**BY_TYPE).fit(frame, frame["b"])
    kept = MLPRegressor(categorical_features={"a": "date(first='day')"}, max_iter=2).fit(frame, frame["b"])
    assert kept.preparation_.records[0].kind == "date"
