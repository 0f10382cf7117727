"""Wide one-hot inputs are kept sparse, and give the same numbers as the array that they stand for."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import Task, choose_engine, sparse_engine
from clearprop.ensemble import networks_of
from clearprop.fitting.fits import plan
from clearprop.fitting.recipe import Recipe
from clearprop.formulas.catalogue import find
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import Optimizer
from clearprop.io import memory
from clearprop.io.tables import stored_table
from clearprop.io.tables.opening import read_table
from clearprop.io.tables.table import Table
from clearprop.sparse_rows import OneHotRows, SparseRows
from clearprop.training.sampling import Shuffle

ROWS = 900
rng = np.random.default_rng(2)
COLUMNS: dict[str, Any] = {
    "a": [f"a{k}" for k in rng.integers(0, 120, ROWS)],
    "b": [f"b{k}" if k else None for k in rng.integers(0, 60, ROWS)],
    "many": [f"m{k}" for k in np.concatenate([np.arange(310), rng.integers(0, 310, ROWS - 310)])],
    "x": [None if k % 9 == 0 else float(value) for k, value in enumerate(rng.normal(size=ROWS))],
    "when": [f"2021-{k % 12 + 1:02}-{k % 28 + 1:02}" for k in range(ROWS)],
}
EFFECT = dict(zip(sorted(set(COLUMNS["a"])), rng.normal(size=120), strict=False))
PRICE = np.array([EFFECT[each] for each in COLUMNS["a"]]) + 0.1 * rng.normal(size=ROWS)
TABLES = {
    "price": Table.of(COLUMNS | {"price": PRICE.tolist()}),
    "class": Table.of(
        COLUMNS | {"class": np.array(["low", "middle", "high"])[np.digitize(PRICE, [-0.5, 0.5])].tolist()}
    ),
}


@pytest.fixture(autouse=True)
def few_batches_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparse_engine, "DENSE_NUMBERS", 40_000)


@pytest.mark.parametrize("training", [False, True])
def test_sparse_inputs_are_those_of_the_array(training: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    table = TABLES["price"]
    planned = plan(table, Recipe(target="price"))
    rows = planned.rows("training")
    dense = planned.start.points(rows, training=training)
    monkeypatch.setattr(memory, "SPARSE_FROM", 0)
    sparse = planned.start.points(rows, training=training)
    assert isinstance(sparse, SparseRows)
    assert not isinstance(dense, SparseRows)
    assert (sparse.toarray() == dense).all()
    assert (sparse[np.array([5, 0, 5])] == dense[[5, 0, 5]]).all()
    assert sparse.shape == dense.shape
    assert sum(part.nbytes for part in sparse.parts) < dense.nbytes / 10


CHOICES: dict[str, dict[str, Any]] = {
    "plain": {},
    "sgd on single rows": {"optimizer": "sgd", "batch_size": 1, "steps": 300, "epochs": None},
    "momentum and clipping": {"optimizer": "clip_norm(largest=1.0, then=momentum)", "eta": 0.01},
    "preset": {"preset": "tabular", "epochs": 1},
    "numpy": {"engine": "numpy", "normalization": "batch_norm", "averaging": "swa"},
    "dropout and noise": {"dropout": "0.1,0.2,0.2", "input_noise": "0.1", "max_norm": "2.0"},
    "ensemble": {"ensemble": 2, "batch_size": 1, "optimizer": "sgd", "epochs": 1},
    "restarts": {"restarts": 2},
    "penalties": {"penalty": ("none", "l2(strength=0.01)")},
    "weights": {"class_weight": "balanced"},
    "whole set": {"optimizer": "lbfgs", "steps": 3, "epochs": None},
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("what", CHOICES)
@pytest.mark.parametrize("target", TABLES)
def test_training_gives_the_same_network(what: str, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if what == "whole set":
        pytest.importorskip("scipy")
    if what == "weights" and target == "price":
        return
    choices = {"target": target, "epochs": 2, "progress": False, **CHOICES[what]}
    dense = cp.fit(TABLES[target], **choices)
    monkeypatch.setattr(memory, "SPARSE_FROM", 0)
    sparse = cp.fit(TABLES[target], **choices)
    for one, other in zip(networks_of(dense.model.network), networks_of(sparse.model.network), strict=True):
        if "made dense" in str(sparse.run.engine):
            assert (one.parameters == other.parameters).all()
        else:  # sums without the terms that are 0 are rounded otherwise
            assert one.parameters == pytest.approx(other.parameters, rel=1e-7, abs=1e-9)
    if what not in {"ensemble", "restarts", "whole set"}:
        assert ("made dense" if what in {"numpy", "dropout and noise"} else "left out") in str(sparse.run.engine)
    for part in dense.scores:
        assert dense.scores[part].metrics == pytest.approx(sparse.scores[part].metrics)


@pytest.mark.filterwarnings("ignore")
def test_a_table_in_files_has_sparse_inputs_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SPARSE_FROM", 0)
    monkeypatch.setattr(stored_table, "CELLS_IN_MEMORY", 100)
    monkeypatch.setattr(stored_table, "CELLS_AT_ONCE", 700)
    lines = ["a,many,x,y", *(f"{COLUMNS['a'][i]},{COLUMNS['many'][i]},{i % 17},{PRICE[i]}" for i in range(ROWS))]
    content = "\n".join(lines).encode()
    whole = stored_table.StoredTable.sample
    monkeypatch.setattr(stored_table.StoredTable, "sample", lambda table, **_: whole(table, 10**9))
    choices: dict[str, Any] = {"target": "y", "epochs": 2, "progress": False, "sampling": str(Shuffle()), "refit": True}
    one = cp.fit(read_table(io.BytesIO(content)), **choices)
    other = cp.fit(read_table(io.BytesIO(content), on_disk=True), **choices)
    assert (one.model.network.parameters == other.model.network.parameters).all()  # type: ignore[union-attr]


def test_a_step_that_diverges_is_named_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    X = OneHotRows(np.full((64, 1), 1.0), np.array([0]), np.arange(64, dtype=np.int32)[:, None] % 9 + 1, 10)
    net = cp.Network((10, 1), ("identity",), seed=0)
    monkeypatch.setattr(sparse_engine, "DENSE_NUMBERS", 100)
    said = []
    for points in (X, X.toarray()):
        with pytest.raises(cp.Diverged) as caught:
            cp.train(net, points, np.linspace(0, 1, 64)[:, None], loss="square", eta=1e70, batch_size=8, epochs=3)
        said.append((str(caught.value), caught.value.run.network.parameters.tolist()))
    assert said[0] == said[1]
    assert "step 4" in said[0][0]


def test_halves_of_a_step_are_the_step() -> None:
    ones = rng.integers(-1, 30, (40, 2)).astype(np.int32)
    X, Y = OneHotRows(np.empty((40, 0)), np.empty(0, int), ones, 30), rng.normal(size=(40, 1))
    found = []
    for halves in (False, True):
        net = cp.Network((30, 4, 1), ("tanh", "identity"), seed=0)
        engine, _ = choose_engine(Task(net, find(Loss, "square"), find(Optimizer, "adam"), X, Y), "auto", 8)  # type: ignore[arg-type]
        for t in range(1, 6):
            points = np.arange(8 * (t - 1), 8 * t)
            if halves:
                _, gradient = engine.loss_and_gradient(points, t)
                engine.apply(gradient, 0.01, t)
            else:
                engine.run(points[None], np.array([0.01]), t)
        found.append(net.parameters)
    assert found[0] == pytest.approx(found[1], rel=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_what_does_not_fit_dense_and_does_sparse_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: 1_000_000)
    with pytest.raises(ValueError, match="GiB"):
        cp.fit(TABLES["price"], target="price", epochs=1, progress=False)
    monkeypatch.setattr(memory, "SPARSE_FROM", 0)
    assert cp.fit(TABLES["price"], target="price", epochs=1, progress=False).scores["test"].rows == 180
