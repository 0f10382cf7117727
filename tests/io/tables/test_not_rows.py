"""Names that come again among the rows, and units below the names, are no rows: they are noticed, left out and said."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.io.tables.headers import why_no_names
from clearprop.io.tables.not_rows import units_in

ROWS = [f"{k}.5,{k % 7},{'ab'[k % 2]}" for k in range(40)]
HEAD = "size,mass,kind"


def read(lines: list[str], **how: Any) -> cp.Table:
    return cp.read_table(io.BytesIO("\n".join([*lines, ""]).encode()), **how)


def test_names_that_come_again_are_left_out_and_said() -> None:
    table = read([HEAD, *ROWS, HEAD, *ROWS, "size, mass,kind", *ROWS])
    assert len(table) == 120
    assert table["size"].dtype == float
    assert np.isfinite(table["mass"]).all()
    (said,) = table.said
    assert said == (
        "2 rows repeat the names of the columns and are left out; skip=1, header=False reads every line below the first "
        "names as a row"
    )
    assert table.where(40) == "line 43"
    every = read([HEAD, *ROWS, HEAD, *ROWS], skip=1, header=False)
    assert len(every) == 81


def test_a_large_file_and_one_on_disk_leave_them_out_too() -> None:
    many = [f"{k}.5,{k % 7},{'ab'[k % 2]}" for k in range(60_000)]
    lines = [HEAD, *many, HEAD, *many]
    memory, disk = read(lines), read(lines, on_disk=True)
    assert len(memory) == len(disk) == 120_000
    assert memory.cells("size").holds == disk.cells("size").holds == "numbers"
    assert any("1 row repeats" in said for said in disk.said)


def test_a_file_without_names_whose_first_row_comes_again_is_still_refused() -> None:
    rows = [["p", "x", "s"], ["e", "x", "y"], ["p", "x", "s"], ["p", "y", "s"], ["p", "x", "s"], ["e", "y", "y"]]
    assert why_no_names(rows[0], rows[1:]) is not None


def test_rows_that_have_a_few_of_the_names_stay() -> None:
    assert len(read(["size,kind", *[f"{k},kind" for k in range(30)]])) == 30
    assert len(read(["kind", *["a", "b"] * 20, "kind"], header=True)) == 41


@pytest.mark.parametrize("line", ["cm,kg,", "(cm),[kg],(-)", "mean,std,name of it"])
def test_units_below_the_names_are_left_out_and_said(line: str) -> None:
    table = read([HEAD, line, *ROWS])
    assert len(table) == 40
    assert table.cells("size").holds == table.cells("mass").holds == "numbers"
    assert table.where(0) == "line 3"
    assert "line 2 has units or second names" in table.said[0]
    assert "units=False reads it as a row" in table.said[0]
    assert len(read([HEAD, line, *ROWS], units=False)) == 41


@pytest.mark.parametrize(
    "line",
    [
        "?,?,a",
        "unknown,unknown,a",
        "cm,3,a",
        "cm,kg,a",
        "NA,,b",
        "1,2,x",
        "..,..,new",
        "cm,,new",
        "secret,secret,new",
        ":,:,",
    ],
)
def test_a_row_with_words_or_gaps_is_a_row(line: str) -> None:
    assert len(read([HEAD, line, *ROWS])) == 41


def test_one_column_of_numbers_needs_a_unit_that_looks_like_one() -> None:
    below = [["1.5", "a"], ["2.5", "b"], ["3.5", "a"], ["4", "b"]]
    assert units_in([["cm", ""], *below]) == "cm"
    assert units_in([["(m/s)", "(-)"], *below]) == "(m/s)"
    assert units_in([["refused", ""], *below]) is None
    assert units_in([["cm", "c"], *below]) is None


def test_a_workbook_has_them_too(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    rows = [[k + 0.5, k % 7, "ab"[k % 2]] for k in range(20)]
    names = HEAD.split(",")
    for row in [names, ["cm", "kg", None], *rows, names, *rows]:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    table = cp.read_table(tmp_path / "t.xlsx")
    assert len(table) == 40
    assert table.cells("size").holds == "numbers"
    assert [said.partition(" ")[0] for said in table.said[1:]] == ["row", "1"]


def test_a_data_frame_with_names_among_its_rows_is_refused_with_what_to_do() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.read_csv(io.StringIO("\n".join([HEAD, *ROWS, HEAD, *ROWS, HEAD])))
    with pytest.raises(ValueError, match=r"row 41 and 1 other repeat the names of the columns; .*read_table"):
        cp.fit(frame, target="kind")
