"""Estimators export their whole function: raw rows in, labels and probabilities or values out, in C, NumPy and JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

import clearprop as cp
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.estimators.exports.function import function_of_estimator
from clearprop.folding import CannotFold
from clearprop.io.exports import read_json
from clearprop.io.exports.numpy_file import numpy_file
from clearprop.operators import CannotExpress
from tests.clients.models import CLASSIFIERS, REGRESSORS, SETTINGS, SPECIES, X, fitted
from tests.io.exports.in_c import in_c
from tests.io.exports.test_numpy import ran
from tests.io.exports.test_onnx_graph import outputs_of

pd = pytest.importorskip("pandas")
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def frame_of_birds() -> Any:
    """Numbers with gaps, a yes or no, numbers that are codes, texts with a gap, a column that is left out."""
    rng = np.random.default_rng(0)
    n = 120
    frame = pd.DataFrame(
        {
            "row": range(n),
            "bill (mm)": rng.normal(44, 5, n).round(1),
            "island": rng.choice(["Biscoe", "Dream", "größe"], n),
            "mass": rng.normal(4200, 800, n).round(),
            "female": rng.random(n) > 0.5,
        }
    )
    frame.loc[::9, "mass"] = np.nan
    frame.loc[::11, "island"] = None
    return frame


@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("task", [*CLASSIFIERS, *REGRESSORS])
def test_every_setting_predicts_the_same_in_numpy_and_in_c(task: str, options: dict[str, Any], tmp_path: Path) -> None:
    model, points = fitted(task, **options)
    function, points = function_of_estimator(model), points[:40].astype(float)
    rtol, atol = (1e-9, 1e-12) if function.network.dtype == np.float64 else (2e-5, 1e-7)
    names = ran(numpy_file(function))
    which, numbers = in_c(function, tmp_path, dtype=np.float64).points(points)
    if task in REGRESSORS:
        wanted = model.predict(points)
        np.testing.assert_allclose(names["predict"](points), wanted, rtol=rtol)
        np.testing.assert_allclose(numbers.reshape(wanted.shape), wanted, rtol=rtol)
        return
    wanted = model.predict_proba(points)
    np.testing.assert_allclose(names["predict_proba"](points), wanted, rtol=rtol, atol=atol)
    assert names["predict"](points).tolist() == model.predict(points).tolist()
    if task == "labels":
        np.testing.assert_allclose(numbers[:, 1], wanted, rtol=rtol, atol=atol)
        assert numbers[:, 0].tolist() == model.predict(points).tolist()
        return
    np.testing.assert_allclose(numbers, wanted, rtol=rtol, atol=atol)
    assert model.classes_[which].tolist() == model.predict(points).tolist()


@pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")
@pytest.mark.parametrize("preset", [None, "tabular"])
def test_columns_go_in_by_name_where_some_hold_texts_and_gaps_are_filled(preset: str | None, tmp_path: Path) -> None:
    frame = frame_of_birds()
    y = np.where(frame["bill (mm)"] > 44, "long", "short")
    model = MLPClassifier(
        (6,), missing="median", categorical_features="from_dtype", scaling="standard", max_iter=20, random_state=0
    )
    if preset:
        model = MLPClassifier((6,), preset=preset, missing="median", max_iter=5, random_state=0)
    model.fit(frame, y)
    function, wanted = function_of_estimator(model), model.predict_proba(frame)
    assert [each.name for each in function.given] == ["bill (mm)", "island", "mass", "female"]
    named = frame.assign(island=frame["island"].fillna(""))
    names = ran(numpy_file(function))
    rtol = 1e-9 if function.network.dtype == np.float64 else 1e-5
    np.testing.assert_allclose(names["predict_proba"](named), wanted, rtol=rtol)
    made = in_c(function, tmp_path, dtype=np.float64)
    _, numbers = made.rows({name: named[name].tolist() for name in ("bill (mm)", "island", "mass", "female")})
    np.testing.assert_allclose(numbers, wanted, rtol=rtol)
    row = {"bill (mm)": 44.0, "island": "Biscoe", "mass": 4000.0, "female": 1.0}
    new = pd.DataFrame([{**row, "row": 0, "female": True, "island": "Atlantis"}])[frame.columns]
    np.testing.assert_allclose(made.row(row | {"island": "Atlantis"})[1], model.predict_proba(new)[0], rtol=rtol)
    gap, null = (made.row(row | {"island": each})[1] for each in ("", None))
    np.testing.assert_array_equal(gap, null)
    assert made.row(row | {"mass": np.inf})[0] == -1
    assert made.row(row | {"mass": np.nan})[0] >= 0
    with pytest.raises(ValueError, match=r"'bill \(mm\)', 'mass', 'female' must be finite or NaN"):
        names["predict"](named.assign(mass=np.inf))


def test_gaps_and_categories_of_numbers_stay_one_array(tmp_path: Path) -> None:
    table = X.astype(float)
    table[::7, 1] = np.nan
    table[:, 3] = np.round(table[:, 3])
    model = MLPClassifier(
        (6,), missing="median", categorical_features=[3], scaling="standard", max_iter=15, random_state=0
    ).fit(table, SPECIES)
    table[0, 3] = 77  # a category that was never seen
    function = function_of_estimator(model)
    assert [(each.name, each.width) for each in function.given] == [("X", 4)]
    np.testing.assert_allclose(ran(numpy_file(function))["predict_proba"](table), model.predict_proba(table), rtol=1e-9)
    _, numbers = in_c(function, tmp_path, dtype=np.float64).points(table)
    np.testing.assert_allclose(numbers, model.predict_proba(table), rtol=1e-9)


@pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")
def test_a_missing_text_is_the_gap_that_it_is_in_the_model() -> None:
    frame = pd.DataFrame({"x": np.arange(60.0), "c": ["a", None, "b", "a", "b", "a"] * 10})
    model = MLPClassifier((4,), missing="median", categorical_features="from_dtype", max_iter=20, random_state=0)
    model.fit(frame, np.arange(60) % 2)
    exported = ran(numpy_file(function_of_estimator(model)))
    for missing in (None, np.nan, pd.NA):
        given = frame.assign(c=["a", missing] * 30)
        np.testing.assert_allclose(exported["predict_proba"](given), model.predict_proba(given), rtol=1e-12)


def test_empty_texts_beside_gaps_are_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": np.arange(60.0), "c": ["a", None, "", "a", "b", "a"] * 10})
    model = MLPClassifier((4,), missing="median", categorical_features="from_dtype", max_iter=5, random_state=0)
    with pytest.raises(ValueError, match="has empty texts and gaps, which an export cannot tell apart"):
        model.fit(frame, np.arange(60) % 2).export(tmp_path / "m.py")


def test_texts_alone_have_a_prediction_for_every_row(tmp_path: Path) -> None:
    frame = frame_of_birds()[["island"]].assign(colour=np.where(np.arange(120) % 3, "red", "blue"))
    model = MLPClassifier((4,), categorical_features="from_dtype", max_iter=20, random_state=0)
    model.fit(frame, np.arange(120) % 4)
    function, wanted = function_of_estimator(model), model.predict_proba(frame)
    named = frame.fillna("")
    np.testing.assert_allclose(ran(numpy_file(function))["predict_proba"](named), wanted, rtol=1e-9)
    rows = {name: named[name].tolist() for name in named.columns}
    np.testing.assert_allclose(in_c(function, tmp_path, dtype=np.float64).rows(rows)[1], wanted, rtol=1e-9)
    found = outputs_of(function, named)
    np.testing.assert_allclose(found["probabilities"], wanted, rtol=1e-9)
    assert found["label"].tolist() == model.predict(frame).tolist()


@pytest.mark.parametrize("ensemble", [1, 2])
def test_the_method_writes_files_and_so_does_the_function(ensemble: int, tmp_path: Path) -> None:
    model, _ = fitted("text", scaling="standard", ensemble=ensemble)
    for suffix in (".c", ".py", ".json"):
        (first, *_) = model.export(tmp_path / f"a{suffix}")
        (second, *_) = cp.export(model, tmp_path / f"b{suffix}")
        assert first.read_text().replace("a.h", "b.h").replace("in a", "in b").replace("a_", "b_") == (
            second.read_text().replace("a.h", "b.h").replace("in a", "in b").replace("a_", "b_")
        )
    assert [path.name for path in model.export(tmp_path / "small.c", int8=True)] == ["small.c", "small.h"]
    assert "signed char" in (tmp_path / "small.c").read_text()


def test_json_holds_plain_layers_from_raw_rows(tmp_path: Path) -> None:
    model, points = fitted("values", scaling="standard", normalization="batch")
    model.export(tmp_path / "m.json")
    plain = read_json(tmp_path / "m.json").network
    np.testing.assert_allclose(plain.predict(points.astype(float)), model.predict(points.astype(float)), rtol=1e-9)
    classes, _ = fitted("text")
    classes.export(tmp_path / "c.json")
    assert read_json(tmp_path / "c.json").facts["classes"] == ["setosa", "versicolor", "virginica"]


@pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")
def test_what_cannot_be_exported_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotFittedError):
        MLPClassifier().export(tmp_path / "m.c")
    with pytest.raises(NotFittedError):
        cp.export(MLPClassifier(), tmp_path / "m.c")
    one = MLPClassifier(max_iter=2).fit(X[:9], np.zeros(9, int))
    with pytest.raises(CannotExpress, match="there is one class, 0"):
        one.export(tmp_path / "m.py")
    layered, _ = fitted("text", normalization="layer")
    with pytest.raises(CannotFold, match="layer_norm"):
        layered.export(tmp_path / "m.json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("task", ["text", "two classes", "labels", "values"])
def test_the_mean_of_several_networks_reads_back_from_json(task: str, tmp_path: Path) -> None:
    model, points = fitted(task, ensemble=2, scaling="standard", normalization="batch")
    points = points.astype(float)
    model.export(tmp_path / "m.json")
    back = read_json(tmp_path / "m.json").network
    assert isinstance(back, cp.Ensemble)
    assert len(back) == 2
    wanted = model.predict(points) if task == "values" else model.predict_proba(points)
    A = back.predict(points)
    np.testing.assert_allclose(A if A.shape == wanted.shape else np.hstack([1 - A, A]), wanted, rtol=1e-9, atol=1e-12)


def test_one_member_is_exported_by_itself(tmp_path: Path) -> None:
    model, points = fitted("text", ensemble=2, scaling="standard")
    member = model.members_[1]
    member.export(tmp_path / "m.py")
    names = ran((tmp_path / "m.py").read_text())
    np.testing.assert_allclose(names["predict_proba"](points), member.predict_proba(points.astype(float)), rtol=1e-6)


@pytest.mark.parametrize("task", ["two classes", "text", "labels"])
@pytest.mark.parametrize("loss", ["hinge", "square"])
@pytest.mark.parametrize("ensemble", [1, 2])
def test_outputs_that_are_no_probabilities_are_numbers_for_each_class(
    task: str, loss: str, ensemble: int, tmp_path: Path
) -> None:
    output = "tanh" if loss == "hinge" else "identity"
    model, points = fitted(task, loss=loss, output_activation=output, ensemble=ensemble, scaling="standard")
    points = points.astype(float)
    function, wanted = function_of_estimator(model), model.decision_function(points)
    if task == "two classes":
        wanted = np.stack([-wanted, wanted], axis=1)
    names = ran(numpy_file(function))
    np.testing.assert_allclose(names["predict_outputs"](points), wanted, rtol=1e-9, atol=1e-12)
    assert names["predict"](points).tolist() == model.predict(points).tolist()
    which, numbers = in_c(function, tmp_path, dtype=np.float64).points(points)
    if task == "labels":
        which, numbers = numbers[:, 0], numbers[:, 1]
        assert which.tolist() == model.predict(points).tolist()
    else:
        assert model.classes_[which].tolist() == model.predict(points).tolist()
    np.testing.assert_allclose(numbers, wanted, rtol=1e-9, atol=1e-12)
    assert function.values_are == "outputs"


def frame_of_days(*, gaps: bool) -> Any:
    """Numbers, dates, texts."""
    rng = np.random.default_rng(0)
    days = pd.Series(pd.Timestamp("2019-03-01 06:30") + pd.to_timedelta(rng.integers(0, 90_000_000, 90), unit="s"))
    frame = pd.DataFrame({"size": rng.normal(size=90), "day": days, "colour": rng.choice(["red", "blue"], 90)})
    if gaps:
        frame.loc[::7, "day"] = pd.NaT
    return frame


@pytest.mark.parametrize("missing", [None, "median"])
@pytest.mark.parametrize("columns", [["size", "day"], ["size", "day", "colour"], ["day"]])
def test_dates_go_in_as_seconds(columns: list[str], missing: str | None, tmp_path: Path) -> None:
    frame = frame_of_days(gaps=missing is not None)[columns]
    choices = {"missing": missing, "scaling": "standard", "max_iter": 20, "random_state": 0}
    model = MLPRegressor(hidden_layer_sizes=(5,), categorical_features="from_dtype", **choices)
    model.fit(frame, np.random.default_rng(1).normal(size=len(frame)))
    function, wanted = function_of_estimator(model), model.predict(frame)
    assert [each.name for each in function.given] == columns
    predict = ran(numpy_file(function))["predict"]
    np.testing.assert_allclose(predict(frame), wanted, rtol=1e-9, atol=1e-12)
    seconds = (frame["day"] - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
    rows = {name: frame[name].tolist() for name in columns} | {"day": seconds.tolist()}
    np.testing.assert_allclose(predict(rows), wanted, rtol=1e-9, atol=1e-12)
    made = in_c(function, tmp_path, dtype=np.float64)
    np.testing.assert_allclose(made.rows(rows)[1][:, 0], wanted, rtol=1e-9, atol=1e-12)
    gap = {name: values[0] for name, values in rows.items()} | {"day": np.nan}
    assert made.row(gap)[0] == (-1 if missing is None else 0), "a gap is refused where the estimator refuses it"


@pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")
@pytest.mark.parametrize("missing", [None, "median"])
@pytest.mark.parametrize("of_numbers", [False, True])
def test_rare_categories_and_new_ones_share_an_input(missing: str | None, of_numbers: bool, tmp_path: Path) -> None:
    n = 200
    towns: list[Any] = [7 * (i % 6) if i % 4 else i + 1000 for i in range(n)]
    if not of_numbers:
        towns = [f"town {each}" for each in towns]
    if missing is not None:
        towns[::9] = [None] * len(towns[::9])
    frame = pd.DataFrame({"town": towns, "size": np.random.default_rng(0).normal(size=n)})
    frame["town"] = frame["town"].astype("category" if of_numbers else object)
    choices = {"missing": missing, "categorical_features": "from_dtype", "max_iter": 20, "random_state": 0}
    model = MLPRegressor(hidden_layer_sizes=(5,), **choices).fit(frame, np.arange(n) % 11 + 0.5)
    assert model.preparation_.records[0].grouped
    function = function_of_estimator(model)
    new = pd.concat([frame, pd.DataFrame({"town": [99 if of_numbers else "town 99"], "size": [0.5]})])
    wanted = model.predict(new)
    numbers = new["town"].astype(float) if of_numbers else new["town"].fillna("")
    if of_numbers:
        given = np.stack([numbers, new["size"]], axis=1)
        values = in_c(function, tmp_path, dtype=np.float64).points(given)[1]
        np.testing.assert_allclose(ran(numpy_file(function))["predict"](given), wanted, rtol=1e-9)
    else:
        rows = {"town": numbers.tolist(), "size": new["size"].tolist()}
        values = in_c(function, tmp_path, dtype=np.float64).rows(rows)[1]
        np.testing.assert_allclose(ran(numpy_file(function))["predict"](rows), wanted, rtol=1e-9)
    np.testing.assert_allclose(values[:, 0], wanted, rtol=1e-9)
