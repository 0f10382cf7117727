"""What a report says, in words: the verdict, the uncertainty, and what is special about the rows."""

from __future__ import annotations

import html
import math
import re
import sys
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.fitting.baselines import GUESS, LINEAR
from clearprop.fitting.evaluating import evaluate
from clearprop.fitting.fits import carry_out, plan
from clearprop.fitting.report import evaluation_report, require_html, training_report
from clearprop.fitting.scores import Scores
from clearprop.fitting.wording import likely, measure, verdict
from clearprop.io.score_pictures import precision_recall_curves, roc_curves

pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install matplotlib")


def report(table: cp.Table, **choices: Any) -> str:
    planned = plan(table, cp.Recipe(**({"epochs": 40} | choices)))
    return training_report(planned, carry_out(planned, progress=False))


def circle(noise: bool = False) -> cp.Table:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 2))
    inside = rng.random(600) < 0.5 if noise else (X**2).sum(axis=1) < 1.4
    return cp.Table.of({"a": X[:, 0], "b": X[:, 1], "y": np.where(inside, "in", "out").tolist()}, target="y")


def test_a_network_that_beats_the_linear_model_is_said_to() -> None:
    text = report(circle())
    assert "The network is better than the linear model." in text
    assert "a linear model gives" in text


def test_the_title_reads_well_for_classes_and_for_numbers() -> None:
    numbers = cp.Table.of({"x": np.arange(60.0), "price": 3.0 * np.arange(60)}, target="price")
    assert "<h1>Predicting price: a network trained on " in report(numbers)
    assert "<h1>Predicting y: a network trained on " in report(circle())


def test_a_network_on_noise_is_said_to_be_no_better_than_guessing() -> None:
    assert "not clearly better than guessing" in report(circle(noise=True))


def test_a_line_is_said_to_be_as_well_served_by_the_linear_model() -> None:
    x = np.random.default_rng(0).normal(size=300)
    text = report(cp.Table.of({"x": x, "y": 3 * x + 1}, target="y"), layers="", penalty="none", epochs=200)
    assert "it is a linear model too, about as good as the one beside it." in text
    assert "simpler to explain" not in text


@pytest.mark.parametrize(("right", "n"), [(0, 10), (10, 10), (5, 10), (90, 100)])
def test_the_interval_of_a_share_is_wilsons(right: int, n: int) -> None:
    low, high = likely(right / n, n)
    assert 0 <= low <= right / n <= high <= 1
    assert high - low > 0
    for end in (low, high):  # where the share is 1.96 standard errors of the end away from it, or at a limit
        if 1e-12 < end < 1 - 1e-12:
            assert abs(right / n - end) == pytest.approx(1.96 * math.sqrt(end * (1 - end) / n), rel=1e-9)


def test_both_models_are_judged_with_the_same_measure() -> None:
    def said(network: float, linear: float, n: int, name: str = "r2") -> str:
        scores = [Scores(n, 0.1, {name: value}) for value in (network, linear, 0.0)]
        return verdict(scores[0], {LINEAR: scores[1], GUESS: scores[2]})[0]

    for pair in ((0.4954, 0.4673, 53), (0.9, 0.5, 500), (0.5, 0.9, 500)):
        scores = [Scores(pair[2], 0.1, {"r2": value}) for value in (*pair[:2], 0.0)]
        (line,) = verdict(scores[0], {LINEAR: scores[1], GUESS: scores[2]}, linear=True)
        assert line.startswith("The network has no hidden layers, so it is a linear model too")
        assert "simpler" not in line
    for name in ("r2", "accuracy"):
        assert "about as well" in said(0.4954, 0.4673, 53, name)
        assert "about as well" in said(0.4673, 0.4954, 53, name)
        assert "is better than the linear" in said(0.9, 0.5, 500, name)
        assert "The linear model is better" in said(0.5, 0.9, 500, name)


@pytest.mark.parametrize(
    ("name", "network", "linear", "n", "words"),
    [
        ("r2", 0.983, 0.99, 5000, "The linear model is better"),  # an RMSE of 0.130 standard deviations for 0.1
        ("r2", 0.99, 0.983, 5000, "is better than the linear"),
        ("r2", 0.94, 0.965, 20, "The linear model has the smaller error here, but 20 rows are too few"),
        ("r2", 0.955, 0.94, 10, "The network has the smaller error here, but 10 rows are too few"),
        ("r2", 0.99999, 0.9999999, 5000, "about as well"),  # 0.003 standard deviations and less
        ("r2", 0.945, 0.95, 5000, "about as well"),  # 5 % more
        ("accuracy", 0.87, 0.9, 100, "The linear model has the smaller error here, but 100 rows are too few"),
        ("accuracy", 0.87, 0.9, 5000, "The linear model is better"),
        ("accuracy", 0.895, 0.9, 100, "about as well"),
    ],
)
def test_an_error_that_is_a_third_larger_is_not_about_as_good(
    name: str, network: float, linear: float, n: int, words: str
) -> None:
    scores = [Scores(n, 0.1, {name: value}) for value in (network, linear, 0.0)]
    assert words in verdict(scores[0], {LINEAR: scores[1], GUESS: scores[2]})[0]


