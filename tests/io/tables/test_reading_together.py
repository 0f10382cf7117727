"""Ranks that read a Parquet file together have the table of one process, and each has opened its own row groups alone."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines.ranks import RankFailed
from clearprop.io.tables import arrow_file, common_folder
from clearprop.io.tables.stored_table import StoredTable
from tests.training.threads_as_ranks import ThreadCommunicator, on_ranks

from .test_storing import require_same

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROWS, GROUP = 700, 90
COLUMNS: dict[str, Any] = {
    "number": [i * 0.37 - 40 for i in range(ROWS)],
    "with gaps": [None if i % 5 else float(i) for i in range(ROWS)],
    "whole": pa.array(range(ROWS), pa.int32()),
    "no value until late": [None if i < 650 else "x" for i in range(ROWS)],
    "no date until late": pa.array([None if i < 650 else dt.date(2021, 2, 3) for i in range(ROWS)], pa.date32()),
    "no value at all": pa.array([None] * ROWS, pa.float64()),
    "truth": [i % 3 == 0 for i in range(ROWS)],
    "text": [f"kind {(7 * i) // 100}" for i in range(ROWS)],
    "category": pa.array([f"k{i % 4}" for i in range(ROWS)]).dictionary_encode(),
    "y": ["no" if i % 3 else "yes" for i in range(ROWS)],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    pq.write_table(pa.table(COLUMNS), tmp_path / "rows.parquet", row_group_size=GROUP)
    return tmp_path / "rows.parquet"


def read(path: Path, c: ThreadCommunicator | None = None, **how: Any) -> Any:
    return cp.read_table(path, on_disk=True, communicator=c, **how)


@pytest.mark.parametrize("size", [2, 3, 8, 11])
def test_the_table_is_that_of_one_process(path: Path, size: int) -> None:
    """Of 11 ranks some have no row group."""
    own = read(path)
    for table in on_ranks(size, lambda c: read(path, c)):
        assert isinstance(table, StoredTable), table
        require_same(own, table)
        assert f"each of {size} ranks reads its own row groups" in table.said
    assert not list(path.parent.glob("clearprop-*"))


def test_each_rank_opens_its_own_row_groups(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[int, int] = {}
    decode = arrow_file.cells_of

    def counted(column: Any, arrow: Any) -> Any:
        made[threading.get_ident()] = made.get(threading.get_ident(), 0) + len(column)
        return decode(column, arrow)

    monkeypatch.setattr(arrow_file, "cells_of", counted)
    on_ranks(2, lambda c: read(path, c))
    assert sum(made.values()) == ROWS * len(COLUMNS)
    assert max(made.values()) < 0.6 * ROWS * len(COLUMNS)


def test_ranks_with_other_versions_of_a_file_are_refused(path: Path) -> None:
    other = path.with_name("other.parquet")
    pq.write_table(pa.table(COLUMNS | {"number": [0.5] * ROWS}), other, row_group_size=GROUP)
    for error in on_ranks(2, lambda c: read([path, other][c.rank], c)):
        assert isinstance(error, RankFailed)
        assert "rank 1 on" in str(error)
        assert "has another version of" in str(error)


def test_what_cannot_be_read_in_parts_is_read_by_each_rank_which_says_why(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    csv = path.with_name("rows.csv")
    csv.write_text("a,y\n" + "".join(f"{i},{i % 2}\n" for i in range(ROWS)))
    for table in on_ranks(2, lambda c: read(csv, c)):
        require_same(read(csv), table)
        assert "only Parquet is read in parts" in table.said[0]
    many = path.with_name("many.parquet")
    pq.write_table(pa.table({"t": [f"text {i}" for i in range(ROWS)]}), many, row_group_size=GROUP)
    with monkeypatch.context() as few:
        few.setattr("clearprop.io.tables.stored_column.MOST_DIFFERENT", 500)
        for table in on_ranks(2, lambda c: read(many, c)):
            assert "column 't' has cells of several sorts, or too many different texts" in table.said[0]
    monkeypatch.setattr(common_folder.Path, "is_dir", lambda self: False)
    for table in on_ranks(2, lambda c: read(path, c)):
        assert "TMPDIR names one" in table.said[0]


def test_a_table_that_ranks_read_and_encode_together_gives_the_model_of_one_process(path: Path) -> None:
    options: dict[str, Any] = {"target": "y", "epochs": 2, "layers": "4:tanh", "penalty": "none"}
    options |= {"ignore": ["whole", "no value at all", "no date until late", "no value until late"]}
    own = cp.fit(read(path), **options, shards=8).model
    fits = on_ranks(3, lambda c: cp.fit(read(path, c), **options, communicator=c))
    assert [fit.model.network.parameters.tobytes() for fit in fits] == [own.network.parameters.tobytes()] * 3, fits
    assert fits[0].model.facts == own.facts


def test_a_table_that_fits_into_the_memory_is_read_into_it(path: Path) -> None:
    for table in on_ranks(2, lambda c: cp.read_table(path, communicator=c)):
        assert not table.on_disk
        assert np.array_equal(table["number"], COLUMNS["number"])
