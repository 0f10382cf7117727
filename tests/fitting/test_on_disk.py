"""Training from a table in files: the same numbers as from the memory, whatever its columns are."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.columns.mean_targets import MeanColumn
from clearprop.ensemble import networks_of, one_of
from clearprop.fitting.evaluating import evaluate
from clearprop.fitting.fits import plan
from clearprop.fitting.predicting import predictions
from clearprop.fitting.recipe import NO_HIDDEN_LAYERS, Recipe
from clearprop.io.preprocessing import infer_task
from clearprop.io.tables import stored_table, text_lines
from clearprop.io.tables.opening import read_table
from clearprop.io.tables.stored_table import StoredTable
from clearprop.io.tables.table import Table
from clearprop.training.sampling import BlockShuffle

BLOCKS = "block_shuffle(rows=16, blocks=4)"


def content(rows: int = 600, *, classes: bool = False) -> bytes:
    rng = np.random.default_rng(3)
    lines = ["id,x,money,when,colour,code,gap,y"]
    for i in range(rows):
        x = rng.normal()
        y = (["low", "high"][int(x > 0)] if classes else f"{3 * x + i % 3:.4f}") if i % 97 else ""
        when = f"2021-{i % 12 + 1:02}-{i % 28 + 1:02}"
        gap = "" if i % 4 == 0 else i % 11
        lines.append(
            f'r{i},{x:.5f},"${1000 + i * 7:,}.25",{when},{["red", "green", "blue"][i % 3]},{i % 60}k,{gap},{y}'
        )
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture(autouse=True)
def always_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small blocks, and no part of the table in the memory."""
    monkeypatch.setattr(text_lines, "FIRST_PIECE", 4000)
    monkeypatch.setattr(text_lines, "PIECE", 4000)
    monkeypatch.setattr(stored_table, "CELLS_IN_MEMORY", 400)
    monkeypatch.setattr(stored_table, "CELLS_AT_ONCE", 300)
    whole = StoredTable.sample
    monkeypatch.setattr(StoredTable, "sample", lambda table, **_: whole(table, 10**9))


def both(given: bytes, **how: Any) -> tuple[Table, Table]:
    return read_table(io.BytesIO(given), **how), read_table(io.BytesIO(given), **how, on_disk=True)


CHOICES: dict[str, dict[str, Any]] = {
    "plain": {},
    "preset": {"preset": "tabular"},
    "several penalties": {"penalty": ("none", "l2(strength=0.1)")},
    "ensemble": {"ensemble": 2},
    "restarts": {"restarts": 2},
    "sgd": {"optimizer": "sgd", "batch_size": 1},
    "lbfgs": {"optimizer": "lbfgs", "epochs": None, "steps": 4},
    "numpy": {"engine": "numpy", "averaging": "swa"},
    "ignore and na": {"ignore": "c*", "na": ("3", "red")},
    "kinds": {"kinds": {"code": "category", "gap": "category"}},
    "no validation": {"validation": 0.0},
    "dropout": {"dropout": "0.2", "input_noise": "0.1"},
    "batch normalisation": {"normalization": "batch_norm"},
    "fold": {"fold": "2/3"},
}


@pytest.mark.lengthy
@pytest.mark.parametrize("what", CHOICES)
@pytest.mark.parametrize("classes", [False, True])
@pytest.mark.filterwarnings("ignore")
def test_the_same_order_of_rows_gives_the_same_numbers(what: str, classes: bool) -> None:
    if what == "lbfgs":
        pytest.importorskip("scipy")
    in_memory, on_disk = both(content(classes=classes))
    refit = what not in {"no validation", "restarts"}
    choices = {"target": "y", "epochs": 2, "sampling": BLOCKS, "progress": False, "refit": refit, **CHOICES[what]}
    one, other = cp.fit(in_memory, **choices), cp.fit(on_disk, **choices)
    assert one.model.facts == other.model.facts
    assert (one.refit is not None) == refit
    assert one.model.preprocessing == other.model.preprocessing
    assert [each.metrics for each in one.beside.values()] == [each.metrics for each in other.beside.values()]
    for a, b in zip(networks_of(one.model.network), networks_of(other.model.network), strict=True):
        assert (a.parameters == b.parameters).all()
    for part in ("training", "validation", "test"):
        assert (getattr(one.split, part) == getattr(other.split, part)).all()


