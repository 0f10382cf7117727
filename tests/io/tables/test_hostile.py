"""Damaged and hostile files: whatever a file holds, it is a table or an error that names it. `hostile` has the long form."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from clearprop.io import read_table
from clearprop.io.tables import sources

from .hostile import judged
from .hostile_cases import HUGE, Case
from .small_files import small_file

CASES = 400


@pytest.mark.parametrize("begin", range(0, CASES, 50))
def test_a_damaged_file_is_a_table_or_an_error_that_names_it(begin: int, tmp_path: Path) -> None:
    for seed in range(begin, begin + 50):
        case = Case(seed)
        if case.made in {"parquet", "packed"}:
            continue  # each takes a second: the command tries them
        assert judged(seed, tmp_path)[1] is None, f"seed {seed}, made from {case.made}"


@pytest.mark.parametrize("seed", [4201, 5820, 15740, 26327, 37659, 46286, 68343, 91526, 1057592])
def test_a_case_that_was_a_fault_once_is_none(seed: int, tmp_path: Path) -> None:
    assert judged(seed, tmp_path)[1] is None


def test_the_judge_sees_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("small.csv")

    monkeypatch.setattr("tests.io.tables.hostile.open_rows", broken)
    assert judged(1, tmp_path) == ("another exception", "KeyError: 'small.csv'")


def test_every_kind_of_huge_file_is_drawn() -> None:
    assert {Case(seed).made for seed in range(6000)} > {"npy", "idx", "packed", "json", "csv", "sqlite", "xlsx"}
    assert len(HUGE) > 8


def test_arrays_of_python_objects_are_not_unpickled(tmp_path: Path) -> None:
    class Loud:
        def __reduce__(self) -> object:
            return (open, (str(tmp_path / "written"), "w"))

    np.save(tmp_path / "objects.npy", np.array([Loud()], object), allow_pickle=True)
    np.savez(tmp_path / "objects.npz", a=np.array([Loud()], object))
    for name in ("objects.npy", "objects.npz"):
        with pytest.raises(ValueError, match="holds Python objects, which are not read: a pickle may run any program"):
            read_table(tmp_path / name)
    assert not (tmp_path / "written").exists()


def test_a_path_in_a_zip_archive_is_never_written(tmp_path: Path) -> None:
    inside = tmp_path / "folder"
    inside.mkdir()
    with zipfile.ZipFile(inside / "small.zip", "w") as archive:
        archive.writestr("../escaped.csv", small_file("small.csv"))
    assert len(read_table(inside / "small.zip")) == 3
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "small.zip"]


@pytest.mark.parametrize("name", ["small.sqlite", "small.duckdb"])
def test_a_database_is_not_written(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(small_file(name))
    for query in ("DELETE FROM small", "CREATE TABLE other (a INTEGER)", "DROP TABLE small"):
        with pytest.raises(ValueError, match="the query"):
            read_table(path, query=query)
    assert path.read_bytes() == small_file(name)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_becomes_huge_is_refused_before_it_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr(sources, "FREELY", 1 << 20)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * (1 << 20)))
    with pytest.raises(
        ValueError, match=r"becomes more than 200 times as large when it is unpacked .* unpack it yourself"
    ):
        read_table(path)


def test_a_shape_that_the_bytes_cannot_fill_is_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    np.lib.format.write_array_header_1_0(made, {"descr": "<f8", "fortran_order": False, "shape": (2**40, 3)})
    (tmp_path / "huge.npy").write_bytes(made.getvalue() + bytes(48))
    with pytest.raises(ValueError, match=r"says that its shape is \(1099511627776, 3\) of float64, and has only"):
        read_table(tmp_path / "huge.npy")
