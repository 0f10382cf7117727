"""Columns of very many categories in whole trainings: planned, trained, predicted, kept in a file, exported."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.columns.choices import ChoiceColumn
from clearprop.columns.mean_targets import MeanColumn
from clearprop.fitting.evaluating import evaluate
from clearprop.fitting.fits import plan
from clearprop.fitting.recipe import Recipe
from clearprop.io.exports import json_file
from clearprop.io.tables.table import Table

K, ROWS = 400, 2400
rng = np.random.default_rng(8)
CITY = np.array([f"city {k:03}" for k in range(K)])[np.concatenate([np.arange(K), rng.integers(0, K, ROWS - K)])]
EFFECT = {f"city {k:03}": float(effect) for k, effect in enumerate(rng.normal(size=K))}
PRICE = np.array([EFFECT[city] for city in CITY]) + 0.3 * rng.normal(size=ROWS)
PRICE_CLASS = np.array(["low", "middle", "high"])[np.digitize(PRICE, [-0.4, 0.4])]
COLUMNS: dict[str, Any] = {"city": CITY.tolist(), "size": rng.normal(size=ROWS).round(3)}
TARGETS = {
    "price": PRICE,
    "expensive": np.where(PRICE > 0, "yes", "no"),
    "class": PRICE_CLASS,
    "number": np.round(PRICE).astype(int).clip(-2, 2),
}
WIDTHS = {"price": 1, "expensive": 1, "class": 3, "number": 5}


def fitted(target: str, **choices: Any) -> cp.Fit:
    table = Table.of(COLUMNS | {target: TARGETS[target].tolist()})
    return cp.fit(table, target=target, **{"epochs": 3, "penalty": "none", "progress": False, **choices})


@pytest.mark.parametrize("target", TARGETS)
def test_many_categories_become_the_mean_of_the_target(target: str, tmp_path: Path) -> None:
    made = fitted(target)
    column = made.model.prepared.inputs[0]
    assert isinstance(column, MeanColumn)
    assert len(column.of) == WIDTHS[target]
    table = Table.of(COLUMNS | {target: TARGETS[target].tolist()})
    planned = plan(table, Recipe(target=target))
    assert len(planned.records[0].inputs) == column.width, "which are frequent is decided by the training rows"
    assert planned.records[0].inputs[-WIDTHS[target] :] == column.names[-WIDTHS[target] :]
    assert "the mean of " in planned.records[0].treatment
    cp.save_model(made.model, tmp_path / "a.clearprop")
    again = cp.load_model(tmp_path / "a.clearprop")
    rows = {"city": ["city 007", "new", None], "size": [0.1, 0.2, None]}
    with pytest.warns(match="of which no mean target is known"):
        assert again.predict(rows).tolist() == made.model.predict(rows).tolist()
    found = evaluate(again, table)
    assert found.measured.part == "test"
    assert found.scores.metrics == made.scores["test"].metrics


def test_training_rows_have_inputs_without_their_own_target_and_others_do_not() -> None:
    table = Table.of(COLUMNS | {"price": PRICE.tolist()})
    planned = plan(table, Recipe(target="price"))
    training, start = planned.rows("training"), planned.start
    learnt, told = start.training_inputs(training), start.inputs(training)
    end = start.prepared.inputs[0].width
    assert (np.delete(learnt, end - 1, axis=1) == np.delete(told, end - 1, axis=1)).all()
    of_own = np.corrcoef(told[:, end - 1], training["price"])[0, 1]
    assert of_own > np.corrcoef(learnt[:, end - 1], training["price"])[0, 1] + 0.01


def test_it_is_a_better_input_than_that_of_the_most_frequent_categories() -> None:
    mean, inputs = (fitted("price", epochs=40, kinds={"city": f"category(by='{by}')"}) for by in ("mean", "inputs"))
    assert isinstance(inputs.model.prepared.inputs[0], ChoiceColumn)
    assert inputs.model.prepared.inputs[0].width == 301
    assert mean.scores["test"].metrics["r2"] > inputs.scores["test"].metrics["r2"] + 0.02


def test_few_categories_stay_as_they_are_unless_a_person_says_so() -> None:
    few = {"city": [text[:6] for text in CITY], "size": COLUMNS["size"], "price": PRICE.tolist()}
    plain = cp.fit(few, target="price", epochs=1, progress=False)
    assert isinstance(plain.model.prepared.inputs[0], ChoiceColumn)
    told = cp.fit(few, target="price", epochs=1, progress=False, kinds={"city": "category(by='mean')"})
    assert isinstance(told.model.prepared.inputs[0], MeanColumn)


def test_a_number_that_is_told_to_be_a_category_has_means_too() -> None:
    codes = {"zip": [int(text[5:]) + 1000 for text in CITY], "price": PRICE.tolist()}
    made = cp.fit(codes, target="price", epochs=1, progress=False, kinds={"zip": "category"})
    column = made.model.prepared.inputs[0]
    assert isinstance(column, MeanColumn)
    assert made.model.predict({"zip": [1007, 1008]}).tolist() == made.model.predict({"zip": ["1007", "1008"]}).tolist()


def test_a_target_of_too_many_classes_has_no_means() -> None:
    table = COLUMNS | {"kind": [f"kind {k % 25}" for k in range(ROWS)]}
    made = cp.fit(table, target="kind", epochs=1, penalty="none", progress=False)
    assert isinstance(made.model.prepared.inputs[0], ChoiceColumn)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("target", ["price", "class"])
def test_exports_have_the_means(target: str, tmp_path: Path) -> None:
    model = fitted(target).model
    rows: dict[str, Any] = {"city": ["city 007", "city 300", "new", "city 011"], "size": [0.5, -1.0, 2.0, 0.0]}
    cp.export(model, tmp_path / "m.json")
    assert json_file.read_json(tmp_path / "m.json").predict(rows).tolist() == model.predict(rows).tolist()
    cp.export(model, tmp_path / "numpy_model.py", to="numpy")
    spec = importlib.util.spec_from_file_location("numpy_model", tmp_path / "numpy_model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    given = rows | {"city": np.array(rows["city"])}
    if target == "price":
        assert np.ravel(module.predict(given)) == pytest.approx(model.predict(rows), rel=1e-9)
    else:
        assert module.predict_proba(given) == pytest.approx(model.probabilities(rows), rel=1e-9)
    runtime = pytest.importorskip("onnxruntime")
    cp.export(model, tmp_path / "m.onnx")
    session = runtime.InferenceSession(str(tmp_path / "m.onnx"))
    columns = {
        "city": np.array(rows["city"], object)[:, None],
        "size": np.array(rows["size"], np.float32)[:, None],
    }
    *_, values = session.run(None, columns)
    expected = model.predict(rows) if target == "price" else model.probabilities(rows)
    assert np.squeeze(values) == pytest.approx(expected, abs=1e-5)


@pytest.mark.filterwarnings("ignore")
def test_c_source_has_the_means(tmp_path: Path) -> None:
    import shutil
    import subprocess

    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    model = fitted("price").model
    cp.export(model, tmp_path / "m.c", dtype="float64")
    (tmp_path / "main.c").write_text(
        '#include <stdio.h>\n#include "m.h"\nint main(void) {\n'
        '  const m_row rows[] = {{.city = "city 007", .size = 0.5}, {.city = "new", .size = 2.0}, {.city = 0, .size = 1.0}};\n'
        '  for (int i = 0; i < 3; ++i) { double v[1]; if (m_predict(&rows[i], v) < 0) return 1; printf("%.15g\\n", v[0]); }\n'
        "  return 0;\n}\n"
    )
    built = ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "main.c", "m.c", "-lm", "-o", "m"]
    subprocess.run(built, cwd=tmp_path, check=True)
    said = subprocess.run([tmp_path / "m"], capture_output=True, text=True, check=True).stdout.split()
    expected = model.predict({"city": ["city 007", "new", None], "size": [0.5, 2.0, 1.0]})
    assert np.array(said, float) == pytest.approx(expected, rel=1e-9)