@pytest.mark.filterwarnings("ignore")
def test_predictions_and_evaluations_are_those_of_the_memory() -> None:
    in_memory, on_disk = both(content(classes=True))
    model = cp.fit(in_memory, target="y", epochs=3, progress=False).model
    assert predictions(model, on_disk).values == predictions(model, in_memory).values
    assert model.predict(on_disk).tolist() == model.predict(in_memory).tolist()
    for part in ("held-out", "all"):
        one, other = evaluate(model, in_memory, part), evaluate(model, on_disk, part)
        assert one.scores.metrics == other.scores.metrics
        assert one.measured.about == other.measured.about
        assert one.measured.notes == other.measured.notes


@pytest.mark.filterwarnings("ignore")
def test_a_table_in_the_memory_is_shuffled_whole_and_one_in_files_in_blocks() -> None:
    in_memory, on_disk = both(content())
    recipe = Recipe(target="y", epochs=1)
    facts = [plan(table, recipe).start.facts["sampling"] for table in (in_memory, on_disk)]
    assert facts == ["shuffle", str(BlockShuffle())]
    assert plan(on_disk, Recipe(target="y", sampling="shuffle")).start.facts["sampling"] == "shuffle"


@pytest.mark.filterwarnings("ignore")
def test_a_table_in_files_is_refitted_where_somebody_asks_for_it() -> None:
    in_memory, on_disk = both(content())
    for given, refit, told in ((in_memory, True, False), (on_disk, False, True)):
        planned = plan(given, Recipe(target="y"))
        plain = planned.rivals[NO_HIDDEN_LAYERS]
        assert (planned.recipe.refit, plain.refit, planned.without_refit) == (refit, refit, told)
    for refit in (True, False):
        planned = plan(on_disk, Recipe(target="y", refit=refit))
        assert (planned.recipe.refit, planned.without_refit) == (refit, False)
    assert not plan(on_disk, Recipe(target="y", restarts=2)).without_refit
    assert not plan(on_disk, Recipe(target="y", validation=0)).without_refit


@pytest.mark.filterwarnings("ignore")
def test_means_of_the_target_in_files_are_those_of_the_memory_in_a_refit_too() -> None:
    rng = np.random.default_rng(2)
    drawn = zip(rng.integers(0, 90, 900), rng.normal(size=900), strict=True)
    lines = [f"c{code},{x:.4f},{x + code % 7:.4f}" for code, x in drawn]
    in_memory, on_disk = both(("city,x,y\n" + "\n".join(lines) + "\n").encode())
    choices: dict[str, Any] = {"target": "y", "epochs": 2, "sampling": BLOCKS, "progress": False, "refit": True}
    choices["kinds"] = {"city": "category(by='mean')"}
    one, other = cp.fit(in_memory, **choices), cp.fit(on_disk, **choices)
    assert isinstance(one.model.prepared.inputs[0], MeanColumn)
    assert one.refit is not None
    assert one.model.facts == other.model.facts
    for a, b in zip(networks_of(one.model.network), networks_of(other.model.network), strict=True):
        assert (a.parameters == b.parameters).all()


def test_inputs_are_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Any] = []
    own: Callable[..., Any] = StoredTable.encoded
    monkeypatch.setattr(
        StoredTable,
        "encoded",
        lambda self, key, made, **more: (written.append(key not in self._parts), own(self, key, made, **more))[1],
    )
    _, on_disk = both(content())
    planned = plan(on_disk, Recipe(target="y", epochs=1, kinds={"id": "identifier"}))
    first, second = (planned.start.inputs(planned.rows("training")) for _ in range(2))
    assert first is second
    assert written == [True, False]


@pytest.mark.filterwarnings("ignore")
def test_a_run_from_files_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    from clearprop.runs.fitted import fit_in, resume

    _, on_disk = both(content())
    recipe = Recipe(target="y", epochs=4, eta=0.01, sampling=BLOCKS, penalty="none")
    whole = fit_in(tmp_path / "whole", on_disk, recipe)
    fit_in(tmp_path / "half", on_disk, Recipe(target="y", epochs=2, eta=0.01, sampling=BLOCKS, penalty="none"))
    longer = resume(tmp_path / "half", both(content())[1], epochs=4)
    assert (one_of(whole.model.network).parameters == one_of(longer.model.network).parameters).all()


def test_the_task_of_a_long_target_takes_little_memory(tmp_path: Path) -> None:
    n = 400_000
    path = tmp_path / "long.npy"
    np.save(path, np.random.default_rng(0).normal(size=(n, 2)))
    table = read_table(str(path), on_disk=True)
    tracemalloc.start()
    assert infer_task(table, "2") == "regression"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 * n  # it was 56 bytes a row, while training holds some 16
