"""What a page of a training carries, from arrays, tables, names and models; and what it refuses, by name."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import in_page
from clearprop.fitting import fit
from clearprop.formulas.catalogue import Array
from clearprop.io import Preprocessing
from clearprop.live import Studio, studio
from clearprop.live.beginning import Beginning
from clearprop.live.choices import pairs
from clearprop.live.embedded import MOST_NUMBERS, MOST_POINTS, OFFERED, of_table, unpacked
from clearprop.validation import require_pair


def carried(page: Studio) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="carried">(.*?)</script>', page.html, re.DOTALL)
    assert found
    document: dict[str, Any] = json.loads(found[1])["live"]
    return document


def test_a_page_begins_with_moons_and_has_every_set_that_is_offered() -> None:
    given = carried(studio())
    assert base64.b64decode(given["engine"]) == in_page.packed_module()
    names = [each["name"].partition("(")[0] for each in given["training"]["data"]]
    assert names[: len(OFFERED)] == list(OFFERED)
    given_names = [each["name"] for each in given["training"]["data"]]
    assert len(set(given_names)) == len(given_names)
    assert {run["data"] for scene in given["training"]["scenes"] for run in scene["runs"]} <= set(given_names)
    assert given["training"]["task"]["widths"] == [2, 6, 6, 2]
    assert given["training"]["parameters"] is None  # the seed says them


def test_the_points_are_those_that_training_takes() -> None:
    page = studio(data="moons(points=50)", seed=4)
    first = carried(page)["training"]["data"][0]
    assert np.array_equal(unpacked(first["X"]).reshape(-1, 2)[:40], page.task.X)
    assert np.array_equal(by_levels(first["Y"], 2)[:40], page.task.Y)
    assert (first["shown"], first["training"], first["of"]) == (50, 40, 50)
    assert np.allclose(page.task.X.mean(axis=0), 0)  # standardised by the training points


def test_a_set_of_a_table_carries_how_its_columns_were_prepared() -> None:
    table = cp.load_table("moons(points=50)")
    first = carried(studio(data=table))["training"]["data"][0]
    prepared = Preprocessing.from_json(first["preprocessing"])
    assert np.array_equal(np.sort(prepared.X(table), axis=0), np.sort(unpacked(first["X"]).reshape(-1, 2), axis=0))


def test_a_named_set_that_is_split_or_prepared_in_its_own_way_is_carried_so() -> None:
    """By its name it would be another one: that which every page carries."""
    halves = studio(data="moons", validation=0.5)
    model = fit(cp.load_table("moons"), epochs=1, seed=3).model
    for page in (halves, studio(model)):
        first, *others = carried(page)["training"]["data"]
        assert np.array_equal(unpacked(first["X"]).reshape(-1, 2)[: page.data.training], page.task.X)
        assert (first["training"], first["named"]) == (page.data.training, False)
        names = [each["name"] for each in others]
        assert first["name"] not in names
        assert page.data.name in names
        assert first["source"] == page.data.name


def test_a_step_size_that_is_given_is_taken_and_dropout_leaves_the_inputs() -> None:
    assert (studio(eta=0.02).eta, studio().eta) == (0.02, 0.1)
    run = Beginning("moons", ((4, "tanh"), (3, "tanh")), "softmax", "nllm", dropout=0.5)
    dropout = run.task(of_table(cp.load_table("moons"))).dropout
    assert dropout is not None
    assert dropout.rates == (0.0, 0.5, 0.5)


def test_a_network_takes_arrays_as_they_are_and_keeps_its_weights() -> None:
    rng = np.random.default_rng(1)
    X, net = rng.normal(5.0, 3.0, (30, 2)), cp.Network((2, 3, 2), ("tanh", "softmax"), seed=9)
    page = studio(net, X, np.where(X[:, 0] > 5, "right", "left"))
    given = carried(page)["training"]
    assert np.array_equal(unpacked(given["parameters"]), net.parameters)
    shown = unpacked(given["data"][0]["X"]).reshape(-1, 2)
    assert np.array_equal(np.sort(shown, axis=0), np.sort(X, axis=0))
    assert given["data"][0]["classes"] == ["left", "right"]


def test_arrays_without_a_network_are_prepared_as_a_table() -> None:
    X = np.arange(40.0).reshape(20, 2)
    page = studio(X=X, y=X[:, 0] ** 2)
    assert page.data.features == ("x1", "x2")
    assert page.data.classes is None
    assert str(page.task.loss) == "square"


def test_a_model_prepares_its_own_points() -> None:
    model = fit(cp.load_table("blobs(points=60)"), epochs=1).model
    page = studio(model, data=cp.load_table("blobs(points=30, seed=2)"), loss="nllm")
    assert np.array_equal(page.task.network.parameters, model.network.parameters)
    assert page.data.classes == model.prepared.classes
    table = cp.load_table("blobs(points=30, seed=2)")
    assert np.array_equal(np.sort(page.data.X, axis=0), np.sort(model.inputs(table), axis=0))


@pytest.mark.parametrize(
    ("choices", "part", "said"),
    [
        ({"test": 0.25}, "test", "rows that the model's training held out"),
        ({"test": 0.0, "refit": False, "seed": 3}, "validation", "by which the model's training chose its network"),
        ({"test": 0.0, "validation": 0.0}, None, "has learnt from all rows, so there are no test points"),
    ],
    ids=lambda each: str(each).partition(" ")[0],
)
def test_the_test_points_of_a_model_are_those_that_its_training_held_out(
    choices: dict[str, Any], part: str | None, said: str
) -> None:
    rng = np.random.default_rng(0)
    columns = {"x": rng.normal(size=60), "z": rng.normal(size=60), "y": ["a", "b", "c"] * 20}
    fitted = fit(columns, target="y", epochs=1, **choices)
    page, rows = studio(fitted.model, data=columns), fitted.model.inputs(columns)
    held_out = getattr(fitted.split, part) if part else []
    assert np.array_equal(page.data.X[page.data.training :], rows[held_out])
    assert np.array_equal(page.data.X[: page.data.training], np.delete(rows, held_out, axis=0))
    assert said in page.data.about
    columns["x"] = columns["x"] + 1
    assert "Which of these rows the model has seen is not known" in studio(fitted.model, data=columns).data.about


def test_of_too_many_points_a_models_held_out_rows_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearprop.live.embedded.MOST_POINTS", 40)
    columns = {"x": np.arange(100.0) ** 2, "y": np.arange(100.0)}
    fitted = fit(columns, target="y", epochs=1)
    page, rows = studio(fitted.model, data=columns).data, fitted.model.inputs(columns)
    assert len(page.X) == 40
    assert set(page.X[page.training :, 0]) <= set(rows[fitted.split.test, 0])
    assert not set(page.X[: page.training, 0]) & set(rows[fitted.split.test, 0])


def test_a_person_says_what_columns_are_as_in_training() -> None:
    columns = {"code": [1, 2, 3] * 8, "x": [1.0, -999.0, 3.0] * 8, "id": list(range(24)), "y": ["a", "b"] * 12}
    chosen: dict[str, Any] = {"kinds": {"code": "category"}, "ignore": "id", "na": [-999]}
    page = studio(data=columns, target="y", **chosen).data
    fitted = fit(columns, target="y", epochs=1, **chosen)
    assert page.features == tuple(fitted.model.prepared.input_names)
    del columns["id"]
    model = fit(columns, target="y", epochs=1).model
    assert (studio(model, data=columns, na=[-999]).data.X != studio(model, data=columns).data.X).any()


def test_too_many_points_are_sampled_and_the_page_says_so() -> None:
    page = studio(data="moons(points=6000)")
    assert len(page.data.X) == MOST_POINTS
    assert "These are 5,000 of 6,000 points" in page.data.about
    place = np.arange(6000.0)
    ordered = studio(X=place[:, None], y=np.where(place < MOST_POINTS, "early", "late"))
    assert ordered.data.classes == ("early", "late")
    wide = np.random.default_rng(0).normal(size=(3000, 200))
    assert studio(X=wide, y=wide[:, 0]).data.X.size <= MOST_NUMBERS


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"data": "moons", "optimizer": "lbfgs"}, r"a page cannot train this: optimizer 'lbfgs.*explains a step"),
        ({"data": "moons", "X": [[1.0]]}, "give X and y, or data, not both"),
        ({"X": [[1.0], [2.0]]}, "X needs y"),
        ({"data": {"a": [1.0, 2.0], "b": [2.0, 3.0]}}, r"which column .* It has 'a', 'b'\nIn Python: target='b'"),
        (
            {"net": cp.Network((2, 2), ("softmax",)), "X": [[1.0, 2.0]], "y": [0], "na": "?"},
            "a network takes X as it is",
        ),
        ({"data": "moons", "validation": 1.0}, "validation must be a fraction"),
        ({"data": "moons", "loss": "square", "net": cp.Network((3, 2), ("identity",))}, "its widths must be"),
        ({"data": "moons", "net": cp.Network((2, 400, 400, 2), ("tanh", "tanh", "softmax"))}, "at most 20000"),
        (
            {"data": "moons", "net": cp.Network((2, 3, 2), ("tanh", "softmax"), normalization="layer_norm")},
            "a page cannot train this: .*layer_norm",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_a_page_cannot_hold_is_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        studio(**given)


@pytest.mark.parametrize("classes", [True, False])
def test_every_pair_that_is_offered_fits(classes: bool) -> None:
    offered = pairs(classes=classes)
    assert ("softmax" in offered["nllm"]) if classes else (offered["square"][-1] == "identity")
    for loss, outputs in offered.items():
        for output in outputs:
            require_pair(cp.find(cp.Activation, output), cp.find(cp.Loss, loss), 2)


def test_the_page_may_compile_the_engine_and_ask_for_nothing(tmp_path: Path) -> None:
    path = studio().save(tmp_path / "page.html")
    text = path.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "'wasm-unsafe-eval'" in policy[1]
    assert "worker-src blob:" in policy[1]
    assert "connect-src" not in policy[1]
    assert "'unsafe-eval'" not in policy[1]


def letters(carried: dict[str, Any], columns: int) -> Array:
    return np.reshape([ord(letter) - 35 for letter in carried["codes"]], (-1, columns))


def by_levels(carried: dict[str, Any], columns: int) -> Array:
    levels = np.split(unpacked(carried["levels"]), np.cumsum(carried["counts"])[:-1])
    codes = letters(carried, columns)
    return np.stack([levels[j][codes[:, j]] for j in range(columns)], axis=1)


def test_columns_of_few_values_are_carried_by_their_values_exactly() -> None:
    rng = np.random.default_rng(0)
    rows = {"x": rng.integers(-2, 3, 60) / 4, "kind": rng.choice(["a", "b"], 60), "y": rng.choice(["no", "yes"], 60)}
    points = of_table(cp.Table.of(rows, target="y"))
    document = points.document()
    for name in "XY":
        array = getattr(points, name)
        assert np.array_equal(by_levels(document[name], array.shape[1]), array)
    assert isinstance(of_table(cp.load_table("moons")).document()["X"], str)


def test_pixels_are_carried_as_the_whole_numbers_that_preprocessing_takes() -> None:
    points = of_table(cp.load_table("few_digits"))
    document = points.document()
    assert document["X"]["levels"] is None
    inputs = document["preprocessing"]["inputs"]
    mean, scale = (np.array([each[name] for each in inputs]) for name in ("mean", "scale"))
    assert np.array_equal((letters(document["X"], points.X.shape[1]) - mean) / scale, points.X)


@pytest.mark.parametrize("page", ["training", "step"])
def test_a_page_is_small(page: str) -> None:
    net = cp.Network((4, 8, 8, 3), ("tanh", "tanh", "softmax"), seed=0)
    html = studio().html if page == "training" else cp.explain(net, [0.1, 0.2, 0.3, 0.4], [0, 1, 0], "nllm").html()
    raw = html.encode()
    assert len(raw) < 1_200_000
    assert len(gzip.compress(raw)) < 450_000


def test_a_page_of_a_step_may_not_compile_anything() -> None:
    net = cp.Network((1, 1), ("identity",), seed=0)
    assert "wasm-unsafe-eval" not in cp.explain(net, [1.0], [1.0], "square").html().partition("<style>")[0]


def test_a_table_is_called_by_its_file_without_the_folders(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text("a,b,kind\n" + "".join(f"{i},{i * i % 7},{'uv'[i % 2]}\n" for i in range(20)))
    assert studio(data=str(path), target="kind").data.name == "flowers.csv"
    assert studio(data="moons(points=50)").data.name.startswith("moons(points=50, ")
