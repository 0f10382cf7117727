"""JSON of an estimator with encoded columns is the whole model: raw rows by name in, the estimator's own answers out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.io.exports import function_of, read_json
from clearprop.io.exports.numpy_file import numpy_file
from clearprop.operators import CannotExpress
from tests.io.exports.test_numpy import ran

pd = pytest.importorskip("pandas")
pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning"),
]
N = 120
COLUMNS = {"missing": "median", "categorical_features": {"code": "category"}}


def rows(*, gaps: bool = True) -> Any:
    """A column that is left out, numbers, texts with empty ones, a yes or no, codes, a constant, numbers in texts, dates."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "row": range(N),
            "bill (mm)": rng.normal(44, 5, N).round(1),
            "island": rng.choice(["Biscoe", "Dream", "größe", ""], N),
            "mass": rng.normal(4200, 800, N).round(),
            "female": rng.random(N) > 0.5,
            "code": rng.choice([1, 2, 7], N),
            "same": 1.0,
            "price": [f"{value:,.2f} $" for value in rng.normal(4000, 300, N)],
            "day": pd.Timestamp("2019-03-01 06:30") + pd.to_timedelta(rng.integers(0, 90_000_000, N), unit="s"),
        }
    )
    if gaps:
        frame.loc[::9, "mass"], frame.loc[::11, "island"], frame.loc[::13, "day"] = np.nan, None, pd.NaT
    return frame


def new_rows() -> Any:
    """The same with categories that were never seen, and a gap where there was none."""
    frame = rows()
    frame.loc[0, "island"], frame.loc[1, "code"], frame.loc[2, "bill (mm)"] = "Atlantis", 99, np.nan
    return frame


@pytest.mark.parametrize(
    "options",
    [
        {"scaling": "standard"},
        {"scaling": None},
        {"preset": "tabular"},
        {"scaling": "robust", "ensemble": 2, "normalization": "layer_norm"},
    ],
    ids=str,
)
@pytest.mark.parametrize("task", ["two classes", "three classes", "values"])
def test_columns_and_layers_read_back_to_the_same_predictions(
    task: str, options: dict[str, Any], tmp_path: Path
) -> None:
    frame = rows().drop(columns=["day"] if "preset" in options else [])
    rng = np.random.default_rng(1)
    y = rng.normal(100, 7, N) if task == "values" else rng.choice(["a", "b", "c"][: 2 + ("three" in task)], N)
    of_task = MLPRegressor if task == "values" else MLPClassifier
    model = of_task(hidden_layer_sizes=(5,), **COLUMNS, max_iter=5, random_state=0, **options).fit(frame, y)
    model.export(tmp_path / "m.json")
    back, given = read_json(tmp_path / "m.json"), new_rows()[frame.columns]
    rtol = 1e-9 if back.network.dtype == np.float64 else 1e-5
    if task == "values":
        np.testing.assert_allclose(back.predict(given), model.predict(given), rtol=rtol)
        return
    assert back.predict(given).tolist() == model.predict(given).tolist()
    np.testing.assert_allclose(back.probabilities(given), model.predict_proba(given), rtol=rtol, atol=1e-7)


@pytest.mark.parametrize("ensemble", [1, 2])
def test_margins_of_two_classes_become_two_outputs(ensemble: int, tmp_path: Path) -> None:
    frame, y = rows(), np.where(np.arange(N) % 3, "most", "few")
    choices = {"loss": "hinge", "output_activation": "tanh", "scaling": "standard", "ensemble": ensemble}
    model = MLPClassifier((5,), **COLUMNS, max_iter=5, random_state=0, **choices).fit(frame, y)
    model.export(tmp_path / "m.json")
    back = read_json(tmp_path / "m.json")
    assert back.predict(frame).tolist() == model.predict(frame).tolist()
    m = model.decision_function(frame)
    np.testing.assert_allclose(back.network.predict(back.inputs(frame)), np.stack([-m, m], axis=1), rtol=1e-9)


@pytest.mark.parametrize("column", ["mass", "day"])
def test_a_gap_is_refused_where_the_estimator_refuses_it(column: str, tmp_path: Path) -> None:
    frame = rows(gaps=False)[["bill (mm)", "mass", "day"]]
    model = MLPRegressor(hidden_layer_sizes=(5,), categorical_features="from_dtype", max_iter=5, scaling="standard")
    model.fit(frame, np.arange(N) / N).export(tmp_path / "m.json")
    back = read_json(tmp_path / "m.json")
    np.testing.assert_allclose(back.predict(frame), model.predict(frame), rtol=1e-9)
    frame.loc[7, column] = None
    with pytest.raises(ValueError, match=rf"row 8: column '{column}' has a gap, and the model takes none"):
        back.predict(frame)
    numbers = {name: frame[name].tolist() for name in ("bill (mm)", "mass")}
    predict = ran(numpy_file(function_of(back)))["predict"]
    with pytest.raises(ValueError, match=f"row 7: .*'{column}' must be"):
        predict({**numbers, "day": ((frame["day"] - pd.Timestamp(0)) / pd.Timedelta(seconds=1)).tolist()})


def test_what_json_has_no_words_for_is_refused_by_name(tmp_path: Path) -> None:
    frame = rows()[["mass", "day", "island"]]
    with pytest.raises(CannotExpress, match="column 'day' is of dates, whose inputs are scaled by smooth_clip"):
        MLPRegressor(preset="tabular", missing="mean", max_iter=1).fit(frame, np.arange(N)).export(tmp_path / "m.json")
    with pytest.raises(CannotExpress, match="JSON has one target beside its columns, and there are 2; export to onnx"):
        MLPRegressor(max_iter=1, **{**COLUMNS, "categorical_features": "from_dtype"}).fit(
            frame, np.random.default_rng(0).normal(size=(N, 2))
        ).export(tmp_path / "m.json")
    several = MLPClassifier((3,), max_iter=1, missing="mean", categorical_features="from_dtype")
    with pytest.raises(CannotExpress, match="not several labels at once"):
        several.fit(frame, np.random.default_rng(0).integers(0, 2, (N, 3))).export(tmp_path / "m.json")
    assert not list(tmp_path.iterdir())
