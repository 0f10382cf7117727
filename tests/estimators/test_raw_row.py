"""An explanation begins with the raw row: each number by which a column became an input is shown, and is the true one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris

from clearprop.estimators import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

pd = pytest.importorskip("pandas")
BODY, SICK = load_diabetes(return_X_y=True)
BODY = BODY * 100 + 3
FRAME = pd.DataFrame({"size": BODY[:, 0], "{colour}": np.where(BODY[:, 1] > 3, "red", "green"), "age": BODY[:, 2]})
FRAME.loc[::5, "size"] = np.nan
SMALL = {"hidden_layer_sizes": (3,), "max_iter": 5, "random_state": 0}


@pytest.mark.parametrize("y", [SICK, np.stack([SICK, -SICK], axis=1)], ids=["a value", "values"])
@pytest.mark.parametrize("scaling", ["standard", "robust", "smooth_clip"])
def test_the_row_the_statistics_and_the_prediction_are_the_true_ones(scaling: str, y: Any) -> None:
    model = MLPRegressor(**SMALL, scaling=scaling, standardize_target=True).fit(BODY, y)
    row = model.explain(BODY[7], y[7]).row
    assert row is not None
    np.testing.assert_allclose([each.number for each in row.inputs], BODY[7])
    np.testing.assert_allclose([each.value for each in row.inputs], model.preparation_.transform(BODY[7:8])[0])
    if scaling == "standard":
        np.testing.assert_allclose([each.centre for each in row.inputs], BODY.mean(axis=0))
        np.testing.assert_allclose([each.scale for each in row.inputs], BODY.std(axis=0))
        assert row.words == ("mean", "std")
    part = model.explain(BODY[7], y[7]).to_dict()["row"]
    predicted = [target["predicted"] for target in part["targets"]]
    np.testing.assert_allclose(predicted, np.ravel(model.predict(BODY[7:8])), rtol=1e-9)
    np.testing.assert_allclose([float(each.raw) for each in row.targets], np.ravel(y[7]), rtol=1e-5)


def test_gaps_and_categories_say_what_the_row_had() -> None:
    model = MLPRegressor(**SMALL, missing="median", categorical_features="from_dtype", scaling="standard").fit(
        FRAME, SICK
    )
    row = model.explain(FRAME.iloc[0], SICK[0]).row
    told = {each.name: (each.raw, each.number) for each in row.inputs}
    colour = FRAME["{colour}"][0]
    assert told["size"] == ("a gap", pytest.approx(FRAME["size"].median()))
    assert told["size is missing"] == ("a gap", 1.0)
    assert told["{colour} = red"] == (colour, float(colour == "red"))
    assert told["{colour} = green"] == (colour, float(colour == "green"))
    assert told["age"] == (f"{FRAME['age'][0]:.6g}", pytest.approx(FRAME["age"][0]))
    np.testing.assert_allclose([each.value for each in row.inputs], model.preparation_.transform(FRAME[:1])[0])


def test_it_is_in_the_text_the_latex_and_the_page_and_nowhere_without_preparation() -> None:
    model = MLPRegressor(**SMALL, scaling="standard").fit(BODY, SICK)
    trace = model.explain(BODY[3], SICK[3])
    mean = f"{BODY[:, 4].mean():.4f}"
    for written in (trace.text(), trace.latex()):
        assert "From the raw row" in written
        assert mean in written
    assert trace.to_dict()["row"]["words"] == ["mean", "std"]
    plain = MLPRegressor(**SMALL).fit(BODY, SICK).explain(BODY[3], SICK[3])
    assert plain.row is plain.to_dict()["row"] is None
    assert "raw row" not in plain.text()


def test_a_constant_column_is_called_constant() -> None:
    X, y = load_iris(return_X_y=True)
    X[:, 2] = 7
    model = MLPClassifier(**SMALL, scaling="standard").fit(X, y)
    trace = model.explain(X[0], y[0])
    assert np.isinf(trace.row.inputs[2].scale)
    assert "constant" in trace.text(sections=["row"])
    assert trace.to_dict()["row"]["inputs"][2]["scale"] == "inf"


def test_of_many_inputs_those_that_matter_most_are_told() -> None:
    X = np.random.default_rng(0).normal(size=(60, 100))
    model = MLPClassifier(**SMALL, scaling="standard").fit(X, X[:, 0] > 0)
    trace = model.explain(X[0], X[0, 0] > 0)
    assert "and 88 more inputs" in trace.text(sections=["row"])
    assert "x100" in trace.text(sections=["row"], fold=None)
    document = trace.to_dict(fold=64)["row"]
    assert document["in_all"] == 100
    assert len(document["inputs"]) < 64


def test_one_input_more_is_said_in_the_singular() -> None:
    X = np.random.default_rng(0).normal(size=(60, 13))
    model = MLPClassifier(**SMALL, scaling="standard").fit(X, X[:, 0] > 0)
    text = model.explain(X[0], X[0, 0] > 0).text(sections=["row"], fold=8)
    assert "and 1 more input" in text
    assert "1 more inputs" not in text