def holed() -> cp.Table:
    rng = np.random.default_rng(0)
    return cp.Table.of(
        {
            "size": np.where(rng.random(80) < 0.2, np.nan, rng.normal(size=80)),
            "day": (np.datetime64("2021-01-01") + np.arange(80)).tolist(),
            "name": [f"n{k}" for k in range(80)],
            "y": np.where(np.arange(80) % 20 == 0, np.nan, 200_000 + 1000 * rng.normal(size=80)),
        },
        target="y",
    )


def test_what_is_left_out_and_how_gaps_are_filled_is_said() -> None:
    text = report(holed(), epochs=2)
    assert "Left out: name (identifier: 76 different texts in 76 cells)." in text
    assert re.search(r"Gaps in 1 of the columns: size \d+\.", text)
    assert re.search(r"a number, .*; gaps are filled with -?[\d.]+ and have an input that marks them", text)
    assert "a date: time, time of year" in text
    assert "4 more rows have no y and are left out." in text
    assert re.search(r"mean 20\d,\d00|mean 19\d,\d00", text)
    assert "e+0" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)


def test_a_report_says_once_which_rows_and_one_calibration_error() -> None:
    table = cp.load_table("iris")
    model = cp.fit(table, cp.Recipe(epochs=20), progress=False).model
    found = evaluate(model, table)
    text = evaluation_report(model, found)
    assert text.count(html.escape(found.measured.about)) == 1
    error = measure("calibration_error", found.scores.metrics["calibration_error"])
    assert f"differs from the share of right answers by {error} on average" in text


def test_names_with_markup_are_text() -> None:
    x = np.random.default_rng(0).normal(size=100)
    name, label = "<b>$x_1$</b>", "<script>alert(1)</script>"
    table = cp.Table.of({name: x, "y": np.where(x > 0, label, "other & one").tolist()}, target="y")
    text = report(table, epochs=2)
    assert "<script" not in text
    assert "<b>" not in text
    assert "&lt;b&gt;$x_1$&lt;/b&gt;" in text


def test_many_classes_have_no_matrix_and_some_curves() -> None:
    rng = np.random.default_rng(0)
    k = rng.integers(0, 30, 900)
    table = cp.Table.of({"x": k + 0.1 * rng.normal(size=900), "y": [f"class {each}" for each in k]}, target="y")
    text = report(table, epochs=2)
    assert "Confusion matrix" not in text
    assert "of 6 of the 30 classes" in text


@pytest.mark.parametrize(
    ("negative", "positive"), [("no", "yes"), ("False", "True"), ("0", "1"), ("N", "Y"), ("many", "few")]
)
def test_curves_of_two_classes_are_those_of_the_positive_one(negative: str, positive: str) -> None:
    few, Y = np.arange(30) % 3 == 0, np.zeros((30, 2))
    rare = positive == "few"  # of a pair without such names the rarer one is positive
    Y[np.arange(30), (few if rare else ~few).astype(int)] = 1
    P = Y * 0.6 + 0.2
    for drawn in (roc_curves, precision_recall_curves):
        picture = drawn(P, Y, [negative, positive])
        assert picture is not None
        assert f"{positive}: 1.000" in picture.alt
        assert f"{negative}: " not in picture.alt


def test_one_of_a_thing_is_no_plural() -> None:
    table = cp.Table.of({"x": np.arange(60.0) % 7, "y": np.arange(60.0) % 5 / 3}, target="y")
    text = report(table, epochs=1, layers="")
    assert "1 of its columns becomes 1 input of the network." in text
    assert "1 layer, 2 parameters" in text


def test_one_class_among_the_rows_is_said_and_has_no_curves() -> None:
    iris = cp.load_table("iris")
    model = cp.fit(iris, cp.Recipe(epochs=2), progress=False).model
    text = evaluation_report(model, evaluate(model, iris.rows(np.arange(20))))
    assert "The target is &#x27;setosa&#x27; in each of the 20 rows." in text
    assert "No AUC: all points are of one class." in text
    assert "<h3>ROC" not in text


def test_a_constant_target_has_a_report_too() -> None:
    table = cp.load_table("diabetes")
    model = cp.fit(table, cp.Recipe(epochs=1), progress=False).model
    text = evaluation_report(model, evaluate(model, table.rows(np.zeros(5, int))))
    assert "No R²: the target is the same in every row." in text
    assert "nan" not in text.replace("dominant", "")


def test_a_bare_linear_network_and_no_held_out_rows() -> None:
    text = report(cp.load_table("iris"), layers="", test=0.0, validation=0.0, epochs=2)
    assert "No rows were held out. The network has learnt from these rows" in text


def test_the_same_training_gives_the_same_report_but_for_its_seconds() -> None:
    planned = plan(cp.load_table("iris"), cp.Recipe(epochs=2))
    fitted = carry_out(planned, progress=False)
    assert training_report(planned, fitted) == training_report(planned, fitted)


def test_another_suffix_is_refused_before_training() -> None:
    with pytest.raises(ValueError, match=r"its suffix must be \.html"):
        require_html("report.pdf")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install 'clearprop\[plots\]'"):
        require_html("report.html")
